// JSON byte by byte, into room that was made for it: for the events that come a million times a second, each of which
// would take an encoder ten microseconds.

import Glibc
import Sockets

/// A place in room whose size is known; nothing is written past its end.
@safe struct JSONCursor {
    private let start: UnsafeMutablePointer<UInt8>
    private let end: UnsafeMutablePointer<UInt8>
    private var position: UnsafeMutablePointer<UInt8>

    fileprivate init(at start: UnsafeMutablePointer<UInt8>, room: Int) {
        unsafe (self.start, position, end) = (start, start, start + room)
    }

    fileprivate var count: Int { unsafe position - start }

    /// Where the next so many bytes go.
    private mutating func advance(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        unsafe precondition(end - position >= count)
        defer { unsafe position += count }
        return unsafe position
    }

    mutating func byte(_ byte: UInt8) { unsafe advance(1).pointee = byte }

    /// Text that is JSON already.
    mutating func put(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        unsafe memcpy(advance(count), text.utf8Start, count)
    }

    mutating func put(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { source in
            if let base = source.baseAddress { unsafe memcpy(advance(source.count), base, source.count) }
        }
    }

    /// - Parameter value: not negative.
    mutating func integer(_ value: Int) {
        var length = 1
        var bound = 10
        while length < 19, value >= bound {
            length += 1
            bound = bound.multipliedReportingOverflow(by: 10).partialValue
        }
        let digits = unsafe advance(length)
        var rest = value
        for place in stride(from: length - 1, through: 0, by: -1) {
            unsafe digits[place] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
            rest /= 10
        }
    }

    /// UTF-8 as a string, in its quotes.
    /// - Parameter length: what it takes, see `JSONText`.
    mutating func string(_ bytes: RawSpan, length: Int) {
        byte(0x22)
        if length == bytes.byteCount { put(bytes) } else { escape(bytes) }
        byte(0x22)
    }

    private mutating func escape(_ bytes: RawSpan) {
        for offset in 0..<bytes.byteCount {
            let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            switch byte {
            case 0x22, 0x5c:
                self.byte(0x5c)
                self.byte(byte)
            case 0..<0x20:
                if let letter = JSONText.letter(for: byte) {
                    self.byte(0x5c)
                    self.byte(letter)
                } else {
                    put(#"\u00"#)
                    self.byte(byte >> 4 + 0x30)
                    self.byte(byte & 15 < 10 ? byte & 15 + 0x30 : byte & 15 + 0x57)
                }
            default: self.byte(byte)
            }
        }
    }

    /// Bytes in base64 (RFC 4648), in quotes.
    mutating func base64(_ bytes: RawSpan) {
        byte(0x22)
        let target = unsafe advance(JSONText.base64Length(of: bytes.byteCount))
        Self.alphabet.withUTF8Buffer { alphabet in
            unsafe bytes.withUnsafeBytes { source in
                var (from, to) = (0, 0)
                while from < source.count {
                    let left = source.count - from
                    let group =
                        unsafe Int(source[from]) << 16
                        | (left > 1 ? Int(source[from + 1]) << 8 : 0) | (left > 2 ? Int(source[from + 2]) : 0)
                    unsafe target[to] = alphabet[group >> 18]
                    unsafe target[to + 1] = alphabet[group >> 12 & 63]
                    unsafe target[to + 2] = left > 1 ? alphabet[group >> 6 & 63] : 0x3d
                    unsafe target[to + 3] = left > 2 ? alphabet[group & 63] : 0x3d
                    from += 3
                    to += 4
                }
            }
        }
        byte(0x22)
    }

    private static let alphabet: StaticString =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
}

extension [UInt8] {
    /// Appends what `write` puts at the cursor, at most so many bytes.
    mutating func append(atMost count: Int, _ write: (inout JSONCursor) -> Void) {
        append(addingCapacity: count) { span in
            unsafe span.withUnsafeMutableBufferPointer { room, initialized in
                guard let start = unsafe room.baseAddress.map({ unsafe $0 + initialized }) else { return }
                var cursor = unsafe JSONCursor(at: start, room: room.count - initialized)
                write(&cursor)
                initialized += cursor.count
            }
        }
    }
}

/// Bytes as they stand in a JSON string (RFC 8259, section 7).
enum JSONText {
    /// How many bytes these take, without the quotes: as many as they are where nothing has to be escaped; nil where
    /// they are not UTF-8.
    static func length(of bytes: RawSpan) -> Int? {
        var length = bytes.byteCount
        var offset = 0
        while offset < bytes.byteCount {
            if offset + 8 <= bytes.byteCount {
                let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
                if isPlain(word) {
                    offset += 8
                    continue
                }
            }
            let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            if byte >= 0x80 {
                guard let count = sequence(bytes, at: offset, byte) else { return nil }
                offset += count
            } else {
                if byte < 0x20 { length += letter(for: byte) == nil ? 5 : 1 }
                if byte == 0x22 || byte == 0x5c { length += 1 }
                offset += 1
            }
        }
        return length
    }

    /// Whether none of eight bytes is a control character, a quote, a backslash or not ASCII.
    private static func isPlain(_ word: UInt64) -> Bool {
        let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        func holds(_ byte: UInt64) -> UInt64 {
            let difference = word ^ (ones &* byte)
            return (difference &- ones) & ~difference
        }
        return (word | (word &- ones &* 0x20) | holds(0x22) | holds(0x5c)) & highs == 0
    }

    /// How long the sequence is that begins so (RFC 3629, section 4); nil if it is none.
    private static func sequence(_ bytes: RawSpan, at offset: Int, _ lead: UInt8) -> Int? {
        let (length, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        default: return nil
        }
        guard offset + length <= bytes.byteCount else { return nil }
        for place in 1..<length {
            let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset + place, as: UInt8.self)
            guard place == 1 ? second.contains(byte) : byte & 0xc0 == 0x80 else { return nil }
        }
        return length
    }

    /// What stands after the backslash for a control character that has a short form.
    static func letter(for byte: UInt8) -> UInt8? {
        switch byte {
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0a: UInt8(ascii: "n")
        case 0x0c: UInt8(ascii: "f")
        case 0x0d: UInt8(ascii: "r")
        default: nil
        }
    }

    static func base64Length(of count: Int) -> Int { (count + 2) / 3 * 4 }
}

/// Timestamps as text, of which only the fraction changes within a second.
struct JSONClock {
    private var second = Int.min
    /// `2026-11-21T09:07:40.`
    private var text: [UInt8] = []

    /// RFC 3339 in UTC, without quotes: 21 bytes and the digits of the fraction.
    mutating func put(_ time: Timestamp, digits: Int, at cursor: inout JSONCursor) {
        if time.seconds != second {
            second = time.seconds
            text = Array(time.description.utf8.dropLast(7))
        }
        unsafe cursor.put(text.span.bytes)
        var (rest, unit) = (time.nanoseconds, 100_000_000)
        for _ in 0..<digits {
            cursor.byte(UInt8(truncatingIfNeeded: 0x30 + rest / unit))
            rest %= unit
            unit /= 10
        }
        cursor.byte(UInt8(ascii: "Z"))
    }
}
