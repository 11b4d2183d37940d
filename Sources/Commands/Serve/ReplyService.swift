// Answers each peer with the same bytes: without framing once, when it has said something or has said all it has to
// say, and then half-closes; with framing each message. What it says is shown.

import CommandSpec
import Framing
import Sockets

final class ReplyService: LocalService {
    private let context: Context
    private let responder: any Responder
    private let payload: PayloadOutput

    init(_ context: Context, reply: [UInt8]) throws(Failure) {
        self.context = context
        do throws(FramingError) {
            responder =
                try context.settings.framing?.responder(reply)
                ?? FixedReply(bytes: reply, answersEachMessage: false)
        } catch {
            throw Failure("send", "--reply", message: 1, error)
        }
        payload = PayloadOutput(context)
    }

    func ends(for connection: ConnectionIdentity) -> SourceAndSink {
        let framing = context.settings.framing
        let conversation = framing?.conversation()
        let answers = Answers(responder, conversation, joins: framing?.keepsBoundaries != true)
        return SourceAndSink(
            source: answers,
            sink: ReceivingSink(
                context, of: connection, showing: .payload(payload),
                cutter: framing?.socketCutter(conversation), receiver: answers))
    }
}

/// What one peer is answered, and has not been sent yet. The bytes are shared with the answers of others.
final class Answers: MemorySource, Receiver {
    private let responder: any Responder
    private let conversation: (any Conversation)?
    /// Whether several may go in one call.
    private let joins: Bool
    private var chunks: ArraySlice<[UInt8]> = []
    private var offset = 0
    /// How many bytes wait.
    private var waiting = 0
    private var isLast = false
    private(set) var messages: Int? = 0

    unowned var pump: Pump?
    unowned var sink: ReceivingSink?
    var wantsReady = false
    var name: String { "the reply" }

    init(_ responder: any Responder, _ conversation: (any Conversation)?, joins: Bool) {
        self.responder = responder
        self.joins = joins
        self.conversation = conversation
    }

    /// So much may wait, for one turn to send many answers.
    private static let limit = 32 << 10

    /// Up to so many bytes answers are joined; what is longer is shared and not copied.
    private static let joined = 4 << 10

    /// Who does not read the answers is not asked for more.
    var isBlocked: Bool { responder.answersEachMessage && waiting >= Self.limit }

    func take(_ bytes: RawSpan, _ message: MessageReport?) throws(FramingError) {
        guard !isLast else { return }
        if let answer = responder.answer(to: message?.detail, in: conversation) { say(answer) }
    }

    func flush() {
        if conversation?.wantsContinue == true, !isLast { append(responder.goAhead) }
        pump?.run()
    }

    func malformed(_ error: FramingError) {
        if !isLast, let refusal = responder.refusal(of: error) { say(refusal) }
        isLast = true
    }

    func peerHasEnded() {
        if !responder.answersEachMessage, !isLast, let answer = responder.answer(to: nil, in: nil) {
            say(answer)
        }
        isLast = true
        pump?.run()
    }

    func peerIsGone() {
        chunks = []
        (offset, waiting) = (0, 0)
        isLast = true
    }

    private func say(_ answer: Answer) {
        append(answer.head)
        for chunk in answer.shared { append(chunk) }
        messages = messages.map { $0 + 1 }
        isLast = answer.isLast
    }

    private func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        waiting += bytes.count
        // What is small goes in one call with what is before it: sent after it, it would wait for an acknowledgement.
        if joins, let last = chunks.last, chunks.count > 1 || offset == 0,
            last.count + bytes.count <= Self.joined
        {
            chunks[chunks.endIndex - 1] += bytes
        } else {
            chunks.append(bytes)
        }
    }

    func offer(_ body: (RawSpan) throws(Errno) -> Int) throws(Errno) -> OfferStep {
        guard let first = chunks.first else { return isLast ? .ended : .empty }
        let taken = try unsafe body(first.span.bytes.extracting(droppingFirst: offset))
        offset += taken
        waiting -= taken
        if offset == first.count {
            chunks.removeFirst()
            offset = 0
        }
        if !isBlocked { sink?.resume() }
        return .took(taken)
    }

    var isIdle: Bool { chunks.isEmpty && !isLast }

    func stop() -> Bool {
        isLast = true
        return false
    }
}
