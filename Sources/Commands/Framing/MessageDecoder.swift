// Cutting messages from a byte stream: what every framing has in common.

import CommandSpec
import Sockets

/// What a decoder hands over for each message: its bytes without delimiter or length prefix (those of an
/// HTTP message whole), and for HTTP what was parsed. The bytes are valid only during the call.
typealias MessageBody = (_ bytes: RawSpan, _ http: HTTPMessage?) -> Void

/// An incremental decoder: a pure value, bytes in, messages out. However the stream is split into calls of
/// `decode`, the same messages come out.
protocol MessageDecoder {
    /// Takes the next bytes of the stream and hands over each message that is complete with them.
    /// - Throws: `FramingError`, after every whole message before the error was handed over. After an error
    ///   the decoder takes nothing more and throws the same again.
    mutating func decode(_ bytes: RawSpan, _ body: MessageBody) throws(FramingError)

    /// The stream has ended. A message that only the end of the stream completes is handed over.
    /// - Throws: `FramingError.cutOff` or `cutOffPrefix` if it ended inside a message.
    mutating func finish(_ body: MessageBody) throws(FramingError)

    /// The bytes that were taken and belong to no message that was handed over, as they came, prefix and
    /// all: so that nothing that was received need be lost when the stream ends badly. Between two calls it
    /// is never more than a message may have with its delimiter or prefix; after an error the rest of that
    /// call's bytes is in it, too.
    var remainder: [UInt8] { get }
}

extension MessageDecoder {
    /// How much memory is kept for the next message that does not lie in one call; more is given back.
    static var keptCapacity: Int { 1 << 16 }
}

/// Joining messages into a byte stream: the inverse of the decoder.
protocol MessageEncoder {
    /// Appends the message with its delimiter or length prefix.
    /// - Throws: `FramingError` if the framing has no way to express the message; nothing is appended then.
    mutating func encode(_ message: RawSpan, into output: inout [UInt8]) throws(FramingError)
}
