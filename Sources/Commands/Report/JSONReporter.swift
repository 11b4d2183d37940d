// JSON Lines: one object for each event, as sockctl-json(7) documents them.

import Sockets

final class JSONReporter: Reporter {
    private let output: Output
    private var lines: JSONLines

    /// - Parameter output: where the objects go, stdout.
    init(output: Output) {
        self.output = output
        lines = JSONLines(isForTerminal: output.isTerminal)
    }

    var passesPayloadUnchanged: Bool { false }
    var resultsShown: ResultsShown { .each }
    var showsTCPAccounts: Bool { true }

    func report(_ event: some Event) {
        output.append { lines.append(event, at: event.time, to: &$0) }
    }

    func show(_ answer: any Presentable) {
        output.append { answer.json(&lines, to: &$0) }
    }

    func notice(_ text: @autoclosure () -> String) {}
    func note(_ text: @autoclosure () -> String) {}

    func render(_ payload: RawSpan, of connection: ConnectionIdentity, into output: inout [UInt8]) {
        let event = DataReport(connection: connection, direction: .received, size: payload.byteCount)
        lines.append(event, payload: payload, to: &output)
    }

    var describesMessages: Bool { true }

    func render(_ message: MessageReport, _ payload: RawSpan?, into output: inout [UInt8]) {
        lines.append(message, payload: message.http != nil ? nil : payload, to: &output)
    }

    func render(relayed message: MessageReport, _ payload: RawSpan, into output: inout [UInt8]) {
        render(message, payload, into: &output)
    }

    var describesDatagrams: Bool { true }

    func render(_ datagram: DatagramReport, _ payload: RawSpan?, into output: inout [UInt8]) {
        lines.append(datagram, at: datagram.time, payload: payload, to: &output)
    }

    func fail(_ failure: Failure) {
        FailureLine.write(failure, json: true)
    }
}
