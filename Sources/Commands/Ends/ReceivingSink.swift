// Where what one peer sends goes when it is looked at: cut into messages where there is framing, shown, and handed
// to whoever answers it.

import CommandSpec
import Framing
import Sockets

final class ReceivingSink: ByteSink {
    /// What is shown of it.
    enum Showing {
        case nothing
        /// Events, where there are events; nothing where there is text.
        case events(Context)
        /// The same by who only looks on.
        case overheard(Bystander)
        case payload(PayloadOutput)
        /// Nothing, and that is said at the first byte: stdout was closed from the start, while there is something to
        /// send, which is not cut off because somebody answers first.
        case lost(Context)
    }

    private let context: Context
    private let showing: Showing
    private let connection: ConnectionIdentity
    private let cutter: MessageCutter?
    private let receiver: (any Receiver)?
    /// How many messages have to come: it is a failure if the peer closes before.
    private let leastMessages: Int
    /// Whether the end of this is the end of all payload.
    private let closesPayload: Bool
    /// Whether it is our own input that is cut, and not what a peer sends.
    private let isLocal: Bool
    private var hasEnded = false
    private var turn: Turn?
    /// A failure is large, and rare.
    private var problem: [Failure] = []
    private(set) var failure: Failure? {
        get { problem.first }
        set { problem = newValue.map { [$0] } ?? [] }
    }

    unowned var pump: Pump?
    var wantsReady = false
    var name: String {
        switch showing {
        case .payload(let payload): payload.name
        case .lost(let context): context.payload.name
        case .nothing, .events, .overheard: "the peer"
        }
    }
    var messages: Int? { cutter?.count }
    let sharesOutput = true

    init(
        _ context: Context, of connection: ConnectionIdentity, showing: Showing, cutter: MessageCutter? = nil,
        receiver: (any Receiver)? = nil, leastMessages: Int = 0, closesPayload: Bool = false,
        isLocal: Bool = false
    ) {
        self.context = context
        self.connection = connection
        self.showing = showing
        self.cutter = cutter
        self.receiver = receiver
        self.leastMessages = leastMessages
        self.closesPayload = closesPayload
        self.isLocal = isLocal
        receiver?.sink = self
    }

    var isBlocked: Bool { outputError == nil && receiver?.isBlocked == true }

    func write(_ bytes: RawSpan) throws(Errno) -> Int {
        if let error = outputError { throw error }
        if turn?.isOver == true { return try endTurn() }
        if receiver?.isBlocked == true { throw .wouldBlock }
        var taken = bytes.byteCount
        context.gather { taken = take(bytes) }
        receiver?.flush()
        if failure != nil { throw .badMessage }
        return taken
    }

    /// Other connections get their turn, too, where bytes are many messages, and each costs more than its bytes.
    private struct Turn {
        private let end = Instant.now + .milliseconds(10)
        private var messages = 0
        private(set) var isOver = false

        /// The clock is asked now and then.
        mutating func countMessage() {
            messages += 1
            if messages & 63 == 0, Instant.now >= end { isOver = true }
        }
    }

    func beginTurn() { if cutter != nil { turn = Turn() } }

    private func endTurn() throws(Errno) -> Int {
        turn = nil
        context.loop.schedule(after: .zero) { [weak self] in self?.resume() }
        throw .wouldBlock
    }

    /// The receiver takes more.
    func resume() {
        guard wantsReady else { return }
        wantsReady = false
        pump?.run()
    }

    func peerIsGone() {
        receiver?.peerIsGone()
        resume()
    }

