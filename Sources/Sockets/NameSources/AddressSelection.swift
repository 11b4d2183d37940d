// Why one address comes before another: the rules of RFC 6724, section 6, as glibc's getaddrinfo(3) applies them.

import CLinux
import Glibc

/// A rule of RFC 6724, section 6, by its number.
package enum SelectionRule: Int, Hashable, Sendable {
    case reachable = 1
    case scope, deprecated, home, label, precedence, native, smallerScope, prefix
    /// None decided: as they came from the source.
    case unchanged
}

/// An address to choose from, and from where it would be reached.
package struct AddressCandidate: Hashable, Sendable {
    package let destination: AnyIPAddress
    /// Nil if it cannot be reached.
    package var source: AnyIPAddress?
    /// Of the source.
    package var isDeprecated = false
    package var isHome = false
    package var prefix = 0
    /// The index of the interface; nil where it is not known.
    package var interface: UInt32?
    /// Whether that is no tunnel.
    package var isNative = true

    package init(_ destination: AnyIPAddress, from source: AnyIPAddress? = nil) {
        self.destination = destination
        self.source = source
    }
}

extension AddressPolicy {
    /// Which rule decides between two, and whether the first of them comes first.
    package func decide(
        _ one: AddressCandidate, _ other: AddressCandidate
    ) -> (rule: SelectionRule, isFirst: Bool) {
        func better(_ rule: SelectionRule, _ left: Bool, _ right: Bool) -> (SelectionRule, Bool)? {
            left == right ? nil : (rule, left)
        }
        if let decided = better(.reachable, one.source != nil, other.source != nil) { return decided }
        let scopes = (scope(of: one.destination), scope(of: other.destination))
        if let source = one.source, let otherSource = other.source {
            let pairs = [
                better(.scope, scopes.0 == scope(of: source), scopes.1 == scope(of: otherSource)),
                better(.deprecated, !one.isDeprecated, !other.isDeprecated),
                better(.home, one.isHome, other.isHome),
                better(
                    .label, label(of: one.destination) == label(of: source),
                    label(of: other.destination) == label(of: otherSource)),
            ]
            if let decided = pairs.lazy.compactMap(\.self).first { return decided }
        }
        let precedences = (precedence(of: one.destination), precedence(of: other.destination))
        if precedences.0 != precedences.1 { return (.precedence, precedences.0 > precedences.1) }
        if one.source != nil, one.interface != other.interface,
            let decided = better(.native, one.isNative, other.isNative)
        {
            return decided
        }
        if scopes.0 != scopes.1 { return (.smallerScope, scopes.0 < scopes.1) }
        let (bits, otherBits) = Self.commonBits(one, other)
        return bits == otherBits ? (.unchanged, true) : (.prefix, bits > otherBits)
    }

    /// How many leading bits destination and source share: of IPv4 only within the subnet, of IPv6 in the first group
    /// of 32 in which one of the two pairs differs.
    package static func commonBits(_ one: AddressCandidate, _ other: AddressCandidate) -> (Int, Int) {
        switch (one.destination, one.source, other.destination, other.source) {
        case (.inet(let to), .inet(let from)?, .inet(let otherTo), .inet(let otherFrom)?):
            func bits(_ difference: UInt32, _ prefix: Int) -> Int {
                prefix > 0 && prefix <= 32 && difference >> (32 - UInt32(prefix)) == 0
                    ? difference.leadingZeroBitCount : 0
            }
            return (
                bits(to.number ^ from.number, one.prefix),
                bits(otherTo.number ^ otherFrom.number, other.prefix)
            )
        case (.inet6(let to), .inet6(let from)?, .inet6(let otherTo), .inet6(let otherFrom)?):
            for shift in [96, 64, 32, 0] {
                let bits = UInt32(truncatingIfNeeded: (to.number ^ from.number) >> shift)
                let otherBits = UInt32(truncatingIfNeeded: (otherTo.number ^ otherFrom.number) >> shift)
                if bits != 0 || otherBits != 0 {
                    return (bits.leadingZeroBitCount, otherBits.leadingZeroBitCount)
                }
            }
            return (0, 0)
        default: return (0, 0)
        }
    }
}

extension AddressCandidate {
    /// The addresses with their sources, as they are here and now: `connect(2)` of UDP sockets, which sends nothing,
    /// `getsockname(2)`, `getifaddrs(3)` and `/proc/net/if_inet6`.
    package static func found(_ destinations: [AnyIPAddress]) -> [AddressCandidate] {
        let interfaces = (try? NetworkInterface.all()) ?? []
        let flags = InterfaceFlags.read()
        return destinations.map { destination in
            var candidate = AddressCandidate(destination)
            guard let socket = try? Socket(destination.family, .datagram),
                (try? socket.connect(to: destination.with(port: 0))) == true,
                let source = try? socket.localAddress()?.host
            else { return candidate }
            candidate.source = source
            for interface in interfaces {
                guard let own = interface.addresses.first(where: { $0.address.bytes == source.bytes }) else {
                    continue
                }
                candidate.prefix = own.prefix
                candidate.interface = interface.index
                candidate.isNative = isNative(interface.name, through: socket)
                break
            }
            let own = flags[source.bytes] ?? InterfaceFlags()
            (candidate.isDeprecated, candidate.isHome) = (own.isDeprecated, own.isHome)
            return candidate
        }
    }

    /// `ioctl(2)` with `SIOCGIFHWADDR`.
    private static func isNative(_ name: String, through socket: borrowing Socket) -> Bool {
        // ARPHRD_TUNNEL, ARPHRD_TUNNEL6, ARPHRD_SIT.
        ![768, 769, 776].contains(unsafe clinux_interface_type(socket.number, name))
    }
}

/// What the kernel says of an IPv6 address of ours.
struct InterfaceFlags: Equatable {
    var isDeprecated = false
    var isHome = false

    /// By the bytes of the address: `/proc/net/if_inet6`.
    static func read() -> [[UInt8]: InterfaceFlags] {
        let text = try? OwnedDescriptor.contents(of: "/proc/thread-self/net/if_inet6")
        return parse(text ?? [])
    }

    static func parse(_ text: [UInt8]) -> [[UInt8]: InterfaceFlags] {
        var found: [[UInt8]: InterfaceFlags] = [:]
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 5, let number = UInt128(words[0], radix: 16),
                let flags = UInt32(words[4], radix: 16)
            else { continue }
            // IFA_F_OPTIMISTIC counts as IFA_F_DEPRECATED does; then IFA_F_HOMEADDRESS.
            found[IPv6Address(number).bytes] = InterfaceFlags(
                isDeprecated: flags & 0x24 != 0, isHome: flags & 0x10 != 0)
        }
        return found
    }
}
