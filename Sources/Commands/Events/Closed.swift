// A connection has ended.

import Sockets

struct Closed: Event {
    private let subject: Subject

    private enum Subject {
        /// One of ours.
        case connection(ConnectionIdentity, ClosingAccount)
        /// Any socket of the system.
        case watched(ClosedSocket)
    }

    init(connection: ConnectionIdentity, account: ClosingAccount) {
        subject = .connection(connection, account)
    }

    init(watched socket: ClosedSocket) { subject = .watched(socket) }

    private var connection: ConnectionIdentity? {
        if case .connection(let connection, _) = subject { connection } else { nil }
    }

    private var account: ClosingAccount? {
        if case .connection(_, let account) = subject { account } else { nil }
    }

    private var watched: ClosedSocket? { if case .watched(let socket) = subject { socket } else { nil } }

    static let isRecorded = true

    static let shape = Shape(
        event: "closed", when: "A connection is over; with `info --watch`, any socket of the system.")

    static func list(_ fields: inout some Fields<Closed>) {
        fields.add("connection", optional: "The number of the connection, counted from 1 in this run.") {
            $0.connection?.number
        }
        fields.add(
            "leg", optional: "With `--to`: which of its two connections, the client's or the server's."
        ) {
            $0.connection?.leg
        }
        fields.add("cookie", optional: "With `info --watch`: which socket, `SO_COOKIE`.") {
            $0.watched.map { Identifier($0.socket.cookie) }
        }
        fields.add("protocol", optional: "With `info --watch`: the protocol, such as `IPPROTO_TCP`.") {
            $0.watched?.socket.record.kind.protocolName
        }
        fields.add("local", optional: "Our address: `getsockname(2)`.") {
            $0.watched.flatMap { AddressReport(local: $0.socket.record) }
                ?? $0.connection?.local.map(AddressReport.init)
        }
        fields.add("peer", optional: "The peer's address: `getpeername(2)`.") {
            $0.watched.flatMap { AddressReport(peer: $0.socket.record) }
                ?? $0.connection.map { AddressReport($0.peer) }
        }
        fields.add("owners", optional: "With `info --watch`: the processes that held it, as in `sample`.") {
            $0.watched?.socket.holder.sought?.owners
        }
        fields.add("owner_source", optional: "With `info --watch`: how that is known.") {
            $0.watched?.socket.holder.sought?.source
        }
        fields.add("by", optional: "Who or what ended the connection; only its owner knows.") {
            $0.account?.by
        }
        fields.add(
            "how",
            optional: """
                How it ended: in order, by a reset, because the peer was gone when something was to be sent, by a \
                timer, by a signal, at a limit that was asked for, because nobody reads the output any more, \
                or by another error. Only its owner knows.
                """
        ) { $0.account?.how }
        fields.add(
            "established",
            optional: """
                With `info --watch`: whether the handshake was completed, as far as TCP knows; of TCP, if the end was \
                told.
                """
        ) { $0.watched?.last?.isEstablished }
        fields.add(
            "told",
            optional: """
                With `info --watch`: `false` if TCP did not tell the figures of the end, as after a reset, or where that was \
                missed: they are those of the last list.
                """
        ) { closed in closed.watched.flatMap { $0.isTold ? nil : false } }
        fields.add("received", optional: "What was received; absent where the kernel does not count it.") {
            closed in
            closed.watched.map { $0.bytes.map { TrafficReport(bytes: $0.received, rate: nil) } }
                ?? closed.account.map { TrafficReport($0.received, bottleneck: $0.receivingBottleneck) }
        }
        fields.add("sent", optional: "What was sent; absent where the kernel does not count it.") { closed in
            closed.watched.map { $0.bytes.map { TrafficReport(bytes: $0.sent, rate: nil) } }
                ?? closed.account.map { TrafficReport($0.sent, bottleneck: $0.sendingBottleneck) }
        }
        fields.add(
            "exit_status",
            optional:
                "With `--exec` and `--shell`: the exit status of the program; 128 + N where signal N ended it."
        ) { $0.account?.program.map { Int($0.status) } }
        fields.add(
            "exit_signal", optional: "The signal that ended the program, `SIGTERM`; absent where none did."
        ) {
            $0.account?.program?.signal?.name
        }
        fields.add("duration_us", optional: "How long the connection lasted, if its beginning was seen.") {
            closed in
            closed.watched.map(\.duration) ?? closed.account?.duration
        }
        fields.add("connecting", optional: "How long connecting took, if we did.") {
            $0.connection?.connecting
        }
        fields.add("tcp", optional: "The account of TCP; absent for other sockets.") {
            ($0.watched?.last ?? $0.account?.tcp).map(TCPAccount.init)
        }
    }

    func say(in text: TextReporter) {
        guard case .connection(let connection, let account) = subject else { return }
        if text.showsStatistics { text.say(Statistics.summary(of: connection, account), from: .quiet) }
        text.say("\(connection.title) closed: \(Statistics.ending(account))", from: .verbose)
    }
}

extension Closed: Document {
    /// A line for a socket that was watched.
    func text(_ style: TextStyle) -> String {
        guard let watched else { return "" }
        var parts: [String] = []
        if let bytes = watched.bytes {
            parts.append("received \(Statistics.bytes(bytes.received))")
            parts.append("sent \(Statistics.bytes(bytes.sent))")
        }
        if let duration = watched.duration { parts.append("after \(Statistics.text(duration))") }
        parts += WatchLine.path(watched.last)
        if watched.last?.isEstablished == false { parts.append("never connected") }
        if !watched.isTold { parts.append("as listed last") }
        return WatchLine.text("closed", .bad, watched.socket, parts, style)
    }
}

/// The account of a connection that has ended.
struct ClosingAccount {
    var by: EndedBy
    var how: CloseReason
    var received: Traffic
    var sent: Traffic
    var duration: Duration
    /// TCP's own account, read before the socket was closed.
    var tcp: TCPInfo?
    /// The same at the beginning of what is told; nil for all of it.
    var tcpBefore: TCPInfo?
    /// The size of the send buffer in bytes, if the user has set it.
    var sendBuffer: Int?
    /// How the program that served it ended; nil where there was none.
    var program: ChildProgram.Ending?

    /// What went one way.
    struct Traffic {
        var bytes = 0
        /// Nil where none are cut.
        var messages: Int?
        /// What they became below, with TLS; nil without.
        var encrypted: Int?
        /// Nil where it was not kept.
        var timing: TransferTiming?
    }
}
