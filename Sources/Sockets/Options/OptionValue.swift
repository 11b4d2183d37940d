// The value of a socket option, in a type that says what it is.

/// What an option is set to.
package enum OptionValue: Hashable, Sendable {
    case bool(Bool)
    case int(Int)
    case unsigned(UInt64)
    /// No limit, where the kernel has all ones.
    case unlimited
    /// `SO_LINGER`: whether `close` waits, and for how many seconds at most.
    case linger(on: Bool, seconds: Int)
    case duration(Duration)
    case text(String)
    case bytes([UInt8])
    case credentials(ProcessCredentials)
    case groups([UInt32])
    case record([Field])
    /// The ports from which a local one is chosen; 0 leaves an end to the system.
    case portRange(lower: UInt16, upper: UInt16)
    case ipv4Address(IPv4Address)
    case socketAddress(SocketAddress)
    /// A multicast group, and the interface's index, 0 for the route's.
    case group(IPv4Address, interface: UInt32)
    /// A multicast group; its scope is the interface.
    case group6(IPv6Address)
    case tcpInfo(TCPInfo)

    /// A number in a structure, with the name it has there.
    package struct Field: Hashable, Sendable {
        package let name: String
        package let value: UInt32

        package init(name: String, value: UInt32) {
            self.name = name
            self.value = value
        }
    }
}

/// Who a process is: `struct ucred`.
package struct ProcessCredentials: Hashable, Sendable {
    /// 0 where it is not known, or from another namespace.
    package let pid: Int32
    /// All ones where it is not known.
    package let uid: UInt32
    package let gid: UInt32

    package init(pid: Int32, uid: UInt32, gid: UInt32) {
        self.pid = pid
        self.uid = uid
        self.gid = gid
    }
}

extension OptionValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
}
