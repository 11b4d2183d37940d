// One peer of a server of many: what it sends goes to the service, what it is sent waits in its own queue.

import CommandSpec
import Sockets

/// Bytes that wait to be sent to one peer. The chunks are shared with the queues of others.
struct SendQueue {
    private var chunks: [[UInt8]] = []
    private var first = 0
    private var offset = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ chunk: [UInt8]) {
        guard !chunk.isEmpty else { return }
        chunks.append(chunk)
        count += chunk.count
    }

    /// Gives what is at the front to `body`, which says how much of it it took.
    mutating func drain(_ body: (RawSpan) throws(Errno) -> Int) throws(Errno) {
        while first < chunks.count {
            let chunk = chunks[first]
            let taken = try unsafe body(chunk.span.bytes.extracting(droppingFirst: offset))
            offset += taken
            count -= taken
            guard offset == chunk.count else { continue }
            chunks[first] = []
            first += 1
            offset = 0
        }
        chunks.removeAll(keepingCapacity: false)
        first = 0
    }
}

final class Peer {
    let connection: ConnectionIdentity
    private let socket: Channel
    private unowned let server: Server
    private var queue = SendQueue()
    private var idleTimer: IdleTimer?
    private var crlf: CRLFEncoder?
    /// Cuts what it sends into messages, and joins those that it is sent.
    private let cutter: MessageCutter?
    private var joiner: MessageJoiner?
    /// What is said in both directions, where the framing has to know it.
    let conversation: (any Conversation)?
    /// Why it is over once the last that was sent has arrived.
    private var lateFailure: Failure?
    private var remainderIsHandedOver = false
    /// While messages are cut, what is left is not known yet: an end that comes of one of them waits.
    private var isCutting = false
    private var closing: (by: Party, how: Manner, failure: Failure?)?
    private var acknowledgement: Acknowledgement?
    private let started = Instant.now

    private var received = ClosingAccount.Traffic()
    private var sent = ClosingAccount.Traffic()
    private(set) var hasSentAll = false
    private(set) var sendingEnds = false
    private var sendingEnded = false
    private(set) var isClosed = false

    init(_ connection: ConnectionIdentity, _ socket: Channel, server: Server) {
        self.connection = connection
        self.socket = socket
        self.server = server
        if server.context.settings.crlf { crlf = CRLFEncoder() }
        let framing = server.context.settings.framing
        conversation = framing?.conversation()
        cutter = framing?.socketCutter(conversation)
        joiner = framing?.echoJoiner()
        socket.onReadable = { [unowned self] in receive() }
        socket.onWritable = { [unowned self] in sendQueued() }
        socket.onHangUp = { [unowned self] in hungUp() }
        if let limit = server.context.settings.idleTimeout {
            idleTimer = IdleTimer(limit, loop: server.context.loop) { [unowned self] in
                let words = "no byte in either direction for \(Statistics.text(limit))"
                close(
                    .timeout, .timeout,
                    Failure("relay", connection.name, words: words, status: .timedOut))
            }
        }
    }

    /// How many bytes wait to be sent.
    var backlog: Int { queue.count }

    /// Whether it can still be sent something.
    var acceptsData: Bool { !isClosed && !sendingEnds }

    /// Whether the service wants no more of it for now.
    var isPaused = false { didSet { if isPaused != oldValue { update() } } }

    /// Begins to receive.
    func start() { update() }

    // MARK: Receiving

    private func receive() {
        // A readiness that came before the peer was paused or closed is of no interest any more.
        guard !isClosed, !isPaused, !hasSentAll else { return }
        if server.service.pausesReceiving(of: self) {
            isPaused = true
            return
        }
        do throws(Errno) {
            let count = try server.receive(from: socket) { bytes in take(bytes) }
            if server.discards(from: socket) { note(received: count) }
            guard !isClosed, !hasSentAll else { return }
            if count == 0 { return peerHasSentAll() }
            idleTimer?.touch()
        } catch .wouldBlock {
            return
        } catch {
            close(.peer, .error, Failure("receive", connection.name, error))
        }
    }

    private func note(received count: Int) {
        received.bytes += count
        if cutter == nil, count > 0 { received.messages += 1 }
    }

    private func take(_ bytes: RawSpan) {
        note(received: bytes.byteCount)
        cut { [server] (peer) throws(FramingError) in
            guard let cutter = peer.cutter else { return try server.service.take(bytes, nil, of: peer) }
            _ = try cutter.cut(bytes) { message, detail in peer.takeMessage(message, detail) }
            if peer.conversation?.wantsContinue == true { server.service.continueIsExpected(by: peer) }
        }
    }

    private func takeMessage(_ message: RawSpan, _ detail: (any MessageDetail)?) -> Verdict {
        guard let cutter, !isClosed, !hasSentAll else { return .proceed }
        received.messages = cutter.count
        let report = MessageReport(connection, number: cutter.number, message, detail)
        do throws(FramingError) {
            try server.service.take(message, report, of: self)
        } catch {
            lateFailure = lateFailure ?? Failure("write", connection.name, message: cutter.count, error)
        }
        return .proceed
    }

    /// Does something that may find what the peer sends malformed: then that is the end of it.
    private func cut(_ body: (Peer) throws(FramingError) -> Void) {
        isCutting = true
        do throws(FramingError) {
            try body(self)
        } catch {
            lateFailure = lateFailure ?? cutter?.failure(error, "receive", connection.name)
            server.service.complain(error, to: self)
        }
        isCutting = false
        if let closing { return finishClosing(closing.by, closing.how, closing.failure) }
        guard lateFailure != nil, !isClosed else { return }
        handOverRemainder()
        // What was answered to the messages before still arrives.
        hasSentAll = true
        if sendingEnded { awaitAcknowledgement() } else { endSending() }
        update()
    }

