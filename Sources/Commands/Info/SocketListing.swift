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
        if isVerbose {
            query.details = .all
        } else if query.transports.isSuperset(of: [.tcp, .mptcp]) {
            query.details = .subflows
        }
        let survey = try filter.allNamespaces ? SystemSurvey(ofAllNamespaces: query) : SystemSurvey(query)
        let gaps = survey.gaps
        let unlisted = gaps.filter { !$0.isListed }.map { $0.failure }
        if let first = unlisted.first, unlisted.count == query.listed.count, survey.isEmpty { throw first }
        var chosen: [SocketDescription] = []
        chosen.reserveCapacity(survey.parts.reduce(0) { $0 + $1.survey.records.count })
        for (namespace, survey) in survey.parts {
            for index in survey.records.indices {
                let socket = SocketDescription(survey.records[index], owners: nil)
                guard filter.matchesItself(socket) else { continue }
                // The kernel tells it together with the subflows.
                if !isVerbose { socket.tcpInfo = nil }
                socket.namespace = namespace
                chosen.append(socket)
            }
        }
        if filter.wantsOwners { Self.findOwners(of: chosen, filter.process) }
        let sockets = filter.process == nil ? chosen : chosen.filter(filter.matches)
        let unknown = filter.process == nil ? [] : chosen.filter(filter.mayMatch)
        if filter.allNamespaces { Containers.find(of: sockets) }
        self.sockets = sockets
        notices =
            (isVerbose ? gaps.filter(\.isListed).map(\.notice) : [])
            + survey.notices + [Self.ownersNotice(sockets + unknown)].compactMap(\.self)
        failures = survey.failures + unlisted
    }

    /// - Parameter name: of the only processes that matter.
    private static func findOwners(of sockets: [SocketDescription], _ name: [UInt8]?) {
        let sought = Set(sockets.lazy.map(\.inode).filter { $0 != 0 })
        let owners = Result { () throws(Errno) in
            // Of very many the last is found last.
            try SocketOwners(ofProcesses: name, sought: sought.count > Self.few ? nil : sought)
        }
        for socket in sockets { socket.take(owners) }
    }

    /// So many are looked for one by one.
    private static let few = 1000

    static func ownersNotice(_ sockets: [SocketDescription]) -> String? {
        var count = 0
        var reason = ""
        for case .hidden(let why) in sockets.lazy.map(\.owners) { (count, reason) = (count + 1, why) }
        let sockets = count == 1 ? "1 socket" : "\(count) sockets"
        return count == 0 ? nil : "the owners of \(sockets) are not visible: \(reason)"
    }

    func text(_ style: TextStyle) -> String {
        if sockets.isEmpty { return "" }
        // What is moved about are keys and places.
        let order = withSubflows(
            namespaces.flatMap { places in places.map { SocketOrder(of: sockets[$0], at: $0) }.sorted() })
        // Where everything is asked for no name is cut.
        let least = style.isVerbose ? nil : Self.leastName
        var table = TextTable(
            columns: [
                .init(title: "netns"), .init(title: "proto"), .init(title: "state", role: TCPState.role),
                .init(
                    title: "recv-q", isRight: true, folded: { $0 == "-" || $0 == "0" ? "" : "recv-q " + $0 }),
                .init(
                    title: "send-q", isRight: true, folded: { $0 == "-" || $0 == "0" ? "" : "send-q " + $0 }),
                .init(title: "local", minimum: least),
                .init(title: "peer", minimum: least, folded: { $0 == "*" ? "" : $0 }),
                .init(title: "container", folded: { $0.isEmpty ? "" : "container " + $0 }),
                .init(title: "owner", folded: { $0 }),
            ], foldsLastBelow: Self.narrow)
        for entry in order { add(entry, to: &table, style) }
        table.dropEmptyColumns()
        return table.text(style)
    }

    private func add(_ entry: SocketOrder, to table: inout TextTable, _ style: TextStyle) {
        let socket = sockets[entry.place]
        table.append(socket.namespace?.word ?? "")
        table.append(entry.isSubflow ? Self.below + socket.kind.shortName : socket.kind.shortName)
        table.append(socket.state?.shortName ?? "-")
        table.append((socket.acceptQueue ?? socket.receiveQueue).map(Self.number) ?? "-")
        table.append((socket.backlog ?? socket.sendQueue).map(Self.number) ?? "-")
        append(socket.local, of: socket, isBare: socket.interface == 0, to: &table, socket.localColumn)
        append(socket.peer, of: socket, isBare: true, to: &table, socket.peerColumn)
        table.append(socket.container.map { String($0.prefix(Self.shortContainer)) } ?? "")
        table.append(socket.ownerText)
        if style.isVerbose { table.note([socket.noteText]) }
    }

    /// Of very many sockets most have IPv4 addresses. Only the names of Unix sockets are cut.
    /// - Parameter isBare: whether an address stands there without an interface.
    private func append(
        _ address: SocketAddress?, of socket: SocketDescription, isBare: Bool, to table: inout TextTable,
        _ text: @autoclosure () -> String
    ) {
        let transport = socket.kind.transport
        if isBare, transport != .raw, case .inet(let host, let port)? = address {
            table.append(isWhole: true) { host.append(port: port, to: &$0) }
        } else {
            table.append(text(), isWhole: transport != .unix)
        }
    }

    /// The places of the sockets of each namespace, which are beside one another.
    private var namespaces: [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        for place in sockets.indices
        where place > start && sockets[place].namespace !== sockets[place - 1].namespace {
            ranges.append(start..<place)
            start = place
        }
        return ranges + [start..<sockets.count]
    }

    /// As `docker ps` shows it.
    private static let shortContainer = 12

    /// The TCP connections of an MPTCP connection stand below it.
    private func withSubflows(_ order: [SocketOrder]) -> [SocketOrder] {
        var connections: Set<UInt32> = []
        for socket in sockets where socket.kind.transport == .mptcp {
            if let token = socket.mptcpToken { connections.insert(token) }
        }
        guard !connections.isEmpty else { return order }
        func isSubflow(_ entry: SocketOrder) -> Bool {
            let socket = sockets[entry.place]
            return socket.kind.transport == .tcp && socket.mptcpToken.map(connections.contains) == true
        }
        let subflows = Dictionary(grouping: order.filter(isSubflow)) { sockets[$0.place].mptcpToken }
        var result: [SocketOrder] = []
        for entry in order where !isSubflow(entry) {
            result.append(entry)
            let socket = sockets[entry.place]
            guard socket.kind.transport == .mptcp, let token = socket.mptcpToken else { continue }
            for var subflow in subflows[token] ?? [] {
                subflow.isSubflow = true
                result.append(subflow)
            }
        }
        return result
    }

    /// What is part of the socket above it is set off.
    private static let below = "  "

    /// Most queues are empty.
    private static func number(_ count: Int) -> String { count == 0 ? "0" : String(count) }

    /// On a terminal with fewer columns the owner stands below its socket.
    private static let narrow = 60
    /// A name is cut to no less.
    private static let leastName = 21

    func json(_ lines: inout JSONLines, to output: inout [UInt8]) {
        for socket in sockets { lines.append(SocketObject(socket), to: &output) }
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
            "list", "\(transport.rawValue) sockets" + (isElsewhere ? " of other network namespaces" : ""),
            words: reason, error,
            hint: (error == .noSuchFile
                ? "'modprobe \(transport.module)' loads it" : "netlink is refused, by a sandbox perhaps")
                + (transport.hasTable && !isElsewhere ? "; /proc/net would do, but cannot be read" : ""))
    }

    /// That they were listed, but not all that netlink tells is known.
    fileprivate var notice: String {
        "\(transport.rawValue) sockets are shown without details: \(reason) (\(error.name))"
    }
}

extension SocketDescription {
    /// The local address; of a Unix socket its name, or its inode where it has none.
    var localColumn: String {
        if let foreign { return text(foreign.local) }
        guard case .unix(let name)? = local else { return localText ?? "-" }
        return text(name, inode: inode)
    }

    /// The address it is connected to, in the same way.
    var peerColumn: String {
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
        var text = ""
        for owner in known {
            if !text.isEmpty { text += ", " }
            text += owner.name
            text += " pid="
            text += String(owner.pid)
            text += " fd="
            text += String(owner.descriptor)
        }
        return text
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
        case .packet(_, let interface): "\(name):" + (interfaceName(interface) ?? "*")
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
