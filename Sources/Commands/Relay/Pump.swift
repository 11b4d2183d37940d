// One direction of a session: from a source's EOF to a sink, with backpressure.

import Sockets

/// Moves bytes until the source ends, a limit is reached or something fails. What was taken is always
/// given to the sink before it finishes, unless it is the sink that failed.
final class Pump {
    enum Completion {
        case end
        case limit
        case sourceFailed(Errno)
        /// With how many bytes were taken and could not be given.
        case sinkFailed(Errno, lost: Int)
        case stopped(lost: Int)
    }

    let source: any ByteSource
    let sink: any ByteSink
    private var transfer: any Transfer
    private let rewriter: CRLFEncoder?
    private let byteLimit: Int
    private let messageLimit: Int
    /// What happens when the source has nothing more for now: it counts as the end.
    private var isDraining = false
    private var ending: Completion?

    private(set) var bytes = 0
    private var reads = 0
    /// How many messages have passed: without framing, how many times bytes were taken.
    var messages: Int { sink.messages ?? source.messages ?? reads }
    private(set) var completion: Completion?
    /// Called after bytes have moved.
    var onProgress: (() -> Void)?
    var onFinish: ((Completion) -> Void)?
    /// Spares wake-ups while much comes.
    var moderation: ReceiveModeration?
    private(set) var pace = Pace()
    private var bytesAtLastWait = 0

    /// How many bytes may pass before other descriptors get their turn.
    private static let turn = 8 << 20

    init(
        from source: any ByteSource, to sink: any ByteSink, crlf: Bool = false, byteLimit: Int = .max,
        messageLimit: Int = .max
    ) {
        self.source = source
        self.sink = sink
        self.byteLimit = byteLimit
        self.messageLimit = messageLimit
        rewriter = crlf ? CRLFEncoder() : nil
        let rewriter = rewriter
        transfer = Transfers.best(from: source, to: sink, unchanged: !crlf) {
            CopyTransfer(from: source, to: sink, rewriter: rewriter)
        }
        source.onReady = { [unowned self] in run() }
        sink.onReady = { [unowned self] in run() }
    }

    var isFinished: Bool { completion != nil }

    /// Moves what can be moved now, then waits for what is missing.
    func run() {
        guard completion == nil else { return }
        pace.resume()
        var turnLeft = Self.turn
        let before = bytes
        defer { if bytes != before { onProgress?() } }
        while true {
            if transfer.pending > 0 {
                switch transfer.flush() {
                case .done: break
                case .needsOutput: return wait(forOutput: true)
                case .sinkFailed(let error): return finish(.sinkFailed(error, lost: transfer.pending))
                case .unsupported:
                    doByHand()
                    continue
                }
            }
            if let ending { return finish(ending) }
            if bytes >= byteLimit || messages >= messageLimit { return finish(.limit) }
            // The turn is over, nothing is in hand and there may be more: the source is still ready then.
            guard turnLeft > 0 else { return wait(forOutput: false) }
            switch transfer.move(limit: byteLimit - bytes) {
            case .moved(let count):
                bytes += count
                reads += 1
                turnLeft -= count
            case .needsInput:
                if isDraining { return finish(.end) }
                return wait(forOutput: false)
            case .needsOutput:
                return wait(forOutput: true)
            case .ended: ending = .end
            case .sourceFailed(let error): ending = .sourceFailed(error)
            case .sinkFailed(let error): return finish(.sinkFailed(error, lost: transfer.pending))
            case .unsupported: doByHand()
            }
        }
    }

    /// Takes what has come already, as if the source ended after it.
    func drain() {
        isDraining = true
        run()
    }

    /// Takes nothing more, and finishes once what was taken is given.
    func stopReading() {
        guard completion == nil else { return }
        ending = .stopped(lost: 0)
        run()
    }

    /// Finishes now.
    func abandon() {
        guard completion == nil else { return }
        finish(.stopped(lost: transfer.pending))
    }

    /// Finishes because nobody takes what the sink is given any more.
    func sinkIsGone(_ error: Errno) {
        guard completion == nil else { return }
        finish(.sinkFailed(error, lost: transfer.pending))
    }

    private func wait(forOutput: Bool) {
        if !forOutput {
            moderation?.willWait(after: bytes - bytesAtLastWait)
            bytesAtLastWait = bytes
        }
        pace.pause(forOutput: forOutput, at: bytes)
        source.wantsReady = !forOutput
        sink.wantsReady = forOutput
    }

    private func doByHand() {
        transfer = CopyTransfer(from: source, to: sink, rewriter: rewriter, pending: transfer.takePending())
    }

    private func finish(_ completion: Completion) {
        self.completion = completion
        pace.end(at: bytes)
        source.wantsReady = false
        sink.wantsReady = false
        onFinish?(completion)
    }
}