    /// The stream has ended, well or not: what belongs to no message is shown as it is.
    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        if let cutter {
            if failure == nil { finish(cutter) }
            if case .payload(let payload) = showing {
                payload.writeRest(of: cutter, connection)
            } else {
                let rest = cutter.remainder
                if !rest.isEmpty { show(unsafe rest.span.bytes) }
            }
            if failure == nil, cutter.count < leastMessages {
                let words =
                    leastMessages == 1
                    ? "the peer closed the connection without a response"
                    : "the peer closed the connection after \(cutter.count) of \(leastMessages) replies"
                failure = Failure("receive", connection.name, words: words, status: .connectionLost)
            }
        }
        if case .payload(let payload) = showing {
            payload.end(of: connection)
            if closesPayload { payload.close() }
        }
    }

    func peerHasEnded() { receiver?.peerHasEnded() }

    func unmet(after failure: Failure?) -> Failure? { receiver?.unmet(after: failure) }

    private var outputError: Errno? {
        if case .payload(let payload) = showing { payload.error } else { nil }
    }

    private func take(_ bytes: RawSpan) -> Int {
        guard let cutter else {
            show(bytes)
            // Without framing there is nothing that could not be expressed.
            try? receiver?.take(bytes, nil)
            return bytes.byteCount
        }
        if case .payload(let payload) = showing, receiver == nil, payload.onlyJoins {
            return join(bytes, cutter, payload)
        }
        do throws(FramingError) {
            let taken = try cutter.cut(bytes) { take($0, $1, cutter) }
            // What follows the last message that is of interest is not.
            return receiver?.isBlocked == true || turn?.isOver == true ? taken : bytes.byteCount
        } catch {
            malformed(error, cutter)
        }
        return bytes.byteCount
    }

    /// All messages of these bytes in one call. That is little work for its bytes, and no turn ends with it.
    private func join(_ bytes: RawSpan, _ cutter: MessageCutter, _ payload: PayloadOutput) -> Int {
        do throws(TranslationError) {
            _ = try payload.join(bytes, cutter)
        } catch {
            switch error {
            case .cutting(let error): malformed(error, cutter)
            case .joining(let error):
                failure = failure ?? Failure("write", name, message: cutter.count, error)
            }
        }
        return bytes.byteCount
    }

    private func finish(_ cutter: MessageCutter) {
        do throws(FramingError) {
            if isLocal {
                try cutter.finishInput { take($0, $1, cutter) }
            } else {
                try cutter.finish { take($0, $1, cutter) }
            }
        } catch {
            malformed(error, cutter)
        }
    }

    private func malformed(_ error: FramingError, _ cutter: MessageCutter) {
        failure =
            failure
            ?? (isLocal
                ? cutter.failure(error, "read", pump?.source.name ?? "stdin")
                : cutter.failure(error, "receive", connection.name))
        receiver?.malformed(error)
    }

    private func take(_ message: RawSpan, _ detail: (any MessageDetail)?, _ cutter: MessageCutter) -> Verdict
    {
        let report = MessageReport(connection, number: cutter.number, message, detail)
        do throws(FramingError) {
            switch showing {
            case .nothing: break
            case .events(let context): context.showEvent(report, message)
            case .overheard(let bystander): bystander.show(report, message)
            case .payload(let payload): try payload.write(message, report)
            case .lost(let context): context.outputIsLost()
            }
            try receiver?.take(message, report)
        } catch {
            failure = failure ?? Failure("write", name, message: report.number, error)
        }
        turn?.countMessage()
        return receiver?.isBlocked == true || turn?.isOver == true ? .pause : .proceed
    }

    private func show(_ bytes: RawSpan) {
        switch showing {
        case .nothing: break
        case .events(let context): context.showEvent(bytes, of: connection)
        case .overheard(let bystander): bystander.show(bytes, of: connection)
        case .payload(let payload): payload.write(bytes, of: connection)
        case .lost(let context): context.outputIsLost()
        }
    }
}

extension Context {
    /// Shows payload that goes elsewhere as an event, where there are events.
    fileprivate func showEvent(_ message: MessageReport, _ bytes: RawSpan) {
        guard settings.json else { return }
        let size = settings.framing?.pair.socket.streamLength(of: message.size) ?? message.size
        output.append(.whole(size)) { reporter.render(message, bytes, into: &$0) }
    }

    fileprivate func showEvent(_ bytes: RawSpan, of connection: ConnectionIdentity) {
        guard settings.json else { return }
        output.append(.whole(bytes.byteCount)) { reporter.render(bytes, of: connection, into: &$0) }
    }
}
