// What is worth looking at among the sockets of a system: each finding is computed here, with the command that shows it.

import Sockets

/// Something that was found.
struct Finding {
    enum Name: String, JSONWord {
        case acceptQueue = "accept-queue"
        case listenDrops = "listen-drops"
        case closeWait = "close-wait"
        case drops
        case retransmissions
        case timeWait = "time-wait"
    }

    let name: Name
    /// Whether it hints at a fault; otherwise it may be as it should.
    var isWarning = true
    let count: Int
    /// What the count is a part of.
    var total: Int?
    /// In words, with the count.
    let text: String
    /// The sockets, the worst first, each with what is to be said of it.
    let sockets: [(socket: SocketDescription, note: String)]
    /// Whose sockets they are, where that is what matters.
    var processes: [SystemSummary.Processes] = []
    /// What to type after `sockctl`.
    var command: [String]

    /// How many sockets of a finding are told of.
    static let shown = 5

    var commandLine: String { (["sockctl"] + command).joined(separator: " ") }
}

extension Finding {
    static func all(in sockets: [SocketDescription]) -> [Finding] {
        let findings = [
            acceptQueues(sockets), listenDrops(sockets), closeWait(sockets), drops(sockets),
            retransmissions(sockets), timeWait(sockets, EphemeralPorts.range),
        ].compactMap(\.self)
        return findings.filter(\.isWarning) + findings.filter { !$0.isWarning }
    }

    /// Listeners that have more connections waiting than they may: another one is dropped, and tried again.
    private static func acceptQueues(_ sockets: [SocketDescription]) -> Finding? {
        let full = sockets.filter(\.hasFullAcceptQueue)
            .sorted { $0.acceptQueue ?? 0 > $1.acceptQueue ?? 0 }
        guard !full.isEmpty else { return nil }
        return Finding(
            name: .acceptQueue, count: full.count,
            text: "\(listeners(full.count)) a full accept queue",
            sockets: full.map { ($0, "\($0.acceptQueue ?? 0) waiting, backlog \($0.backlog ?? 0)") },
            command: command(full, ["--listening"]))
    }

    private static func listenDrops(_ sockets: [SocketDescription]) -> Finding? {
        let dropping = sockets.filter { $0.state == .listen && $0.drops > 0 }.sorted { $0.drops > $1.drops }
        guard !dropping.isEmpty else { return nil }
        let count = dropping.reduce(0) { $0 + $1.drops }
        return Finding(
            name: .listenDrops, count: count,
            text: "\(listeners(dropping.count)) dropped connection attempts, \(count) in all",
            sockets: dropping.map { ($0, "\($0.drops) dropped") },
            command: command(dropping, ["-v", "--listening"]))
    }

    /// Connections that the peer has ended, and their owner has not closed.
    private static func closeWait(_ sockets: [SocketDescription]) -> Finding? {
        let waiting = sockets.filter { $0.state == .closeWait }
        guard !waiting.isEmpty else { return nil }
        let one = waiting.count == 1
        return Finding(
            name: .closeWait, count: waiting.count,
            text:
                "\(connections(waiting.count)) in CLOSE_WAIT: the peer has ended \(one ? "it" : "them"), the owner "
                + "has not closed \(one ? "it" : "them")",
            sockets: waiting.map { ($0, "") }, processes: SystemSummary.Processes.all(of: waiting),
            command: command(waiting, ["--state", "close-wait"]))
    }

    /// Sockets that had no room for what came: those of datagrams, and others that count it.
    private static func drops(_ sockets: [SocketDescription]) -> Finding? {
        // The transport of UDP counts; that of TCP has nothing to do with lost data.
        let dropping = sockets.filter { $0.kind.transport != .tcp && $0.state != .listen && $0.drops > 0 }
            .sorted { $0.drops > $1.drops }
        guard !dropping.isEmpty else { return nil }
        let count = dropping.reduce(0) { $0 + $1.drops }
        let who = dropping.count == 1 ? "1 socket has" : "\(dropping.count) sockets have"
        return Finding(
            name: .drops, count: count,
            text:
                "\(who) dropped what \(dropping.count == 1 ? "its" : "their") receive buffer had no room for: "
                + String(count).with(.packets),
            sockets: dropping.map { ($0, String($0.drops).with(.packets) + " dropped") },
            command: command(dropping, ["-v"]))
    }

