// The checksum of IPv4, TCP and UDP (RFC 1071): the complement of a sum of 16-bit words, in which the order of bytes and the
// width of what is added do not matter until the end.

struct InternetChecksum {
    private var sum: UInt64 = 0

    /// What goes into the header: in network order, to be appended as a number.
    var value: UInt16 { ~folded }

    private var folded: UInt16 {
        var sum = sum
        while sum > 0xffff { sum = (sum & 0xffff) + (sum >> 16) }
        return UInt16(sum).bigEndian
    }

    /// Adds a number of the pseudo-header.
    mutating func add(_ word: UInt16) { sum += UInt64(word.bigEndian) }

    /// Adds an address.
    mutating func add(_ address: UInt128) {
        for shift in stride(from: 0, to: 128, by: 16) { add(UInt16(truncatingIfNeeded: address >> shift)) }
    }

    /// Adds all bytes from `start` on. Only the last ones may be of an odd number.
    mutating func add(_ bytes: [UInt8], from start: Int = 0) {
        unsafe bytes.withUnsafeBytes { all in
            let raw = unsafe UnsafeRawBufferPointer(rebasing: all[start...])
            guard let base = raw.baseAddress else { return }
            // Halves of 32 bits: it takes 2^32 of them to overflow.
            var (low, high): (UInt64, UInt64) = (0, 0)
            var offset = 0
            while offset + 8 <= raw.count {
                let word = unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                low &+= word & 0xffff_ffff
                high &+= word >> 32
                offset += 8
            }
            while offset < raw.count {
                let byte = unsafe UInt64(base.load(fromByteOffset: offset, as: UInt8.self))
                low &+=
                    offset & 1 == 0
                    ? UInt64(UInt16(byte).littleEndian) : UInt64(UInt16(byte << 8).littleEndian)
                offset += 1
            }
            add(folding: low)
            add(folding: high)
        }
    }

    private mutating func add(folding part: UInt64) { sum += (part & 0xffff_ffff) + (part >> 32) }
}
