// What a server that answers every peer alike says to a message: `--reply DATA`.

/// What is said to one message.
struct Answer: Equatable {
    /// What is said to this one only.
    var head: [UInt8] = []
    /// What is said to many; nobody gets a copy of their own.
    var shared: [[UInt8]] = []
    /// Whether nothing is said after it.
    var isLast = false
}

/// A way to answer.
protocol Responder {
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
    func refusal(of error: FramingError) -> Answer? { nil }
    var goAhead: [UInt8] { [] }
}

/// The same bytes to everything.
struct FixedReply: Responder {
    /// As they go through the socket.
    let bytes: [UInt8]
    let answersEachMessage: Bool

    func answer(to detail: (any MessageDetail)?, in conversation: (any Conversation)?) -> Answer? {
        Answer(shared: [bytes], isLast: !answersEachMessage)
    }
}
