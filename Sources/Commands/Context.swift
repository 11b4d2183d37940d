// What every running command shares: its settings, the run, the outputs and the reporter.

import CommandSpec
import Framing
import Sockets
import TLS

/// One run of a command, as the command sees it.
final class Context {
    let settings: Settings
    let run: Run
    let outputs: Outputs
    let reporter: any Reporter
    /// Who looks at the bytes as they pass.
    let hexDump: HexDump?
    let recorder: (any Recorder)?

    /// What TLS is spoken with when connecting, which is the same for all connections of a run; nil before the first.
    var clientTLS: TLSContext?

    /// What the pumps of this run share.
    let pumping: PumpEnvironment

    /// Whether a session has something to send, which is sent to its end also if stdout is closed.
    var isSending = false
    /// Whether a person waits for the connection, and sees what is said meanwhile.
    var isAwaited = false
    private var lossIsSaid = false
    private var connectionCount = 0

    var loop: EventLoop { run.loop }
    var payload: Channel { outputs.payloadChannel }
    var output: Output { outputs.described }
    var payloadOutput: Output { outputs.payload }
    var showsPayload: Bool { outputs.showsPayload }

    init(_ settings: Settings) throws(Failure) {
        self.settings = settings
        if let deadline = settings.deadline { StartLimit.begin(deadline) }
        // Files are opened before signals are blocked: a FIFO may make us wait, and that can be ended.
        let file = try settings.openOutput()
        let recordFile = try settings.openRecord()
        run = try Run(deadline: settings.deadline)
        pumping = PumpEnvironment(loop: run.loop)
        outputs = try Outputs(settings, file: file, record: recordFile, loop: run.loop)
        let reporter: any Reporter =
            settings.json
            ? JSONReporter(output: outputs.described)
            : TextReporter(
                output: outputs.described, verbosity: settings.verbosity, statistics: settings.statistics,
                style: outputs.style, namesSpeakers: settings.keepsOpen)
        let recording = outputs.record.map { [outputs] in RecordingFile($0) { outputs.beginRecording() } }
        switch (recording, settings.recording?.form) {
        case (let file?, .events):
            let recorder = EventRecorder(file)
            self.recorder = recorder
            self.reporter = RecordingReporter(reporter, recorder)
        case (let file?, .packets):
            recorder = PacketRecorder(file, commandLine: CommandLine.arguments)
            self.reporter = reporter
        case (nil, _), (_, nil):
            recorder = nil
            self.reporter = reporter
        }
        hexDump = outputs.hex.map { [outputs] output in
            HexDump(output === outputs.payload ? outputs.style : StandardError.style) { output.append($0) }
        }
        outputs.onFailure = { [unowned self] _ in outputFailed() }
        run.drain = { [unowned self] body in
            outputs.whenDrained { [unowned self] in
                run.fail(lossIsSaid ? nil : outputs.failure)
                body()
            }
        }
        run.loss = { [unowned self] in lossIsSaid ? nil : outputs.loss }
        run.backlog = { [unowned self] in outputs.backlog }
    }

    /// Runs until the command has finished, and says with what status the process ends.
    func runToEnd() -> Int32 { run.run { tell($0) } }

    /// One of the things asked for has failed: it is said at once, the others go on, and the status of the
    /// first is that of the command.
    func fail(_ failure: Failure) {
        tell(failure)
        run.note(failure.status)
    }

    /// Says that something has failed, and of what was typed wrongly the line to type instead.
    func tell(_ failure: Failure) { reporter.fail(failure.answered(for: settings.typed)) }

    /// The command is done, and all that is to be said is said; this is how it went.
    func finish(status: ExitStatus) {
        run.note(status)
        run.finish(nil)
    }

    /// The command is done: what is left to write is written, then the loop ends.
    func finish(_ failure: Failure?, hurried: Bool = false) { run.finish(failure, hurried: hurried) }

    /// The next connection's number.
    func identify(
        _ leg: Leg? = nil, local: SocketAddress?, peer: SocketAddress, connecting: ConnectTime? = nil,
        detour: Detour? = nil
    ) -> ConnectionIdentity {
        connectionCount += 1
        return ConnectionIdentity(
            number: connectionCount, leg: leg, local: local, peer: peer, connecting: connecting,
            detour: detour)
    }

    // MARK: Output

    private func outputFailed() {
        let failure = outputs.failure
        // It was noticed in the middle of writing: what writes comes to its end first.
        loop.schedule(after: .zero) { [unowned self] in
            if isSending, outputs.stdoutIsClosed { return outputIsLost() }
            run.interrupt(
                Interruption(by: .local, how: failure == nil ? .outputClosed : .error, failure: failure))
        }
    }

    /// There is no stdout, and something to be written to it: that is said once.
    func outputIsLost() {
        guard !lossIsSaid else { return }
        lossIsSaid = true
        fail(Failure("write", "stdout", .badDescriptor, status: .inputOutput))
    }

    func gather(_ body: () -> Void) { outputs.gather(body) }

    func closePayload() { outputs.closePayload() }
    func beginPayload() { outputs.beginPayload() }

    /// Whether payload is written byte for byte, to a file or because nothing else is asked for.
    var writesPayloadUnchanged: Bool {
        outputs.writesToFile && payload.kind != .terminal || reporter.passesPayloadUnchanged
    }
}
