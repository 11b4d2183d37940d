// Every socket of the network namespace, as the kernel lists them: NETLINK_SOCK_DIAG. Any user may ask.

import CLinux
import Glibc

/// A conversation with the kernel about its sockets: sock_diag(7).
package struct SocketDiagnostics: ~Copyable {
    private let netlink: NetlinkSocket
    private var sequence: UInt32 = 0
    /// The kernel puts at most 32 KiB into an answer.
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    package init() throws(Errno) {
        netlink = try NetlinkSocket(family: NETLINK_SOCK_DIAG)
    }

    /// All sockets that the query asks for, in the kernel's order. `ENOENT` if this kernel cannot list the
    /// sockets of TCP, UDP or Unix; of the other transports there are then none.
    package mutating func sockets(_ query: SocketQuery) throws(Errno) -> [SocketRecord] {
        var records: [SocketRecord] = []
        for transport in Transport.allCases where query.transports.contains(transport) {
            for family in Self.families(of: transport, query) {
                do {
                    try list(transport, family, query, into: &records)
                } catch .noSuchFile where transport == .raw {
                    records += try SocketRecord.rawSockets(family).filter {
                        query.states?.contains($0.state) ?? true
                    }
                } catch .noSuchFile where transport == .udpLite || transport == .mptcp {
                    continue
                }
            }
        }
        Self.namePeers(in: &records)
        return query.port == nil ? records : records.filter { query.matches($0) }
    }

    /// What has become of a socket that was listed before; nil if it is gone, also if another has its
    /// addresses now. Takes a few microseconds.
    package mutating func refresh(
        _ record: SocketRecord, details: SocketQuery.Details = .all
    ) throws(Errno) -> SocketRecord? {
        guard let transport = record.kind.transport else { return nil }
        switch transport {
        case .unix:
            return try single(
                .unix,
                Self.unixRequest(.max, inode: UInt32(truncatingIfNeeded: record.inode), cookie: record.cookie)
            )
        case .tcp, .udp, .udpLite:
            let identity = Self.identity(
                record.local, record.peer, transport, record.interface, cookie: record.cookie)
            return try single(
                transport, Self.inetRequest(transport, record.kind.family, .max, details, identity))
        case .raw, .mptcp:
            // These the kernel does not look up by their addresses.
            var query = SocketQuery()
            query.transports = [transport]
            query.details = details
            return try sockets(query).first { $0.inode == record.inode && $0.cookie == record.cookie }
        }
    }

    /// The socket with these addresses, nil if there is none. A listener, or a datagram socket that is not
    /// connected, is found by the peer `0.0.0.0:0` or `[::]:0`.
    package mutating func socket(
        _ transport: Transport, local: SocketAddress, peer: SocketAddress, details: SocketQuery.Details = .all
    ) throws(Errno) -> SocketRecord? {
        guard transport != .unix, local.family != .unix, local.family == peer.family else { return nil }
        let identity = Self.identity(local, peer, transport, 0, cookie: .max)
        return try single(
            transport, Self.inetRequest(transport, local.family.kernelValue, .max, details, identity))
    }

    /// The Unix socket with this inode, nil if there is none.
    package mutating func unixSocket(inode: UInt64) throws(Errno) -> SocketRecord? {
        guard let inode = UInt32(exactly: inode) else { return nil }
        return try single(.unix, Self.unixRequest(.max, inode: inode, cookie: .max))
    }

    // MARK: - Asking

    private mutating func list(
        _ transport: Transport, _ family: Int32, _ query: SocketQuery, into records: inout [SocketRecord]
    ) throws(Errno) {
        let request =
            transport == .unix
            ? Self.unixRequest(query.stateBits, inode: 0, cookie: .max)
            : Self.inetRequest(transport, family, query.stateBits, query.details, inet_diag_sockid())
        try ask(request, flags: NLM_F_REQUEST | NLM_F_ROOT | NLM_F_MATCH, transport, into: &records)
    }

    private mutating func single(_ transport: Transport, _ request: [UInt8]) throws(Errno) -> SocketRecord? {
        var records: [SocketRecord] = []
        do {
            try ask(request, flags: NLM_F_REQUEST, transport, into: &records)
        } catch {
            // ESTALE: the cookie is of another socket.
            if error == .noSuchFile || error.rawValue == ESTALE { return nil }
            throw error
        }
        return records.first
    }

    private mutating func ask(
        _ request: [UInt8], flags: Int32, _ transport: Transport, into records: inout [SocketRecord]
    ) throws(Errno) {
        sequence += 1
        try netlink.send(
            Netlink.message(
                type: UInt16(SOCK_DIAG_BY_FAMILY), flags: flags, sequence: sequence, payload: request))
        var isComplete = false
        while !isComplete {
            let count = try netlink.receive(into: &buffer)
            let datagram = unsafe buffer.span.bytes.extracting(0..<count)
            isComplete = try Self.parse(datagram, sequence: sequence, transport, into: &records)
        }
    }

    // MARK: - Understanding

    /// Adds the sockets in one datagram of answers to `records`, and returns whether it was the last. Throws
    /// what the kernel reports, `EPROTO` for a datagram without a single whole message.
    static func parse(
        _ datagram: RawSpan, sequence: UInt32, _ transport: Transport, into records: inout [SocketRecord]
    ) throws(Errno) -> Bool {
        var isUnderstood = false
        var isComplete = false
        try Netlink.forEachMessage(in: datagram) { (header, payload) throws(Errno) in
            isUnderstood = true
            // What is left of an answer that was not read to its end.
            guard header.nlmsg_seq == sequence else { return true }
            switch Int32(header.nlmsg_type) {
            case NLMSG_ERROR, NLMSG_DONE:
                // A protocol that the kernel cannot list is reported in the message that ends the list.
                if let code = payload.value(Int32.self, at: 0), code < 0, code != .min {
                    throw Errno(rawValue: -code)
                }
                isComplete = true
            case SOCK_DIAG_BY_FAMILY:
                let record =
                    transport == .unix
                    ? SocketRecord(unix: payload) : SocketRecord(inet: payload, transport: transport)
                if let record { records.append(record) }
                isComplete = Int32(header.nlmsg_flags) & NLM_F_MULTI == 0
            default:
                break
            }
            return !isComplete
        }
        guard isUnderstood else { throw .protocolError }
        return isComplete
    }

    /// Gives Unix sockets the name of their peer.
    private static func namePeers(in records: inout [SocketRecord]) {
        var names: [UInt64: SocketAddress] = [:]
        for record in records where record.kind.transport == .unix && record.local != .unix(.unnamed) {
            names[record.inode] = record.local
        }
        for index in records.indices {
            if let inode = records[index].peerInode, let name = names[inode] { records[index].peer = name }
        }
    }
}

