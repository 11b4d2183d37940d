// The characters that HTTP is written in, and how what breaks its rules is named.

/// Classes of characters of RFC 9110 section 5.
extension UInt8 {
    package static var carriageReturn: UInt8 { 0x0d }
    package static var lineFeed: UInt8 { 0x0a }

    /// `tchar`: what methods, field names and codings are made of.
    package var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"): true
        case UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"): true
        case UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"): true
        default: false
        }
    }

    package var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    /// `SP` or `HTAB`: what whitespace in a line is.
    package var isBlank: Bool { self == 0x20 || self == 0x09 }
    /// `VCHAR`: ASCII that can be seen.
    package var isVisible: Bool { (0x21...0x7e).contains(self) }
    /// What may stand in a field value or reason phrase: `VCHAR`, `obs-text`, `SP` and `HTAB`.
    package var isFieldText: Bool { self == 0x09 || self >= 0x20 && self != 0x7f }

    /// What the hexadecimal digit stands for.
    package var hexDigit: Int? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(self - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(self - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    fileprivate var lowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }

    /// As messages name it: `0x0b`.
    package var named: String { "0x" + (self < 16 ? "0" : "") + String(self, radix: 16) }
}

extension Collection<UInt8> {
    package var isToken: Bool { !isEmpty && allSatisfy(\.isTokenCharacter) }

    package func equalsIgnoringCase(_ text: String) -> Bool {
        count == text.utf8.count && zip(self, text.utf8).allSatisfy { $0.lowercased == $1.lowercased }
    }

    /// For a message: in quotation marks, and not longer than what can be read at a glance.
    package var quoted: String {
        count <= 60
            ? "'\(String(decoding: self, as: UTF8.self))'"
            : "'\(String(decoding: prefix(50), as: UTF8.self))...'"
    }
}

extension BidirectionalCollection<UInt8> where SubSequence: BidirectionalCollection<UInt8> {
    /// Without whitespace (OWS) at its ends.
    package var trimmed: SubSequence {
        var rest = self[...]
        while rest.first?.isBlank == true { rest = rest.dropFirst() }
        while rest.last?.isBlank == true { rest = rest.dropLast() }
        return rest
    }
}

extension FramingError {
    /// RFC 9112, "HTTP/1.1", forbids it.
    static func rfc9112(_ section: String, _ words: String, status: Int = 400) -> FramingError {
        .http(words, section: "RFC 9112, section \(section)", status: status)
    }

    /// RFC 9110, "HTTP Semantics", forbids it.
    static func rfc9110(_ section: String, _ words: String, status: Int = 400) -> FramingError {
        .http(words, section: "RFC 9110, section \(section)", status: status)
    }
}
