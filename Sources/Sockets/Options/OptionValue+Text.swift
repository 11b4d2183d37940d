// Option values as text: what a user writes after `NAME=`, and what a script reads. Each form that is
// printed can be written.

import Glibc

/// Why a text is not a value of an option.
package struct OptionValueError: Error, Hashable, Sendable {
    package let option: SocketOption
    package let text: String

    package var message: String { "\(option.symbol) takes \(option.expectation), not \"\(text)\"" }
}

extension SocketOption {
    /// What it takes, as the end of the sentence "it takes …".
    package var expectation: String {
        switch type {
        case .bool: "on or off"
        case .int(let unit), .unsigned(let unit), .uint64(let unit), .networkInt(let unit):
            unit.map { "a number (\($0.rawValue))" } ?? "a number"
        case .rate: "a number of bytes a second, or unlimited"
        case .length, .pathMTU: "a number"
        case .portRange: "LOW-HIGH, or 0"
        case .linger: "off, or a number of seconds"
        case .timeval: "a duration, such as 5s or 250ms"
        case .string: "text"
        case .bytes: "bytes in hexadecimal"
        case .unknown: "a number, or hex: and bytes in hexadecimal"
        case .groups: "numbers with commas between"
        case .record(let names): names.map { $0 + "=NUMBER" }.joined(separator: ",")
        case .ipv4Address: "an IPv4 address"
        case .membership: "GROUP or GROUP%INTERFACE"
        case .credentials, .socketAddress, .tcpInfo: "nothing: it cannot be set"
        }
    }
}

extension OptionValue {
    /// What a user wrote for `option`: numbers decimal or hexadecimal, bytes with `k`, `M` or `G`, times with
    /// a unit, booleans in words.
    package init(parsing text: String, for option: SocketOption) throws(OptionValueError) {
        guard let value = Self.parse(text, option.type) else {
            throw OptionValueError(option: option, text: text)
        }
        self = value
    }

    private static func parse(_ text: String, _ type: OptionType) -> OptionValue? {
        switch type {
        case .bool:
            boolean(text).map { .bool($0) }
        case .int(let unit), .networkInt(let unit):
            number(text, unit).flatMap { Int32(exactly: $0) }.map { .int(Int($0)) }
        case .unsigned(let unit):
            number(text, unit).flatMap { UInt32(exactly: $0) }.map { .unsigned(UInt64($0)) }
        case .uint64:
            UInt64(prefixed: text).map { .unsigned($0) }
        case .rate:
            switch text.lowercased() {
            case "unlimited", "none": .unlimited
            default: number(text, .bytesPerSecond).flatMap { UInt64(exactly: $0) }.map { .unsigned($0) }
            }
        case .portRange:
            ports(text)
        case .linger:
            if boolean(text) == false && text != "0" {
                .linger(on: false, seconds: 0)
            } else {
                number(text, .seconds).flatMap { Int32(exactly: $0) }.flatMap { seconds in
                    seconds >= 0 ? .linger(on: true, seconds: Int(seconds)) : nil
                }
            }
        case .timeval:
            microseconds(text).map { .duration(.microseconds($0)) }
        case .string:
            text.utf8.contains(0) ? nil : .text(text)
        case .bytes:
            hexadecimal(text).map { .bytes($0) }
        case .unknown:
            Int32(prefixed: text).map { .int(Int($0)) } ?? hexadecimal(text).map { .bytes($0) }
        case .groups:
            numbers(text).map { .groups($0) }
        case .record(let names):
            record(text, names)
        case .ipv4Address:
            IPv4Address(text).map { .ipv4Address($0) }
        case .membership:
            membership(text)
        case .credentials, .socketAddress, .pathMTU, .tcpInfo, .length:
            nil
        }
    }

