// Every socket of the system, or those that were chosen: a table, or an object on each line.

import CommandSpec
import Sockets

struct SocketListing: Presentable {
    let sockets: [SocketDescription]
    /// What a reader of the table should know of what is missing in it.
    let notices: [String]
    /// The kinds of sockets that could not be listed.
    let failures: [Failure]

    init(sockets: [SocketDescription]) {
        self.sockets = sockets
        notices = [Self.ownersNotice(sockets)].compactMap(\.self)
        failures = []
    }

    /// Asks the kernel.
    /// - Parameter isVerbose: whether it is asked for what TCP knows and for memory, too.
    init(_ filter: SocketFilter, isVerbose: Bool) throws(Failure) {
        var query = filter.query
        if isVerbose { query.details = .all }
        let survey = SocketSurvey(query)
        let unlisted = survey.gaps.filter { !$0.isListed }.map { $0.failure }
        if let first = unlisted.first, unlisted.count == query.listed.count { throw first }
        let owners =
            filter.wantsOwners
            ? Result { () throws(Errno) in try SocketOwners(ofProcesses: filter.process) } : nil
        var sockets: [SocketDescription] = []
        sockets.reserveCapacity(survey.records.count)
        var unknown: [SocketDescription] = []
        for record in survey.records {
            let socket = SocketDescription(record, owners: owners)
            if filter.matches(socket) {
                sockets.append(socket)
            } else if filter.mayMatch(socket) {
                unknown.append(socket)
            }
        }
        self.sockets = sockets
        notices =
            (isVerbose ? survey.gaps.filter(\.isListed).map(\.notice) : [])
            + [Self.ownersNotice(sockets + unknown)].compactMap(\.self)
        failures = unlisted
    }

    private static func ownersNotice(_ sockets: [SocketDescription]) -> String? {
        var count = 0
        var reason = ""
        for case .hidden(let why) in sockets.lazy.map(\.owners) { (count, reason) = (count + 1, why) }
        let sockets = count == 1 ? "1 socket" : "\(count) sockets"
        return count == 0 ? nil : "the owners of \(sockets) are not visible: \(reason)"
    }

    func text(_ style: TextStyle) -> String {
        if sockets.isEmpty { return "" }
        let sorted = sockets.map { (key: $0.sortKey, socket: $0) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.socket)
        // Only the names of Unix sockets are cut, and not where everything is asked for.
        let names = sorted.filter { $0.kind.transport != .unix }.map { ($0.localColumn, $0.peerColumn) }
        func minimum(_ column: ((String, String)) -> String) -> Int? {
            style.isVerbose ? nil : names.reduce(Self.leastName) { max($0, column($1).count) }
        }
        var table = TextTable(
            columns: [
                .init(title: "proto"), .init(title: "state", role: TCPState.role),
                .init(
                    title: "recv-q", isRight: true, folded: { $0 == "-" || $0 == "0" ? "" : "recv-q " + $0 }),
                .init(
                    title: "send-q", isRight: true, folded: { $0 == "-" || $0 == "0" ? "" : "send-q " + $0 }),
                .init(title: "local", minimum: minimum(\.0)),
                .init(title: "peer", minimum: minimum(\.1), folded: { $0 == "*" ? "" : $0 }),
                .init(title: "owner", folded: { $0 }),
            ], foldsLastBelow: Self.narrow)
        table.rows = sorted.map { socket in
            TextTable.Row(
                cells: [
                    socket.kind.shortName, socket.state?.shortName ?? "-",
                    (socket.acceptQueue ?? socket.receiveQueue).map(String.init) ?? "-",
                    (socket.backlog ?? socket.sendQueue).map(String.init) ?? "-", socket.localColumn,
                    socket.peerColumn,
                    socket.ownerText,
                ], notes: style.isVerbose ? [socket.noteText] : [])
        }
        table.dropEmptyColumns()
        return table.text(style)
    }

    /// On a terminal with fewer columns the owner stands below its socket.
    private static let narrow = 60
    /// A name is cut to no less.
    private static let leastName = 21

    func json(_ lines: inout JSONLines, to output: inout [UInt8]) {
        for socket in sockets { lines.append(socket, to: &output) }
    }
}

extension SocketSurvey.Gap {
    /// Why netlink did not tell of these sockets.
    private var reason: String {
        error == .noSuchFile ? "the kernel module \(transport.module) is missing" : error.message
    }

    /// That they could be listed neither way.
    fileprivate var failure: Failure {
        Failure(
            "list", "\(transport.rawValue) sockets", words: reason, error,
            hint: (error == .noSuchFile
                ? "'modprobe \(transport.module)' loads it" : "netlink is refused, by a sandbox perhaps")
                + (transport.hasTable ? "; /proc/net would do, but cannot be read" : ""))
    }

