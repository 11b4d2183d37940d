// One direction of a connection cut into messages, and counted.

package final class MessageCutter {
    private var decoder: any MessageDecoder
    private let framing: Framing
    private let limit: Int
    private let conversation: (any Conversation)?
    private let flow: Flow
    // Private: access to what other modules see is checked at run time, which took a third of the time.
    private var counted = 0
    private var current = 0

    /// How many messages were handed over. An interim response of HTTP is none of its own.
    package var count: Int { counted }
    /// The number of the message that is being handed over.
    package var number: Int { current }

    /// - Parameter limit: how many messages are handed over at most.
    package init(
        _ framing: Framing, maxMessage: Int, limit: Int = .max, _ conversation: (any Conversation)? = nil,
        _ flow: Flow = .incoming
    ) {
        self.framing = framing
        self.limit = limit
        self.conversation = conversation
        self.flow = flow
        decoder = framing.decoder(maxMessage: maxMessage, conversation, flow)
    }

    /// Hands over each message that is complete with these bytes, up to the limit.
    /// - Returns: how many bytes were taken: all, unless the limit was reached or `body` said to pause; then what
    ///   follows that message is to be offered again.
    package func cut(_ bytes: RawSpan, _ body: MessageBody) throws(FramingError) -> Int {
        guard hasRoom else { return 0 }
        return try decoder.decode(bytes) { message, detail in handOver(message, detail, body) }
    }

    /// Joins each message that is complete with these bytes to the output, up to the limit: what `cut` does, for
    /// messages that nobody looks at.
    /// - Returns: how many bytes were taken.
    package func translate(
        _ bytes: RawSpan, with joiner: MessageJoiner, into output: inout [UInt8]
    ) throws(TranslationError) -> Int {
        var taken = 0
        // Again where the limit was reached, and what follows is no message.
        while taken < bytes.byteCount, hasRoom {
            var passed = counted
            defer { (counted, current) = (passed, passed) }
            taken += try decoder.translate(
                bytes.extracting(droppingFirst: taken), with: joiner, into: &output, count: &passed,
                limit: passed < limit ? limit : .max)
        }
        return taken
    }

    /// Hands over what only the end of the stream completes.
    package func finish(_ body: MessageBody) throws(FramingError) {
        guard hasRoom else { return }
        try decoder.finish { message, detail in handOver(message, detail, body) }
    }

    /// The end of an input that a person or a program wrote: what follows the last delimiter is a message,
    /// too.
    package func finishInput(_ body: MessageBody) throws(FramingError) {
        do throws(FramingError) {
            try finish(body)
        } catch {
            guard case .delimiter = framing, case .cutOff = error else { throw error }
            let rest = remainder
            _ = handOver(unsafe rest.span.bytes, nil, body)
        }
    }

    /// What was taken and belongs to no message.
    package var remainder: [UInt8] { decoder.remainder }

    /// What the message that is not complete carries, as far as it has come.
    package var remainingBody: [UInt8] { decoder.remainingBody }

    /// Whether more may be handed over: what is no message does not count as one.
    private var hasRoom: Bool { counted < limit || conversation?.isRaw(flow) == true }

    private func handOver(_ message: RawSpan, _ detail: (any MessageDetail)?, _ body: MessageBody) -> Verdict
    {
        let next = counted + 1
        current = next
        guard detail == nil || detail?.isInterim == false else { return body(message, detail) }
        counted = next
        let verdict = body(message, detail)
        return next < limit || hasRoom ? verdict : .pause
    }
}
