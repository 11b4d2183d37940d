// Sends datagrams from a source, one after the other or in blocks, to one address or to several, and collects what
// comes back: `udp send`, `udp connect` and `broadcast send`.

import CommandSpec
import Sockets

/// How it is sent, and when it ends.
struct SendPlan {
    /// An address, and the way to it.
    struct Target {
        let address: SocketAddress
        var route = DatagramRoute()
    }

    /// What follows the end of the source.
    enum Ending {
        /// Receiving goes on, unless a person typed it.
        case never
        case atOnce
        /// What comes within this time is still received.
        case after(Duration)
    }

    var ending = Ending.atOnce
    /// Between two of them.
    var delay = Duration.zero
    /// Whether what comes back is a reply, that is matched with what it answers, and missed if it does not come.
    var expectsReplies = false
    /// Whether the summary shows how many took how long.
    var hasHistogram = false
    /// How many of them; nil for any number.
    var replies: Int?
    /// Whether the socket has one peer.
    var isConnected = false
}

/// Who gets what is sent.
enum Recipients {
    /// One of the addresses of an endpoint: the next is tried where the one before refuses at once.
    case firstOf(Candidates)
    /// Each of them.
    case all([SendPlan.Target])
}

final class DatagramSender: DatagramExchange {
    private let plan: SendPlan
    private let source: any DatagramSource
    private let open: (SocketAddress) throws(Failure) -> DatagramPort
    /// Nil where all get it.
    private var candidates: Candidates?
    private var targets: [SendPlan.Target] = []
    private var port: DatagramPort?

    /// How many were sent to these targets.
    private var position = 0
    /// The only one that was sent so far: if it is refused, the next address gets it.
    private var unproven: DatagramBlock?
    private var again: DatagramBlock?
    /// How many go in one call where the kernel cuts them (`UDP_SEGMENT`); 1 where it may not.
    private var blockLimit = 1
    /// When the next may go.
    private var due: Instant?
    private lazy var pause = SendPause(context.loop) { [unowned self] in pump() }
    private var lingering: Timer?
    private var roundTrips: RoundTrips?

    /// How many calls are made before others get their turn.
    private static let turn = 64
    /// What the kernel cuts in one call: 64 before Linux 6.9.
    private static let (longBlock, shortBlock) = (128, 64)

    /// - Parameter open: makes the socket for an address.
    init(
        _ context: Context, _ plan: SendPlan, _ source: any DatagramSource,
        to recipients: Recipients, open: @escaping (SocketAddress) throws(Failure) -> DatagramPort
    ) {
        self.plan = plan
        self.source = source
        switch recipients {
        case .firstOf(let candidates): self.candidates = candidates
        case .all(let targets): self.targets = targets
        }
        self.open = open
        var bounds = DatagramBounds()
        if case .atOnce = plan.ending { bounds.receives = plan.isConnected }
        bounds.looksAtEach = plan.expectsReplies
        bounds.count = plan.replies ?? .max
        super.init(context, bounds)
        source.onReady = { [unowned self] in pump() }
    }

    override func begin() {
        if candidates == nil, let first = targets.first?.address {
            do throws(Failure) { try reach(first) } catch { end(error, by: .local) }
        } else {
            next(after: nil)
        }
    }

    // MARK: Addresses

    /// Goes on with the next candidate, if there is one.
    private func next(after failure: Failure?) {
        var failure = failure
        while let address = candidates?.next() {
            targets = [SendPlan.Target(address: address)]
            do throws(Failure) {
                return try reach(address)
            } catch {
                failure = error
                // Without sockets of this family there may be an address of another.
                guard ["socket", "connect"].contains(error.operation), case .errno = error.cause else {
                    break
                }
                candidates?.failed(address, error.cause)
            }
        }
        giveUp(failure)
    }

    /// None of them takes it.
    private func giveUp(_ failure: Failure?) {
        guard let candidates, let failure else { return end(failure, by: .local) }
        let count = candidates.failures.count
        end(count > 1 ? candidates.failure(failure.operation) : failure, by: count > 0 ? .peer : .local)
    }

