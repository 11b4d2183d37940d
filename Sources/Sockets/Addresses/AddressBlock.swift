// A block of addresses, `192.168.0.0/16` or `2001:db8::/32`: what `--allow` and `--deny` are written in.

/// A CIDR block (RFC 4632, RFC 4291), or one address.
package struct AddressBlock: Hashable, Sendable {
    private enum Network: Hashable {
        case inet(UInt32)
        case inet6(UInt128)
    }
    private let network: Network
    /// How many leading bits count.
    package let prefix: Int

    /// Nil if the text is not an address with an optional prefix length.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let address = String(parts[0])
        let width: Int
        if let inet = IPv4Address(address) {
            network = .inet(inet.number)
            width = 32
        } else if let inet6 = IPv6Address(address), inet6.scope == 0 {
            network = .inet6(inet6.number)
            width = 128
        } else {
            return nil
        }
        if parts.count == 1 {
            prefix = width
        } else if let length = Int(parts[1]), (0...width).contains(length),
            parts[1].utf8.allSatisfy({ $0 != 43 })
        {
            prefix = length
        } else {
            return nil
        }
    }

    package var isIPv6: Bool { if case .inet6 = network { true } else { false } }

    /// The address as in a packet.
    package var bytes: [UInt8] {
        switch network {
        case .inet(let number): number.bigEndian.kernelBytes
        case .inet6(let number): number.bigEndian.kernelBytes
        }
    }

    /// Whether the address lies in the block; an IPv4 address mapped into IPv6 counts as IPv4.
    package func contains(_ address: SocketAddress) -> Bool {
        switch (network, address) {
        case (.inet(let network), .inet(let address, _)):
            return Self.agree(network, address.number, prefix)
        case (.inet(let network), .inet6(let address, _)):
            guard let mapped = address.mapped else { return false }
            return Self.agree(network, mapped.number, prefix)
        case (.inet6(let network), .inet6(let address, _)):
            return Self.agree(network, address.number, prefix)
        default:
            return false
        }
    }

    /// Whether some address lies in both.
    package func overlaps(_ other: AddressBlock) -> Bool {
        let shorter = min(prefix, other.prefix)
        return switch (network, other.network) {
        case (.inet(let one), .inet(let other)): Self.agree(one, other, shorter)
        case (.inet6(let one), .inet6(let other)): Self.agree(one, other, shorter)
        default: false
        }
    }

    /// Those of this host alone: RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3.
    package static let loopback = [AddressBlock("127.0.0.0/8"), AddressBlock("::1")].compactMap(\.self)

    /// The addresses of the hosts in it; nil if there are more than `limit`. Of an IPv4 subnet the first and the last are none
    /// (RFC 1122, section 3.2.1.3), unless it has only two (RFC 3021).
    package func hosts(atMost limit: Int) -> [AnyIPAddress]? {
        func numbers<Number: FixedWidthInteger>(_ network: Number, isSubnet: Bool) -> [Number]? {
            let bits = Number.bitWidth - prefix
            guard bits < Int.bitWidth - 1, 1 << bits <= limit + (isSubnet && bits > 1 ? 2 : 0) else {
                return nil
            }
            let first = prefix == 0 ? 0 : (network >> Number(bits)) << Number(bits)
            let offsets = isSubnet && bits > 1 ? 1..<(1 << bits) - 1 : 0..<(1 << bits)
            return offsets.map { first | Number($0) }
        }
        return switch network {
        case .inet(let number):
            numbers(number, isSubnet: true)?.map { .inet(IPv4Address($0)) }
        case .inet6(let number):
            numbers(number, isSubnet: false)?.map { .inet6(IPv6Address($0)) }
        }
    }

    private static func agree<Number: FixedWidthInteger>(_ left: Number, _ right: Number, _ prefix: Int)
        -> Bool
    {
        prefix == 0 || (left ^ right) >> (Number.bitWidth - prefix) == 0
    }
}
