// Everything that is written: stdout, the file given instead, the recording, stderr. Each is bounded: who produces
// asks for room before it takes more.

import CommandSpec
import Sockets

/// The outputs that must have room before more is taken from whoever feeds them.
struct Gate {
    let outputs: [Output]

    var isFull: Bool { outputs.contains { $0.isFull } }

    /// Calls `body` once, when all have room.
    func whenRoom(_ body: @escaping () -> Void) {
        guard let full = outputs.first(where: \.isFull) else { return body() }
        full.whenRoom { whenRoom(body) }
    }

    /// Whether something waits to be written.
    var hasBacklog: Bool { outputs.contains { $0.hasBacklog } }

    /// When something last had to wait, and is written by now.
    var lastWait: Output.Wait? { outputs.compactMap(\.lastWait).max { $0.until < $1.until } }

    /// Calls `body` once, when nothing waits to be written any more.
    func whenDrained(_ body: @escaping () -> Void) {
        guard let waiting = outputs.first(where: \.hasBacklog) else {
            return body()
        }
        waiting.whenDrained { whenDrained(body) }
    }
}

final class Outputs {
    private let loop: EventLoop
    private let settings: Settings
    /// Where payload goes as it is: stdout, or the file given instead.
    let payloadChannel: Channel
    /// Where formatted text goes: events, and payload in a form that is not its own.
    let described: Output
    /// Where the payload of many peers goes. The same, unless there are events and a file for the payload.
    let payload: Output
    let record: Output?
    /// The recording's file, where it has one of its own.
    private let recordChannel: Channel?
    /// All that is written to.
    private let written: [Channel]
    /// Where `--hex` goes.
    let hex: Output?
    /// Whether stdout was closed from the start, or cannot be written to.
    let stdoutIsClosed: Bool
    /// Called once when one of them has failed.
    var onFailure: ((Output) -> Void)?

    /// - Parameters:
    ///   - file: for the payload, in place of stdout.
    ///   - record: for the recording.
    init(
        _ settings: Settings, file: consuming OwnedDescriptor?, record recordFile: consuming OwnedDescriptor?,
        loop: EventLoop
    ) throws(Failure) {
        self.settings = settings
        self.loop = loop
        let stdout = try Channel.standard(.standardOutput, writing: true, name: "stdout", loop)
        stdoutIsClosed = !stdout.descriptor.isOpen(forWriting: true)
        if let file = file.take() {
            payloadChannel = try Channel(file: file, name: settings.outputName, loop: loop)
            if settings.json, payloadChannel.kind == .terminal, !settings.raw {
                throw Failure(
                    "open", settings.outputName,
                    words: "it is a terminal, which with --json gets payload only as it is", status: .usage,
                    hint: "--raw allows that")
            }
        } else {
            payloadChannel = stdout
        }
        let payload = Output(ChannelSink(payloadChannel))
        self.payload = payload
        described = settings.json && payloadChannel !== stdout ? Output(ChannelSink(stdout)) : payload
        if settings.json { described.gatherTurns(of: loop) }
        if let file = recordFile.take() {
            let channel = try Channel(file: file, name: settings.recording?.file.text ?? "", loop: loop)
            record = Output(ChannelSink(channel))
            recordChannel = channel
        } else {
            let stdoutOutput = payloadChannel === stdout ? payload : Output(ChannelSink(stdout))
            record = settings.recordsToStdout ? stdoutOutput : nil
            recordChannel = nil
        }
        if let record, record.isTerminal, settings.recording?.form == .packets {
            throw Failure(
                "write", record.name, words: "it is a terminal, and pcapng is binary", status: .usage,
                hint: "pass it on, as in --record pcapng:- | wireshark -k -i -")
        }
        let hasStdoutBeside = payloadChannel !== stdout && (settings.json || settings.recordsToStdout)
        written = [payloadChannel] + (hasStdoutBeside ? [stdout] : []) + (recordChannel.map { [$0] } ?? [])
        for (index, channel) in written.enumerated() {
            try Self.refuse(channel.descriptor, channel.name, among: written[..<index], "written twice")
        }
        if let stderr = try? Channel.standard(.standardError, writing: true, name: "stderr", loop) {
            StandardError.attach(Output(ChannelSink(stderr), withdrawsStatus: false))
        }
        showsPayload = !settings.hex || settings.json || payloadChannel.kind != .terminal
        let hexTakesStdout = !showsPayload && !settings.recordsToStdout
        hex = settings.hex ? (hexTakesStdout ? payload : StandardError.output) : nil
        for output in all { output.onFailure = { [unowned self, unowned output] in onFailure?(output) } }
        if settings.json { described.noticeHangUp() }
    }

    /// Whether payload is written: not where a terminal shows the hex dump instead.
    let showsPayload: Bool

    /// How text for stdout, or for the file given instead, looks.
    var style: TextStyle {
        TextStyle(
            isVerbose: settings.isVerbose,
            hasColor: ColorChoice.isColored(settings.color, on: payloadChannel.descriptor),
            escapes: payloadChannel.kind == .terminal && !settings.raw,
            columns: payloadChannel.descriptor.terminalColumns)
    }

    /// Everything that is written, apart from diagnostics.
    var all: [Output] {
        (described === payload ? [payload] : [described, payload])
            + (record.map { $0 === payload ? [] : [$0] } ?? [])
    }

