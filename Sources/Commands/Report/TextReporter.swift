// Text for people: payload as it came, or in visible form on a terminal; the rest on stderr.

import Framing
import Sockets

final class TextReporter: Reporter {
    enum Verbosity: Comparable {
        case quiet, normal, verbose
    }

    private let output: Output
    private let verbosity: Verbosity
    private let style: TextStyle
    let showsStatistics: Bool
    private var escapers: [Int: TerminalEscaper] = [:]
    /// Whether a terminal shows which peer speaks.
    private let namesSpeakers: Bool
    /// The number of the connection whose payload came last.
    private var speaker: Int?
    private var clock = JSONClock()

    /// - Parameters:
    ///   - style: how what is written to `output` looks.
    ///   - namesSpeakers: whether many peers may speak at once.
    init(output: Output, verbosity: Verbosity, statistics: Bool, style: TextStyle, namesSpeakers: Bool) {
        self.output = output
        self.verbosity = verbosity
        self.style = style
        showsStatistics = statistics
        self.namesSpeakers = namesSpeakers && style.escapes && verbosity != .quiet
    }

    /// Whether stdout is a terminal that may not get control sequences.
    private var escapes: Bool { style.escapes }

    var passesPayloadUnchanged: Bool { !escapes }
    var resultsShown: ResultsShown { output.isTerminal ? .together : .telling }
    var showsTCPAccounts: Bool { showsStatistics }

    func render(_ payload: RawSpan, of connection: ConnectionIdentity, into output: inout [UInt8]) {
        if escapes {
            introduce(connection, in: &output)
            escapers[connection.number, default: TerminalEscaper()].append(payload, to: &output)
        } else {
            unsafe payload.withUnsafeBytes { unsafe output.append(contentsOf: $0) }
        }
    }

    func renderEnd(of connection: ConnectionIdentity, into output: inout [UInt8]) {
        guard var escaper = escapers.removeValue(forKey: connection.number) else { return }
        escaper.finish(to: &output)
    }

    var describesMessages: Bool { escapes }

    func render(_ message: MessageReport, _ payload: RawSpan?, into output: inout [UInt8]) {
        guard let payload else { return }
        introduce(message.connection, in: &output)
        showLine(payload, in: &output)
    }

    /// Says who speaks, where that is another peer than before.
    private func introduce(_ connection: ConnectionIdentity, in output: inout [UInt8]) {
        guard namesSpeakers, speaker != connection.number else { return }
        speaker = connection.number
        showHeading("from \(connection.nameWithNumber):", in: &output)
    }

    /// A line above payload, on a line of its own. It goes the payload's way, so that it stays above it.
    private func showHeading(_ text: String, in output: inout [UInt8]) {
        let isMidLine = output.last.map { $0 != UInt8(ascii: "\n") } ?? StatusLine.isMidLine
        if isMidLine { output.append(UInt8(ascii: "\n")) }
        output += style.paint(TerminalEscaper.line(text), .received).utf8
        output.append(UInt8(ascii: "\n"))
    }

    /// On a screen each message, and each datagram, begins on a line of its own.
    private func showLine(_ payload: RawSpan, in output: inout [UInt8]) {
        var escaper = TerminalEscaper()
        escaper.append(payload, to: &output)
        escaper.finish(to: &output)
        let isComplete = payload.byteCount > 0 && output.last == UInt8(ascii: "\n")
        if !isComplete { output.append(UInt8(ascii: "\n")) }
    }

    func render(relayed message: MessageReport, _ payload: RawSpan, into output: inout [UInt8]) {
        let lead =
            "\(clock.text(.now)) \(message.connection.number) \(message.connection.leg?.rawValue ?? "") >"
        let role: TextStyle.Role = message.connection.leg == .server ? .received : .sent
        var line = Array(style.paint(lead, role).utf8)
        line.append(UInt8(ascii: " "))
        line += RelayText.line(of: message, payload).utf8
        line.append(UInt8(ascii: "\n"))
        output += line
    }

    var describesDatagrams: Bool { verbosity == .verbose || escapes && verbosity != .quiet }

    func render(_ datagram: DatagramReport, _ payload: RawSpan?, into output: inout [UInt8]) {
        if describesDatagrams {
            if escapes {
                showHeading(DatagramText.line(datagram), in: &output)
            } else {
                say(DatagramText.line(datagram), from: .quiet)
            }
        }
        guard let payload else { return }
        guard escapes else {
            unsafe payload.withUnsafeBytes { unsafe output.append(contentsOf: $0) }
            return
        }
        if payload.byteCount > 0 { showLine(payload, in: &output) }
    }

    func report(_ event: some Event) { event.say(in: self) }

    func show(_ answer: any Presentable) {
        output.append { answer.write(style, to: &$0) }
    }

    func notice(_ text: @autoclosure () -> String) {
        if verbosity >= .normal { say(text(), .warning, "") }
    }
    func note(_ text: @autoclosure () -> String) { say(text(), from: .verbose) }

    func fail(_ failure: Failure) {
        FailureLine.write(failure, json: false)
    }

    /// Says it on stderr, with its beginning in a colour.
    func say(
        _ lead: String, _ role: TextStyle.Role, _ rest: @autoclosure () -> String,
        from level: Verbosity = .normal
    ) {
        guard verbosity >= level else { return }
        let lead = StandardError.style.paint(TerminalEscaper.visible(lead), role)
        writeDiagnostic(lead + TerminalEscaper.visible(rest()), droppable: true)
    }

    /// Says it on stderr.
    /// - Parameter text: put together only if it is said; a server has many peers.
    func say(_ text: @autoclosure () -> String, from level: Verbosity = .normal) {
        if verbosity >= level { writeDiagnostic(TerminalEscaper.visible(text()), droppable: true) }
    }
}
