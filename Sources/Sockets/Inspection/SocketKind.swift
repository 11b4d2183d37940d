// What sort of socket it is: family, type and protocol, in the words of socket(2).

import CLinux
import Glibc

/// The three arguments of `socket(2)`.
package struct SocketKind: Hashable, Sendable {
    package let family: Int32
    package let type: Int32
    package let `protocol`: Int32

    /// `AF_INET`; the number where it has no name here.
    package var familyName: String {
        switch family {
        case AF_INET: "AF_INET"
        case AF_INET6: "AF_INET6"
        case AF_UNIX: "AF_UNIX"
        default: Self.families[family] ?? "AF_\(family)"
        }
    }

    /// The same as in JSON, `inet`.
    package var familyWord: String {
        switch family {
        case AF_INET: "inet"
        case AF_INET6: "inet6"
        case AF_UNIX: "unix"
        default: familyName.dropFirst(3).lowercased()
        }
    }

    /// `SOCK_STREAM`.
    package var typeName: String {
        type == Self.stream ? "SOCK_STREAM" : isDatagram ? "SOCK_DGRAM" : Self.types[type] ?? "SOCK_\(type)"
    }

    /// `IPPROTO_TCP`, `NETLINK_ROUTE`, `ETH_P_ALL`; nil where the family has no protocols.
    package var protocolName: String? {
        if family == AF_NETLINK { return Self.netlinkProtocols[`protocol`] ?? "NETLINK_\(`protocol`)" }
        if family == AF_PACKET { return Self.packetProtocolName(UInt16(truncatingIfNeeded: `protocol`)) }
        guard family == AF_INET || family == AF_INET6 else { return nil }
        if transport == .tcp { return "IPPROTO_TCP" }
        if transport == .raw { return Self.protocols[`protocol`] ?? "IPPROTO_\(`protocol`)" }
        return Transport.allCases.first { $0.protocolNumber == `protocol` && $0 != .raw }?.symbol
            ?? Self.protocols[`protocol`] ?? "IPPROTO_\(`protocol`)"
    }

    /// The name of what a packet socket takes: `ETH_P_IP`, `ETH_P_0x88CC` where it has no name here.
    package static func packetProtocolName(_ number: UInt16) -> String {
        "ETH_P_" + (packetProtocols[number] ?? "0x" + String(number, radix: 16, uppercase: true))
    }

    /// What it is shown as, in the words of `ss`: `tcp`, `udp`, `u_str`, `nl`.
    package var shortName: String {
        switch transport {
        case .unix: type == Self.stream ? "u_str" : isDatagram ? "u_dgr" : "u_seq"
        case .packet: type == Self.raw ? "p_raw" : "p_dgr"
        case .netlink: "nl"
        case .vsock: isDatagram ? "v_dgr" : type == Self.stream ? "v_str" : "v_seq"
        case let transport?: transport.rawValue
        case nil: familyName.dropFirst(3).lowercased()
        }
    }

    /// Whether it is `SOCK_DGRAM`.
    package var isDatagram: Bool { type == Int32(SOCK_DGRAM.rawValue) }

    private static let stream = Int32(SOCK_STREAM.rawValue)
    private static let raw = Int32(SOCK_RAW.rawValue)
    /// Those that a protocol of the Internet tells apart.
    private static let transports: [Transport] = [.tcp, .udp, .udpLite, .mptcp]

    /// Whether such sockets listen, are connected, or neither, as far as that is known.
    var hasStates: Bool { [AF_UNIX, AF_INET, AF_INET6, AF_VSOCK].contains(family) }

    /// Which of the kernel's tables it is listed in; nil for families that are not listed.
    package var transport: Transport? {
        switch family {
        case AF_UNIX: .unix
        case AF_PACKET: .packet
        case AF_NETLINK: .netlink
        case AF_VSOCK: .vsock
        case AF_INET, AF_INET6:
            type == Self.raw ? .raw : Self.transports.first { $0.protocolNumber == `protocol` }
        default: nil
        }
    }

    private static let families: [Int32: String] = [
        0: "AF_UNSPEC", 1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6", 15: "AF_KEY", 16: "AF_NETLINK",
        17: "AF_PACKET", 29: "AF_CAN", 30: "AF_TIPC", 31: "AF_BLUETOOTH", 38: "AF_ALG", 40: "AF_VSOCK",
        41: "AF_KCM", 43: "AF_SMC", 44: "AF_XDP",
    ]
    /// What raw sockets are of.
    private static let protocols: [Int32: String] = [
        1: "IPPROTO_ICMP", 2: "IPPROTO_IGMP", 4: "IPPROTO_IPIP", 6: "IPPROTO_TCP", 17: "IPPROTO_UDP",
        41: "IPPROTO_IPV6", 47: "IPPROTO_GRE", 50: "IPPROTO_ESP", 51: "IPPROTO_AH", 58: "IPPROTO_ICMPV6",
        103: "IPPROTO_PIM", 132: "IPPROTO_SCTP", 136: "IPPROTO_UDPLITE", 255: "IPPROTO_RAW",
    ]
    /// `linux/netlink.h`
    private static let netlinkProtocols: [Int32: String] = [
        0: "NETLINK_ROUTE", 2: "NETLINK_USERSOCK", 3: "NETLINK_FIREWALL", 4: "NETLINK_SOCK_DIAG",
        5: "NETLINK_NFLOG", 6: "NETLINK_XFRM", 7: "NETLINK_SELINUX", 8: "NETLINK_ISCSI", 9: "NETLINK_AUDIT",
        10: "NETLINK_FIB_LOOKUP", 11: "NETLINK_CONNECTOR", 12: "NETLINK_NETFILTER", 13: "NETLINK_IP6_FW",
        14: "NETLINK_DNRTMSG", 15: "NETLINK_KOBJECT_UEVENT", 16: "NETLINK_GENERIC",
        18: "NETLINK_SCSITRANSPORT", 19: "NETLINK_ECRYPTFS", 20: "NETLINK_RDMA", 21: "NETLINK_CRYPTO",
        22: "NETLINK_SMC",
    ]
    /// `linux/if_ether.h`, the usual ones.
    private static let packetProtocols: [UInt16: String] = [
        0x0003: "ALL", 0x0004: "802_2", 0x0800: "IP", 0x0806: "ARP", 0x8100: "8021Q", 0x86dd: "IPV6",
        0x8847: "MPLS_UC", 0x8863: "PPP_DISC", 0x8864: "PPP_SES", 0x888e: "PAE", 0x88a8: "8021AD",
        0x88cc: "LLDP", 0x88e5: "MACSEC", 0x88f7: "1588",
    ]
    private static let types: [Int32: String] = [
        1: "SOCK_STREAM", 2: "SOCK_DGRAM", 3: "SOCK_RAW", 4: "SOCK_RDM", 5: "SOCK_SEQPACKET", 6: "SOCK_DCCP",
        10: "SOCK_PACKET",
    ]
}

