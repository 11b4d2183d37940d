// One direction of a connection cut into messages: which framing, how many there were, what went wrong.

import CommandSpec
import Sockets

/// How messages are cut and joined in this run: what `--frame` and `--max-message` say.
struct MessageFraming {
    let pair: FramingPair
    /// What a peer can make us hold, in bytes.
    let maxMessage: Int

    /// Nil where there are no messages to cut.
    init?(_ arguments: Arguments) {
        let isRequest = arguments[Options.http] != nil
        let pair = isRequest ? FramingPair(local: .http, socket: .http) : arguments[Options.frame]
        guard let pair, pair != FramingPair(local: .none, socket: .none) else { return nil }
        self.pair = pair
        maxMessage = arguments[Options.maxMessage] ?? Defaults.maxMessage
    }

    /// What the cutters and joiners of both directions of one connection share; nil where each message stands
    /// for itself.
    func conversation() -> (any Conversation)? {
        pair.local == .http || pair.socket == .http ? HTTPExchange() : nil
    }

    /// Cuts what comes from a socket.
    func socketCutter(limit: Int = .max, _ conversation: (any Conversation)? = nil) -> MessageCutter {
        MessageCutter(pair.socket, maxMessage: maxMessage, limit: limit, conversation, .incoming)
    }

    /// Cuts what comes from stdin or a file.
    func localCutter(_ conversation: (any Conversation)? = nil) -> MessageCutter {
        MessageCutter(pair.local, maxMessage: maxMessage, limit: .max, conversation, .outgoing)
    }

    /// Joins messages of our side for the socket.
    func socketJoiner(_ conversation: (any Conversation)? = nil) -> MessageJoiner {
        pair.socket.joiner(of: pair.local, conversation, .outgoing)
    }

    /// Joins messages of the socket for our side.
    func localJoiner(_ conversation: (any Conversation)? = nil) -> MessageJoiner {
        pair.local.joiner(of: pair.socket, conversation, .incoming)
    }

    /// Joins messages of a socket for a socket.
    func echoJoiner() -> MessageJoiner { pair.socket.joiner(of: pair.socket) }

    /// Messages as they go through a socket, one after the other.
    func encoded(
        _ messages: [[UInt8]], _ operand: String, _ conversation: (any Conversation)? = nil
    ) throws(Failure) -> [[UInt8]] {
        // They are as they were given: nothing has cut them.
        var joiner = pair.socket.joiner(of: nil, conversation, .outgoing)
        var result: [[UInt8]] = []
        for message in messages {
            do throws(FramingError) {
                var bytes: [UInt8] = []
                try unsafe joiner.encode(message.span.bytes, into: &bytes)
                result.append(bytes)
            } catch {
                throw Failure("send", operand, message: result.count + 1, error)
            }
        }
        return result
    }
}

final class MessageCutter {
    private var decoder: any MessageDecoder
    private let framing: Framing
    private let limit: Int
    /// How many messages were handed over. An interim response of HTTP is none of its own.
    private(set) var count = 0
    /// The number of the message that is being handed over.
    private(set) var number = 0

    /// - Parameter limit: how many messages are handed over at most.
    init(
        _ framing: Framing, maxMessage: Int, limit: Int = .max, _ conversation: (any Conversation)? = nil,
        _ flow: Flow = .incoming
    ) {
        self.framing = framing
        self.limit = limit
        decoder = framing.decoder(maxMessage: maxMessage, conversation, flow)
    }

    /// Hands over each message that is complete with these bytes, up to the limit.
    /// - Returns: how many bytes were taken: all, unless the limit was reached or `body` said to pause; then what
    ///   follows that message is to be offered again.
    func cut(_ bytes: RawSpan, _ body: MessageBody) throws(FramingError) -> Int {
        guard count < limit else { return 0 }
        return try decoder.decode(bytes) { message, detail in handOver(message, detail, body) }
    }

    /// Joins each message that is complete with these bytes to the output, up to the limit: what `cut` does, for
    /// messages that nobody looks at.
    /// - Returns: how many bytes were taken.
    func translate(
        _ bytes: RawSpan, with joiner: inout MessageJoiner, into output: inout [UInt8]
    ) throws(TranslationError) -> Int {
        guard count < limit else { return 0 }
        let (taken, messages) = try decoder.translate(
            bytes, with: &joiner, limit: limit - count, into: &output)
        count += messages
        number = count
        return taken
    }

    /// Hands over what only the end of the stream completes.
    func finish(_ body: MessageBody) throws(FramingError) {
        guard count < limit else { return }
        try decoder.finish { message, detail in handOver(message, detail, body) }
    }

    /// The end of an input that a person or a program wrote: what follows the last delimiter is a message,
    /// too.
    func finishInput(_ body: MessageBody) throws(FramingError) {
        do throws(FramingError) {
            try finish(body)
        } catch {
            guard case .delimiter = framing, case .cutOff = error else { throw error }
            let rest = remainder
            _ = handOver(unsafe rest.span.bytes, nil, body)
        }
    }

    /// What was taken and belongs to no message.
    var remainder: [UInt8] { decoder.remainder }

    /// What the message that is not complete carries, as far as it has come.
    var remainingBody: [UInt8] { decoder.remainingBody }

    /// Why no further message could be cut.
    func failure(_ error: FramingError, _ operation: String, _ operand: String) -> Failure {
        Failure(operation, operand, message: count + 1, error)
    }

    private func handOver(_ message: RawSpan, _ detail: (any MessageDetail)?, _ body: MessageBody) -> Verdict
    {
        number = count + 1
        if detail?.isInterim != true { count = number }
        let verdict = body(message, detail)
        return count < limit ? verdict : .pause
    }
}

extension Failure {
    /// A message that is malformed, or that the framing cannot express.
    init(_ operation: String, _ operand: String, message number: Int, _ error: FramingError) {
        let hint: String? =
            switch error {
            case .tooLong: "--max-message raises what a message may hold"
            case .containsDelimiter: "a length prefix holds any message: --frame u32be"
            default: nil
            }
        self.init(
            operation, operand, words: "message \(number): \(error.message)", status: .malformed, hint: hint)
    }
}
