// What every running command shares: the loop, the reporter, the signals, and how it all ends.

import CommandSpec
import Sockets

/// One run of a command.
final class Context {
    let loop: EventLoop
    let settings: Settings
    /// Where payload goes as it is: stdout, or the file given instead.
    let payload: Channel
    /// Where formatted text goes, or the payload of many peers.
    let output: Output
    let reporter: any Reporter

    private let signals: SignalSource
    private var signalWatch: Watch?
    private var interruption: Signal?
    private var failure: Failure?
    private var isFinished = false
    private var connectionCount = 0
    private var kept: [AnyObject] = []

    /// What ends a command from outside.
    struct Interruption {
        let by: Party
        let how: Manner
        let failure: Failure?
    }

    /// Ends what is going on, in order, and has `finish` called when it is done.
    var onInterrupt: ((Interruption) -> Void)?

    init(_ settings: Settings) throws(Failure) {
        self.settings = settings
        // Files are opened before signals are blocked: a FIFO may make us wait, and that can be ended.
        var file = try settings.openOutput()
        let caught = [Signal.interrupt, .terminate, .hangUp].filter { !$0.isIgnored }
        signals = try attempt("signalfd") { () throws(Errno) in try SignalSource(caught) }
        let loop = try attempt("epoll_create") { () throws(Errno) in try EventLoop() }
        self.loop = loop
        let stdout = try Self.channel(.standardOutput, writing: true, name: "stdout", loop)
        if let file = file.take() {
            payload = try Channel(file: file, name: settings.outputName, loop: loop)
        } else {
            payload = stdout
        }
        output = Output(ChannelSink(settings.json ? stdout : payload))
        reporter =
            settings.json
            ? JSONReporter(output: output)
            : TextReporter(
                output: output, verbosity: settings.verbosity, statistics: settings.statistics,
                escapes: payload.kind == .terminal && !settings.raw,
                columns: payload.descriptor.terminalColumns)
        output.onFailure = { [unowned self] in outputFailed($0) }
        signalWatch = try attempt("epoll_ctl") { () throws(Errno) in
            try loop.watch(signals.descriptor, interest: .read) { [unowned self] _ in
                while let signal = signals.next() { interrupted(by: signal) }
            }
        }
        if let deadline = settings.deadline {
            _ = loop.after(deadline) { [unowned self] in
                let words = "the deadline of \(Statistics.text(deadline)) has passed"
                let failure = Failure("run", words: words, status: .timedOut)
                interrupt(Interruption(by: .timeout, how: .timeout, failure: failure))
            }
        }
    }

    /// Runs until the command has finished, and says with what status the process ends.
    func run() -> ExitStatus {
        do {
            try loop.run()
        } catch {
            failure = Failure("epoll_wait", nil, error)
        }
        if let failure { reporter.fail(failure) }
        if let interruption { interruption.dieOf() }
        return failure?.status ?? .success
    }

    /// The command is done: what is left to write is written, then the loop ends.
    func finish(_ failure: Failure?) {
        guard !isFinished else { return }
        isFinished = true
        self.failure = failure
        onInterrupt = nil
        output.whenDrained { [unowned self] in
            guard let payloadFile else { return loop.stop() }
            payloadFile.whenDrained { [unowned self] in loop.stop() }
        }
    }

    /// The next connection's number.
    func identify(local: SocketAddress?, peer: SocketAddress) -> ConnectionIdentity {
        connectionCount += 1
        return ConnectionIdentity(number: connectionCount, local: local, peer: peer)
    }

    /// Keeps what the loop calls back alive until the end.
    func keepAlive(_ object: AnyObject) { kept.append(object) }

    // MARK: Interruptions

    private func interrupted(by signal: Signal) {
        // Whoever asks twice does not want to wait.
        if interruption != nil { signal.dieOf() }
        interruption = signal
        interrupt(Interruption(by: .signal, how: .signal, failure: nil))
        _ = loop.after(.seconds(2)) { [unowned self] in loop.stop() }
    }

    private func interrupt(_ interruption: Interruption) {
        if let onInterrupt {
            self.onInterrupt = nil
            onInterrupt(interruption)
        } else {
            finish(interruption.failure)
            if isFinished { loop.stop() }
        }
    }

    private func outputFailed(_ error: Errno) {
        let name = payloadFile?.failure == nil ? output.name : payload.name
        let failure = error == .brokenPipe ? nil : Failure("write", name, error, status: .inputOutput)
        // It was noticed in the middle of writing: what writes comes to its end first.
        _ = loop.after(.zero) { [unowned self] in
            interrupt(
                Interruption(by: .local, how: failure == nil ? .outputClosed : .error, failure: failure))
        }
    }

    // MARK: Input and output

    /// stdin, or the file given instead, and whether a person types it. Nil if stdin was closed.
    func input(_ arguments: Arguments) throws(Failure) -> Channel? {
        guard let file = arguments[Options.file] else {
            if Standard.wasClosed(.standardInput) { return nil }
            return try Self.channel(.standardInput, writing: false, name: "stdin", loop)
        }
        return try open(file)
    }

    /// A file to be sent.
    func open(_ file: Word) throws(Failure) -> Channel {
        let descriptor = try attempt("open", file.text, status: .inputOutput) { () throws(Errno) in
            try OwnedDescriptor.open(path: file.bytes, writing: false)
        }
        return try Channel(file: descriptor, name: file.text, loop: loop)
    }

    /// Where what one peer sends goes.
    func sink(for connection: ConnectionIdentity) -> any ByteSink {
        guard writesToFile || reporter.passesPayloadUnchanged else {
            return ReportingSink(reporter, connection, output)
        }
        return ChannelSink(payload) { [writesToFile] channel in
            channel.close()
            if !writesToFile { BorrowedDescriptor.standardOutput.detach() }
        }
    }

    /// There is going to be payload: what the file for it held before is gone.
    func beginPayload() {
        if writesToFile, payload.kind == .regular { try? payload.descriptor.truncate() }
    }

    var writesToFile: Bool { settings.outputFile != nil }

    /// The file for the payload as a queue, where events go elsewhere: `--json` with `--output`.
    private(set) lazy var payloadFile: Output? = {
        guard settings.json, writesToFile else { return nil }
        let file = Output(ChannelSink(payload))
        file.onFailure = { [unowned self] in outputFailed($0) }
        return file
    }()

    private static func channel(
        _ descriptor: BorrowedDescriptor, writing: Bool, name: String, _ loop: EventLoop
    ) throws(Failure) -> Channel {
        try attempt(writing ? "write" : "read", name, status: .inputOutput) { () throws(Errno) in
            try Channel(inheriting: descriptor, writing: writing, name: name, loop: loop)
        }
    }
}