    /// Begins to send to the targets, of which this is the first.
    private func reach(_ first: SocketAddress) throws(Failure) {
        ports.forEach(remove)
        try check(source.longest, first)
        let port = try open(first)
        self.port = port
        add(port)
        let canBlock = targets.count == 1 && !plan.expectsReplies && plan.delay == .zero
        blockLimit = canBlock && first.family.isInternet ? Self.longBlock : 1
        updateReading(port)
        pump()
    }

    private var hasMore: Bool { candidates?.hasMore ?? false }

    private func check(_ size: Int, _ address: SocketAddress) throws(Failure) {
        guard let limit = address.longestDatagram, size > limit else { return }
        throw .tooLong(address.description, "\(size) bytes", address)
    }

    /// The address takes nothing. The next one gets what it got, if that was no more than the first datagram.
    private func refused(_ failure: Failure, _ error: Errno) {
        if let address = targets.first?.address, error != .messageTooLong {
            candidates?.failed(address, failure.cause)
        }
        let goesOn = position <= 1 && summary.received.messages == 0
        if goesOn, hasMore {
            context.reporter.note("\(failure.operand ?? ""): \(failure.message)")
            again = unproven ?? again
            summary.sent = DatagramTraffic()
            roundTrips = nil
            position = 0
        }
        unproven = nil
        // In the middle of a call on the socket: it is closed when that is over.
        port?.retire()
        port = nil
        context.loop.schedule(after: .zero) { [weak self] in
            guard let self, !isOver else { return }
            if goesOn { next(after: failure) } else { giveUp(failure) }
        }
    }

    override func reported(_ error: NetworkError, at port: DatagramPort) {
        guard !isOver, port === self.port else { return }
        let failure = Failure(error, to: targets.first?.address)
        // A datagram too long for the path is lost; the kernel cuts those that follow into fragments.
        if targets.count > 1 || error.error == .messageTooLong { return report(failure) }
        refused(failure, error.error)
    }

    // MARK: Sending

    override func roomToSend(on port: DatagramPort) { pump() }

    private func pump() {
        guard let port, !pause.isOn, !isOver else { return }
        port.channel.wantsWrite = false
        for _ in 0..<Self.turn {
            if sending.isFull { return pause.wait(for: sending) }
            let block: DatagramBlock
            if let again {
                block = again
            } else {
                switch source.peek(atMost: !hasMore || position > 0 ? blockLimit : 1) {
                case .block(let next): block = next
                case .later: return
                case .end: return allSent(nil)
                case .failed(let failure): return allSent(failure)
                }
            }
            if let due, due > .now { return pause.rest(for: due - .now) }
            do throws(Errno) {
                try send(block, port)
            } catch .wouldBlock where plan.isConnected || !port.family.waitsForReceiver {
                port.channel.wantsWrite = true
                return
            } catch .wouldBlock, .noBufferSpace {
                return pause.waitForPeer()
            } catch {
                guard port === self.port, !isOver else { return }
                return refused(failure(error), error)
            }
            guard port === self.port, !isOver else { return }
        }
        port.channel.wantsWrite = true
    }

    /// Sends one to every target, or a block to the only one, and goes on to what follows it.
    private func send(_ block: DatagramBlock, _ port: DatagramPort) throws(Errno) {
        if let address = targets.first?.address, let limit = address.longestDatagram, block.size > limit {
            throw .messageTooLong
        }
        let time = Instant.now
        if block.count > 1 {
            guard try sendTogether(block, port) else { return }
        } else {
            try sendToAll(block, port)
        }
        guard port === self.port, !isOver else { return }
        pause.reset()
        if again != nil { again = nil } else { source.advance(by: block.count) }
        position += block.count
        if plan.delay > .zero { due = .now + plan.delay }
        if plan.expectsReplies {
            if roundTrips == nil { roundTrips = RoundTrips(cycle: source.cycle) }
            roundTrips?.sent(block.bytes, at: time)
        }
        unproven = position == 1 && hasMore ? block : nil
        // On this host a refusal is there at once: then the name's next address may do better.
        if position == 1 { port.drainErrors() }
    }

