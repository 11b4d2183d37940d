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

    /// What comes from a socket.
    func socketCutter(limit: Int = .max) -> MessageCutter {
        MessageCutter(pair.socket, maxMessage: maxMessage, limit: limit)
    }

    /// What comes from stdin or a file.
    func localCutter() -> MessageCutter { MessageCutter(pair.local, maxMessage: maxMessage, limit: .max) }

    /// The methods of messages that are HTTP requests: what the responses to come answer.
    func methods(of messages: [[UInt8]]) -> [String] {
        guard pair.socket == .http else { return [] }
        var methods: [String] = []
        let cutter = MessageCutter(.http, maxMessage: .max, limit: .max)
        for message in messages {
            try? unsafe cutter.cut(message.span.bytes) { _, http in
                if case .request(let method, _)? = http?.start { methods.append(method) }
            }
        }
        return methods
    }

    /// Messages as they go through a socket, one after the other.
    func encoded(_ messages: [[UInt8]], _ operand: String) throws(Failure) -> [[UInt8]] {
        var encoder = pair.socket.encoder()
        var result: [[UInt8]] = []
        for message in messages {
            do throws(FramingError) {
                var bytes: [UInt8] = []
                try unsafe encoder.encode(message.span.bytes, into: &bytes)
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
    /// With what the last request was answered, until the decoder can be told.
    private var answeredStatus: Int?

    init(_ framing: Framing, maxMessage: Int, limit: Int) {
        self.framing = framing
        self.limit = limit
        decoder = framing.decoder(maxMessage: maxMessage)
    }

    /// Hands over each message that is complete with these bytes, up to the limit.
    func cut(_ bytes: RawSpan, _ body: MessageBody) throws(FramingError) {
        try decoder.decode(bytes) { message, http in handOver(message, http, body) }
        if let status = answeredStatus, var http = decoder as? HTTPDecoder {
            http.requestWasAnswered(with: status)
            decoder = http
        }
        answeredStatus = nil
    }

    /// Hands over what only the end of the stream completes.
    func finish(_ body: MessageBody) throws(FramingError) {
        try decoder.finish { message, http in handOver(message, http, body) }
    }

    /// The end of an input that a person or a program wrote: what follows the last delimiter is a message,
    /// too.
    func finishInput(_ body: MessageBody) throws(FramingError) {
        do throws(FramingError) {
            try finish(body)
        } catch {
            guard case .delimiter = framing, case .cutOff = error else { throw error }
            let rest = remainder
            handOver(unsafe rest.span.bytes, nil, body)
        }
    }

    /// What was taken and belongs to no message.
    var remainder: [UInt8] { decoder.remainder }

    /// The next response answers a request with this method.
    func expectResponse(to method: String) {
        guard var http = decoder as? HTTPDecoder else { return }
        http.expectResponse(to: method)
        decoder = http
    }

    /// The request that was just handed over was answered so.
    func requestWasAnswered(with status: Int) { answeredStatus = status }

    /// Whether the peer waits for `100 Continue` before it sends the rest of its request.
    var wantsContinue: Bool {
        framing == .http && (decoder as? HTTPDecoder)?.pendingContinue == true
    }

    /// Why no further message could be cut.
    func failure(_ error: FramingError, _ operation: String, _ operand: String) -> Failure {
        Failure(operation, operand, message: count + 1, error)
    }

    private func handOver(_ message: RawSpan, _ http: HTTPMessage?, _ body: MessageBody) {
        guard count < limit else { return }
        number = count + 1
        if http?.isInterim != true { count = number }
        body(message, http)
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
