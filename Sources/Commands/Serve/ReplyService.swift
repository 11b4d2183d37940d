// Serving by one and the same answer.

import CommandSpec
import Sockets

/// Answers each peer with the same bytes. Without framing once, when it has said something or has said all it
/// has to say, and then half-closes; with framing each message. What it says is shown.
final class ReplyService: Service {
    private let reply: ReplyMessage
    private let payload: PayloadOutput

    init(_ context: Context, reply: [UInt8]) throws(Failure) {
        self.reply = try ReplyMessage(reply, context.settings.framing)
        payload = PayloadOutput(context)
    }

    func take(_ bytes: RawSpan, _ message: MessageReport?, of peer: Peer) throws(FramingError) {
        try payload.write(bytes, message, of: peer)
        answer(message, of: peer)
    }

    func takeRemainder(_ bytes: RawSpan, of peer: Peer) { payload.write(bytes, of: peer.connection) }

    func pausesReceiving(of peer: Peer) -> Bool {
        if reply.answersEachMessage, peer.backlog > 0 { return true }
        return payload.pauses(peer)
    }

    func peerHasRoom(_ peer: Peer) { if peer.backlog == 0 { peer.isPaused = false } }

    func peerHasSentAll(_ peer: Peer) {
        payload.end(of: peer.connection)
        if !reply.answersEachMessage { answer(nil, of: peer) }
        peer.endSending()
    }

    private func answer(_ message: MessageReport?, of peer: Peer) {
        guard peer.acceptsData else { return }
        let (bytes, isLast) = reply.answer(to: message)
        peer.send(shared: bytes)
        if isLast { peer.endSending() }
    }
}

/// What is answered.
struct ReplyMessage {
    private let bytes: [UInt8]
    let answersEachMessage: Bool

    /// - Throws: `Failure` if the framing cannot express the reply.
    init(_ data: [UInt8], _ framing: MessageFraming?) throws(Failure) {
        answersEachMessage = framing != nil
        bytes = try framing?.encoded([data], "--reply")[0] ?? data
    }

    /// The bytes, and whether nothing is said after them.
    func answer(to message: MessageReport?) -> ([UInt8], isLast: Bool) { (bytes, !answersEachMessage) }
}
