// Reads an object of JSON, as far as recordings need it: its strings and numbers, and those of objects in it. A line
// is looked at once, from its beginning to its end; what nobody asks for is checked and passed over.

/// What is read of a JSON text (RFC 8259).
struct JSONReader {
    indirect enum Value: Equatable {
        case string(String)
        /// An integer. A number with a fraction or an exponent is `other`.
        case integer(Int)
        case object([String: Value])
        /// An array, true, false, null, another number.
        case other
    }

    struct Malformed: Error {}

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    /// Deeper than any line of a recording, and little enough for the stack.
    private static let deepest = 64

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The fields of an object. Of a name that is there twice the last counts.
    static func object(_ bytes: [UInt8]) throws(Malformed) -> [String: Value] {
        var reader = JSONReader(bytes)
        guard case .object(let fields) = try reader.value() else { throw Malformed() }
        reader.skipSpace()
        guard reader.position == bytes.count else { throw Malformed() }
        return fields
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    /// The next character after white space, if it is this one.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(Malformed) -> Value {
        skipSpace()
        switch next {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"):
            return try nested { (reader) throws(Malformed) in .object(try reader.fields()) }
        case UInt8(ascii: "["): return try nested { (reader) throws(Malformed) in try reader.array() }
        case UInt8(ascii: "t"): return try literal("true")
        case UInt8(ascii: "f"): return try literal("false")
        case UInt8(ascii: "n"): return try literal("null")
        default: return try number()
        }
    }

    private mutating func nested(
        _ body: (inout JSONReader) throws(Malformed) -> Value
    ) throws(Malformed) -> Value {
        guard depth < Self.deepest else { throw Malformed() }
        depth += 1
        position += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func fields() throws(Malformed) -> [String: Value] {
        var fields: [String: Value] = [:]
        if take("}") { return fields }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw Malformed() }
            let name = try string()
            guard take(":") else { throw Malformed() }
            fields[name] = try value()
        } while take(",")
        guard take("}") else { throw Malformed() }
        return fields
    }

    private mutating func array() throws(Malformed) -> Value {
        if take("]") { return .other }
        repeat { _ = try value() } while take(",")
        guard take("]") else { throw Malformed() }
        return .other
    }

    private mutating func literal(_ text: StaticString) throws(Malformed) -> Value {
        let count = text.utf8CodeUnitCount
        let isThere = text.withUTF8Buffer { unsafe bytes[position...].prefix(count).elementsEqual($0) }
        guard isThere else { throw Malformed() }
        position += count
        return .other
    }

    private mutating func number() throws(Malformed) -> Value {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let whole = digits()
        guard !whole.isEmpty, whole.count == 1 || bytes[whole.lowerBound] != UInt8(ascii: "0") else {
            throw Malformed()
        }
        var isInteger = true
        if next == UInt8(ascii: ".") {
            position += 1
            isInteger = false
            guard !digits().isEmpty else { throw Malformed() }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            isInteger = false
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard !digits().isEmpty else { throw Malformed() }
        }
        guard isInteger, let number = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
            return .other
        }
        return .integer(number)
    }

    private mutating func digits() -> Range<Int> {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return start..<position
    }

    // MARK: Strings

    private mutating func string() throws(Malformed) -> String {
        position += 1
        var text: [UInt8] = []
        while true {
            // What needs no attention is copied at once.
            let start = position
            while let byte = next, byte != 0x22, byte != 0x5c, byte >= 0x20 { position += 1 }
            text += bytes[start..<position]
            guard let byte = next, byte >= 0x20 else { throw Malformed() }
            position += 1
            if byte == 0x22 { break }
            try escape(to: &text)
        }
        guard let text = String(validating: text, as: UTF8.self) else { throw Malformed() }
        return text
    }

    /// What follows a backslash.
    private mutating func escape(to text: inout [UInt8]) throws(Malformed) {
        guard let letter = next else { throw Malformed() }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var unit = try unit()
            if 0xd800..<0xdc00 ~= unit {
                // The first half of a pair; the second follows.
                guard next == 0x5c, position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u")
                else {
                    throw Malformed()
                }
                position += 2
                let low = try self.unit()
                guard 0xdc00..<0xe000 ~= low else { throw Malformed() }
                unit = 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw Malformed() }
            text += UTF8.encode(scalar).map { Array($0) } ?? []
        default: throw Malformed()
        }
    }

    /// Four hexadecimal digits.
    private mutating func unit() throws(Malformed) -> UInt32 {
        guard position + 4 <= bytes.count else { throw Malformed() }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw Malformed() }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }
}

extension JSONReader.Value {
    var string: String? { if case .string(let text) = self { text } else { nil } }
    var integer: Int? { if case .integer(let number) = self { number } else { nil } }
}

/// Bytes from base64 (RFC 4648, section 4, with padding); nil for what is none.
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        let length = JSONText.base64Length(of: bytes.count)
        return unsafe String(unsafeUninitializedCapacity: length) { target in
            if let start = target.baseAddress { unsafe JSONText.base64(bytes.span.bytes, to: start) }
            return length
        }
    }

    static func decode(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3)
        for start in stride(from: 0, to: digits.count, by: 4) {
            let isLast = start + 4 == digits.count
            let padding =
                isLast ? digits[start..<start + 4].reversed().prefix { $0 == UInt8(ascii: "=") }.count : 0
            guard padding <= 2 else { return nil }
            var group: UInt32 = 0
            for digit in digits[start..<start + 4 - padding] {
                guard let value = value(of: digit) else { return nil }
                group = group << 6 | value
            }
            group <<= 6 * UInt32(padding)
            bytes += [group >> 16, group >> 8, group].prefix(3 - padding).map {
                UInt8(truncatingIfNeeded: $0)
            }
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
