// Payload and names as they stand in a JSON string: how long they get, and what is written.

/// Bytes as they stand in a JSON string (RFC 8259, section 7).
enum JSONText {
    /// How many bytes these take, without the quotes: as many as they are where nothing has to be escaped; nil where
    /// they are not UTF-8.
    static func length(of bytes: RawSpan) -> Int? {
        let count = bytes.byteCount
        var (length, offset) = (count, 0)
        while offset + 32 <= count {
            let words = unsafe (
                marks(in: load(bytes, offset)) | marks(in: load(bytes, offset + 8)),
                marks(in: load(bytes, offset + 16)) | marks(in: load(bytes, offset + 24))
            )
            guard (words.0 | words.1) & highBits == 0 else { break }
            offset += 32
        }
        if count >= 32, offset + 32 > count {
            // What is left, and what stands before it.
            let words = unsafe (
                marks(in: load(bytes, count - 32)) | marks(in: load(bytes, count - 24)),
                marks(in: load(bytes, count - 16)) | marks(in: load(bytes, count - 8))
            )
            if (words.0 | words.1) & highBits == 0 { return count }
        }
        while offset < count {
            if offset + 8 <= count {
                let word = unsafe load(bytes, offset)
                if (word | controls(in: word)) & highBits == 0 {
                    // One more for each, summed up in the highest byte.
                    length += Int(truncatingIfNeeded: (quotes(in: word) >> 7 &* ones) >> 56)
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

    // MARK: Eight bytes at a time

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// Eight bytes; the first is the lowest.
    @inline(__always) @unsafe private static func load(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
        unsafe UInt64(
            littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// Its high bits are clear if none of the bytes is a control character, a quote, a backslash or not ASCII.
    @inline(__always) private static func marks(in word: UInt64) -> UInt64 {
        word | (word &- ones &* 0x20) | ((word ^ ones &* 0x22) &- ones) | ((word ^ ones &* 0x5c) &- ones)
    }

    /// The high bit of each control character. Right up to the first byte that is not ASCII.
    @inline(__always) private static func controls(in word: UInt64) -> UInt64 {
        ~(word &+ ones &* 0x60) & ~word & highBits
    }

    /// The high bit of each quote and backslash among bytes that are ASCII.
    @inline(__always) private static func quotes(in word: UInt64) -> UInt64 {
        let others = ((word ^ ones &* 0x22) &+ ones &* 0x7f) & ((word ^ ones &* 0x5c) &+ ones &* 0x7f)
        return ~others & highBits
    }

    // MARK: UTF-8

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

    // MARK: Writing

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
        var offset = 0
        while offset < bytes.byteCount {
            if offset + 8 <= bytes.byteCount {
                var word = unsafe load(bytes, offset)
                if marks(in: word) & ~word & highBits == 0 {
                    unsafe UnsafeMutableRawPointer(target).storeBytes(of: word.littleEndian, as: UInt64.self)
                    unsafe target += 8
                    offset += 8
                    continue
                }
                if (word | controls(in: word)) & highBits == 0 {
                    // Without a branch for each byte: a backslash, and over it or behind it the byte.
                    var escapes = quotes(in: word) >> 7
                    for _ in 0..<8 {
                        let quote = Int(truncatingIfNeeded: escapes & 1)
                        unsafe target.pointee = 0x5c
                        unsafe target[quote] = UInt8(truncatingIfNeeded: word)
                        unsafe target += 1 + quote
                        word >>= 8
                        escapes >>= 8
                    }
                    offset += 8
                    continue
                }
            }
            let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            offset += 1
            unsafe escape(byte, to: &target)
        }
    }

    private static func escape(_ byte: UInt8, to target: inout UnsafeMutablePointer<UInt8>) {
        func put(_ byte: UInt8) {
            unsafe target.pointee = byte
            unsafe target += 1
        }
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

    /// Writes bytes in base64 (RFC 4648), as many as `base64Length` says.
    static func base64(_ bytes: RawSpan, to target: UnsafeMutablePointer<UInt8>) {
        unsafe base64Pairs.withUnsafeBufferPointer { pairs in
            let raw = UnsafeMutableRawPointer(target)
            var (from, to) = (0, 0)
            func put(_ bits: UInt64) {
                unsafe raw.storeBytes(of: pairs[Int(bits & 0xfff)], toByteOffset: to, as: UInt16.self)
                to += 2
            }
            // Six bytes, of eight that are there.
            while from + 8 <= bytes.byteCount {
                let word = unsafe load(bytes, from).byteSwapped
                put(word >> 52)
                put(word >> 40)
                put(word >> 28)
                put(word >> 16)
                from += 6
            }
            while from < bytes.byteCount {
                let left = bytes.byteCount - from
                var group: UInt64 = 0
                for place in 0..<3 {
                    group = group << 8
                    if place < left {
                        group |= UInt64(
                            unsafe bytes.unsafeLoad(fromUncheckedByteOffset: from + place, as: UInt8.self))
                    }
                }
                put(group >> 12)
                put(group)
                if left < 3 { unsafe target[to - 1] = 0x3d }
                if left < 2 { unsafe target[to - 2] = 0x3d }
                from += 3
            }
        }
    }

    /// What twelve bits are in base64: two characters, as they lie in memory.
    private static let base64Pairs: [UInt16] = {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        return (0..<4096).map {
            (UInt16(alphabet[$0 >> 6]) | UInt16(alphabet[$0 & 63]) << 8).littleEndian
        }
    }()
}
