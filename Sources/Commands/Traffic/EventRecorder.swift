// A session's traffic in a file: its events and every byte of both directions, as `--json` would write them, so
// that it can be read with the same tools and played back.

import CommandSpec
import Sockets

final class EventRecorder: Recorder {
    private let file: RecordingFile
    private var lines: JSONLines

    init(_ file: RecordingFile) {
        self.file = file
        lines = JSONLines(isForTerminal: file.output.isTerminal)
    }

    /// Records what happens to connections; the rest is of the run, not of the session.
    func record<Happening: Event>(_ event: Happening) {
        guard Happening.isRecorded else { return }
        begin()
        file.output.append { lines.append(event, at: event.time, to: &$0) }
    }

    /// Records what one call received or sent.
    func observe(_ bytes: RawSpan, _ direction: Direction, of connection: ConnectionIdentity, at offset: Int)
    {
        begin()
        let event = DataReport(connection: connection, direction: direction, size: bytes.byteCount)
        file.output.append { lines.append(event, payload: bytes, to: &$0) }
    }

    /// Records a datagram.
    func observe(_ datagram: DatagramReport, _ payload: RawSpan) {
        begin()
        file.output.append { lines.append(datagram, at: datagram.time, payload: payload, to: &$0) }
    }

    func begin() { _ = file.begin() }
}

/// A reporter that also records.
final class RecordingReporter: Reporter {
    private let reporter: any Reporter
    private let recorder: EventRecorder

    init(_ reporter: any Reporter, _ recorder: EventRecorder) {
        self.reporter = reporter
        self.recorder = recorder
    }

    func report(_ event: some Event) {
        recorder.record(event)
        reporter.report(event)
    }

    func show(_ answer: any Presentable) { reporter.show(answer) }
    func notice(_ text: @autoclosure () -> String) { reporter.notice(text()) }
    func note(_ text: @autoclosure () -> String) { reporter.note(text()) }

    var passesPayloadUnchanged: Bool { reporter.passesPayloadUnchanged }
    var resultsShown: ResultsShown { reporter.resultsShown }
    var showsTCPAccounts: Bool { true }
    var describesMessages: Bool { reporter.describesMessages }
    var describesDatagrams: Bool { reporter.describesDatagrams }

    func render(_ payload: RawSpan, of connection: ConnectionIdentity, into output: inout [UInt8]) {
        reporter.render(payload, of: connection, into: &output)
    }

    func renderEnd(of connection: ConnectionIdentity, into output: inout [UInt8]) {
        reporter.renderEnd(of: connection, into: &output)
    }

    func render(_ message: MessageReport, _ payload: RawSpan?, into output: inout [UInt8]) {
        reporter.render(message, payload, into: &output)
    }

    func render(relayed message: MessageReport, _ payload: RawSpan, into output: inout [UInt8]) {
        reporter.render(relayed: message, payload, into: &output)
    }

    func render(_ datagram: DatagramReport, _ payload: RawSpan?, into output: inout [UInt8]) {
        reporter.render(datagram, payload, into: &output)
    }

    func fail(_ failure: Failure) {
        // What was refused before it began leaves the file as it was: it may be the one that was to be read.
        if failure.status != .usage { recorder.record(Failed(failure: failure)) }
        reporter.fail(failure)
    }
}
