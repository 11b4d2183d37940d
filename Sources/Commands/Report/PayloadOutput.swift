// What peers send, on its way to stdout or to the file given instead: as it is, joined by the framing, or as
// the reporter has it.

import CommandSpec
import Framing
import Sockets

final class PayloadOutput {
    unowned let context: Context
    private let reporter: any Reporter
    /// Where the reporter's text goes.
    private let described: Output
    /// Where payload goes as it is; nil if it goes nowhere.
    private let plain: Output?
    /// Joins messages; nil where they are as they are to be written.
    private let joiner: MessageJoiner?
    /// How messages are cut from what comes.
    private let framing: Framing?
    private let showsPayload: Bool
    private let bodyOnly: Bool

    init(_ context: Context, _ conversation: (any Conversation)? = nil) {
        self.context = context
        reporter = context.reporter
        showsPayload = context.showsPayload
        bodyOnly = context.settings.bodyOnly
        described = context.output
        plain = context.writesPayloadUnchanged ? context.payloadOutput : nil
        joiner = context.settings.framing?.localJoiner(conversation)
        framing = context.settings.framing?.pair.socket
        context.payloadOutput.noticeHangUp()
        context.outputs.appendPayload()
    }

    var name: String { context.payloadOutput.name }

    /// Why nothing can be written any more.
    var error: Errno? { described.failure ?? plain?.failure }

    /// Whether it is too slow for more.
    var isFull: Bool { described.isFull || plain?.isFull == true }

    /// Calls `body` when there is room: soon, if there is.
    func whenRoom(_ body: @escaping () -> Void) {
        if let plain, plain.isFull { return plain.whenRoom(body) }
        if described.isFull { return described.whenRoom(body) }
        context.loop.schedule(after: .zero, body)
    }

    /// What one call received, or what is left where messages were cut.
    func write(_ bytes: RawSpan, of connection: ConnectionIdentity) {
        guard showsPayload else { return }
        if let plain { return plain.pass(bytes, each: 1) }
        // A part of an event is none.
        described.append(context.settings.json ? .whole(bytes.byteCount) : .spread(bytes.byteCount)) {
            reporter.render(bytes, of: connection, into: &$0)
        }
    }

    /// A message.
    func write(_ message: RawSpan, _ report: MessageReport) throws(FramingError) {
        guard showsPayload else { return }
        let received = framing?.streamLength(of: report.size) ?? report.size
        if bodyOnly, let detail = report.detail {
            // In JSON the message has its body in it.
            guard context.settings.json, plain == nil else {
                if !detail.isInterim { write(unsafe detail.body.span.bytes, of: report.connection) }
                return
            }
        } else if let plain {
            var failure: FramingError?
            plain.append(.spread(received)) { output in
                do throws(FramingError) { try joiner?.encode(message, into: &output) } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
        }
        guard reporter.describesMessages else { return }
        described.append(plain == nil ? .whole(received) : .nothing) {
            reporter.render(report, plain == nil ? message : nil, into: &$0)
        }
    }

    /// Whether messages are only joined again: nobody looks at one.
    var onlyJoins: Bool { showsPayload && plain != nil && !bodyOnly && !reporter.describesMessages }

    /// Writes the messages of these bytes.
    /// - Returns: how many bytes were taken.
    func join(_ bytes: RawSpan, _ cutter: MessageCutter) throws(TranslationError) -> Int {
        guard let plain, let joiner else { return bytes.byteCount }
        var result: Result<Int, TranslationError> = .success(0)
        plain.append(.spread(bytes.byteCount)) { output in
            do throws(TranslationError) {
                result = .success(try cutter.translate(bytes, with: joiner, into: &output))
            } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }

    /// What is left where messages were cut: of a message that is not whole its body, where only that is asked
    /// for.
    func writeRest(of cutter: MessageCutter, _ connection: ConnectionIdentity) {
        let rest =
            bodyOnly && !(context.settings.json && plain == nil) ? cutter.remainingBody : cutter.remainder
        if !rest.isEmpty { write(unsafe rest.span.bytes, of: connection) }
    }

    /// The end of what one peer sends.
    func end(of connection: ConnectionIdentity) {
        guard plain == nil else { return }
        described.append { reporter.renderEnd(of: connection, into: &$0) }
    }

    /// The end of all that will be written: the next program in the pipe sees it.
    func close() {
        guard let plain else { return }
        plain.whenDrained { [outputs = context.outputs] in outputs.closePayload() }
    }
}
