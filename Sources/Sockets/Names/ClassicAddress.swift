// The older spellings of an IPv4 address: inet_aton(3) with parts missing, octal and hexadecimal, and numbers
// as inet_ntoa(3) is given them; and the strict ones of inet_pton(3).

import Glibc

extension IPv4Address {
    /// What `inet_aton(3)` takes, and nothing else: one to four parts (`127.1`), each decimal, octal or
    /// hexadecimal, the last one filling what is left.
    package init?(aton text: String) {
        var address = in_addr()
        guard !text.utf8.contains(0), unsafe inet_aton(text, &address) != 0 else { return nil }
        self.init(UInt32(bigEndian: address.s_addr))
    }

    /// The argument of `inet_ntoa(3)` as a user writes it: eight hexadecimal digits (`c0a80201`), a number in
    /// decimal or after `0x`, or four numbers up to 255.
    package init?(ntoa words: [String]) {
        switch words.count {
        case 1:
            let isBare = words[0].utf8.count == 8 && words[0].allSatisfy { $0.isASCII && $0.isHexDigit }
            guard let number = isBare ? UInt32(words[0], radix: 16) : UInt32(prefixed: words[0]) else {
                return nil
            }
            self.init(number)
        case 4:
            let bytes = words.compactMap { UInt8(prefixed: $0) }
            guard bytes.count == 4 else { return nil }
            self.init(bytes.reduce(0) { $0 << 8 | UInt32($1) })
        default:
            return nil
        }
    }

    /// The number in eight hexadecimal digits, `c0a80201`.
    package var hexadecimal: String { String(String(1 << 32 | UInt64(number), radix: 16).dropFirst()) }
}

extension AnyIPAddress {
    /// What `inet_pton(3)` takes for the family, and nothing else: no scope, no short forms.
    package init?(pton text: String, family: AddressFamily) {
        guard !text.utf8.contains(0), !text.utf8.contains(UInt8(ascii: "%")) else { return nil }
        switch family {
        case .inet:
            guard let address = IPv4Address(text) else { return nil }
            self = .inet(address)
        case .inet6:
            guard let address = IPv6Address(text) else { return nil }
            self = .inet6(address)
        case .unix, .vsock:
            return nil
        }
    }
}
