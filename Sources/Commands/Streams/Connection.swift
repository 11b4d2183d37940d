// A connection: two directions that never wait for each other, one rule for when it is over, one account.

import CommandSpec
import Sockets

final class Connection: ServedConnection, PumpOwner, StreamOwner {
    let identity: ConnectionIdentity
    private let stream: any Stream
    private unowned let owner: any ConnectionOwner
    private let started = Instant.now
    /// Nil before `start` and after the end.
    private(set) var inbound: Pump?
    private(set) var outbound: Pump?
    private var acknowledgement: Acknowledgement?
    private var idleTimer: IdleTimer?
    private var stopTimer: Timer?
    private var failure: FailureBox?
    /// What the peer sent has ended, but not as its protocol ends: maybe not all of it has come.
    private var truncation: FailureBox?
    /// How it is going to end, once what was received is written.
    private var stopping: (by: EndedBy, how: CloseReason)?
    /// Whether the peer's system has everything that was sent, and only what had come by then is still taken.
    private var hasArrived = false
    /// Whether what comes is read by nobody any more.
    private var receivesInVain = false
    private var isOver = false

    /// A failure is large, and rare.
    private final class FailureBox {
        let failure: Failure
        init(_ failure: Failure) { self.failure = failure }
    }

    /// So long what was received may take to be written once the connection is to end.
    private static let patience = Duration.seconds(1)

    init(_ identity: ConnectionIdentity, _ stream: any Stream, owner: any ConnectionOwner) {
        self.identity = identity
        self.stream = stream
        self.owner = owner
        owner.receiving.environment.pool.users += 1
    }

    private var policy: ConnectionPolicy { owner.policy }

    /// Begins to move bytes.
    /// - Parameter isUrgent: whether the stream is looked at at once; otherwise when it is ready.
    func start(_ ends: SourceAndSink, isUrgent: Bool) {
        let inbound = Pump(
            from: StreamSource(stream), to: ends.sink, owner.receiving, started: started, owner: self)
        self.inbound = inbound
        let outbound = ends.source.map { source in
            Pump(from: source, to: StreamSink(stream), owner.sending, started: started, owner: self)
        }
        self.outbound = outbound
        stream.owner = self
        if let limit = policy.idleTimeout {
            idleTimer = IdleTimer(limit, loop: owner.receiving.environment.loop) { [unowned self] in
                idle(for: limit)
            }
        }
        // What is there to be sent is, even if what is there to be received cannot be written.
        if outbound?.source.isIdle == false { outbound?.run() }
        guard !isOver else { return }
        if isUrgent, !stream.mayMeetTLS { inbound.run() } else { inbound.waitForInput() }
    }

    func pumpMoved(_ pump: Pump) { idleTimer?.touch() }

    func pumpFinished(_ pump: Pump, _ completion: Pump.Completion) {
        guard !isOver else { return }
        if pump === inbound { inboundFinished(pump, completion) } else { outboundFinished(pump, completion) }
    }

    /// How many bytes were sent and, where that is told, acknowledged.
    var acknowledgedBytes: Int { max(0, (outbound?.bytes ?? 0) - (stream.unacknowledged ?? 0)) }
    var hasAllAcknowledged: Bool { outbound?.isFinished != false && stream.unacknowledged ?? 0 == 0 }

    /// Where everything that was asked for has come, an output that takes nothing is not waited for for ever.
    func pumpIsLimited(_ pump: Pump) {
        guard pump === inbound, stopTimer == nil else { return }
        let before = pump.bytes - pump.pending
        stopTimer = owner.receiving.environment.loop.after(Run.grace) { [unowned self] in
            stopTimer = nil
            guard pump.isHeldUpHere else { return }
            let isStalled = pump.bytes - pump.pending == before
            if isStalled, pump.hasEverything {
                stop(nil, by: .local, how: .limit)
            } else {
                pumpIsLimited(pump)
            }
        }
    }