// MARK: - Requests

extension SocketDiagnostics {
    private static func families(of transport: Transport, _ query: SocketQuery) -> [Int32] {
        let possible: [AddressFamily] = transport == .unix ? [.unix] : [.inet, .inet6]
        return possible.filter { query.family == nil || query.family == $0 }.map { $0.kernelValue }
    }

    private static func unixRequest(_ states: UInt32, inode: UInt32, cookie: UInt64) -> [UInt8] {
        var request = unix_diag_req()
        request.sdiag_family = UInt8(AF_UNIX)
        request.udiag_states = states
        request.udiag_ino = inode
        request.udiag_show = UInt32(
            UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | UDIAG_SHOW_MEMINFO | UDIAG_SHOW_UID)
        request.udiag_cookie = (UInt32(truncatingIfNeeded: cookie), UInt32(truncatingIfNeeded: cookie >> 32))
        return Netlink.bytes(of: request)
    }

    private static func inetRequest(
        _ transport: Transport, _ family: Int32, _ states: UInt32, _ details: SocketQuery.Details,
        _ identity: inet_diag_sockid
    ) -> [UInt8] {
        var request = inet_diag_req_v2()
        request.sdiag_family = UInt8(family)
        request.sdiag_protocol = UInt8(truncatingIfNeeded: transport.protocolNumber)
        request.idiag_ext = extensions(details)
        request.idiag_states = states
        request.id = identity
        let bytes = Netlink.bytes(of: request)
        // The field for the protocol has one byte, too short for MPTCP's number.
        guard transport == .mptcp else { return bytes }
        return bytes + Netlink.attribute(clinux_diag_request_protocol, transport.protocolNumber.kernelBytes)
    }

    private static func extensions(_ details: SocketQuery.Details) -> UInt8 {
        var attributes: [UInt16] = []
        if details.contains(.tcpInfo) { attributes.append(clinux_diag_info) }
        if details.contains(.memory) { attributes.append(clinux_diag_memory) }
        if details.contains(.congestion) { attributes.append(clinux_diag_congestion) }
        if details.contains(.trafficClass) { attributes += [clinux_diag_tos, clinux_diag_traffic_class] }
        return attributes.reduce(0) { $0 | 1 << UInt8($1 - 1) }
    }

    private static func identity(
        _ local: SocketAddress, _ peer: SocketAddress, _ transport: Transport, _ interface: UInt32,
        cookie: UInt64
    ) -> inet_diag_sockid {
        // The kernel looks a datagram socket up from the sender's point of view.
        let isDatagram = transport == .udp || transport == .udpLite
        let (source, destination) = isDatagram ? (peer, local) : (local, peer)
        var identity = inet_diag_sockid()
        identity.idiag_sport = (source.port ?? 0).bigEndian
        identity.idiag_dport = (destination.port ?? 0).bigEndian
        identity.idiag_src = source.words
        identity.idiag_dst = destination.words
        identity.idiag_if = interface
        identity.idiag_cookie = (UInt32(truncatingIfNeeded: cookie), UInt32(truncatingIfNeeded: cookie >> 32))
        return identity
    }
}

extension SocketAddress {
    /// The address as in `struct inet_diag_sockid`.
    fileprivate var words: (UInt32, UInt32, UInt32, UInt32) {
        switch self {
        case .inet(let address, _):
            (address.number.bigEndian, 0, 0, 0)
        case .inet6(let address, _):
            (
                UInt32(truncatingIfNeeded: address.number >> 96).bigEndian,
                UInt32(truncatingIfNeeded: address.number >> 64).bigEndian,
                UInt32(truncatingIfNeeded: address.number >> 32).bigEndian,
                UInt32(truncatingIfNeeded: address.number).bigEndian
            )
        case .unix:
            (0, 0, 0, 0)
        }
    }
}
