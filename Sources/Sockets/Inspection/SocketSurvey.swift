// The sockets that a query finds, wherever the kernel tells of them: over netlink, and where a protocol is
// missing there, in /proc/net. What one of them lacks never costs the others.

import CLinux
import Glibc

package struct SocketSurvey: Sendable {
    /// In the kernel's order.
    package private(set) var records: [SocketRecord] = []
    /// The protocols that netlink did not tell of.
    package private(set) var gaps: [Gap] = []

    /// A protocol that netlink did not tell of.
    package struct Gap: Hashable, Sendable {
        package let transport: Transport
        /// What stood in the way: `ENOENT` is a kernel without the module for it.
        package let error: Errno
        /// Whether its sockets were read from `/proc/net` instead, which tells less of each.
        package let isListed: Bool
        /// Whether they are those of another network namespace, whose `/proc/net` is not here.
        package var isElsewhere = false
    }

    /// - Parameter meanwhile: called every few hundred sockets, so that something else can be seen to.
    package init(_ query: SocketQuery, meanwhile: @escaping () -> Void = {}) {
        do {
            var diagnostics = try SocketDiagnostics(meanwhile: meanwhile)
            list(query, &diagnostics) { survey, transport, family, error in
                survey.read(transport, family, query, error)
            }
        } catch {
            for (transport, family) in Self.tables(query) { read(transport, family, query, error) }
        }
        finish(query)
    }

    /// What a netlink socket tells, of whatever namespace it is, and nothing but that.
    /// - Parameter complete: adds to each record what only its namespace knows, with the socket still open.
    init(
        _ query: SocketQuery, through netlink: consuming OwnedDescriptor,
        complete: (inout SocketRecord) -> Void
    ) {
        var diagnostics = SocketDiagnostics(through: netlink)
        list(query, &diagnostics) { survey, transport, family, error in
            if transport.mayExist(family) {
                survey.add(Gap(transport: transport, error: error, isListed: false, isElsewhere: true))
            }
        }
        finish(query)
        for index in records.indices { complete(&records[index]) }
        // It has to be open until here.
        _ = consume diagnostics
    }

    /// Adds the sockets of each protocol and family.
    /// - Parameter refused: is told of one that netlink did not tell of.
    private mutating func list(
        _ query: SocketQuery, _ diagnostics: inout SocketDiagnostics,
        refused: (inout SocketSurvey, Transport, Int32, Errno) -> Void
    ) {
        for (transport, family) in Self.tables(query) {
            let found = records.count
            do {
                try diagnostics.list(transport, family, query, into: &records)
            } catch {
                records.removeSubrange(found...)
                refused(&self, transport, family, error)
            }
        }
    }

    /// Both families of a protocol have the same gap.
    private mutating func add(_ gap: Gap) { if !gaps.contains(gap) { gaps.append(gap) } }

    private mutating func finish(_ query: SocketQuery) {
        namePeers()
        if query.condition != nil || query.states != nil { records.removeAll { !query.matches($0) } }
    }

    private static func tables(_ query: SocketQuery) -> [(Transport, Int32)] {
        Transport.allCases.filter(query.listed.contains).flatMap { transport in
            SocketDiagnostics.families(of: transport, query).map { (transport, $0) }
        }
    }

    /// Reads the table of `/proc/net`, because netlink failed.
    private mutating func read(
        _ transport: Transport, _ family: Int32, _ query: SocketQuery, _ error: Errno
    ) {
        var isListed = true
        do throws(Errno) {
            records += try SocketRecord.table(transport, family).filter {
                query.states?.contains(listed: $0.state) ?? true
            }
        } catch {
            guard transport.mayExist(family) else { return }
            isListed = false
        }
        add(Gap(transport: transport, error: error, isListed: isListed))
    }

    /// Gives Unix sockets the name of their peer.
    private mutating func namePeers() {
        var names: [UInt64: SocketAddress] = [:]
        // Not the records themselves, which are large.
        for index in records.indices where records[index].kind.transport == .unix {
            let record = records[index]
            if case .unix(let name)? = record.local, name != .unnamed { names[record.inode] = .unix(name) }
        }
        if names.isEmpty { return }
        for index in records.indices {
            if let inode = records[index].peerInode, let name = names[inode] { records[index].peer = name }
        }
    }
}

extension Transport {
    /// Whether there may be such sockets on this kernel: `socket(2)` makes one, or has another reason not to than that
    /// it does not know them.
    fileprivate func mayExist(_ family: Int32) -> Bool {
        let type = socketType | Int32(SOCK_CLOEXEC.rawValue)
        do {
            // Raw sockets of any protocol.
            _ = OwnedDescriptor(try call { Glibc.socket(family, type, protocolNumber) })
            return true
        } catch {
            return ![EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, ENOPROTOOPT, EINVAL].contains(
                error.rawValue)
        }
    }

    /// The kernel module that lists its sockets over netlink.
    package var module: String {
        switch self {
        case .tcp: "tcp_diag"
        case .udp, .udpLite: "udp_diag"
        case .unix: "unix_diag"
        case .raw: "raw_diag"
        case .mptcp: "mptcp_diag"
        case .packet: "af_packet_diag"
        case .netlink: "netlink_diag"
        case .vsock: "vsock_diag"
        }
    }
}
