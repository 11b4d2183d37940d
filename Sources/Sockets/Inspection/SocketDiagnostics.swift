// Every socket of the network namespace, as the kernel lists them: NETLINK_SOCK_DIAG. Any user may ask.

import CLinux
import Glibc

/// A conversation with the kernel about its sockets: sock_diag(7).
package struct SocketDiagnostics: ~Copyable {
    private let netlink: NetlinkSocket
    private var sequence: UInt32 = 0
    /// Called between two answers of a long list.
    private let meanwhile: () -> Void
    /// The kernel puts at most 32 KiB into an answer.
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    package init(meanwhile: @escaping () -> Void = {}) throws(Errno) {
        netlink = try NetlinkSocket(family: NETLINK_SOCK_DIAG)
        self.meanwhile = meanwhile
    }

    /// Of the network namespace in which this netlink socket was made.
    init(through descriptor: consuming OwnedDescriptor) {
        netlink = NetlinkSocket(descriptor)
        meanwhile = {}
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
        case .tcp where record.state != .boundInactive, .udp, .udpLite:
            guard let local = record.local, let peer = record.peer else { return nil }
            let identity = Self.identity(local, peer, transport, record.interface, cookie: record.cookie)
            return try single(
                transport, Self.inetRequest(transport, record.kind.family, .max, details, identity))
        case .tcp, .raw, .mptcp, .packet, .netlink, .vsock:
            // These the kernel does not look up by their addresses.
            var query = SocketQuery()
            query.transports = [transport]
            query.details = details
            return SocketSurvey(query).records.first {
                $0.inode == record.inode && $0.cookie == record.cookie
            }
        }
    }

    /// The socket with these addresses, nil if there is none. A listener, or a datagram socket that is not
    /// connected, is found by the peer `0.0.0.0:0` or `[::]:0`.
    package mutating func socket(
        _ transport: Transport, local: SocketAddress, peer: SocketAddress, details: SocketQuery.Details = .all
    ) throws(Errno) -> SocketRecord? {
        guard transport != .unix, local.family.isInternet, local.family == peer.family else { return nil }
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

    /// Adds all sockets of a protocol and family that the query asks for to `records`. `ENOENT` if this kernel
    /// cannot list them.
    mutating func list(
        _ transport: Transport, _ family: Int32, _ query: SocketQuery, into records: inout [SocketRecord]
    ) throws(Errno) {
        let first = records.count
        let bytecode = transport.isInternet ? query.condition?.bytecode : nil
        do {
            try list(transport, family, query, bytecode, into: &records)
        } catch .invalidArgument where bytecode != nil {
            // A kernel that does not take the program tells of all.
            records.removeSubrange(first...)
            try list(transport, family, query, nil, into: &records)
        }
        guard transport == .netlink else { return }
        // One that is bound to multicast groups is listed twice; and the one that asks is nobody's interest.
        var seen: Set<UInt64> = []
        let own = netlink.inode
        let unique = records[first...].filter { $0.inode != own && seen.insert($0.cookie).inserted }
        records.replaceSubrange(first..., with: unique)
    }

    private mutating func list(
        _ transport: Transport, _ family: Int32, _ query: SocketQuery, _ bytecode: [UInt8]?,
        into records: inout [SocketRecord]
    ) throws(Errno) {
        let condition = bytecode.map { Netlink.attribute(clinux_diag_request_bytecode, $0) } ?? []
        try ask(
            Self.listRequest(transport, family, query) + condition,
            flags: NLM_F_REQUEST | NLM_F_ROOT | NLM_F_MATCH, transport, into: &records)
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

    /// Has the kernel do something, and throws its answer if it did not.
    mutating func command(_ type: UInt16, _ request: [UInt8]) throws(Errno) {
        sequence += 1
        try netlink.send(
            Netlink.message(
                type: type, flags: NLM_F_REQUEST | NLM_F_ACK, sequence: sequence, payload: request))
        var isComplete = false
        var none: [SocketRecord] = []
        while !isComplete {
            let count = try netlink.receive(into: &buffer)
            let datagram = unsafe buffer.span.bytes.extracting(0..<count)
            isComplete = try Self.parse(datagram, sequence: sequence, .tcp, into: &none)
        }
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
            if !isComplete { meanwhile() }
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
                    switch transport {
                    case .unix: SocketRecord(unix: payload)
                    case .packet: SocketRecord(packet: payload)
                    case .netlink: SocketRecord(netlink: payload)
                    case .vsock: SocketRecord(vsock: payload)
                    case .tcp, .udp, .raw, .udpLite, .mptcp: SocketRecord(inet: payload, transport: transport)
                    }
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
}
