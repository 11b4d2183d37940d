// An IPv4 or an IPv6 address, where both will do.

import Glibc

/// An Internet address of either family, without a port.
package enum AnyIPAddress: Hashable, Sendable, CustomStringConvertible {
    case inet(IPv4Address)
    case inet6(IPv6Address)

    package var family: AddressFamily {
        switch self {
        case .inet: .inet
        case .inet6: .inet6
        }
    }

    /// Four decimal parts, or an IPv6 address, with a scope where it has one.
    package init?(_ text: String) {
        if let address = IPv4Address(text) {
            self = .inet(address)
        } else if let address = IPv6Address(text) {
            self = .inet6(address)
        } else {
            return nil
        }
    }

    /// The bytes in network order, 4 or 16; nil for any other number of them.
    package init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: self = .inet(IPv4Address(bytes.reduce(0) { $0 << 8 | UInt32($1) }))
        case 16: self = .inet6(IPv6Address(bytes.reduce(0) { $0 << 8 | UInt128($1) }))
        default: return nil
        }
    }

    /// The bytes in network order, 4 or 16.
    package var bytes: [UInt8] {
        switch self {
        case .inet(let address): address.bytes
        case .inet6(let address): address.bytes
        }
    }

    /// Whether it is this host, through the loopback interface: 127.0.0.0/8, ::1.
    package var isLoopback: Bool {
        switch self {
        case .inet(let address): address.number >> 24 == 127
        case .inet6(let address): address == .loopback
        }
    }

    /// Whether it means something on one link only, and is written with an interface: 169.254.0.0/16, fe80::/10.
    package var isLinkLocal: Bool {
        switch self {
        case .inet(let address): address.number >> 16 == 0xa9fe
        case .inet6(let address): address.number >> 118 == 0xfe80 >> 6
        }
    }

    /// Whether a socket that is bound to it has every address of its host: 0.0.0.0, ::.
    package var isUnspecified: Bool { self == .inet(.any) || self == .inet6(.any) }

    /// The address with a port.
    package func with(port: UInt16) -> SocketAddress {
        switch self {
        case .inet(let address): .inet(address, port: port)
        case .inet6(let address): .inet6(address, port: port)
        }
    }

    package var description: String {
        switch self {
        case .inet(let address): address.description
        case .inet6(let address): address.description
        }
    }
}

extension SocketAddress {
    /// The address without its port, nil for what has no Internet address.
    package var host: AnyIPAddress? {
        switch self {
        case .inet(let address, _): .inet(address)
        case .inet6(let address, _): .inet6(address)
        case .unix, .vsock: nil
        }
    }
}