/// The kernel's tables of sockets.
package enum Transport: String, Hashable, Sendable, CaseIterable {
    case tcp
    case udp
    case unix
    case raw
    case udpLite = "udplite"
    case mptcp
    case packet
    case netlink
    case vsock

    /// What a list shows unless it is asked for others.
    package static let usual: Set<Transport> = [.tcp, .udp, .unix]

    /// Whether its sockets have the addresses of the Internet protocols.
    package var isInternet: Bool {
        switch self {
        case .tcp, .udp, .raw, .udpLite, .mptcp: true
        case .unix, .packet, .netlink, .vsock: false
        }
    }

    /// The protocol's number; for raw sockets the one that stands for any.
    var protocolNumber: Int32 {
        switch self {
        case .tcp: Int32(IPPROTO_TCP)
        case .udp: Int32(IPPROTO_UDP)
        case .unix, .packet, .netlink, .vsock: 0
        case .raw: Int32(IPPROTO_RAW)
        case .udpLite: Int32(IPPROTO_UDPLITE)
        case .mptcp: 262
        }
    }

    fileprivate var symbol: String { "IPPROTO_" + rawValue.uppercased() }

    /// The type of its sockets, where there is only one.
    var socketType: Int32 {
        switch self {
        case .tcp, .mptcp, .unix, .vsock: Int32(SOCK_STREAM.rawValue)
        case .udp, .udpLite: Int32(SOCK_DGRAM.rawValue)
        case .raw, .packet, .netlink: Int32(SOCK_RAW.rawValue)
        }
    }
}
