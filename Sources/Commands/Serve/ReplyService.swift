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

    func complain(_ error: FramingError, to peer: Peer) {
        guard peer.acceptsData, let answer = reply.refusal(error) else { return }
        peer.send(shared: answer)
    }

    func continueIsExpected(by peer: Peer) {
        if peer.acceptsData { peer.send(shared: Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
    }

    private func answer(_ message: MessageReport?, of peer: Peer) {
        guard peer.acceptsData else { return }
        let answer = reply.answer(to: message)
        peer.send(shared: answer.bytes)
        if let status = answer.status { peer.wasAnswered(with: status) }
        if answer.isLast { peer.endSending() }
    }
}

/// What is answered.
struct ReplyMessage {
    private enum Form {
        /// The same bytes to everything.
        case bytes([UInt8])
        /// To each HTTP request a response.
        case http([UInt8])
    }

    private let form: Form
    let answersEachMessage: Bool

    /// - Throws: `Failure` if the framing cannot express the reply.
    init(_ data: [UInt8], _ framing: MessageFraming?) throws(Failure) {
        answersEachMessage = framing != nil
        if framing?.pair.socket == .http {
            form = .http(data)
        } else {
            form = .bytes(try framing?.encoded([data], "--reply")[0] ?? data)
        }
    }

    /// The bytes, whether nothing is said after them, and the status of HTTP.
    func answer(to message: MessageReport?) -> (bytes: [UInt8], isLast: Bool, status: Int?) {
        switch form {
        case .bytes(let bytes):
            return (bytes, !answersEachMessage, nil)
        case .http(let data):
            guard let request = message?.http, request.isRequest else { return ([], false, nil) }
            let reply = HTTPReply(data, to: request)
            return (reply.bytes, reply.closes, reply.status)
        }
    }

    /// What is answered to something that is malformed.
    func refusal(_ error: FramingError) -> [UInt8]? {
        if case .http = form { HTTPReply(refusing: error).bytes } else { nil }
    }
}