    private static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "on", "true", "yes", "1": true
        case "off", "false", "no", "0": false
        default: nil
        }
    }

    private static func number(_ text: String, _ unit: Unit?) -> Int? {
        if let plain = Int(prefixed: text) { return plain }
        if let perSecond = unit?.perSecond, let time = microseconds(text) {
            let (units, rest) = (Int128(time) * Int128(perSecond)).quotientAndRemainder(dividingBy: 1_000_000)
            return rest == 0 ? Int(exactly: units) : nil
        }
        let shifts = ["k": 10, "m": 20, "g": 30]
        guard unit?.isSize == true, let shift = text.last.flatMap({ shifts[$0.lowercased()] }),
            let count = Int(prefixed: text.dropLast())
        else { return nil }
        let (size, overflow) = count.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : size
    }

    /// `5s`, `250ms`, `1.5m`, or a bare number of seconds.
    private static func microseconds(_ text: String) -> Int64? {
        let units: [(String, Double)] = [
            ("us", 1), ("ms", 1e3), ("s", 1e6), ("m", 6e7), ("h", 3.6e9), ("", 1e6),
        ]
        guard let (suffix, factor) = units.first(where: { text.lowercased().hasSuffix($0.0) }) else {
            return nil
        }
        let digits = text.dropLast(suffix.count)
        guard digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
            let value = Double(digits)
        else { return nil }
        return Int64(exactly: (value * factor).rounded())
    }

    private static func ports(_ text: String) -> OptionValue? {
        if text == "0" { return .portRange(lower: 0, upper: 0) }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16(prefixed: $0) }
        guard ends.count == 2, let lower = ends[0], let upper = ends[1] else { return nil }
        return .portRange(lower: lower, upper: upper)
    }

    /// Pairs of hexadecimal digits, with or without `hex:` before.
    private static func hexadecimal(_ text: String) -> [UInt8]? {
        let digits = Array((text.hasPrefix("hex:") ? text.dropFirst(4) : text[...]).utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = digits[index...index + 1]
            guard pair.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
                let byte = UInt8(String(decoding: pair, as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func numbers(_ text: String) -> [UInt32]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { UInt32(prefixed: $0) }
        return numbers.count == parts.count ? numbers : nil
    }

    /// Numbers in the structure's order, or with their names; those not given are 0.
    private static func record(_ text: String, _ names: [String]) -> OptionValue? {
        var values = [UInt32](repeating: 0, count: names.count)
        for (index, part) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let named = sides.count == 2 ? names.firstIndex(of: String(sides[0])) : index
            guard let place = named, place < names.count, let value = UInt32(prefixed: sides[sides.count - 1])
            else { return nil }
            values[place] = value
        }
        return .record(zip(names, values).map { Field(name: $0, value: $1) })
    }

    private static func membership(_ text: String) -> OptionValue? {
        if let group = IPv6Address(text) { return .group6(group) }
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let group = IPv4Address(String(first)) else { return nil }
        guard parts.count == 2 else { return .group(group, interface: 0) }
        let index = unsafe if_nametoindex(String(parts[1]))
        guard let interface = index != 0 ? index : UInt32(prefixed: parts[1]) else { return nil }
        return .group(group, interface: interface)
    }
}

extension OptionValue: CustomStringConvertible {
    /// The bare value, for scripts: `1`, `65536`, `5s`, `bbr`, `rmem_alloc=0,rcvbuf=131072`.
    package var description: String {
        switch self {
        case .bool(let value): value ? "1" : "0"
        case .int(let value): String(value)
        case .unsigned(let value): String(value)
        case .unlimited: "unlimited"
        case .linger(let on, let seconds): on ? String(seconds) : "off"
        case .duration(let value): Self.text(value)
        case .text(let value): value
        case .bytes(let value): Self.text(value)
        case .credentials(let value):
            "pid=\(value.pid),uid=\(Int32(bitPattern: value.uid)),gid=\(Int32(bitPattern: value.gid))"
        case .groups(let value): value.map { String($0) }.joined(separator: ",")
        case .record(let fields): fields.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
        case .portRange(0, 0): "0"
        case .portRange(let lower, let upper): "\(lower)-\(upper)"
        case .ipv4Address(let address): address.description
        case .socketAddress(let address): address.description
        case .group(let group, let interface): interface == 0 ? "\(group)" : "\(group)%\(interface)"
        case .group6(let group): group.description
        case .tcpInfo(let info): info.description
        }
    }

    private static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let fraction = String(1_000_000 + attoseconds / 1_000_000_000_000).dropFirst()
        let digits = fraction.reversed().drop { $0 == "0" }.reversed()
        return digits.isEmpty ? "\(seconds)s" : "\(seconds).\(String(digits))s"
    }

    private static func text(_ bytes: [UInt8]) -> String {
        bytes.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    }
}
