// The names of values that are one of a few: `IP_MTU_DISCOVER` is `IP_PMTUDISC_WANT`, not 1.

extension SocketOption {
    /// The constant that the value is, as the kernel's headers name it; nil where it is none of a few.
    package func name(of value: OptionValue) -> String? {
        let number: UInt64
        switch value {
        case .int(let value) where value >= 0: number = UInt64(value)
        case .unsigned(let value): number = value
        default: return nil
        }
        let code = Int32(truncatingIfNeeded: number)
        switch symbol {
        case "SO_DOMAIN", "IPV6_ADDRFORM": return SocketKind(family: code, type: 0, protocol: 0).familyName
        case "SO_TYPE": return SocketKind(family: 0, type: code, protocol: 0).typeName
        default: return Self.valueNames[symbol]?[code]
        }
    }

    /// The values that have a name, in their order.
    var namedValues: [(number: Int32, name: String)] {
        (Self.valueNames[symbol] ?? [:]).sorted { $0.key < $1.key }.map { (number: $0.key, name: $0.value) }
    }

    private static let discovery: [Int32: String] = [
        0: "PMTUDISC_DONT", 1: "PMTUDISC_WANT", 2: "PMTUDISC_DO", 3: "PMTUDISC_PROBE",
        4: "PMTUDISC_INTERFACE", 5: "PMTUDISC_OMIT",
    ]

    /// `asm/socket.h`, `linux/in.h`, `linux/in6.h`, `linux/tcp.h`, `linux/socket.h`
    private static let valueNames: [String: [Int32: String]] = [
        "IP_MTU_DISCOVER": discovery.mapValues { "IP_" + $0 },
        "IPV6_MTU_DISCOVER": discovery.mapValues { "IPV6_" + $0 },
        "SO_BUF_LOCK": [0: "none", 1: "SOCK_SNDBUF_LOCK", 2: "SOCK_RCVBUF_LOCK", 3: "SNDBUF+RCVBUF"],
        "SO_TXREHASH": [0: "SOCK_TXREHASH_DISABLED", 1: "SOCK_TXREHASH_ENABLED"],
        "TCP_REPAIR_QUEUE": [0: "TCP_NO_QUEUE", 1: "TCP_RECV_QUEUE", 2: "TCP_SEND_QUEUE"],
        "IP_TOS": [
            0x02: "ECT(0)", 0x08: "IPTOS_THROUGHPUT", 0x10: "IPTOS_LOWDELAY", 0x04: "IPTOS_RELIABILITY",
        ],
    ]
}
