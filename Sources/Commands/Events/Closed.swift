// A connection has ended.

import Sockets

struct Closed: Event {
    let connection: ConnectionIdentity
    let account: ClosingAccount

    static let isRecorded = true

    static let shape = Shape(event: "closed", when: "A connection is over.")

    static func list(_ fields: inout some Fields<Closed>) {
        fields.addresses { $0.connection }
        fields.add("by", "Who or what ended the connection.") { $0.account.by }
        fields.add(
            "how",
            """
            How it ended: in order, by a reset, because the peer was gone when something was to be sent, by a \
            timer, by a signal, at a limit that was asked for, because nobody reads the output any more, \
            or by another error.
            """
        ) { $0.account.how }
        fields.add("received", "What was received.") {
            TrafficReport($0.account.received, bottleneck: $0.account.receivingBottleneck)
        }
        fields.add("sent", "What was sent.") {
            TrafficReport($0.account.sent, bottleneck: $0.account.sendingBottleneck)
        }
        fields.add("duration_us", "How long the connection lasted.") { $0.account.duration }
        fields.add("connecting", optional: "How long connecting took, if we did.") {
            $0.connection.connecting
        }
        fields.add("tcp", optional: "The account of TCP; absent for a Unix socket.") {
            $0.account.tcp.map(TCPAccount.init)
        }
    }

    func say(in text: TextReporter) {
        if text.showsStatistics { text.say(Statistics.summary(of: connection, account), from: .quiet) }
        text.say("\(connection.title) closed: \(Statistics.ending(account))", from: .verbose)
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
    /// The size of the send buffer in bytes, if the user has set it.
    var sendBuffer: Int?

    /// What went one way.
    struct Traffic {
        var bytes = 0
        /// Nil where none are cut.
        var messages: Int?
        /// Nil where it was not kept.
        var timing: TransferTiming?
    }
}
