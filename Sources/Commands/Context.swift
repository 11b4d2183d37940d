// What every running command shares: the loop, the reporter, the signals, and how it all ends.

import CommandSpec
import Sockets

/// One run of a command.
final class Context {
    let loop: EventLoop
    let settings: Settings
    /// Where payload goes as it is: stdout, or the file given instead.
    let payload: Channel
    /// Where formatted text goes: events, and payload in a form that is not its own.
    let output: Output
    /// Where the payload of many peers goes. The same, unless there are events and a file for the payload.
    let payloadOutput: Output
    let reporter: any Reporter
    /// Who looks at the bytes as they pass.
    let hexDump: HexDump?
    let recorder: Recorder?
    private let record: Output?

    /// Whether stdout was closed from the start, or cannot be written to.
    private let stdoutIsClosed: Bool
    /// Whether a session has something to send, which is sent to its end also if stdout is closed.
    private var isSending = false
    private var lossIsSaid = false

    /// Whether payload is written: not where a terminal shows the hex dump instead.
    let showsPayload: Bool

    private let signals: SignalSource
    private var signalWatch: Watch?
    private var interruption: Signal?
    private var failure: Failure?
    /// That of the first thing that failed while others went on.
    private var status: ExitStatus?
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
        var recordFile = try settings.openRecord()
        let caught = [Signal.interrupt, .terminate, .hangUp].filter { !$0.isIgnored }
        signals = try attempt("signalfd") { () throws(Errno) in try SignalSource(caught) }
        let loop = try attempt("epoll_create") { () throws(Errno) in try EventLoop() }
        self.loop = loop
        let stdout = try Self.channel(.standardOutput, writing: true, name: "stdout", loop)
        stdoutIsClosed = !stdout.descriptor.isWritable
        if let file = file.take() {
            payload = try Channel(file: file, name: settings.outputName, loop: loop)
            if settings.json, payload.kind == .terminal, !settings.raw {
                throw Failure(
                    "open", settings.outputName,
                    words: "it is a terminal, which with --json gets payload only as it is", status: .usage,
                    hint: "--raw allows that")
            }
        } else {
            payload = stdout
        }
        payloadOutput = Output(ChannelSink(payload))
        output = settings.json && payload !== stdout ? Output(ChannelSink(stdout)) : payloadOutput
        let reporter: any Reporter =
            settings.json
            ? JSONReporter(output: output)
            : TextReporter(
                output: output, verbosity: settings.verbosity, statistics: settings.statistics,
                escapes: payload.kind == .terminal && !settings.raw,
                columns: payload.descriptor.terminalColumns)
        if let file = recordFile.take() {
            let channel = try Channel(file: file, name: settings.recordFile?.text ?? "", loop: loop)
            if channel.kind == .regular { try? channel.descriptor.truncate() }
            let record = Output(ChannelSink(channel))
            let recorder = Recorder(record)
            self.record = record
            self.recorder = recorder
            self.reporter = RecordingReporter(reporter, recorder)
        } else {
            (record, recorder) = (nil, nil)
            self.reporter = reporter
        }
        showsPayload = !settings.hex || settings.json || payload.kind != .terminal
        if !settings.hex {
            hexDump = nil
        } else if showsPayload {
            hexDump = HexDump { try? BorrowedDescriptor.standardError.writeAll($0) }
        } else {
            hexDump = HexDump { [payloadOutput] in payloadOutput.append($0) }
        }
        for output in outputs {
            output.onFailure = { [unowned self] in outputFailed() }
        }
        if settings.json { output.noticeHangUp() }
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
        StatusLine.end()
        if let failure { reporter.fail(failure) }
        if let interruption { interruption.dieOf() }
        return status ?? failure?.status ?? .success
    }

    /// One of the things asked for has failed: it is said at once, the others go on, and the status of the
    /// first is that of the command.
    func fail(_ failure: Failure) {
        reporter.fail(failure)
        status = status ?? failure.status
    }

    /// The command is done, and all that is to be said is said; this is how it went.
    func finish(status: ExitStatus) {
        if status != .success { self.status = status }
        finish(nil)
    }

    /// The command is done: what is left to write is written, then the loop ends.
    func finish(_ failure: Failure?) {
        guard !isFinished else { return }
        isFinished = true
        self.failure = failure
        onInterrupt = nil
        whenDrained(outputs[...]) { [unowned self] in
            self.failure = self.failure ?? (lossIsSaid ? nil : outputFailure)
            loop.stop()
        }
    }

    /// Everything that is written, apart from diagnostics.
    private var outputs: [Output] { [output, payloadOutput] + (record.map { [$0] } ?? []) }

    private func whenDrained(_ outputs: ArraySlice<Output>, _ body: @escaping () -> Void) {
        guard let first = outputs.first else { return body() }
        first.whenDrained { [unowned self] in whenDrained(outputs.dropFirst(), body) }
    }

    /// The next connection's number.
    func identify(
        local: SocketAddress?, peer: SocketAddress, connecting: ConnectTime? = nil
    ) -> ConnectionIdentity {
        connectionCount += 1
        return ConnectionIdentity(number: connectionCount, local: local, peer: peer, connecting: connecting)
    }

    /// Keeps what the loop calls back alive until the end.
    func keepAlive(_ object: AnyObject) { kept.append(object) }

    // MARK: Interruptions

    private func interrupted(by signal: Signal) {
        // Whoever asks twice does not want to wait.
        if interruption != nil {
            StatusLine.end()
            signal.dieOf()
        }
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

    /// Why not all could be written; that nobody wants to read it is no failure.
    private var outputFailure: Failure? {
        for output in outputs {
            guard let error = output.failure, error != .brokenPipe || output === record else { continue }
            return Failure("write", output.name, error, status: .inputOutput)
        }
        return nil
    }

    private func outputFailed() {
        let failure = outputFailure
        // It was noticed in the middle of writing: what writes comes to its end first.
        _ = loop.after(.zero) { [unowned self] in
            if isSending, stdoutIsClosed { return outputIsLost() }
            interrupt(
                Interruption(by: .local, how: failure == nil ? .outputClosed : .error, failure: failure))
        }
    }

    /// There is no stdout, and something to be written to it: that is said once.
    func outputIsLost() {
        guard !lossIsSaid else { return }
        lossIsSaid = true
        fail(Failure("write", "stdout", .badDescriptor, status: .inputOutput))
    }

    // MARK: Input and output

    /// stdin, or the file given instead, and whether a person types it. Nil if stdin was closed.
    func input(_ arguments: Arguments) throws(Failure) -> Channel? {
        guard let file = arguments[Options.file] else {
            return Standard.wasClosed(.standardInput) ? nil : try standardInput()
        }
        return try open(file)
    }

    /// stdin.
    func standardInput() throws(Failure) -> Channel {
        guard !Standard.wasClosed(.standardInput) else {
            throw Failure("read", "stdin", words: "it is closed", status: .inputOutput)
        }
        return try Self.channel(.standardInput, writing: false, name: "stdin", loop)
    }

    /// A file to be sent.
    func open(_ file: Word) throws(Failure) -> Channel {
        let descriptor = try attempt("open", file.text, status: .inputOutput) { () throws(Errno) in
            try OwnedDescriptor.open(path: file.bytes, writing: false)
        }
        return try Channel(file: descriptor, name: file.text, loop: loop)
    }

    /// Lets `body` write payload, and hands all of it to the system in one call.
    func gather(_ body: () -> Void) {
        guard output !== payloadOutput else { return output.gather(body) }
        output.gather { payloadOutput.gather(body) }
    }

    /// Where what one peer sends goes.
    func sink(for connection: ConnectionIdentity, _ plan: SessionPlan) -> any ByteSink {
        isSending = plan.input != nil
        if isSending, stdoutIsClosed, !writesToFile { return LostSink(self, name: payload.name) }
        if let framing = settings.framing {
            let cutter = framing.socketCutter(limit: plan.messageLimit)
            plan.methods.forEach(cutter.expectResponse)
            (plan.input as? FramedSource)?.onRequest = { cutter.expectResponse(to: $0) }
            return ReportingSink(PayloadOutput(self), connection, cutter, needsMessage: plan.needsMessage)
        }
        guard showsPayload else { return NullSink() }
        guard writesPayloadUnchanged else {
            return ReportingSink(PayloadOutput(self), connection, nil)
        }
        return ChannelSink(payload) { [unowned self] _ in closePayload() }
    }

    /// All payload is written: the next program in the pipe sees the end.
    func closePayload() {
        payload.close()
        if !writesToFile { BorrowedDescriptor.standardOutput.detach() }
    }

    /// There is going to be payload: what the file for it held before is gone.
    func beginPayload() {
        if writesToFile, payload.kind == .regular { try? payload.descriptor.truncate() }
    }

    /// Whether payload is written byte for byte, to a file or because nothing else is asked for.
    var writesPayloadUnchanged: Bool {
        writesToFile && payload.kind != .terminal || reporter.passesPayloadUnchanged
    }

    private var writesToFile: Bool { settings.outputFile != nil }

    private static func channel(
        _ descriptor: BorrowedDescriptor, writing: Bool, name: String, _ loop: EventLoop
    ) throws(Failure) -> Channel {
        try attempt(writing ? "write" : "read", name, status: .inputOutput) { () throws(Errno) in
            try Channel(inheriting: descriptor, writing: writing, name: name, loop: loop)
        }
    }
}
