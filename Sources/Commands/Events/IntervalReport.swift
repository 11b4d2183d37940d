// What went over a connection in a while.

import Sockets

struct IntervalReport: Event {
    let connection: ConnectionIdentity
    /// What has been added in that time.
    let account: ClosingAccount

    static let shape = Shape(
        event: "interval",
        when:
            "With `--interval`, that much time has passed; or SIGUSR1 has come, then it is all since the beginning."
    )

    static func list(_ fields: inout some Fields<IntervalReport>) {
        fields.add("connection", "The number of the connection, counted from 1 in this run.") {
            $0.connection.number
        }
        fields.add(
            "leg", optional: "With `--to`: which of its two connections, the client's or the server's."
        ) {
            $0.connection.leg
        }
        fields.add("duration_us", "How long that was.") { $0.account.duration }
        fields.add("received", "What was received meanwhile.") {
            TrafficReport(
                $0.account.received, in: $0.account.duration, bottleneck: $0.account.receivingBottleneck)
        }
        fields.add("sent", "What was sent and acknowledged meanwhile; of a Unix socket, what was sent.") {
            TrafficReport($0.account.sent, in: $0.account.duration, bottleneck: $0.account.sendingBottleneck)
        }
        fields.add("retransmits", optional: "How many segments TCP has sent again meanwhile.") {
            $0.account.retransmissions
        }
        fields.add("tcp", optional: "The account of TCP since the beginning; absent for other sockets.") {
            $0.account.tcp.map(TCPAccount.init)
        }
    }

    func say(in text: TextReporter) {
        text.say("#\(connection.number) " + Statistics.line(of: connection, account), from: .quiet)
    }
}
