// HTTP messages as they are sent: whole ones, as given. That they are is checked by reading them.

import Sockets

/// A message has its framing in itself, and is appended as it is. Like the decoder of the same direction the
/// encoder knows what came before: `expectResponse(to:)` tells it which requests came the other way, so that a
/// response to HEAD needs no body.
struct HTTPEncoder: MessageEncoder {
    private var decoder = HTTPDecoder(maxMessage: .max)
    /// The last message had no end but that of the connection.
    private var isEnded = false

    mutating func expectResponse(to method: String) {
        decoder.expectResponse(to: method)
    }

    mutating func encode(_ message: RawSpan, into output: inout [UInt8]) throws(FramingError) {
        guard !isEnded else {
            throw .rfc9112("6.3", "the message before it ends with the connection: nothing can follow")
        }
        var next = decoder
        var count = 0
        var length = 0
        func note(_ bytes: RawSpan, _: HTTPMessage?) {
            count += 1
            length += bytes.byteCount
        }
        try next.decode(message, note)
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
        output.append(message)
    }
}
