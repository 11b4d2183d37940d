// IPv4 and IPv6 addresses as values: text in, text out, by inet_pton(3) and inet_ntop(3).

import Glibc

/// An IPv4 address, four bytes.
package struct IPv4Address: Hashable, Sendable, CustomStringConvertible {
    /// The address as a number, `127.0.0.1` is `0x7f000001`.
    package let number: UInt32

    package init(_ number: UInt32) { self.number = number }

    /// Four decimal parts, `192.168.2.1`: `inet_pton(3)`.
    package init?(_ text: String) {
        var address = in_addr()
        guard !text.utf8.contains(0), unsafe inet_pton(AF_INET, text, &address) == 1 else { return nil }
        number = UInt32(bigEndian: address.s_addr)
    }

    package static let any = IPv4Address(0)
    package static let loopback = IPv4Address(0x7f00_0001)

    package var bytes: [UInt8] { unsafe withUnsafeBytes(of: number.bigEndian) { unsafe Array($0) } }

    package var description: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// With a port, `192.168.2.1:80`.
    package func text(port: UInt16) -> String {
        var text: [UInt8] = []
        append(port: port, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the same.
    package func append(port: UInt16, to text: inout [UInt8]) {
        append(to: &text)
        text.append(UInt8(ascii: ":"))
        Self.append(port, to: &text)
    }

    private func append(to text: inout [UInt8]) {
        for shift: UInt32 in [24, 16, 8, 0] {
            Self.append(UInt16(number >> shift & 0xff), to: &text)
            if shift > 0 { text.append(UInt8(ascii: ".")) }
        }
    }

    /// Appends the number in decimal.
    private static func append(_ number: UInt16, to text: inout [UInt8]) {
        var unit: UInt16 =
            number < 10 ? 1 : number < 100 ? 10 : number < 1000 ? 100 : number < 10_000 ? 1000 : 10_000
        while unit > 0 {
            text.append(UInt8(ascii: "0") + UInt8(number / unit % 10))
            unit /= 10
        }
    }
}

/// An IPv6 address, sixteen bytes, with the interface it is valid on (RFC 4007) where it needs one.
package struct IPv6Address: Hashable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64
    /// The interface's index (`sin6_scope_id`), 0 for none.
    package let scope: UInt32

    /// The address as a number, `::1` is 1. Kept in halves: a stored 16-byte number is misaligned by the
    /// compiler where an address is moved out of a structure.
    package var number: UInt128 { UInt128(high) << 64 | UInt128(low) }

    package init(_ number: UInt128, scope: UInt32 = 0) {
        high = UInt64(truncatingIfNeeded: number >> 64)
        low = UInt64(truncatingIfNeeded: number)
        self.scope = scope
    }

    /// `::1`, or `fe80::1%eth0` with an interface's name or index: `inet_pton(3)`, `if_nametoindex(3)`.
    package init?(_ text: String) {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        var address = in6_addr()
        guard !text.utf8.contains(0), let first = parts.first,
            unsafe inet_pton(AF_INET6, String(first), &address) == 1
        else {
            return nil
        }
        let number = UInt128(bigEndian: unsafe unsafeBitCast(address, to: UInt128.self))
        guard parts.count == 2 else {
            self.init(number)
            return
        }
        let zone = String(parts[1])
        let index = unsafe if_nametoindex(zone)
        if index != 0 {
            self.init(number, scope: index)
        } else if let written = UInt32(zone), written != 0 {
            self.init(number, scope: written)
        } else {
            return nil
        }
    }

    /// The interface in `fe80::1%eth7`, if that is the only thing wrong with the address: there is none of that
    /// name. Nil for any other text.
    package static func missingInterface(of text: String) -> String? {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, IPv6Address(String(parts[0])) != nil, IPv6Address(text) == nil else {
            return nil
        }
        return String(parts[1])
    }

    package static let any = IPv6Address(0)
    package static let loopback = IPv6Address(1)

    /// Whether it means something only together with an interface, and has none: link-local addresses, and
    /// multicast groups of an interface or a link (RFC 4007).
    package var lacksScope: Bool {
        let first = UInt16(truncatingIfNeeded: number >> 112)
        return scope == 0
            && (first & 0xffc0 == 0xfe80 || first & 0xff0f == 0xff01 || first & 0xff0f == 0xff02)
    }

    package var bytes: [UInt8] { unsafe withUnsafeBytes(of: number.bigEndian) { unsafe Array($0) } }

    /// The IPv4 address in `::ffff:a.b.c.d`, nil for any other.
    package var mapped: IPv4Address? {
        number >> 32 == 0xffff ? IPv4Address(UInt32(truncatingIfNeeded: number)) : nil
    }

    /// `inet_ntop(3)`, and `if_indextoname(3)` for the scope.
    package var description: String {
        scope == 0 ? text : "\(text)%\(scopeName ?? String(scope))"
    }

    /// The address without its scope.
    package var text: String {
        var address = unsafe unsafeBitCast(number.bigEndian, to: in6_addr.self)
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(AF_INET6, &address, &text, socklen_t(text.count)) != nil else { return "" }
        return String(terminated: text)
    }

    /// The interface's name, nil without a scope or where the interface is gone.
    package var scopeName: String? {
        guard scope != 0 else { return nil }
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard unsafe if_indextoname(scope, &name) != nil else { return nil }
        return String(terminated: name)
    }
}

extension String {
    /// The text in a buffer that a C function filled, up to its NUL; invalid UTF-8 is replaced.
    init(terminated buffer: [CChar]) {
        self.init(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
