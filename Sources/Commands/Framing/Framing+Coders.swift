// Which decoder and encoder carries out which framing.

import CommandSpec

extension Framing {
    /// - Parameter maxMessage: how many bytes a message may have. Without boundaries nothing is held, and
    ///   nothing is too long.
    func decoder(maxMessage: Int) -> any MessageDecoder {
        switch self {
        case .none: NoneDecoder()
        case .delimiter(let bytes): DelimiterDecoder(bytes, maxMessage: maxMessage)
        case .fixed(let size): PrefixDecoder(FixedLength(size: size), maxMessage: maxMessage)
        case .lengthPrefix(let width, let bigEndian):
            PrefixDecoder(IntegerPrefix(width: width, bigEndian: bigEndian), maxMessage: maxMessage)
        case .varint: PrefixDecoder(VarintPrefix(), maxMessage: maxMessage)
        case .http: HTTPDecoder(maxMessage: maxMessage)
        }
    }

    func encoder() -> any MessageEncoder {
        switch self {
        case .none: NoneEncoder()
        case .delimiter(let bytes): DelimiterEncoder(bytes)
        case .fixed(let size): PrefixEncoder(FixedLength(size: size))
        case .lengthPrefix(let width, let bigEndian):
            PrefixEncoder(IntegerPrefix(width: width, bigEndian: bigEndian))
        case .varint: PrefixEncoder(VarintPrefix())
        case .http: HTTPEncoder()
        }
    }
}

/// No boundaries: the bytes of each call are a message.
struct NoneDecoder: MessageDecoder {
    var remainder: [UInt8] { [] }

    mutating func decode(_ bytes: RawSpan, _ body: MessageBody) throws(FramingError) {
        if !bytes.isEmpty { body(bytes, nil) }
    }

    mutating func finish(_ body: MessageBody) throws(FramingError) {}
}

struct NoneEncoder: MessageEncoder {
    mutating func encode(_ message: RawSpan, into output: inout [UInt8]) throws(FramingError) {
        output.append(message)
    }
}
