// The types that socket options have, and how many bytes the kernel is offered for each.

/// The type of an option's value.
package enum OptionType: Hashable, Sendable {
    /// An `int` that is 0 or 1.
    case bool
    /// An `int`.
    case int(Unit? = nil)
    /// An `unsigned int`.
    case unsigned(Unit? = nil)
    /// A 64-bit number.
    case uint64(Unit? = nil)
    /// A 64-bit number of which all ones mean no limit.
    case rate
    /// An `int` in network byte order.
    case networkInt(Unit? = nil)
    /// Two ports in one `unsigned int`, the lower one in the low half; 0 stands for none.
    case portRange
    /// `struct linger`.
    case linger
    /// `struct timeval`; zero waits for ever.
    case timeval
    /// Text, with or without a NUL at its end.
    case string
    /// Bytes that are shown as they are, in hexadecimal.
    case bytes
    /// `struct ucred`.
    case credentials
    /// The numbers of groups.
    case groups
    /// A structure of 32-bit numbers with these names.
    case record([String])
    /// `struct in_addr`.
    case ipv4Address
    /// `struct sockaddr`, as `getpeername(2)` answers.
    case socketAddress
    /// `struct ip_mreqn` or `struct ipv6_mreq`: a multicast group, and on which interface.
    case membership
    /// `struct ip6_mtuinfo`, of which the MTU counts.
    case pathMTU
    /// `struct tcp_info`.
    case tcpInfo
    /// Nothing but the length which the kernel answers with.
    case length(Unit)
    /// Not known: four bytes are a number, anything else is bytes.
    case unknown

    /// The word that `info options` shows.
    package var name: String {
        switch self {
        case .bool: "bool"
        case .int, .networkInt: "int"
        case .unsigned, .length, .pathMTU: "unsigned"
        case .uint64, .rate: "uint64"
        case .portRange: "port range"
        case .linger: "linger"
        case .timeval: "timeval"
        case .string: "string"
        case .bytes, .unknown: "bytes"
        case .credentials: "ucred"
        case .groups: "groups"
        case .record: "record"
        case .ipv4Address, .socketAddress: "address"
        case .membership: "membership"
        case .tcpInfo: "tcp_info"
        }
    }

    /// What a number of this type counts.
    package var unit: Unit? {
        switch self {
        case .int(let unit), .unsigned(let unit), .uint64(let unit), .networkInt(let unit): unit
        case .length(let unit): unit
        case .rate: .bytesPerSecond
        case .timeval, .linger: .seconds
        case .pathMTU: .bytes
        default: nil
        }
    }

    /// How many bytes `getsockopt(2)` is offered. Exact where the kernel insists on it.
    var capacity: Int {
        switch self {
        case .bool, .int, .unsigned, .networkInt, .portRange, .ipv4Address: 4
        case .uint64, .rate, .linger: 8
        case .credentials: 12
        case .timeval: 16
        case .record(let names): names.count * 4
        case .pathMTU: 32
        case .length: 0
        case .string, .socketAddress: 256
        case .tcpInfo, .membership: 512
        case .bytes, .groups, .unknown: 4096
        }
    }
}
