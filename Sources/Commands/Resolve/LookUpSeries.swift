// The operands of `resolve`, answered in order: one that fails is reported and the next one asked, a `-` is
// replaced by the lines of stdin.

import CommandSpec
import Sockets

final class LookUpSeries<Function: Answering>: RunTask {
    private let context: Context
    private let function: Function
    private let timeout: Duration
    private var operands: ArraySlice<Word>
    private var input: LineReader?
    /// Whether an answer, a line or room for output will call `proceed`.
    private var isWaiting = false

    init(_ context: Context, _ function: Function, _ operands: [Word]) {
        self.context = context
        self.function = function
        self.operands = operands[...]
        timeout = context.settings.timeout ?? Defaults.connectTimeout
    }

    func interrupt(_ interruption: Interruption) { context.run.end(self) }

    /// Asks until there is something to wait for, or nothing left to ask.
    func proceed() {
        isWaiting = false
        while !isWaiting {
            if context.output.isFull {
                isWaiting = true
                return context.output.whenRoom { [weak self] in self?.proceed() }
            }
            do throws(Failure) {
                if let query = try next() {
                    try ask(query)
                } else if !isWaiting {
                    return context.finish(nil)
                }
            } catch {
                return context.finish(error)
            }
        }
    }

    /// The next query; nil at the end, or if it has to be waited for.
    private func next() throws(Failure) -> Word? {
        while operands.first == "-" {
            if input == nil { input = try LineReader(context) { [weak self] in self?.proceed() } }
            switch try input?.next() {
            case .line(let line) where line.bytes.isEmpty: continue
            case .line(let line): return line
            case .later:
                isWaiting = true
                return nil
            case .end, nil: operands.removeFirst()
            }
        }
        return operands.popFirst()
    }

    private func ask(_ word: Word) throws(Failure) {
        guard let query = word.validText else {
            return context.fail(function.malformed(word.text, "it is not valid UTF-8"))
        }
        isWaiting = true
        let answer = try function.ask(query, context, timeout: timeout) { [weak self] result in
            // It may have been interrupted in the same turn of the loop.
            guard let self else { return }
            show(result)
            proceed()
        }
        guard let answer else { return }
        isWaiting = false
        show(answer)
    }

    private func show(_ result: Result<Function.Answer, Failure>) {
        switch result {
        case .success(let answer): context.reporter.show(answer)
        case .failure(let failure): context.fail(failure)
        }
    }
}
