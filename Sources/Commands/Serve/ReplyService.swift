// Serving by one and the same answer.

import CommandSpec
import Sockets

/// Answers each peer with the same bytes. Without framing once, when it has said something or has said all it
/// has to say, and then half-closes; with framing each message. What it says is shown.
final class ReplyService: Service {
    private let responder: any Responder
    private let payload: PayloadOutput

    init(_ context: Context, reply: [UInt8]) throws(Failure) {
        responder =
            try context.settings.framing?.responder(reply)
            ?? FixedReply(bytes: reply, answersEachMessage: false)
        payload = PayloadOutput(context)
    }

    func take(_ bytes: RawSpan, _ message: MessageReport?, of peer: Peer) throws(FramingError) {
        try payload.write(bytes, message, of: peer)
        answer(message, of: peer)
    }

    func takeRemainder(_ bytes: RawSpan, of peer: Peer) { payload.write(bytes, of: peer.connection) }

    func pausesReceiving(of peer: Peer) -> Bool {
        if responder.answersEachMessage, peer.backlog > 0 { return true }
        return payload.pauses(peer)
    }

    func peerHasRoom(_ peer: Peer) { if peer.backlog == 0 { peer.isPaused = false } }

    func peerHasSentAll(_ peer: Peer) {
        payload.end(of: peer.connection)
        if !responder.answersEachMessage { answer(nil, of: peer) }
        peer.endSending()
    }

    func complain(_ error: FramingError, to peer: Peer) {
        guard peer.acceptsData, let answer = responder.refusal(of: error) else { return }
        say(answer, to: peer)
    }

    func continueIsExpected(by peer: Peer) {
        if peer.acceptsData { peer.send(shared: responder.goAhead) }
    }

    private func answer(_ message: MessageReport?, of peer: Peer) {
        guard peer.acceptsData, let answer = responder.answer(to: message?.detail, in: peer.conversation)
        else {
            return
        }
        say(answer, to: peer)
    }

    private func say(_ answer: Answer, to peer: Peer) {
        peer.send(shared: answer.head)
        for chunk in answer.shared { peer.send(shared: chunk) }
        if answer.isLast { peer.endSending() }
    }
}

extension MessageFraming {
    /// Answers to each message.
    /// - Throws: `Failure` if the framing cannot express the reply.
    func responder(_ data: [UInt8]) throws(Failure) -> any Responder {
        if pair.socket == .http { return HTTPReply(data) }
        return FixedReply(bytes: try encoded([data], "--reply")[0], answersEachMessage: true)
    }
}
