// How messages are cut and joined on both sides, and what the two directions of a connection share for it.

/// What `--frame` and `--max-message` say.
package struct MessageFraming: Sendable {
    package let pair: FramingPair
    /// What a peer can make us hold, in bytes.
    package let maxMessage: Int

    /// Whether the socket keeps boundaries by itself: each message goes in a call of its own, and none is empty.
    package let keepsBoundaries: Bool

    /// Where a socket keeps boundaries, and what is sent has none: at most so many bytes are a message.
    package static let record = 64 << 10

    package init(_ pair: FramingPair, maxMessage: Int, keepsBoundaries: Bool = false) {
        self.pair = pair
        self.maxMessage = maxMessage
        self.keepsBoundaries = keepsBoundaries
    }

    /// What the cutters and joiners of both directions of one connection share; nil where each message stands
    /// for itself.
    package func conversation() -> (any Conversation)? {
        pair.local == .http || pair.socket == .http ? HTTPExchange() : nil
    }

    /// Whether a message that comes from a socket says itself where it ends.
    package var isSelfContained: Bool {
        switch pair.socket {
        case .none, .delimiter: false
        case .fixed, .lengthPrefix, .varint, .http: true
        }
    }

    /// Cuts what comes from a socket.
    package func socketCutter(limit: Int = .max, _ conversation: (any Conversation)? = nil) -> MessageCutter {
        MessageCutter(
            pair.socket, maxMessage: keepsBoundaries ? maxMessage : longest(pair.socket), limit: limit,
            conversation, .incoming)
    }

    /// Cuts what one side of a connection between others says: a client's `incoming`, a server's `outgoing`.
    package func relayCutter(_ conversation: (any Conversation)?, _ flow: Flow) -> MessageCutter {
        MessageCutter(pair.socket, maxMessage: longest(pair.socket), limit: .max, conversation, flow)
    }

    /// Cuts what comes from stdin or a file.
    package func localCutter(_ conversation: (any Conversation)? = nil) -> MessageCutter {
        MessageCutter(pair.local, maxMessage: longest(pair.local), limit: .max, conversation, .outgoing)
    }

    /// Without boundaries nothing is held, and nothing is too long.
    private func longest(_ framing: Framing) -> Int { framing == .none ? .max : maxMessage }

    /// Joins messages of our side for the socket.
    package func socketJoiner(_ conversation: (any Conversation)? = nil) -> MessageJoiner {
        pair.socket.joiner(of: pair.local, conversation, .outgoing)
    }

    /// Joins messages for the socket that are as they were given: nothing has cut them.
    package func operandJoiner(_ conversation: (any Conversation)? = nil) -> MessageJoiner {
        pair.socket.joiner(of: nil, conversation, .outgoing)
    }

    /// Joins messages of the socket for our side.
    package func localJoiner(_ conversation: (any Conversation)? = nil) -> MessageJoiner {
        pair.local.joiner(of: pair.socket, conversation, .incoming)
    }

    /// Joins messages of a socket for a socket.
    package func echoJoiner() -> MessageJoiner { pair.socket.joiner(of: pair.socket) }

    /// Answers each message with the same data.
    /// - Throws: `FramingError` if the framing cannot express it.
    package func responder(_ data: [UInt8]) throws(FramingError) -> any Responder {
        if pair.socket == .http { return HTTPReply(data) }
        let joiner = operandJoiner()
        var bytes: [UInt8] = []
        try unsafe joiner.encode(data.span.bytes, into: &bytes)
        return FixedReply(bytes: bytes, answersEachMessage: true)
    }
}
