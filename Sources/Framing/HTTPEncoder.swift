// HTTP messages as they are sent: whole ones, as given. That they are is checked by reading them.

/// A message has its framing in itself, and is appended as it is. Like the decoder of the same direction the
/// encoder knows what came before, and so that a response to HEAD needs no body.
final class HTTPEncoder: MessageEncoder {
    private var decoder: HTTPDecoder
    private let exchange: HTTPExchange
    /// The last message had no end but that of the connection.
    private var isEnded = false

    init(_ exchange: HTTPExchange = HTTPExchange(), _ flow: Flow = .outgoing) {
        self.exchange = exchange
        decoder = HTTPDecoder(maxMessage: .max, exchange, flow)
    }

    func encode(_ message: RawSpan, into output: inout [UInt8]) throws(FramingError) {
        guard !isEnded else {
            throw .rfc9112("6.3", "the message before it ends with the connection: nothing can follow")
        }
        let mark = exchange.mark
        do {
            try read(message)
        } catch {
            exchange.goBack(to: mark)
            throw error
        }
        output.append(message)
    }

    /// Makes sure that it is one message and nothing more.
    private func read(_ message: RawSpan) throws(FramingError) {
        var next = decoder
        var count = 0
        var length = 0
        func note(_ bytes: RawSpan, _: (any MessageDetail)?) -> Verdict {
            count += 1
            length += bytes.byteCount
            return .proceed
        }
        _ = try next.decode(message, note)
        let endsWithConnection = count == 0
        if endsWithConnection {
            var closing = next
            try closing.finish(note)
        }
        guard count > 0 else { throw .rfc9112("2.1", "there is no message") }
        guard count == 1, length == message.byteCount else {
            throw .rfc9112("2.1", "the message is followed by more: \(message.byteCount - length) bytes")
        }
        guard message.byte(at: 0) != .carriageReturn else {
            throw .rfc9112("2.2", "an empty line before the request line")
        }
        decoder = next
        isEnded = endsWithConnection
    }
}

/// Messages that were cut as HTTP, and are sent as such.
struct HTTPForwarder: MessageEncoder {
    let exchange: HTTPExchange
    let flow: Flow

    func encode(_ message: RawSpan, into output: inout [UInt8]) {
        output.append(message.extracting(droppingFirst: exchange.isRaw(flow) ? 0 : message.emptyLines))
    }
}

extension RawSpan {
    /// How many bytes of empty lines there are before a request, which a recipient ignores: RFC 9112 section 2.2.
    fileprivate var emptyLines: Int {
        var count = 0
        while count + 1 < byteCount, byte(at: count) == .carriageReturn, byte(at: count + 1) == .lineFeed {
            count += 2
        }
        return count
    }
}
