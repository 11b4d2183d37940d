// Single bytes and runs of bytes in a span.

import Glibc

extension RawSpan {
    func byte(at offset: Int) -> UInt8 {
        unsafe withUnsafeBytes { unsafe $0[offset] }
    }

    /// Where the byte comes first, at or after `start`; nil if it does not. The C function is `memchr(3)`.
    func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        unsafe withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = unsafe memchr(base + start, Int32(byte), bytes.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    func append(to array: inout [UInt8]) {
        unsafe withUnsafeBytes { bytes in unsafe array.append(contentsOf: bytes) }
    }
}
