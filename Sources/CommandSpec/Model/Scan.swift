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
        default: return nil
        }
        guard let count = number(digits) else { return nil }
        let (size, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : size
    }

    /// A time: `250ms`, `5s`, `1.5m`, `2h`, or a bare number of seconds. Exact to the nanosecond.
    static func duration(_ bytes: [UInt8]) -> Duration? {
        let (digits, suffix) = split(bytes)
        let unit: Int128
        switch suffix {
        case "ms": unit = 1_000_000
        case "", "s": unit = 1_000_000_000
        case "m": unit = 60_000_000_000
        case "h": unit = 3_600_000_000_000
        default: return nil
        }
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = number(parts[0]) else { return nil }
        var nanoseconds = Int128(whole) * unit
        if parts.count == 2 {
            let fraction = parts[1].prefix(12)
            guard let value = number(fraction), parts[1].allSatisfy({ digit($0) != nil }) else { return nil }
            nanoseconds += Int128(value) * unit / fraction.reduce(1) { power, _ in power * 10 }
        }
        return Int64(exactly: nanoseconds).map { .nanoseconds($0) }
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
