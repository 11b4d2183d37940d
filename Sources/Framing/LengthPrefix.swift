// How the length of a message is written before it: `u8` to `u64le`, `varint`, and `fixed:SIZE`, where it
// need not be.

/// One way to write a length.
enum LengthPrefix {
    /// All messages have the same length, which is not written.
    case fixed(Int)
    /// An unsigned number of 1, 2, 4 or 8 bytes.
    case integer(width: Int, bigEndian: Bool)
    /// Unsigned LEB128, as `writeDelimitedTo` of Protocol Buffers writes it: seven bits a byte, the lowest
    /// first, and the top bit says that more follow. A number that was written with more bytes than it needs
    /// is taken.
    case varint

    /// The length that the bytes begin with, and how many bytes tell it; nil if there are too few.
    /// - Throws: `FramingError.badLength`.
    func read(_ bytes: RawSpan) throws(FramingError) -> (length: UInt64, size: Int)? {
        switch self {
        case .fixed(let size): return (UInt64(size), 0)
        case .integer(let width, let bigEndian):
            guard bytes.byteCount >= width else { return nil }
            return (Self.number(bytes, width, bigEndian), width)
        case .varint: return try Self.readVarint(bytes)
        }
    }

    /// - Throws: `FramingError.prefixTooNarrow`, `FramingError.wrongLength`; nothing is appended then.
    func write(_ length: Int, into output: inout [UInt8]) throws(FramingError) {
        switch self {
        case .fixed(let size):
            guard length == size else { throw .wrongLength(length, fixed: size) }
        case .integer(let width, let bigEndian):
            let largest = UInt64.max >> (64 - 8 * UInt64(width))
            guard UInt64(length) <= largest else { throw .prefixTooNarrow(length: length, largest: largest) }
            // The bytes that count come first.
            let number =
                bigEndian
                ? (UInt64(length) << (64 - 8 * UInt64(width))).bigEndian : UInt64(length).littleEndian
            unsafe withUnsafeBytes(of: number) {
                unsafe output.append(RawSpan(_unsafeBytes: $0).extracting(first: width))
            }
        case .varint:
            var rest = UInt(length)
            while rest >= 0x80 {
                output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            output.append(UInt8(rest))
        }
    }

    /// - Precondition: the bytes are there.
    private static func number(_ bytes: RawSpan, _ width: Int, _ bigEndian: Bool) -> UInt64 {
        func load<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) -> UInt64 {
            let number = unsafe bytes.unsafeLoadUnaligned(as: type)
            return UInt64(bigEndian ? number.bigEndian : number.littleEndian)
        }
        return switch width {
        case 1: load(UInt8.self)
        case 2: load(UInt16.self)
        case 4: load(UInt32.self)
        default: load(UInt64.self)
        }
    }

    private static func readVarint(_ bytes: RawSpan) throws(FramingError) -> (length: UInt64, size: Int)? {
        var length: UInt64 = 0
        for index in 0..<min(bytes.byteCount, 10) {
            let byte = bytes.byte(at: index)
            // Nine bytes hold 63 bits.
            guard index < 9 || byte <= 1 else { throw .badLength("its length prefix has more than 64 bits") }
            length |= UInt64(byte & 0x7f) << (7 * UInt64(index))
            if byte < 0x80 { return (length, index + 1) }
        }
        return nil
    }
}
