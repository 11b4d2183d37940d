// Which decoder and encoder carries out which framing.

extension Framing {
    /// - Parameters:
    ///   - maxMessage: how many bytes a message may have.
    ///   - conversation: of the connection whose messages they are, and which way they go.
    func decoder(
        maxMessage: Int, _ conversation: (any Conversation)? = nil, _ flow: Flow = .incoming
    ) -> any MessageDecoder {
        switch self {
        case .none: NoneDecoder(maxMessage: maxMessage)
        case .delimiter(let bytes): DelimiterDecoder(bytes, maxMessage: maxMessage)
        case .fixed, .lengthPrefix, .varint: PrefixDecoder(prefix, maxMessage: maxMessage)
        case .http: HTTPDecoder(maxMessage: maxMessage, conversation as? HTTPExchange ?? HTTPExchange(), flow)
        }
    }

    /// - Parameters:
    ///   - source: the framing by which the messages are cut that are joined by this one.
    ///   - conversation: of the connection whose messages they are, and which way they go.
    package func joiner(
        of source: Framing? = nil, _ conversation: (any Conversation)? = nil, _ flow: Flow = .outgoing
    ) -> MessageJoiner {
        let form: MessageJoiner.Form
        switch self {
        case .none: form = .verbatim
        case .delimiter(let bytes): form = .delimiter(DelimiterEncoder(bytes, of: source))
        case .fixed, .lengthPrefix, .varint: form = .prefix(PrefixEncoder(prefix))
        case .http:
            let exchange = conversation as? HTTPExchange ?? HTTPExchange()
            form =
                source == .http
                ? .forwarded(HTTPForwarder(exchange: exchange, flow: flow))
                : .http(HTTPEncoder(exchange, flow))
        }
        return MessageJoiner(form: form)
    }

    /// How many bytes of the stream a message of this length takes, with its delimiter or prefix.
    package func streamLength(of message: Int) -> Int {
        switch self {
        case .none, .fixed, .http: message
        case .delimiter(let bytes): message + bytes.count
        case .lengthPrefix(let width, _): message + width
        case .varint: message + max(1, (Int.bitWidth - message.leadingZeroBitCount + 6) / 7)
        }
    }

    private var prefix: LengthPrefix {
        switch self {
        case .fixed(let size): .fixed(size)
        case .lengthPrefix(let width, let bigEndian): .integer(width: width, bigEndian: bigEndian)
        default: .varint
        }
    }
}

/// No boundaries: the bytes of each call are a message.
struct NoneDecoder: MessageDecoder {
    let maxMessage: Int
    var remainder: [UInt8] { [] }

    mutating func decode(_ bytes: RawSpan, _ body: MessageBody) throws(FramingError) -> Int {
        guard bytes.byteCount <= maxMessage else {
            throw .tooLong(length: UInt64(bytes.byteCount), limit: maxMessage)
        }
        if !bytes.isEmpty { _ = body(bytes, nil) }
        return bytes.byteCount
    }

    mutating func finish(_ body: MessageBody) throws(FramingError) {}
}
