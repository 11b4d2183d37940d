// A connection being relayed: two directions that never wait for each other, and the rules for when it
// is over.

import CommandSpec
import Sockets

/// What is relayed, and when it ends.
struct SessionPlan {
    /// What is sent; nil if nothing is.
    var input: (any ByteSource)?
    /// Where what is received goes; nil if it is of no interest.
    var output: (any ByteSink)?
    /// Whether a person types the input: then the peer's EOF ends the session.
    var inputIsTerminal = false
    /// Whether the input's EOF ends our direction of the connection.
    var halfCloses = true
    /// Whether the first EOF of either side ends the session.
    var endsAtFirstEOF = false
    var crlf = false
    var idleTimeout: Duration?
    var byteLimit = Int.max
    var messageLimit = Int.max
    /// What is said in both directions, where the framing has to know it.
    var conversation: (any Conversation)?
    /// Whether it is a failure if no message comes.
    var needsMessage = false
}

final class Session: RunTask {
    private let context: Context
    private let connection: ConnectionIdentity
    private let socket: Channel
    private let plan: SessionPlan
    private let started: Instant
    private let isTCP: Bool

    private let inbound: Pump
    private let outbound: Pump?
    private var acknowledgement: Acknowledgement?
    private var failure: Failure?
    private var idleTimer: IdleTimer?
    private var progress: Progress?
    /// How it is going to end, once what was received is written.
    private var stopping: (Party, Manner)?
    private var stopTimer: Timer?
    /// How it ended.
    private var account: ClosingAccount?
    private var onEnd: (Failure?) -> Void

    /// Begins to relay.
    init(
        _ context: Context, _ connection: ConnectionIdentity, _ socket: Channel, plan: SessionPlan,
        onEnd: @escaping (Failure?) -> Void
    ) {
        self.context = context
        self.connection = connection
        self.socket = socket
        self.plan = plan
        self.onEnd = onEnd
        started = .now
        isTCP = connection.peer.family != .unix
        inbound = Pump(
            from: ChannelSource(socket), to: plan.output ?? NullSink(),
            byteLimit: plan.byteLimit, messageLimit: plan.messageLimit)
        let half = plan.halfCloses
        outbound = plan.input.map { input in
            let sink = ChannelSink(socket) { if half { try? $0.descriptor.shutdown(.sending) } }
            return Pump(from: input, to: sink, crlf: plan.crlf)
        }
        if isTCP, !context.settings.sets("SO_RCVLOWAT") {
            inbound.moderation = ReceiveModeration(socket, loop: context.loop)
        }
        inbound.onFinish = { [unowned self] in inboundFinished($0) }
        outbound?.onFinish = { [unowned self] in outboundFinished($0) }
        socket.onHangUp = { [unowned self] in hungUp() }
        plan.output?.channel?.onHangUp = { [unowned self] in inbound.sinkIsGone(.brokenPipe) }
        if let limit = plan.idleTimeout {
            let timer = IdleTimer(limit, loop: context.loop) { [unowned self] in timedOut(limit) }
            inbound.onProgress = { timer.touch() }
            outbound?.onProgress = { timer.touch() }
            idleTimer = timer
        }
        progress = Progress(context, plan, socket, inbound: inbound, outbound: outbound)
    }

    func interrupt(_ interruption: Interruption) {
        stop(interruption.failure, by: interruption.by, how: interruption.how)
    }

    func start() {
        progress?.start()
        // What is there to be sent is, even if what is there to be received cannot be written.
        outbound?.run()
        if account == nil { inbound.run() }
    }

    // MARK: How directions end

    private func inboundFinished(_ completion: Pump.Completion) {
        guard account == nil else { return }
        switch completion {
        case .end:
            if failure != nil { return end(.peer, .brokenPipe) }
            inbound.sink.end()
            context.reporter.report(.eof(connection, by: .peer))
            if let failure = inbound.sink.failure { return fail(failure, .peer) }
            if acknowledgement != nil { return }
            if outbound?.isFinished != false {
                end(.peer, .eof)
            } else if plan.endsAtFirstEOF || plan.inputIsTerminal {
                outbound?.stopReading()
            }
        case .limit:
            inbound.sink.end()
            end(.local, .limit)
        case .sourceFailed(let error):
            fail(Failure("receive", connection.name, error), .peer)
        case .sinkFailed(.brokenPipe, _):
            end(.local, .outputClosed)
        case .sinkFailed(.badMessage, _):
            if let failure = inbound.sink.failure { fail(failure, .peer) }
        case .sinkFailed(let error, let lost):
            var failure = Failure("write", inbound.sink.name, error, status: .inputOutput)
            if lost > 0 { failure.hint = "\(Statistics.bytes(lost)) received could not be written" }
            fail(failure, .local)
        case .stopped:
            inbound.sink.end()
            finishStopping()
        }
    }

