// Reads numbers, sizes and durations from bytes. Only plain decimal digits count: no sign, no exponent, no
// "nan", nothing that depends on a locale, and what does not fit is refused instead of wrapped or rounded.

enum Scan {
    /// A whole number in decimal digits.
    static func number(_ bytes: some Collection<UInt8>) -> Int? {
        guard !bytes.isEmpty else { return nil }
        var value = 0
        for byte in bytes {
            guard let digit = digit(byte) else { return nil }
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(digit)
            guard !tooLarge, !overflow else { return nil }
            value = sum
        }
        return value
    }

    /// A number of bytes: `512`, `64k`, `10M`, `1G`, in powers of 1024.
    static func size(_ bytes: [UInt8]) -> Int? {
        let (digits, suffix) = split(bytes)
        let unit: Int
        switch suffix {
        case "": unit = 1
        case "k", "K": unit = 1 << 10
        case "m", "M": unit = 1 << 20
        case "g", "G": unit = 1 << 30
        case "t", "T": unit = 1 << 40
        default: return nil
        }
        guard let count = number(digits) else { return nil }
        let (size, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : size
    }

    /// A time: `250ms`, `500us`, `5s`, `1.5m`, `1m30s`, `2h`, or a bare number of seconds. Exact to the nanosecond.
    static func duration(_ bytes: [UInt8]) -> Duration? {
        var rest = bytes[...]
        var sum: Int128 = 0
        var last = Int128.max
        repeat {
            let digits = rest.prefix { digit($0) != nil || $0 == UInt8(ascii: ".") }
            let suffix = rest[digits.endIndex...].prefix { digit($0) == nil && $0 != UInt8(ascii: ".") }
            // One after the other the units become smaller, and each has one.
            guard let unit = unit(String(decoding: suffix, as: UTF8.self)), unit < last,
                !suffix.isEmpty || digits.count == bytes.count, let part = nanoseconds(digits, unit)
            else { return nil }
            last = unit
            sum += part
            rest = rest[suffix.endIndex...]
        } while !rest.isEmpty
        return Int64(exactly: sum).map { .nanoseconds($0) }
    }

    private static func unit(_ suffix: String) -> Int128? {
        switch suffix {
        case "us", "µs": 1_000
        case "ms": 1_000_000
        case "", "s": 1_000_000_000
        case "m": 60_000_000_000
        case "h": 3_600_000_000_000
        default: nil
        }
    }

    private static func nanoseconds(_ digits: ArraySlice<UInt8>, _ unit: Int128) -> Int128? {
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = number(parts[0]) else { return nil }
        var nanoseconds = Int128(whole) * unit
        if parts.count == 2 {
            let fraction = parts[1].prefix(12)
            guard let value = number(fraction), parts[1].allSatisfy({ digit($0) != nil }) else { return nil }
            nanoseconds += Int128(value) * unit / fraction.reduce(1) { power, _ in power * 10 }
        }
        return nanoseconds
    }

    private static func digit(_ byte: UInt8) -> Int? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
    }

    /// The leading digits and points, and the unit that follows them.
    private static func split(_ bytes: [UInt8]) -> (digits: ArraySlice<UInt8>, suffix: String) {
        let digits = bytes.prefix { digit($0) != nil || $0 == UInt8(ascii: ".") }
        return (digits, String(decoding: bytes[digits.endIndex...], as: UTF8.self))
    }
}
