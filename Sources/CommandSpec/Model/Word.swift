// One word of the command line, as the bytes that execve(2) passed. A word need not be valid UTF-8: a file
// name may hold any byte but NUL, and DATA has to be sent exactly as it was given.

package struct Word: Hashable, Sendable, ExpressibleByStringLiteral {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }
    package init(_ string: String) { bytes = Array(string.utf8) }
    package init(stringLiteral value: String) { self.init(value) }

    /// The word as text, with U+FFFD in place of what is not UTF-8.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The word as text, or nil if it is not UTF-8.
    package var validText: String? { String(validating: bytes, as: UTF8.self) }

    /// The word in quotes for a message, with control characters made visible.
    package var quoted: String {
        var result = "'"
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7f..<0xa0: result += "\\x" + hexadecimal(scalar.value)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "'"
    }

    private func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
    }
}
