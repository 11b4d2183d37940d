// What a server that answers every peer alike says to a message: `--reply DATA`.

/// What is said to one message.
package struct Answer: Equatable {
    /// What is said to this one only.
    package var head: [UInt8] = []
    /// What is said to many; nobody gets a copy of their own.
    package var shared: [[UInt8]] = []
    /// Whether nothing is said after it.
    package var isLast = false
}

/// A way to answer.
package protocol Responder {
    /// Whether each message is answered, and not only the peer.
    var answersEachMessage: Bool { get }

    /// - Parameters:
    ///   - detail: what is known of the message that is answered.
    ///   - conversation: of the connection it came through.
    /// - Returns: nil if it is not answered.
    func answer(to detail: (any MessageDetail)?, in conversation: (any Conversation)?) -> Answer?

    /// What is answered to something that is malformed.
    func refusal(of error: FramingError) -> Answer?

    /// What is said to a peer that waits for a word before it sends the rest of its message.
    var goAhead: [UInt8] { get }
}

extension Responder {
    package func refusal(of error: FramingError) -> Answer? { nil }
    package var goAhead: [UInt8] { [] }
}

/// The same bytes to everything.
package struct FixedReply: Responder {
    /// As they go through the socket.
    package let bytes: [UInt8]
    package let answersEachMessage: Bool

    package init(bytes: [UInt8], answersEachMessage: Bool) {
        self.bytes = bytes
        self.answersEachMessage = answersEachMessage
    }

    package func answer(to detail: (any MessageDetail)?, in conversation: (any Conversation)?) -> Answer? {
        Answer(shared: [bytes], isLast: !answersEachMessage)
    }
}