    /// What was received and belongs to no whole message is not lost.
    private func handOverRemainder() {
        guard !remainderIsHandedOver, let rest = cutter?.remainder, !rest.isEmpty else { return }
        remainderIsHandedOver = true
        server.service.takeRemainder(unsafe rest.span.bytes, of: self)
    }

    private func peerHasSentAll() {
        cut { (peer) throws(FramingError) in
            try peer.cutter?.finish { message, detail in peer.takeMessage(message, detail) }
        }
        guard !hasSentAll, !isClosed else { return }
        hasSentAll = true
        server.context.reporter.report(.eof(connection, by: .peer))
        server.service.peerHasSentAll(self)
        guard !isClosed else { return }
        update()
        closeIfDone()
    }

    /// The connection broke while nothing was waited for.
    private func hungUp() {
        guard !isClosed, let error = socket.descriptor.takePendingError() else { return }
        close(.peer, .error, Failure(error == .brokenPipe ? "send" : "receive", connection.name, error))
    }

    // MARK: Sending

    /// Sends what goes at once, and keeps the rest.
    func send(_ bytes: RawSpan) {
        guard acceptsData else { return }
        if crlf != nil {
            var encoded: [UInt8] = []
            crlf?.encode(bytes, into: &encoded)
            return send(encoded)
        }
        var taken = 0
        if queue.isEmpty {
            do throws(Errno) {
                taken = try socket.write(bytes)
                count(sent: taken)
            } catch .wouldBlock {
            } catch {
                return sendingFailed(error)
            }
        }
        if taken < bytes.byteCount {
            let rest = unsafe bytes.extracting(droppingFirst: taken).withUnsafeBytes { unsafe Array($0) }
            queue.append(rest)
            update()
        }
    }

    /// Sends a message, joined to the others as the framing has it.
    func send(message: RawSpan) throws(FramingError) {
        var bytes: [UInt8] = []
        try joiner?.encode(message, into: &bytes)
        send(shared: bytes)
    }

    /// Sends a chunk that other peers may be sent too.
    func send(shared chunk: [UInt8]) {
        guard acceptsData else { return }
        if crlf != nil { return send(unsafe chunk.span.bytes) }
        send(chunk)
    }

    private func send(_ chunk: [UInt8]) {
        let wasEmpty = queue.isEmpty
        queue.append(chunk)
        if wasEmpty { sendQueued() }
    }

    /// Half-closes once all that waits is sent.
    func endSending() {
        guard !sendingEnds else { return }
        sendingEnds = true
        finishSending()
    }

    private func sendQueued() {
        guard !isClosed else { return }
        do throws(Errno) {
            try queue.drain { (bytes) throws(Errno) in
                let taken = try socket.write(bytes)
                count(sent: taken)
                return taken
            }
        } catch .wouldBlock {
            // The rest waits for the socket.
        } catch {
            return sendingFailed(error)
        }
        update()
        finishSending()
        closeIfDone()
        if !isClosed { server.service.peerHasRoom(self) }
    }

    private func count(sent count: Int) {
        sent.bytes += count
        sent.messages += 1
        idleTimer?.touch()
    }

    private func finishSending() {
        guard sendingEnds, !sendingEnded, queue.isEmpty, !isClosed else { return }
        sendingEnded = true
        if server.plan.halfCloses { try? socket.descriptor.shutdown(.sending) }
        server.context.reporter.report(.eof(connection, by: .local))
        if server.plan.receives, lateFailure == nil { closeIfDone() } else { awaitAcknowledgement() }
    }

    /// What the peer may still say is of no interest, but closing before it has everything could lose some.
    private func awaitAcknowledgement() {
        guard connection.peer.family != .unix else { return close(.local, .eof, lateFailure) }
        acknowledgement = Acknowledgement(of: socket, loop: server.context.loop) { [unowned self] error in
            close(.local, .eof, lateFailure ?? error.map { Failure("send", connection.name, $0) })
        }
    }

    private func sendingFailed(_ error: Errno) {
        close(.peer, .error, Failure("send", connection.name, error))
    }

    // MARK: The end

    private func closeIfDone() {
        guard !isClosed else { return }
        let first = server.plan.endsAtFirstEOF && queue.isEmpty && (hasSentAll || sendingEnded)
        if (hasSentAll && sendingEnded) || first { close(hasSentAll ? .peer : .local, .eof) }
    }

    /// Ends the connection, and tells the server.
    func close(_ by: Party, _ how: Manner, _ failure: Failure? = nil) {
        guard !isClosed else { return }
        isClosed = true
        if isCutting { closing = (by, how, failure) } else { finishClosing(by, how, failure) }
    }

    private func finishClosing(_ by: Party, _ how: Manner, _ failure: Failure?) {
        handOverRemainder()
        acknowledgement = nil
        idleTimer?.cancel()
        let showsTCP = connection.peer.family != .unix && server.context.reporter.showsTCPAccounts
        let account = ClosingAccount(
            by: by, how: failure.map(Manner.init) ?? how, received: received, sent: sent,
            duration: Instant.now - started,
            tcp: showsTCP ? try? TCPInfo(of: socket.descriptor) : nil,
            sendBuffer: socket.fixedSendBuffer(server.context.settings))
        socket.close()
        server.peerClosed(self, account, failure)
    }

    private func update() {
        guard !isClosed else { return }
        socket.wantsRead = !hasSentAll && !isPaused
        socket.wantsWrite = !queue.isEmpty
    }
}