    /// That they were listed, but not all that netlink tells is known.
    fileprivate var notice: String {
        "\(transport.rawValue) sockets are shown without details: \(reason) (\(error.name))"
    }
}

extension SocketDescription {
    /// What it is sorted by: sockets that wait for peers by port, the others by peer; the Internet's first, then Unix
    /// sockets, then all others.
    fileprivate var sortKey: [UInt8] {
        let isInternet = local?.host != nil
        let group = (isInternet ? 0 : kind.transport == .unix ? 2 : 4) + (waitsForPeers ? 0 : 1)
        var key = [UInt8(group)]
        if waitsForPeers {
            key += (local?.portBytes ?? []) + kind.shortName.utf8 + (local?.hostBytes ?? [])
        } else {
            key += peer.map { $0.hostBytes + $0.portBytes } ?? [0xff]
            key += local.map { $0.hostBytes + $0.portBytes } ?? [0xff]
        }
        return key + (isInternet ? [] : Array(localColumn.utf8))
    }

    /// The local address; of a Unix socket its name, or its inode where it has none.
    fileprivate var localColumn: String {
        if let foreign { return text(foreign.local) }
        guard case .unix(let name)? = local else { return localText ?? "-" }
        return text(name, inode: inode)
    }

    /// The address it is connected to, in the same way.
    fileprivate var peerColumn: String {
        if let foreign { return foreign.peer.map(text) ?? "*" }
        guard case .unix(let name)? = peer else { return peerText ?? "*" }
        return text(name, inode: peerInode)
    }

    var ownerText: String {
        let known: [SocketOwner]
        switch owners {
        case .known(let owners): known = owners
        case .hidden: return "?"
        case .notSought: return ""
        }
        return known.map { "\($0.name) pid=\($0.pid) fd=\($0.descriptor)" }.joined(separator: ", ")
    }

    private func text(_ name: UnixName, inode: UInt64?) -> String {
        switch name {
        case .path(let path): String(decoding: path, as: UTF8.self)
        case .abstract(let name): "@" + String(decoding: name, as: UTF8.self)
        case .unnamed: inode.map { "#\($0)" } ?? "*"
        }
    }

    /// As `ss` has them: `route:1234`, `all:eth0`, `2:1024`.
    private func text(_ address: ForeignAddress) -> String {
        let number = kind.protocolName?.split(separator: "_").dropFirst(kind.transport == .packet ? 2 : 1)
        let name = (number ?? []).joined(separator: "_").lowercased()
        return switch address {
        case .netlink(let port): "\(name):" + (port == 0 ? "kernel" : "\(port)")
        case .packet(_, let interface): "\(name):" + (ForeignAddress.interfaceName(interface) ?? "*")
        case .vsock: address.text
        }
    }

    /// What `--verbose` adds to a line of the list.
    fileprivate var noteText: String {
        var parts = ["inode \(inode)"]
        if let uid { parts.append("uid \(uid)") }
        if let interface = interfaceName { parts.append("interface \(interface)") }
        if let timer { parts.append("\(timer.name) in \(Statistics.text(timer.remaining))") }
        if let congestion { parts.append(congestion) }
        if let tcpInfo, state == .established {
            if let rtt = tcpInfo.roundTripTime { parts.append("round trip \(Statistics.text(rtt))") }
            if let window = tcpInfo.congestionWindow { parts.append("window \(window) segments") }
            if let count = tcpInfo.totalRetransmissions, count > 0 { parts.append("\(count) retransmitted") }
        }
        if case .record(let fields) = memory {
            parts += fields.filter { $0.value != 0 }.map { "\($0.name) \($0.value)" }
        }
        return parts.joined(separator: ", ")
    }
}

extension SocketAddress {
    fileprivate var portBytes: [UInt8] { port.map { [UInt8($0 >> 8), UInt8($0 & 0xff)] } ?? [] }

    /// Those of IPv4 before those of IPv6; a Unix socket that has a name before one that has none.
    fileprivate var hostBytes: [UInt8] {
        switch self {
        case .inet, .inet6: [UInt8(host?.bytes.count ?? 0)] + (host?.bytes ?? [])
        case .unix(.path(let name)), .unix(.abstract(let name)): [0] + name
        case .unix(.unnamed): [0xff]
        }
    }
}

extension TCPState {
    /// What the colour of a state says.
    var role: TextStyle.Role? {
        switch self {
        case .listen: .good
        case .established: .received
        case .synSent, .synReceived, .newSynReceived, .closeWait, .lastAck, .closing: .warning
        case .finWait1, .finWait2, .timeWait: .faint
        case .close, .boundInactive: nil
        }
    }

    fileprivate static func role(_ shortName: String) -> TextStyle.Role? { TCPState(named: shortName)?.role }
}
