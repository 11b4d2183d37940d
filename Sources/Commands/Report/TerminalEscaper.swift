// Bytes from the network in a form that a terminal shows and does not obey.

import Framing
import Sockets

/// Turns a stream of bytes into text without control characters. What is not plain text is written as
/// `^[` (C0 controls), `\x9b` (bytes that are not UTF-8) or `\u{202e}` (characters that control or hide
/// text). Line feeds and tabs stay, and so does a carriage return just before a line feed.
struct TerminalEscaper {
    /// The start of a character whose rest has not come yet, or a carriage return that waits for its LF.
    private var held: [UInt8] = []

    mutating func append(_ bytes: RawSpan, to output: inout [UInt8]) {
        var input = held
        held = []
        unsafe bytes.withUnsafeBytes { unsafe input.append(contentsOf: $0) }
        escape(input, final: false, to: &output)
    }

    /// Writes what was held back.
    mutating func finish(to output: inout [UInt8]) {
        let input = held
        held = []
        escape(input, final: true, to: &output)
    }

    /// A text that is to stay in one line, in visible form.
    static func line(_ text: String) -> String {
        visible(joined(text))
    }

    /// A text with its line feeds written as `^J` and its tabs as `^I`, and all else as it is.
    static func joined(_ text: String) -> String {
        guard text.utf8.contains(where: isMoving) else { return text }
        // By bytes: to a string CR LF is one character, and no line feed.
        return String(decoding: text.utf8.flatMap { isMoving($0) ? [0x5e, $0 ^ 0x40] : [$0] }, as: UTF8.self)
    }

    /// A line feed or a tab, which a text of several lines may have.
    private static func isMoving(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x09 }

    /// JSON that says the same and that a terminal shows: what it would not show is written as `\u009b`.
    static func json(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.allSatisfy({ $0 < 0x7f }) { return bytes }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let text = String(scalar)
            if scalar.value < 0x7f || isShown(scalar) {
                output += text.utf8
                continue
            }
            for unit in text.utf16 {
                let digits = String(unit, radix: 16)
                output += "\\u".utf8
                output += repeatElement(UInt8(ascii: "0"), count: 4 - digits.count)
                output += digits.utf8
            }
        }
        return output
    }

    /// A whole text in visible form, but for colours of our own (`ESC [ … m`) if they are to be kept.
    static func visible(_ text: String, keepingColor: Bool = false) -> String {
        if keepingColor {
            let pieces = text.split(separator: "\u{1b}[", omittingEmptySubsequences: false).map(String.init)
            return visible(pieces[0])
                + pieces.dropFirst().map { piece in
                    let color = piece.prefix { "0123456789;".contains($0) }
                    let rest = piece.dropFirst(color.count)
                    guard rest.first == "m" else { return visible("\u{1b}[" + piece) }
                    return "\u{1b}[\(color)m" + visible(String(rest.dropFirst()))
                }.joined()
        }
        if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x0a }) { return text }
        var output: [UInt8] = []
        var escaper = TerminalEscaper()
        escaper.escape(Array(text.utf8), final: true, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private mutating func escape(_ input: [UInt8], final: Bool, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + input.count)
        var index = 0
        while index < input.count {
            let byte = input[index]
            switch byte {
            case 0x20...0x7e, 0x09, 0x0a:
                output.append(byte)
                index += 1
            case 0x0d:
                if index + 1 == input.count, !final {
                    held = [byte]
                } else if index + 1 < input.count, input[index + 1] == 0x0a {
                    output.append(byte)
                } else {
                    output += [0x5e, 0x4d]
                }
                index += 1
            case 0x00...0x1f:
                output += [0x5e, byte + 0x40]
                index += 1
            case 0x7f:
                output += [0x5e, 0x3f]
                index += 1
            default:
                let length = Self.length(startingWith: byte)
                if length > 1, index + length > input.count, !final,
                    input[(index + 1)...].allSatisfy({ $0 & 0xc0 == 0x80 })
                {
                    held = Array(input[index...])
                    return
                }
                index += escapeCharacter(input[index..<min(index + max(length, 1), input.count)], to: &output)
            }
        }
    }

    /// Writes one character outside ASCII, and returns how many bytes it took.
    private func escapeCharacter(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) -> Int {
        guard let text = String(validating: bytes, as: UTF8.self), let scalar = text.unicodeScalars.first,
            text.unicodeScalars.count == 1, let first = bytes.first
        else {
            output += "\\x".utf8 + Array(String(bytes.first ?? 0, radix: 16).utf8)
            return 1
        }
        if first >= 0x80, Self.isShown(scalar) {
            output += bytes
        } else {
            output += "\\u{\(String(scalar.value, radix: 16))}".utf8
        }
        return bytes.count
    }

    /// How many bytes the character has that starts with this one; 1 where none can.
    private static func length(startingWith byte: UInt8) -> Int {
        switch byte {
        case 0xc2...0xdf: 2
        case 0xe0...0xef: 3
        case 0xf0...0xf4: 4
        default: 1
        }
    }

    /// Whether a terminal just shows it: not a control, and nothing that reorders or hides its neighbours, or that
    /// takes no room itself, where something could be hidden.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isDefaultIgnorableCodePoint { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate:
            false
        default:
            true
        }
    }
}
