// Numbers appended to bytes, in the order of the network and in that of pcapng files.

extension [UInt8] {
    mutating func append(big value: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: value.bigEndian) { unsafe append(contentsOf: $0) }
    }

    mutating func append(little value: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
    }

    mutating func set(big value: UInt16, at offset: Int) {
        (self[offset], self[offset + 1]) = (UInt8(value >> 8), UInt8(truncatingIfNeeded: value))
    }

    mutating func set(little value: UInt32, at offset: Int) {
        for index in 0..<4 { self[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }
}
