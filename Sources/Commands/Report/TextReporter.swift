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
    /// Whether stdout is a terminal that may not get control sequences.
    private let escapes: Bool
    private var escapers: [Int: TerminalEscaper] = [:]

    /// - Parameter columns: those of the terminal that stdout is; nil if it is none.
    init(output: Output, verbosity: Verbosity, statistics: Bool, escapes: Bool, columns: Int?) {
        self.output = output
        self.verbosity = verbosity
        style = TextStyle(
            isVerbose: verbosity == .verbose, hasColor: columns != nil && !Environment.hasNoColor,
            escapes: escapes, columns: columns)
        showsStatistics = statistics
        self.escapes = escapes
    }

    var passesPayloadUnchanged: Bool { !escapes }
    var writesEachResult: Bool { false }
    var showsTCPAccounts: Bool { showsStatistics }

    func render(_ payload: RawSpan, of connection: ConnectionIdentity, into output: inout [UInt8]) {
        if escapes {
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
        if let payload { showLine(payload, in: &output) }
    }

    /// On a screen each message, and each datagram, begins on a line of its own.
    private func showLine(_ payload: RawSpan, in output: inout [UInt8]) {
        var escaper = TerminalEscaper()
        escaper.append(payload, to: &output)
        escaper.finish(to: &output)
        let isComplete = payload.byteCount > 0 && output.last == UInt8(ascii: "\n")
        if !isComplete { output.append(UInt8(ascii: "\n")) }
    }

    var describesDatagrams: Bool { verbosity == .verbose || escapes && verbosity != .quiet }

    func render(_ datagram: DatagramReport, _ payload: RawSpan?, into output: inout [UInt8]) {
        if describesDatagrams { say(DatagramText.line(datagram), from: .quiet) }
        guard let payload else { return }
        guard escapes else {
            unsafe payload.withUnsafeBytes { unsafe output.append(contentsOf: $0) }
            return
        }
        if payload.byteCount > 0 { showLine(payload, in: &output) }
    }

    func report(_ event: some Event) { event.say(in: self) }

    func show(_ answer: any Presentable) {
        let text = answer.text(style)
        output.append((escapes ? TerminalEscaper.visible(text, keepingColor: style.hasColor) : text).utf8)
    }

    func notice(_ text: @autoclosure () -> String) { say(text()) }
    func note(_ text: @autoclosure () -> String) { say(text(), from: .verbose) }

    func fail(_ failure: Failure) {
        FailureLine.write(failure, json: false)
    }

    /// Says it on stderr.
    /// - Parameter text: put together only if it is said; a server has many peers.
    func say(_ text: @autoclosure () -> String, from level: Verbosity = .normal) {
        if verbosity >= level { writeDiagnostic(TerminalEscaper.visible(text()), droppable: true) }
    }
}
