// What the framings need of bytes: to find some in others, and to collect them.

import Glibc

extension RawSpan {
    /// Where these bytes, of which there is at least one, first occur at or after `start`: memchr(3) for the
    /// first of them, memcmp(3) for the others.
    func firstOffset(of pattern: [UInt8], from start: Int = 0) -> Int? {
        unsafe withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var start = start
            while bytes.count - start >= pattern.count {
                let places = bytes.count - start - pattern.count + 1
                guard let found = unsafe memchr(base + start, Int32(pattern[0]), places) else { return nil }
                if unsafe pattern.count == 1 || memcmp(found, pattern, pattern.count) == 0 {
                    return unsafe UnsafeRawPointer(found) - base
                }
                start = unsafe UnsafeRawPointer(found) - base + 1
            }
            return nil
        }
    }

    /// Where the byte comes first, at or after `start`; nil if it does not: memchr(3).
    func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        unsafe withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = unsafe memchr(base + start, Int32(byte), bytes.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    /// - Precondition: `offset` lies inside.
    func byte(at offset: Int) -> UInt8 {
        precondition(byteOffsets.contains(offset))
        return unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}

extension [UInt8] {
    package mutating func append(_ bytes: RawSpan) {
        // As bytes, which are copied at once: as raw memory they would be a sequence like any other.
        unsafe bytes.withUnsafeBytes { raw in
            unsafe raw.withMemoryRebound(to: UInt8.self) { unsafe append(contentsOf: $0) }
        }
    }
}
