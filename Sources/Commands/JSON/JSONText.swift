// Payload and names as they stand in a JSON string: how long they get, and what is written.

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
        (word | escapes(in: word)) & 0x8080_8080_8080_8080 == 0
    }

    /// Whether one of eight bytes is a control character, a quote or a backslash. One after such a byte may be taken
    /// for one.
    private static func needsEscape(_ word: UInt64) -> Bool {
        escapes(in: word) & ~word & 0x8080_8080_8080_8080 != 0
    }

    /// The highest bit of each byte that has to be escaped, and of some that are not ASCII.
    private static func escapes(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        func holds(_ byte: UInt64) -> UInt64 {
            let difference = word ^ (ones &* byte)
            return (difference &- ones) & ~difference
        }
        return (word &- ones &* 0x20) | holds(0x22) | holds(0x5c)
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

    /// Writes UTF-8 as it stands in a string, as many bytes as `length` says.
    static func escape(_ bytes: RawSpan, to target: UnsafeMutablePointer<UInt8>) {
        var target = unsafe target
        func put(_ byte: UInt8) {
            unsafe target.pointee = byte
            unsafe target += 1
        }
        var offset = 0
        while offset < bytes.byteCount {
            if offset + 8 <= bytes.byteCount {
                let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
                if !needsEscape(word) {
                    unsafe UnsafeMutableRawPointer(target).storeBytes(of: word, as: UInt64.self)
                    unsafe target += 8
                    offset += 8
                    continue
                }
            }
            let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            offset += 1
            switch byte {
            case 0x22, 0x5c:
                put(0x5c)
                put(byte)
            case 0..<0x20:
                put(0x5c)
                if let letter = letter(for: byte) {
                    put(letter)
                } else {
                    for digit in [UInt8(ascii: "u"), 0x30, 0x30, byte >> 4 + 0x30] { put(digit) }
                    put(byte & 15 < 10 ? byte & 15 + 0x30 : byte & 15 + 0x57)
                }
            default: put(byte)
            }
        }
    }

    /// Writes bytes in base64 (RFC 4648), as many as `base64Length` says.
    static func base64(_ bytes: RawSpan, to target: UnsafeMutablePointer<UInt8>) {
        alphabet.withUTF8Buffer { alphabet in
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
    }

    private static let alphabet: StaticString =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
}
