// Reading numbers and kernel structures out of bytes whose length is not trusted.

extension RawSpan {
    /// The value at `offset`, in this machine's byte order; nil if it does not lie wholly inside.
    func value<Value: BitwiseCopyable>(_ type: Value.Type, at offset: Int) -> Value? {
        guard offset >= 0, byteCount - MemoryLayout<Value>.size >= offset else { return nil }
        return unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: type)
    }

    /// All of it, copied.
    var array: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}

extension FixedWidthInteger {
    /// The bytes of the number, in this machine's byte order.
    var kernelBytes: [UInt8] { unsafe withUnsafeBytes(of: self) { unsafe Array($0) } }
}
