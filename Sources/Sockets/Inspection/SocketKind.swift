// What sort of socket it is: family, type and protocol, in the words of socket(2).

import CLinux
import Glibc

/// The three arguments of `socket(2)`.
package struct SocketKind: Hashable, Sendable {
    package let family: Int32
    package let type: Int32
    package let `protocol`: Int32

    /// `AF_INET`; the number where it has no name here.
    package var familyName: String { Self.families[family] ?? "AF_\(family)" }

    /// `SOCK_STREAM`.
    package var typeName: String { Self.types[type] ?? "SOCK_\(type)" }

    /// `IPPROTO_TCP`; nil where the family has no protocols.
    package var protocolName: String? {
        guard family == AF_INET || family == AF_INET6 else { return nil }
        if transport == .raw { return Self.protocols[`protocol`] ?? "IPPROTO_\(`protocol`)" }
        return Transport.allCases.first { $0.protocolNumber == `protocol` && $0 != .raw }?.symbol
            ?? "IPPROTO_\(`protocol`)"
    }

    /// What it is shown as, in the words of `ss`: `tcp`, `udp`, `u_str`.
    package var shortName: String {
        switch (transport, typeName) {
        case (.unix, "SOCK_STREAM"): "u_str"
        case (.unix, "SOCK_DGRAM"): "u_dgr"
        case (.unix, "SOCK_SEQPACKET"): "u_seq"
        case (let transport?, _): transport.rawValue
        case (nil, _): familyName.dropFirst(3).lowercased()
        }
    }

    /// Which of the kernel's tables it is listed in; nil for families that are not listed.
    package var transport: Transport? {
        switch family {
        case AF_UNIX: .unix
        case AF_INET, AF_INET6:
            typeName == "SOCK_RAW" ? .raw : Transport.allCases.first { $0.protocolNumber == `protocol` }
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

    /// The protocol's number; for raw sockets the one that stands for any.
    var protocolNumber: Int32 {
        switch self {
        case .tcp: Int32(IPPROTO_TCP)
        case .udp: Int32(IPPROTO_UDP)
        case .unix: 0
        case .raw: Int32(IPPROTO_RAW)
        case .udpLite: Int32(IPPROTO_UDPLITE)
        case .mptcp: 262
        }
    }

    fileprivate var symbol: String { "IPPROTO_" + rawValue.uppercased() }

    /// The type of its sockets, where there is only one.
    var socketType: Int32 {
        switch self {
        case .tcp, .mptcp, .unix: Int32(SOCK_STREAM.rawValue)
        case .udp, .udpLite: Int32(SOCK_DGRAM.rawValue)
        case .raw: Int32(SOCK_RAW.rawValue)
        }
    }
}
