// One query of `resolve --sources`: a child for each source and one for all of them, at the same time, until they
// have answered or the time is up.

import CommandSpec
import Sockets

final class SourceInquiry: RunTask {
    private let context: Context
    private let query: String
    private let subject: NameQuestion.Subject
    private let configuration: NameServiceSwitch
    private let configurationFile: String?
    private let files: NameServiceFiles?
    private let timeout: Duration
    private let body: (Result<SourcesAnswer, Failure>) -> Void
    /// By the name of the source; nil is all of them.
    private var children: [String?: Child] = [:]
    private var timer: Timer?
    private var isDone = false

    private struct Child {
        let call: ForkedCall
        var watch: Watch?
        var text: [UInt8] = []
        var isRunning = true
        var signal: Signal?
    }

    /// More sources than anybody has.
    private static let mostSources = 16

    init(
        _ context: Context, _ query: String, _ subject: NameQuestion.Subject,
        _ configuration: NameServiceSwitch,
        configurationFile: String?, _ files: NameServiceFiles?, timeout: Duration,
        _ body: @escaping (Result<SourcesAnswer, Failure>) -> Void
    ) {
        self.context = context
        self.query = query
        self.subject = subject
        self.configuration = configuration
        self.configurationFile = configurationFile
        self.files = files
        self.timeout = timeout
        self.body = body
    }

    func begin() throws(Failure) {
        let names = Set(configuration.sources.map(\.name))
        guard names.count <= Self.mostSources else {
            throw Failure(
                ResolveSources.function, query,
                words: "\(configurationFile ?? "") names more than \(Self.mostSources) sources",
                status: .failure)
        }
        context.run.begin(self)
        guard !isDone else { return }
        do throws(Failure) {
            for name in names.map(Optional.some) + [nil] { try start(name) }
        } catch {
            end()
            throw error
        }
        timer = context.loop.after(timeout) { [unowned self] in finish() }
    }

    func interrupt(_ interruption: Interruption) { end() }

    private func start(_ source: String?) throws(Failure) {
        let question = NameQuestion(subject, source: source, files: files)
        let call = try attempt("fork", query) { () throws(Errno) in try question.ask() }
        children[source] = Child(call: call)
        children[source]?.watch = try attempt("epoll_ctl", query) { () throws(Errno) in
            try context.loop.watch(call.descriptor, interest: .read) { [unowned self] _ in read(source) }
        }
    }

    private func read(_ source: String?) {
        guard var child = children[source], child.isRunning else { return }
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        var count = 0
        do throws(Errno) {
            var span = buffer.mutableSpan
            var bytes = unsafe span.mutableBytes
            count = try child.call.descriptor.read(into: &bytes)
        } catch .wouldBlock {
            return
        } catch {
            count = 0
        }
        child.text += buffer[..<count]
        let isTooLong = child.text.count > NameReport.longest
        if count == 0 || isTooLong {
            child.watch?.cancel()
            child.isRunning = false
            child.signal = child.call.end(waiting: !isTooLong)
        }
        children[source] = child
        if children.values.allSatisfy({ !$0.isRunning }) { finish() }
    }

    /// Tells what is known by now.
    private func finish() {
        guard !isDone else { return }
        let reports = children.mapValues { ($0.isRunning, NameReport($0.text), $0.signal) }
        end()
        if let libc = reports[nil]?.1, let files, let refused = libc.unusedFiles {
            context.noteUnused(files, refused)
        }
        let answer = SourcesAnswer(
            query, subject, configuration, configurationFile: configurationFile, files, timeout: timeout
        ) { source in
            let (isRunning, report, signal) = reports[source] ?? (false, NameReport([]), nil)
            return (report, isRunning ? .late : signal.map { .died($0) } ?? .complete)
        }
        guard let failure = answer.failure else { return body(.success(answer)) }
        // What the sources have said is told all the same.
        context.reporter.show(answer)
        body(.failure(failure))
    }

    /// Ends the children that still run.
    private func end() {
        isDone = true
        timer?.cancel()
        for child in children.values {
            child.watch?.cancel()
            child.call.end()
        }
        children = [:]
        context.run.end(self)
    }
}
