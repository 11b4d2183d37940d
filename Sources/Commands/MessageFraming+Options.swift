// Framing as options choose it, and its errors as failures of a command.

import CommandSpec
import Framing

extension MessageFraming {
    /// Nil where there are no messages to cut. On a socket that keeps boundaries each record is a message, and the framing
    /// is that of our side; what a relay passes on is framed as it is.
    init?(_ arguments: Arguments) throws(Failure) {
        let none = FramingPair(local: .none, socket: .none)
        let isRequest = arguments[Options.http] != nil
        let pair =
            isRequest ? FramingPair(local: .http, socket: .http) : arguments[Options.frame] ?? none
        let maxMessage = arguments[Options.maxMessage] ?? Defaults.maxMessage
        if arguments[Options.relayTo] == nil, let first = arguments[Operands.connectTo].first,
            EndpointScheme.split(first)?.scheme.keepsBoundaries == true
        {
            guard pair.local == pair.socket || pair.socket == .none else {
                throw Failure(
                    "option", "--frame",
                    words: "'\(pair)' names two framings, and each record is a message by itself",
                    status: .usage, hint: "name that of stdin and stdout: --frame \(pair.local)")
            }
            let pair = FramingPair(local: pair.local, socket: .none)
            self.init(pair, maxMessage: maxMessage, keepsBoundaries: true)
        } else {
            guard pair != none else { return nil }
            self.init(pair, maxMessage: maxMessage)
        }
    }

    /// Messages as they go through a socket, one after the other.
    func encoded(
        _ messages: [[UInt8]], _ operand: String, _ conversation: (any Conversation)? = nil
    ) throws(Failure) -> [[UInt8]] {
        let joiner = operandJoiner(conversation)
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

extension MessageCutter {
    /// Why no further message could be cut.
    func failure(_ error: FramingError, _ operation: String, _ operand: String) -> Failure {
        Failure(operation, operand, message: count + 1, error)
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
