// What went over a connection, or as datagrams, in a while.

import Sockets

struct IntervalReport: Event {
    private let subject: Subject

    private enum Subject {
        /// With what has been added in that time.
        case connection(ConnectionIdentity, ClosingAccount)
        /// All of them.
        case datagrams(DatagramSummary)
    }

    init(connection: ConnectionIdentity, account: ClosingAccount) {
        subject = .connection(connection, account)
    }

    init(datagrams: DatagramSummary) { subject = .datagrams(datagrams) }

    private var connection: ConnectionIdentity? {
        if case .connection(let connection, _) = subject { connection } else { nil }
    }

    private var account: ClosingAccount? {
        if case .connection(_, let account) = subject { account } else { nil }
    }

    private var datagrams: DatagramSummary? {
        if case .datagrams(let summary) = subject { summary } else { nil }
    }

    static let shape = Shape(
        event: "interval",
        when:
            "With `--interval`, that much time has passed; or SIGUSR1 has come, then it is all since the beginning."
    )

    static func list(_ fields: inout some Fields<IntervalReport>) {
        fields.add("connection", optional: "The number of the connection, counted from 1 in this run.") {
            $0.connection?.number
        }
        fields.add(
            "leg", optional: "With `--to`: which of its two connections, the client's or the server's."
        ) {
            $0.connection?.leg
        }
        fields.add("duration_us", "How long that was.") {
            $0.account?.duration ?? $0.datagrams?.duration ?? .zero
        }
        fields.add("received", "What was received meanwhile.") { interval in
            interval.traffic(\.received, \.received, interval.account?.receivingBottleneck)
        }
        fields.add("sent", "What was sent meanwhile; over TCP, sent and acknowledged.") { interval in
            interval.traffic(\.sent, \.sent, interval.account?.sendingBottleneck)
        }
        fields.add(
            "dropped",
            optional: "How many datagrams the kernel dropped meanwhile: the receive buffer was full."
        ) { $0.datagrams?.dropped }
        fields.add("retransmits", optional: "How many segments TCP has sent again meanwhile.") {
            $0.account?.retransmissions
        }
        fields.add("tcp", optional: "The account of TCP since the beginning; absent for other sockets.") {
            $0.account?.tcp.map(TCPAccount.init)
        }
    }

    private func traffic(
        _ ofConnection: KeyPath<ClosingAccount, ClosingAccount.Traffic>,
        _ ofDatagrams: KeyPath<DatagramSummary, DatagramTraffic>, _ bottleneck: Bottleneck?
    ) -> TrafficReport {
        switch subject {
        case .connection(_, let account):
            TrafficReport(account[keyPath: ofConnection], in: account.duration, bottleneck: bottleneck)
        case .datagrams(let summary):
            TrafficReport(summary[keyPath: ofDatagrams], in: summary.duration)
        }
    }

    func say(in text: TextReporter) {
        switch subject {
        case .connection(let connection, let account):
            text.say("#\(connection.number) " + Statistics.line(of: connection, account), from: .quiet)
        case .datagrams(let summary): text.say(DatagramText.interval(summary), from: .quiet)
        }
    }
}
