// Names with letters beyond ASCII (RFC 5890): libc converts them, by libidn2 and from the encoding of the user's locale.
// Where it cannot, the ASCII form is there to be shown.

import Glibc

package enum InternationalName {
    /// Calls `body` with the flag that makes `getaddrinfo(3)` convert a host's name, `AI_IDN`, and in the user's locale,
    /// which this thread has meanwhile: `newlocale(3)`, `uselocale(3)`.
    static func converting<Result>(_ host: String?, _ body: (Int32) -> Result) -> Result {
        guard let host, !isASCII(host) else { return body(0) }
        // Nil if there is no such locale: then that of the process stays, which is C.
        let own = unsafe newlocale(1 << LC_CTYPE, "", nil)
        let previous = unsafe own.map { unsafe uselocale($0) }
        defer {
            if let own = unsafe own, let previous = unsafe previous {
                unsafe uselocale(previous)
                unsafe freelocale(own)
            }
        }
        return body(0x40)
    }

    /// The form of a name that is looked up in the DNS, its labels with letters beyond ASCII as `xn--…`. Colons and what
    /// stands behind them are kept. Nil if the name is ASCII, or if its letters would have to be composed first.
    package static func ascii(_ name: String) -> String? {
        guard !isASCII(name) else { return nil }
        var result = ""
        var label: [Unicode.Scalar] = []
        func end() -> Bool {
            defer { label = [] }
            if label.allSatisfy(\.isASCII) {
                result.unicodeScalars.append(contentsOf: label)
                return true
            }
            guard let code = punycode(label.map(\.value)) else { return false }
            result += "xn--" + code
            return true
        }
        for scalar in name.lowercased().unicodeScalars {
            guard scalar.properties.canonicalCombiningClass == .notReordered else { return nil }
            switch scalar {
            // The full stops of RFC 3490, section 3.1.
            case ".", "\u{3002}", "\u{ff0e}", "\u{ff61}":
                guard end() else { return nil }
                result += "."
            case ":":
                guard end() else { return nil }
                result += ":"
            default: label.append(scalar)
            }
        }
        return end() ? result : nil
    }

    private static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

    /// RFC 3492, section 6.3; nil where a number would overflow.
    private static func punycode(_ points: [UInt32]) -> String? {
        var output = points.filter { $0 < 0x80 }.map { UInt8($0) }
        var handled = output.count
        let basic = handled
        if basic > 0 { output.append(UInt8(ascii: "-")) }
        var (number, delta, bias): (UInt32, UInt32, UInt32) = (0x80, 0, 72)
        while handled < points.count {
            guard let next = points.filter({ $0 >= number }).min() else { return nil }
            let (step, overflow) = (next - number).multipliedReportingOverflow(by: UInt32(handled + 1))
            guard !overflow, delta <= .max - step else { return nil }
            delta += step
            number = next
            for point in points {
                if point < number { delta += 1 }
                guard point == number else { continue }
                var rest = delta
                for base in stride(from: UInt32(36), through: .max - 36, by: 36) {
                    let threshold = base <= bias ? 1 : min(26, base - bias)
                    if rest < threshold { break }
                    output.append(digit(threshold + (rest - threshold) % (36 - threshold)))
                    rest = (rest - threshold) / (36 - threshold)
                }
                output.append(digit(rest))
                bias = adapted(delta, points: UInt32(handled + 1), isFirst: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            number += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// RFC 3492, section 6.1.
    private static func adapted(_ delta: UInt32, points: UInt32, isFirst: Bool) -> UInt32 {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / points
        var base: UInt32 = 0
        while delta > 455 {
            delta /= 35
            base += 36
        }
        return base + 36 * delta / (delta + 38)
    }

    private static func digit(_ value: UInt32) -> UInt8 {
        UInt8(value < 26 ? value + 0x61 : value - 26 + 0x30)
    }
}