    /// False if the kernel does not cut such a block here.
    private func sendTogether(_ block: DatagramBlock, _ port: DatagramPort) throws(Errno) -> Bool {
        do {
            try unsafe send(
                block.bytes.span.bytes, to: peer(targets[0]), by: targets[0].route, segmentSize: block.size,
                on: port)
            return true
        } catch {
            guard error != .wouldBlock, error != .noBufferSpace else { throw error }
            // Older kernels take fewer, and some paths none: whatever it is, single ones will show it.
            let isTooLong = error == .invalidArgument && blockLimit > Self.shortBlock
            blockLimit = isTooLong ? Self.shortBlock : 1
            return false
        }
    }

    /// Fails if no target takes it.
    private func sendToAll(_ block: DatagramBlock, _ port: DatagramPort) throws(Errno) {
        var lastError: Errno?
        var count = 0
        for target in targets {
            do throws(Errno) {
                try unsafe send(block.bytes.span.bytes, to: peer(target), by: target.route, on: port)
                count += 1
            } catch {
                if targets.count == 1 || error == .wouldBlock && count == 0 { throw error }
                lastError = error
                report(Failure("send", target.address.description, error))
            }
        }
        if count == 0, let lastError { throw lastError }
    }

    private func peer(_ target: SendPlan.Target) -> SocketAddress? { plan.isConnected ? nil : target.address }

    private func failure(_ error: Errno) -> Failure {
        guard let address = targets.first?.address else { return Failure("send", nil, error) }
        guard error == .messageTooLong else { return Failure("send", address.description, error) }
        // A longer one may be next: that is said of the first.
        var size = "so many bytes"
        if case .block(let block) = source.peek(atMost: 1) { size = Statistics.bytes(exactly: block.size) }
        return .tooLong(address.description, size, address)
    }

    /// Ends when the source has, or goes on receiving.
    private func allSent(_ failure: Failure?) {
        guard let port else { return }
        port.drainErrors()
        // After a refusal there is another address, or a failure.
        guard port === self.port, !isOver else { return }
        if let failure { return end(failure, by: .local) }
        switch plan.ending {
        case .atOnce: end(nil, by: .local)
        case .never: if source.isTyped { end(nil, by: .local) }
        case .after(let time):
            lingering?.cancel()
            lingering = context.loop.after(time) { [unowned self] in waited(time) }
        }
    }

    private func waited(_ time: Duration) {
        let count = summary.received.messages
        guard plan.expectsReplies, plan.replies != nil || count == 0 else { return end(nil, by: .timeout) }
        let words =
            plan.replies.map { "\(count) of \($0) replies within \(Statistics.text(time))" }
            ?? "no answer within \(Statistics.text(time))"
        end(
            Failure("receive", targets.first?.address.description, words: words, status: .timedOut),
            by: .timeout)
    }

    // MARK: What comes back

    override func describe(
        _ datagram: inout DatagramReport, _ payload: RawSpan, _ ancillary: AncillaryData
    ) {
        datagram.answer = roundTrips?.answer(
            from: datagram.peer, at: ArrivalClock().instant(of: ancillary), payload)
    }

    override func close() {
        pause.cancel()
        lingering?.cancel()
        source.onReady = nil
        source.close()
        guard plan.expectsReplies else { return }
        summary.roundTrips = (roundTrips ?? RoundTrips(cycle: 1)).summary
        summary.roundTrips?.hasHistogram = plan.hasHistogram
        // Of many nobody has to answer.
        let isToMany = candidates == nil || targets.contains { $0.address.host?.isMulticast == true }
        if isToMany { summary.roundTrips?.lost = nil }
    }
}
