// What a row of the table of `info --watch` stands for, a socket or several summed up, and its cells.

import Sockets

enum WatchColumn: String, CaseIterable {
    case process, group = "name", sockets, local, peer, state
    case received = "in/s"
    case sent = "out/s"
    case roundTrip = "rtt"
    case retransmissions = "retr"
    case limit = "limited by"
    case age
    case trend

    /// What it is not narrower than.
    var least: Int {
        switch self {
        case .process: 10
        case .group: 20
        case .local, .peer: 21
        case .state, .limit, .trend: 10
        case .received, .sent, .sockets: 7
        case .roundTrip: 8
        case .retransmissions, .age: 5
        }
    }

    /// How far it grows where there is room.
    var most: Int {
        switch self {
        case .process: 24
        case .group, .local, .peer: 47
        case .trend: RateHistory.length
        default: least
        }
    }

    var isRight: Bool {
        switch self {
        case .sockets, .received, .sent, .roundTrip, .retransmissions, .age: true
        default: false
        }
    }

    var role: TextStyle.Role? {
        switch self {
        case .received: .received
        case .sent: .sent
        case .trend: .good
        default: nil
        }
    }

    /// Those of a table, the ones that are kept on a narrow terminal first.
    static func all(_ grouping: WatchGrouping) -> [WatchColumn] {
        grouping == .connection
            ? [
                .process, .peer, .received, .sent, .state, .roundTrip, .retransmissions, .local, .limit, .age,
                .trend,
            ] : [.group, .sockets, .received, .sent, .retransmissions, .trend]
    }

    /// Those from left to right.
    static func inOrder(_ columns: [WatchColumn]) -> [WatchColumn] { allCases.filter(columns.contains) }
}

enum WatchRow {
    case socket(WatchedSocket)
    case group(WatchGroup)

    /// A number to sort by, or a text.
    enum SortKey: Comparable {
        case number(Double)
        case text(String)
    }

    func key(_ column: WatchColumn, at now: Instant) -> SortKey {
        switch (self, column) {
        case (.socket(let socket), .received): .number(socket.rates?.received ?? 0)
        case (.socket(let socket), .sent): .number(socket.rates?.sent ?? 0)
        case (.socket(let socket), .roundTrip): .number(socket.record.tcpInfo?.roundTripTime?.seconds ?? 0)
        case (.socket(let socket), .retransmissions):
            .number(Double(socket.record.tcpInfo?.totalRetransmissions ?? 0))
        case (.socket(let socket), .age): .number((now - socket.firstSeen).seconds)
        case (.socket(let socket), .trend): .number(socket.rates?.sum ?? 0)
        case (.group(let group), .sockets): .number(Double(group.count))
        case (.group(let group), .received): .number(group.rates.received)
        case (.group(let group), .sent): .number(group.rates.sent)
        case (.group(let group), .retransmissions): .number(Double(group.retransmissions))
        case (.group(let group), .trend): .number(group.rates.sum)
        default: .text(text(column, width: 0, at: now, ascii: false))
        }
    }

    /// The age of the one that is shown first where all else is equal.
    var order: UInt64 { if case .socket(let socket) = self { socket.cookie } else { 0 } }

    /// The name of the program alone, where there is no room for more.
    var name: String {
        switch self {
        case .socket(let socket): socket.holder.name
        case .group(let group): group.name
        }
    }

    /// Where it is, of a socket without a peer: what there is to tell it by where there is no room for local addresses.
    func place(at now: Instant) -> String? {
        guard case .socket = self, text(.peer, width: 0, at: now, ascii: false) == "*" else { return nil }
        return "at " + text(.local, width: 0, at: now, ascii: false)
    }

    func text(_ column: WatchColumn, width: Int, at now: Instant, ascii: Bool) -> String {
        switch self {
        case .socket(let socket): Self.text(socket, column, width, now, ascii)
        case .group(let group): Self.text(group, column, width, ascii)
        }
    }

    private static func text(
        _ socket: WatchedSocket, _ column: WatchColumn, _ width: Int, _ now: Instant, _ ascii: Bool
    ) -> String {
        let info = socket.record.state == .listen ? nil : socket.record.tcpInfo
        switch column {
        case .process: return socket.holder.text
        case .local: return socket.description.localColumn
        case .peer: return socket.description.peerColumn
        case .state: return socket.record.state?.shortName ?? "-"
        case .received: return rate(socket.rates?.received)
        case .sent: return rate(socket.rates?.sent)
        case .roundTrip:
            guard let rtt = info?.roundTripTime, rtt > .zero else { return "" }
            return Statistics.text(rtt)
        case .retransmissions:
            guard let count = info?.totalRetransmissions, count > 0 else { return "" }
            return String(count)
        case .limit: return socket.limitation?.most?.cause.rawValue ?? ""
        // Of one that was there before only that it is older is known.
        case .age: return (socket.wasSeenOpening ? "" : ">") + age(now - socket.firstSeen)
        case .trend: return Sparkline.text(socket.history.values, width: width, ascii: ascii)
        case .group, .sockets: return ""
        }
    }

    private static func text(_ group: WatchGroup, _ column: WatchColumn, _ width: Int, _ ascii: Bool)
        -> String
    {
        switch column {
        case .group: group.name
        case .sockets: String(group.count)
        case .received: rate(group.rates.received)
        case .sent: rate(group.rates.sent)
        case .retransmissions: group.retransmissions > 0 ? String(group.retransmissions) : ""
        case .trend: Sparkline.text(group.history, width: width, ascii: ascii)
        default: ""
        }
    }

    /// `1.21M`: in powers of 1024; nothing for nothing.
    static func rate(_ bytes: Double?) -> String {
        guard var value = bytes, value >= 0.5 else { return "" }
        var units = ["", "K", "M", "G", "T", "P"][...]
        while value >= 1023.5, units.count > 1 {
            value /= 1024
            units.removeFirst()
        }
        return units.first == ""
            ? String(Int(value.rounded())) : Statistics.decimal(value) + (units.first ?? "")
    }

    /// `7s`, `12m`, `3h`, `5d`.
    static func age(_ duration: Duration) -> String {
        let seconds = Int(duration.seconds)
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m" }
        if seconds < 48 * 3600 { return "\(seconds / 3600)h" }
        return "\(seconds / 86400)d"
    }
}
