// The one way from what happens to what is printed. Commands know this protocol and no format.

import Sockets

/// Prints events, payload and failures in one format.
protocol Reporter: AnyObject {
    /// Whether payload goes out byte for byte, so that the kernel may move it past the reporter.
    var passesPayloadUnchanged: Bool { get }

    /// How many results of one kind are shown.
    var resultsShown: ResultsShown { get }

    /// Whether it shows TCP's own account of a connection that has ended, which has to be asked for.
    var showsTCPAccounts: Bool { get }

    func report(_ event: some Event)

    /// What the command was asked for.
    func show(_ answer: any Presentable)

    /// Something to know about an answer that is no failure, and that JSON has in its objects.
    func notice(_ text: @autoclosure () -> String)

    /// Progress that only a reader of `--verbose` wants.
    func note(_ text: @autoclosure () -> String)

    /// Appends what a peer sent, in the reporter's format, to what will be written.
    func render(_ payload: RawSpan, of connection: ConnectionIdentity, into output: inout [UInt8])

    /// What is left to say at the end of a peer's stream.
    func renderEnd(of connection: ConnectionIdentity, into output: inout [UInt8])

    /// Whether messages are described, or shown one by one, instead of being joined as they were cut.
    var describesMessages: Bool { get }

    /// Appends a message that was cut from what a peer sent. Its payload is nil if it was written elsewhere.
    func render(_ message: MessageReport, _ payload: RawSpan?, into output: inout [UInt8])

    /// Appends a message that passed between two others.
    func render(relayed message: MessageReport, _ payload: RawSpan, into output: inout [UInt8])

    /// Whether each datagram is described with all that is known of it, not just written.
    var describesDatagrams: Bool { get }

    /// Appends a datagram. Its payload is nil if it was written elsewhere.
    func render(_ datagram: DatagramReport, _ payload: RawSpan?, into output: inout [UInt8])

    /// Says that the command failed.
    func fail(_ failure: Failure)
}

enum ResultsShown {
    /// Every one as it comes.
    case each
    /// As they come, those that are many and alike summed up.
    case telling
    /// Together, once all are there: a terminal has a table that fills up meanwhile.
    case together
}

extension Reporter {
    func renderEnd(of connection: ConnectionIdentity, into output: inout [UInt8]) {}
}

/// What a failed command says on stderr, with or without a context to say it in.
enum FailureLine {
    static func write(_ failure: Failure, json: Bool, droppable: Bool = false) {
        if json {
            var lines = JSONLines(isForTerminal: BorrowedDescriptor.standardError.isTerminal)
            let line = lines.line(CommandFailure(failure: failure))
            StatusLine.write(String(decoding: line, as: UTF8.self), droppable: false)
        } else {
            writeFailure("sockctl: " + TerminalEscaper.visible(failure.text), droppable: droppable)
        }
    }
}

/// Writes why something failed to stderr; in colour is who says so.
func writeFailure(_ text: String, droppable: Bool = false) {
    let name = text.prefix { $0 != ":" }
    writeDiagnostic(
        StandardError.style.paint(String(name), .bad) + text.dropFirst(name.count), droppable: droppable)
}

/// Writes a diagnostic to stderr, whole.
/// - Parameter droppable: whether it is about one of many peers, and may be dropped where stderr is full.
func writeDiagnostic(_ text: String, droppable: Bool = false) {
    StatusLine.write(text + "\n", droppable: droppable)
}