    private var isReceiving: Bool { inbound?.isFinished == false }
    private var isSending: Bool { outbound?.isFinished == false }

    // MARK: How directions end

    private func inboundFinished(_ inbound: Pump, _ completion: Pump.Completion) {
        switch completion {
        case .end where hasArrived:
            inbound.sink.end()
            note(inbound.sink.failure)
            finishStopping()
        case .limit where hasArrived:
            inbound.sink.end()
            end(.local, .limit)
        case .end:
            // What came before the connection broke has been read.
            if failure != nil, acknowledgement == nil { return end(.peer, .brokenPipe) }
            let messages = inbound.sink.messages
            inbound.sink.end()
            if let cut = stream.failure(atEndOf: inbound.bytes) { wasCut(named(cut), after: messages) }
            owner.connectionEvent(EndOfFile(connection: identity, by: .peer))
            note(inbound.sink.failure)
            inbound.sink.peerHasEnded()
            peerHasEnded()
        case .limit:
            inbound.sink.end()
            if isSending { end(.local, .limit) } else { settle(.local, .limit) }
        case .sourceFailed(let error):
            let told = stream.failure(atEndOf: inbound.bytes)
            // An alert says why nothing could be sent.
            if told?.status == .tls { failure = nil }
            fail(told.map(named) ?? Failure("receive", identity.name, error), .peer)
        case .sinkFailed(.brokenPipe, _):
            end(.local, .outputClosed)
        case .sinkFailed(.badMessage, _):
            note(inbound.sink.failure)
            inbound.sink.end()
            inbound.sink.peerHasEnded()
            peerHasEnded()
            if !isOver { giveUpSending(after: acknowledgedBytes) }
        case .sinkFailed(let error, let lost):
            lose(lost, inbound.lost)
            guard !inbound.sink.sharesOutput else { return end(.local, .error) }
            fail(Failure("write", inbound.sink.name, error, status: .inputOutput), .local)
        case .stopped:
            inbound.sink.end()
            finishStopping()
        }
    }

    /// The stream may have been cut short, unless its messages tell that they were whole before it ended.
    private func wasCut(_ failure: Failure, after messages: Int?) {
        if policy.messagesAreSelfContained, let messages, messages > 0, inbound?.sink.messages == messages,
            inbound?.sink.failure == nil
        {
            owner.connectionEvent(Truncated(connection: identity))
        } else {
            truncation = FailureBox(failure)
        }
    }

    /// Nothing more comes: what is still to be sent is, as far as that goes on.
    private func peerHasEnded() {
        guard !isOver, acknowledgement == nil else { return }
        guard let outbound, !outbound.isFinished else { return settle(.peer, .eof) }
        // A file is whole before its connection ends; what is typed, or comes from a pipe, may go on for ever.
        let endsNow = policy.endsAtFirstEOF && outbound.source.fileLength == nil
        if endsNow || policy.peerEndStopsSending || failure != nil { outbound.stopReading() }
    }

    /// What was to be sent to a peer whose bytes make no sense is not waited for, unless the peer still takes it.
    private func giveUpSending(after bytes: Int) {
        stopTimer = owner.receiving.environment.loop.after(Self.patience) { [unowned self] in
            guard acknowledgedBytes > bytes else { return end(.local, .error) }
            giveUpSending(after: acknowledgedBytes)
        }
    }

    private func outboundFinished(_ outbound: Pump, _ completion: Pump.Completion) {
        switch completion {
        case .end, .limit:
            haveEnded()
            if !isReceiving {
                settle(policy.endFollowsPeer ? .peer : .local, .eof)
            } else if !policy.receives || policy.endsAtFirstEOF || receivesInVain {
                awaitAcknowledgement(.local, .eof)
            }
        case .sourceFailed(.badMessage):
            // What was read before it is whole, and arrives.
            note(outbound.source.failure)
            awaitAcknowledgement(.local, .error)
        case .sourceFailed(let error):
            stop(
                Failure("read", outbound.source.name, error, status: .inputOutput), by: .local, how: .error)
        case .sinkFailed(let error, _):
            note(stream.failure.map(named) ?? Failure("send", identity.name, error))
            // What the peer sent before it went is still there to be received.
            guard let inbound, !inbound.isFinished else { return end(.peer, .brokenPipe) }
            inbound.sink.peerIsGone()
            inbound.drain()
        case .stopped:
            guard stopping == nil else { return }
            haveEnded()
            if !isReceiving { settle(.peer, .eof) }
        }
    }

