// Bytes written as text with the backslash escapes of printf(1), and `\:` for a colon that is to stand for
// nothing but itself.

package enum Escapes {
    /// The bytes that a text with escapes stands for: `\n \r \t \a \b \f \v \e \\ \:`, `\NNN` with up to three
    /// octal digits (`\0`), `\xHH` with one or two hexadecimal ones. Nil where a backslash is followed by
    /// anything else, or by nothing, or by more than a byte can hold.
    static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var rest = Array(text)[...]
        while let byte = rest.popFirst() {
            guard byte == backslash else {
                result.append(byte)
                continue
            }
            guard let letter = rest.first else { return nil }
            if let value = letters[letter] {
                rest.removeFirst()
                result.append(value)
            } else if letter == UInt8(ascii: "x") {
                rest.removeFirst()
                guard let value = number(from: &rest, radix: 16, digits: 2) else { return nil }
                result.append(value)
            } else {
                guard let value = number(from: &rest, radix: 8, digits: 3) else { return nil }
                result.append(value)
            }
        }
        return result
    }

    /// The text that `bytes(_:)` reads as these bytes.
    /// - Parameter escapesColons: whether a colon would mean something where the text stands.
    package static func text(_ bytes: [UInt8], escapesColons: Bool = true) -> String {
        let isText = String(validating: bytes, as: UTF8.self) != nil
        var result: [UInt8] = []
        for byte in bytes {
            if let letter = letters.first(where: { $0.value == byte })?.key,
                escapesColons || byte != UInt8(ascii: ":")
            {
                result += [backslash, letter]
            } else if byte < 0x20 || byte == 0x7f || byte >= 0x80 && !isText {
                result += "\\x\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// As it may be typed, in quotes for a message; cut where it is long.
    package static func quoted(_ bytes: [UInt8], atMost limit: Int = 64) -> String {
        "'\(text(Array(bytes.prefix(limit)), escapesColons: false))'" + (bytes.count > limit ? "…" : "")
    }

    /// Where the colons are that no backslash stands before.
    static func bareColons(in text: [UInt8]) -> [Int] {
        var colons: [Int] = []
        var isEscaped = false
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: ":"), !isEscaped { colons.append(index) }
            isEscaped = byte == backslash && !isEscaped
        }
        return colons
    }

    private static let backslash = UInt8(ascii: "\\")

    /// What stands for one byte each after a backslash.
    private static let letters: [UInt8: UInt8] = [
        UInt8(ascii: "n"): 0x0a, UInt8(ascii: "r"): 0x0d, UInt8(ascii: "t"): 0x09, UInt8(ascii: "a"): 0x07,
        UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0c, UInt8(ascii: "v"): 0x0b, UInt8(ascii: "e"): 0x1b,
        backslash: backslash, UInt8(ascii: ":"): UInt8(ascii: ":"),
    ]

    /// Takes as many digits as there are, up to `digits`; nil if there is none, or if they are too much.
    private static func number(from text: inout ArraySlice<UInt8>, radix: Int, digits: Int) -> UInt8? {
        let number = text.prefix(digits).prefix {
            Character(Unicode.Scalar($0)).hexDigitValue.map { $0 < radix } ?? false
        }
        text = text[number.endIndex...]
        return UInt8(String(decoding: number, as: UTF8.self), radix: radix)
    }
}
