// Cutting messages from a byte stream: what every framing has in common.

/// What a framing knows of a message besides its bytes. An object, because copying nothing costs nothing then.
package protocol MessageDetail: AnyObject {
    /// Whether it comes before the real message and counts as none, as `100 Continue` does.
    var isInterim: Bool { get }
    /// What it carries, without what its framing needs.
    var body: [UInt8] { get }
}

/// What is to be done after a message.
package enum Verdict {
    case proceed
    /// No further message for now.
    case pause
}

/// What a decoder hands over for each message: its bytes without delimiter or length prefix (those of an
/// HTTP message whole), and what else is known of it. The bytes are valid only during the call.
package typealias MessageBody = (_ bytes: RawSpan, _ detail: (any MessageDetail)?) -> Verdict

/// An incremental decoder: bytes in, messages out. However the stream is split into calls of `decode`, the same
/// messages come out, and no call looks again at what is held.
protocol MessageDecoder {
    /// Takes the next bytes of the stream and hands over each message that is complete with them.
    /// - Returns: how many bytes were taken: all, unless `body` said to pause; then what follows that message
    ///   is to be offered again.
    /// - Throws: `FramingError`, after every whole message before the error was handed over. After an error
    ///   the decoder takes nothing more and throws the same again.
    mutating func decode(_ bytes: RawSpan, _ body: MessageBody) throws(FramingError) -> Int

    /// The stream has ended. A message that only the end of the stream completes is handed over.
    /// - Throws: `FramingError.cutOff` or `cutOffPrefix` if it ended inside a message.
    mutating func finish(_ body: MessageBody) throws(FramingError)

    /// Takes the next bytes of the stream and joins each message that is complete with them to the output.
    /// - Parameters:
    ///   - count: is raised by each message, that which cannot be joined among them.
    ///   - limit: the count at which to pause.
    /// - Returns: how many bytes were taken.
    mutating func translate(
        _ bytes: RawSpan, with joiner: MessageJoiner, into output: inout [UInt8], count: inout Int,
        limit: Int
    ) throws(TranslationError) -> Int

    /// The bytes that were taken and belong to no message that was handed over, as they came, prefix and
    /// all: so that nothing that was received need be lost when the stream ends badly. Between two calls it
    /// is never more than a message may have with its delimiter or prefix; after an error the rest of that
    /// call's bytes is in it, too.
    var remainder: [UInt8] { get }

    /// What the message that is not complete carries, as far as it has come.
    var remainingBody: [UInt8] { get }
}

/// Why messages of one framing did not become those of another.
package enum TranslationError: Error, Equatable {
    /// They could not be cut.
    case cutting(FramingError)
    /// The last that was cut is none that the other framing can express.
    case joining(FramingError)
}

extension MessageDecoder {
    /// How much memory is kept for the next message that does not lie in one call; more is given back.
    static var keptCapacity: Int { 1 << 16 }

    var remainingBody: [UInt8] { remainder }

    mutating func translate(
        _ bytes: RawSpan, with joiner: MessageJoiner, into output: inout [UInt8], count: inout Int,
        limit: Int
    ) throws(TranslationError) -> Int {
        let taken: Int
        var problem: FramingError?
        do throws(FramingError) {
            taken = try decode(bytes) { message, detail in
                if detail?.isInterim != true { count += 1 }
                do throws(FramingError) { try joiner.encode(message, into: &output) } catch {
                    problem = error
                }
                return problem == nil && count < limit ? .proceed : .pause
            }
        } catch {
            throw .cutting(error)
        }
        if let problem { throw .joining(problem) }
        return taken
    }
}

/// Joining messages into a byte stream: the inverse of the decoder.
protocol MessageEncoder {
    /// Appends the message with its delimiter or length prefix.
    /// - Throws: `FramingError` if the framing has no way to express the message; nothing is appended then.
    func encode(_ message: RawSpan, into output: inout [UInt8]) throws(FramingError)
}