    /// Of the established connections; what they have sent before, nobody else knows.
    private static func retransmissions(_ sockets: [SocketDescription]) -> Finding? {
        let connections = sockets.filter { $0.state == .established && $0.tcpInfo != nil }
        let again = connections.filter { $0.retransmissions > 0 }
            .sorted { $0.retransmissions > $1.retransmissions }
        guard !again.isEmpty else { return nil }
        let count = again.reduce(0) { $0 + $1.retransmissions }
        let sent = connections.reduce(0) { $0 + $1.segmentsSent }
        let share = sent > 0 ? Double(count) / Double(sent) : 1
        return Finding(
            name: .retransmissions, isWarning: share >= conspicuousShare, count: count, total: sent,
            text: "\(Self.connections(again.count)) retransmitted \(String(count).with(.segments)), "
                + "\(Statistics.percent(min(share, 1))) of what all established ones sent",
            sockets: again.map { ($0, "\($0.retransmissions) retransmitted") },
            command: command(again, ["-v", "--state", "established"]))
    }

    /// From this share of retransmitted segments on a connection is felt to be slow.
    private static let conspicuousShare = 0.01

    /// Connections that have ended and still hold a port from which the kernel would serve new ones.
    private static func timeWait(_ sockets: [SocketDescription], _ ports: ClosedRange<UInt16>?) -> Finding? {
        struct Way: Hashable {
            let from: SocketAddress?
            let to: SocketAddress?
        }
        let waiting = sockets.filter { $0.state == .timeWait }
        let held = waiting.filter { socket in
            ports.map { $0.contains(socket.local?.port ?? 0) } ?? true
        }
        guard !held.isEmpty else { return nil }
        // A port is only taken for one destination.
        let ways = Dictionary(grouping: held) { Way(from: $0.local?.with(port: 0), to: $0.peer) }
        let most = ways.values.max { $0.count < $1.count } ?? []
        var text =
            "\(connections(held.count)) in TIME_WAIT \(held.count == 1 ? "holds" : "hold") an ephemeral port"
        var share = 0.0
        if let ports, let peer = most.first?.peer {
            share = Double(most.count) / Double(ports.count)
            text += "; to \(peer) \(most.count) of \(ports.count) (\(Statistics.percent(share)))"
        }
        return Finding(
            name: .timeWait, isWarning: share >= 0.5, count: held.count, total: ports?.count, text: text,
            sockets: [], command: command(held, ["--state", "time-wait"]))
    }

    // MARK: Words

    private static func listeners(_ count: Int) -> String {
        count == 1 ? "1 listener has" : "\(count) listeners have"
    }

    private static func connections(_ count: Int) -> String {
        count == 1 ? "1 connection" : "\(count) connections"
    }

    /// The list that has these sockets, and not many others.
    private static func command(_ sockets: [SocketDescription], _ options: [String]) -> [String] {
        let kinds = Set(sockets.map { $0.kind.transport?.option ?? "--all-kinds" })
        var words = ["info"] + options + (kinds.contains("--all-kinds") ? ["--all-kinds"] : kinds.sorted())
        let ports = Set(sockets.map { $0.local?.port })
        if ports.count == 1, case let port?? = ports.first, port != 0 { words += ["--port", "\(port)"] }
        return words
    }
}

extension Transport {
    /// The option of `info` that lists such sockets; nil where none does alone.
    fileprivate var option: String? {
        switch self {
        case .raw: "--raw-ip"
        case .udpLite: nil
        case .tcp, .udp, .unix, .mptcp, .packet, .netlink, .vsock: "--\(rawValue)"
        }
    }
}

extension SocketDescription {
    fileprivate var retransmissions: Int { tcpInfo?.totalRetransmissions ?? 0 }

    fileprivate var segmentsSent: Int {
        guard case .number(let count)? = tcpInfo?["segs_out"] else { return 0 }
        return Int(clamping: count)
    }
}
