// What the kernel is asked, as the structures of sock_diag(7).

import CLinux
import Glibc

extension SocketDiagnostics {
    static func families(of transport: Transport, _ query: SocketQuery) -> [Int32] {
        let possible: [Int32] =
            switch transport {
            case .unix: [AF_UNIX]
            case .packet: [AF_PACKET]
            case .netlink: [AF_NETLINK]
            case .vsock: [AF_VSOCK]
            case .tcp, .udp, .raw, .udpLite, .mptcp: [AF_INET, AF_INET6]
            }
        return possible.filter { query.family == nil || query.family?.kernelValue == $0 }
    }

    /// The request for all sockets of a kind and family.
    static func listRequest(_ transport: Transport, _ family: Int32, _ query: SocketQuery) -> [UInt8] {
        switch transport {
        case .unix: return unixRequest(query.stateBits, inode: 0, cookie: .max)
        case .packet:
            var request = packet_diag_req()
            request.sdiag_family = UInt8(AF_PACKET)
            request.pdiag_show = UInt32(PACKET_SHOW_INFO | PACKET_SHOW_MEMINFO)
            return Netlink.bytes(of: request)
        case .netlink:
            var request = netlink_diag_req()
            request.sdiag_family = UInt8(AF_NETLINK)
            // NDIAG_PROTO_ALL
            request.sdiag_protocol = .max
            request.ndiag_show = UInt32(NDIAG_SHOW_MEMINFO)
            return Netlink.bytes(of: request)
        case .vsock:
            var request = vsock_diag_req()
            request.sdiag_family = UInt8(AF_VSOCK)
            request.vdiag_states = query.stateBits
            return Netlink.bytes(of: request)
        case .tcp, .udp, .raw, .udpLite, .mptcp:
            return inetRequest(transport, family, query.stateBits, query.details, inet_diag_sockid())
        }
    }

    static func unixRequest(_ states: UInt32, inode: UInt32, cookie: UInt64) -> [UInt8] {
        var request = unix_diag_req()
        request.sdiag_family = UInt8(AF_UNIX)
        request.udiag_states = states
        request.udiag_ino = inode
        request.udiag_show = UInt32(
            UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | UDIAG_SHOW_MEMINFO
                | UDIAG_SHOW_UID)
        request.udiag_cookie = (UInt32(truncatingIfNeeded: cookie), UInt32(truncatingIfNeeded: cookie >> 32))
        return Netlink.bytes(of: request)
    }

    static func inetRequest(
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
        if !details.isDisjoint(with: [.tcpInfo, .subflows]) { attributes.append(clinux_diag_info) }
        if details.contains(.memory) { attributes.append(clinux_diag_memory) }
        if details.contains(.congestion) { attributes.append(clinux_diag_congestion) }
        if details.contains(.trafficClass) { attributes += [clinux_diag_tos, clinux_diag_traffic_class] }
        return attributes.reduce(0) { $0 | 1 << UInt8($1 - 1) }
    }

    static func identity(
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
        case .unix, .vsock:
            (0, 0, 0, 0)
        }
    }
}