    /// Nobody reads what comes any more: it is over when what is still to be sent has arrived.
    func readerIsGone() {
        guard !isOver, isReceiving else { return }
        receivesInVain = true
        if !isSending { awaitAcknowledgement(.local, .eof) }
    }

    /// We have sent all.
    private func haveEnded() {
        if policy.halfCloses { stream.finishSending() }
        owner.connectionEvent(EndOfFile(connection: identity, by: .local))
    }

    /// The connection broke, or ended, while neither direction was waiting for it.
    func streamHungUp(isGone: Bool) {
        guard !isOver, let inbound else { return }
        guard let error = stream.takePendingError() else {
            // Of a TCP peer nothing tells that it will not even receive; a Unix peer that closed is gone.
            if isGone, !stream.kind.acknowledges, inbound.isFinished, isSending {
                outbound?.abandon()
                end(.peer, .eof)
            } else if stream.unread == 0 {
                inbound.takeEnd()
            }
            return
        }
        broke(error == .brokenPipe ? "send" : "receive", error)
    }

    /// The connection is no more; what came before is still there to be received.
    private func broke(_ operation: String, _ error: Errno) {
        note(Failure(operation, identity.name, error))
        acknowledgement = nil
        outbound?.abandon()
        guard !isOver, let inbound else { return }
        if inbound.isFinished { return end(.peer, .reset) }
        inbound.sink.peerIsGone()
        if stream.unread == 0 { inbound.takeEnd() }
        inbound.drain()
    }

    /// Both directions are done: it is over when the peer's system has everything that was sent.
    private func settle(_ by: EndedBy, _ how: CloseReason) {
        guard let outbound, outbound.bytes > 0, stream.acknowledges else { return end(by, how) }
        awaitAcknowledgement(by, how)
    }

    /// Ends when the peer has everything: closing earlier, with something of the peer's unread, would
    /// make the kernel throw away what it has not sent.
    private func awaitAcknowledgement(_ by: EndedBy, _ how: CloseReason) {
        guard acknowledgement == nil, !isOver else { return }
        guard stream.acknowledges else { return everythingArrived(by, how) }
        let waiting = Acknowledgement(of: stream, loop: owner.receiving.environment.loop) {
            [unowned self] error in
            if let error {
                broke("send", error)
            } else {
                everythingArrived(by, how)
            }
        }
        acknowledgement = waiting
        waiting.start()
    }

    private func everythingArrived(_ by: EndedBy, _ how: CloseReason) {
        guard !isOver else { return }
        stopping = (by, failure == nil ? how : .error)
        hasArrived = true
        guard isReceiving, let inbound else { return finishStopping() }
        // What has come is written first, or dropped where nobody looks at it: bytes unread would turn the end into a
        // reset.
        inbound.drain(limit: inbound.untaken)
    }

    // MARK: How it ends from outside

    private func idle(for limit: Duration) {
        // It is not the peer who keeps still while what it has sent, or others have for it, waits for us.
        if let inbound, inbound.bytes > 0 || inbound.untaken > 0 || policy.othersSpeak,
            idleTimer?.waits(for: owner.receiving.gate, or: inbound.isHeldUpHere) == true
        {
            return
        }
        stop(.idle(identity.name, for: limit), by: .timeout, how: .timeout)
    }