    /// Those that whatever passes over a connection is written to, besides its payload's own.
    var observing: Gate { Gate(outputs: [record, hex].compactMap(\.self)) }

    /// Those that events and the payload of peers are written to.
    var receiving: Gate { Gate(outputs: all + (hex.map { $0 === payload ? [] : [$0] } ?? [])) }

    /// Those that events are written to.
    var events: Gate { settings.json || record != nil ? receiving : Gate(outputs: []) }

    /// Why not all could be written; that nobody wants to read it is no failure.
    var failure: Failure? {
        for output in all {
            let isFile = output === record && recordChannel != nil
            guard let error = output.failure, error != .brokenPipe || isFile else { continue }
            return Failure("write", output.name, error, status: .inputOutput)
        }
        return nil
    }

    /// Calls `body` when everything is written, or will never be.
    func whenDrained(_ body: @escaping () -> Void) { whenDrained(all[...], body) }

    private func whenDrained(_ outputs: ArraySlice<Output>, _ body: @escaping () -> Void) {
        guard let first = outputs.first else { return body() }
        first.whenDrained { [self] in whenDrained(outputs.dropFirst(), body) }
    }

    /// How many bytes wait to be written.
    var backlog: Int { all.reduce(0) { $0 + $1.backlog } }

    /// What is lost is told in these.
    enum Unit {
        case bytes, datagrams

        func text(_ count: Int) -> String {
            switch self {
            case .bytes: Statistics.bytes(count)
            case .datagrams: "\(count) \(count == 1 ? "datagram" : "datagrams")"
            }
        }
    }
    var unit = Unit.bytes
    /// How much was received that no output will ever be given.
    var lost = 0

    /// What was not written and never will be, as a failure. What nobody wants to read is not lost.
    var loss: Failure? {
        let shown = described === payload ? [payload] : [payload, described]
        let received = shown.reduce(lost) { $0 + $1.unwritten.received }
        var losses: [Failure] = []
        func lose(_ what: String, _ output: Output) {
            let words = "\(what) could not be written"
            losses.append(Failure("write", output.name, words: words, status: .inputOutput))
        }
        if received > 0 {
            if !shown.contains(where: { $0.failure == .brokenPipe }) {
                // Of what goes nowhere else the recording is what it waited for.
                let isRecorded = record?.hasBacklog == true && !shown.contains(where: \.hasBacklog)
                lose("\(unit.text(received)) received", isRecorded ? record ?? payload : payload)
            }
        } else if described.hasBacklog {
            lose("\(Statistics.bytes(described.backlog)) of output", described)
        }
        if let record, record !== payload, record.hasBacklog {
            lose("\(Statistics.bytes(record.backlog)) of the recording", record)
        }
        return losses.first?.adding(losses.dropFirst().first)
    }

    /// Lets `body` write payload, and hands all of it to the system in one call.
    func gather(_ body: () -> Void) {
        guard described !== payload else { return described.gather(body) }
        described.gather { payload.gather(body) }
    }

    /// All payload is written: the next program in the pipe sees the end.
    func closePayload() {
        payloadChannel.close()
        if !writesToFile { BorrowedDescriptor.standardOutput.detach() }
    }

    /// There is going to be payload: what the file for it held before is gone.
    func beginPayload() {
        if writesToFile, payloadChannel.kind == .regular { try? payloadChannel.descriptor.truncate() }
    }

    /// There is going to be a recording: what its file held before is gone.
    func beginRecording() {
        if let recordChannel, recordChannel.kind == .regular { try? recordChannel.descriptor.truncate() }
    }

    /// The payload is that of many, as a log is: its file goes on at its end after somebody has cut it.
    func appendPayload() {
        if writesToFile, payloadChannel.kind == .regular { payloadChannel.appendFromNowOn() }
    }

    /// Refuses to read what is going to be written.
    func refuse(reading descriptor: borrowing some Descriptor & ~Copyable, _ name: String) throws(Failure) {
        try Self.refuse(descriptor, name, among: written[...], "read and written")
    }

    private static func refuse(
        _ descriptor: borrowing some Descriptor & ~Copyable, _ name: String,
        among channels: ArraySlice<Channel>, _ use: String
    ) throws(Failure) {
        guard let identity = descriptor.regularFile,
            let other = channels.first(where: { $0.descriptor.regularFile == identity })
        else { return }
        throw Failure(
            "open", name,
            words: "it would be \(use)\(other.name == name ? "" : ", as \(other.name),") at the same time",
            status: .usage, hint: "name another file")
    }

    var writesToFile: Bool { settings.outputFile != nil }
}

extension Output {
    /// Whether something waits to be written.
    fileprivate var hasBacklog: Bool { backlog > 0 && failure == nil }
}

extension Failure {
    /// With what was lost besides.
    func adding(_ loss: Failure?) -> Failure {
        guard let loss else { return self }
        var failure = self
        failure.hint = [hint, loss.line, loss.hint].compactMap(\.self).joined(separator: "; ")
        return failure
    }
}

extension Channel {
    /// stdin, stdout or stderr.
    static func standard(
        _ descriptor: BorrowedDescriptor, writing: Bool, name: String, _ loop: EventLoop
    ) throws(Failure) -> Channel {
        try attempt(writing ? "write" : "read", name, status: .inputOutput) { () throws(Errno) in
            try Channel(inheriting: descriptor, writing: writing, name: name, loop: loop)
        }
    }
}