    private func outboundFinished(_ completion: Pump.Completion) {
        guard account == nil, let outbound else { return }
        switch completion {
        case .end, .limit:
            outbound.sink.end()
            context.reporter.report(.eof(connection, by: .local))
            if plan.output != nil, inbound.isFinished {
                end(.local, .eof)
            } else if plan.output == nil || plan.endsAtFirstEOF {
                awaitAcknowledgement()
            }
        case .sourceFailed(.badMessage):
            // What was read before it is whole, and arrives.
            failure = failure ?? outbound.source.failure
            awaitAcknowledgement()
        case .sourceFailed(let error):
            fail(Failure("read", outbound.source.name, error, status: .inputOutput), .local)
        case .sinkFailed(let error, _):
            // What the peer sent before it went is still there to be received.
            failure = failure ?? Failure("send", connection.name, error)
            if inbound.isFinished { end(.peer, .brokenPipe) } else { inbound.drain() }
        case .stopped:
            if stopping == nil, inbound.isFinished { end(.peer, .eof) }
        }
    }

    /// The connection broke while neither direction was waiting for it.
    private func hungUp() {
        guard account == nil, let error = socket.descriptor.takePendingError() else { return }
        failure = failure ?? Failure(error == .brokenPipe ? "send" : "receive", connection.name, error)
        outbound?.abandon()
        if inbound.isFinished { end(.peer, .reset) } else { inbound.drain() }
    }

    /// Ends when the peer has everything: closing earlier, with something of the peer's unread, would
    /// make the kernel throw away what it has not sent.
    private func awaitAcknowledgement() {
        guard isTCP else { return everythingArrived() }
        acknowledgement = Acknowledgement(of: socket, loop: context.loop) { [unowned self] error in
            if let error {
                fail(Failure("send", connection.name, error), .peer)
            } else {
                everythingArrived()
            }
        }
    }

    private func everythingArrived() {
        stopping = (.local, failure == nil ? .eof : .error)
        guard !inbound.isFinished else { return finishStopping() }
        // What was read is written first.
        inbound.stopReading()
    }

    // MARK: How the session ends

    private func timedOut(_ limit: Duration) {
        stop(
            Failure(
                "relay", connection.name, words: "no byte in either direction for \(Statistics.text(limit))",
                status: .timedOut), by: .timeout, how: .timeout)
    }

    /// Ends it in order: what was received is written out, as far as it goes.
    func stop(_ failure: Failure?, by: Party, how: Manner) {
        guard account == nil else { return }
        self.failure = self.failure ?? failure
        stopping = (by, how)
        outbound?.abandon()
        guard !inbound.isFinished else { return finishStopping() }
        stopTimer = context.loop.after(.seconds(1)) { [unowned self] in inbound.abandon() }
        inbound.stopReading()
    }

    private func finishStopping() {
        guard let (by, how) = stopping else { return }
        if case .stopped(let lost) = inbound.completion, lost > 0, failure == nil {
            failure = Failure(
                "write", inbound.sink.name, words: "\(Statistics.bytes(lost)) received could not be written",
                status: .inputOutput)
        }
        end(by, how)
    }

    private func fail(_ failure: Failure, _ by: Party) {
        self.failure = self.failure ?? failure
        end(by, .error)
    }

    private func end(_ by: Party, _ how: Manner) {
        guard account == nil else { return }
        stopTimer?.cancel()
        idleTimer?.cancel()
        progress?.end()
        var manner = how
        if let failure, stopping == nil { manner = Manner(failure) }
        let account = ClosingAccount(
            by: by, how: manner,
            received: .init(bytes: inbound.bytes, messages: inbound.messages, pace: inbound.pace),
            sent: .init(
                bytes: outbound?.bytes ?? 0, messages: outbound?.messages ?? 0, pace: outbound?.pace),
            duration: Instant.now - started,
            tcp: isTCP ? try? TCPInfo(of: socket.descriptor) : nil,
            sendBuffer: socket.fixedSendBuffer(context.settings))
        self.account = account
        inbound.abandon()
        outbound?.abandon()
        inbound.sink.end()
        plan.output?.channel?.onHangUp = nil
        socket.close()
        context.reporter.report(.closed(connection, account))
        onEnd(failure)
    }
}

extension ConnectionIdentity {
    /// The peer as messages name it.
    var name: String { peer == .unix(.unnamed) ? "unix peer \(number)" : peer.description }
}

extension Manner {
    /// How a connection ended that failed so.
    init(_ failure: Failure) {
        switch failure.cause {
        case .errno(.connectionReset), .errno(.connectionAborted): self = .reset
        case .errno(.brokenPipe): self = .brokenPipe
        case .errno(.timedOut): self = .timeout
        default: self = failure.status == .timedOut ? .timeout : .error
        }
    }
}