    func stop(_ failure: Failure?, by: EndedBy, how: CloseReason) {
        guard !isOver else { return }
        note(failure)
        if stopping == nil { stopping = (by, how) }
        outbound?.abandon()
        guard !isOver, isReceiving, let inbound else { return finishStopping() }
        stopTimer = owner.receiving.environment.loop.after(Self.patience) { [unowned self] in giveUp() }
        inbound.drain(limit: policy.receives ? inbound.untaken : 0)
    }

    /// What could not be written in time is lost, and that is said.
    private func giveUp() {
        guard !isOver, let inbound else { return }
        loseAll()
        inbound.abandon()
    }

    private func loseAll() {
        guard let inbound, !inbound.isFinished else { return }
        lose(inbound.pending, inbound.isHeldUpHere ? inbound.lost : 0)
    }

    /// - Parameters:
    ///   - taken: how many bytes were taken and never will be given.
    ///   - untaken: how many have come and were not even taken.
    private func lose(_ taken: Int, _ untaken: Int) {
        guard policy.receives else { return }
        inbound?.countUntaken(untaken)
        owner.connectionLost(taken + untaken)
    }

    func cutOff(_ failure: Failure) {
        loseAll()
        stream.reset()
        fail(failure, .local)
    }

    /// Ends it at once, because of something that is no fault of the peer's connection.
    func fail(_ failure: Failure, _ by: EndedBy) {
        note(failure)
        end(by, .error)
    }

    /// A failure of the stream, with whose it is.
    private func named(_ failure: Failure) -> Failure {
        var failure = failure
        failure.operand = failure.operand ?? identity.name
        return failure
    }

    private func note(_ failure: Failure?) {
        if self.failure == nil, let failure { self.failure = FailureBox(failure) }
    }

    private func finishStopping() {
        guard let stopping else { return }
        end(stopping.by, stopping.how)
    }

    private func traffic(_ pump: Pump?, _ encrypted: Int?, _ now: Instant) -> ClosingAccount.Traffic {
        .init(
            bytes: pump?.bytes ?? 0, messages: policy.isFramed ? pump?.messages ?? 0 : nil,
            encrypted: encrypted, timing: pump?.timing(at: now))
    }

    func accounts(at now: Instant) -> [(identity: ConnectionIdentity, account: ClosingAccount)] {
        var account = account(.local, .eof, at: now)
        account.tcp = account.tcp ?? stream.tcpInfo()
        // What waits in our own buffer has not gone anywhere.
        account.sent.bytes = acknowledgedBytes
        return [(identity, account)]
    }

    private func account(_ by: EndedBy, _ how: CloseReason, at now: Instant) -> ClosingAccount {
        let encrypted = stream.encrypted
        return ClosingAccount(
            by: by, how: how,
            received: traffic(inbound, encrypted?.received, now),
            sent: traffic(outbound, encrypted?.sent, now),
            duration: now - started,
            tcp: owner.wantsTCPAccounts ? stream.tcpInfo() : nil,
            sendBuffer: owner.fixedSendBuffer(of: stream, identity.leg))
    }

    private func end(_ by: EndedBy, _ how: CloseReason) {
        guard !isOver, let inbound else { return }
        isOver = true
        stopTimer = nil
        idleTimer?.cancel()
        acknowledgement = nil
        var failure = (failure ?? truncation)?.failure
        let reason = stopping == nil ? failure.map(CloseReason.init) ?? how : how
        if by == .peer, let unmet = inbound.sink.unmet(after: failure) { failure = unmet }
        // The word for the end counts, too.
        if failure == nil, outbound?.hasGivenAll != false { stream.sayGoodbye() }
        let account = account(by, reason, at: .now)
        inbound.abandon()
        outbound?.abandon()
        inbound.sink.end()
        inbound.sink.pump = nil
        outbound?.source.pump = nil
        stream.close()
        owner.receiving.environment.pool.users -= 1
        owner.connectionEnded(self, account, failure)
    }
}
