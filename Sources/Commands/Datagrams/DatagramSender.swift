// Sends datagrams, one after the other or in blocks, to one address or to several, and collects the replies.

import CommandSpec
import Sockets

/// What is sent where, and what is waited for.
struct SendPlan {
    /// An address, and the way to it.
    struct Target {
        let address: SocketAddress
        var route = DatagramRoute()
    }

    var messages: [[UInt8]] = []
    var repetitions = 1
    var delay = Duration.zero
    /// How long replies are collected after the last datagram; nil if they are of no interest.
    var wait: Duration?
    var replies: Int?
    /// Sets the socket's options, and binds it where the user wants that.
    var prepare: (borrowing Socket, AddressFamily) throws(Failure) -> Void = { _, _ in }
}

final class DatagramSender: RunTask {
    private let context: Context
    private let plan: SendPlan
    private let output: DatagramOutput
    /// Each is a way to reach the endpoint; the next is tried where the one before refuses at once.
    private var candidates: [[SendPlan.Target]]
    private var targets: [SendPlan.Target] = []
    private var port: DatagramPort?
    private let batch: DatagramBatch
    private let started = Instant.now

    /// How many datagrams of those planned are done with.
    private var position = 0
    private let total: Int
    /// How many go in one call where the kernel cuts them (`UDP_SEGMENT`); 1 where it may not.
    private var blockLimit = 1
    private var block: [UInt8] = []
    private var pause: Timer?
    private var roundTrips: RoundTrips
    private var summary = DatagramSummary()
    private var attempts: [Failure.Attempt] = []
    private var failure: Failure?
    private var isOver = false

    /// How many calls are made before others get their turn.
    private static let turn = 64

    init(_ context: Context, _ plan: SendPlan, to candidates: [[SendPlan.Target]]) {
        self.context = context
        self.plan = plan
        self.candidates = candidates
        output = DatagramOutput(context)
        batch = DatagramBatch(for: candidates.first?.first?.address.family ?? .inet, capacity: 16)
        roundTrips = RoundTrips(cycle: plan.messages.count)
        let each = plan.messages.count.multipliedReportingOverflow(by: plan.repetitions)
        total = each.overflow ? .max : each.partialValue
    }

    func interrupt(_ interruption: Interruption) {
        summary.by = interruption.by
        end(interruption.failure)
    }

    func start() {
        if plan.wait != nil { context.beginPayload() }
        next(after: nil)
    }

    // MARK: Addresses

    /// Goes on with the next candidate, if there is one.
    private func next(after failure: Failure?) {
        port?.close()
        port = nil
        guard !candidates.isEmpty else {
            var failure = failure
            if attempts.count > 1 { failure?.attempts = attempts }
            return end(failure)
        }
        targets = candidates.removeFirst()
        guard let first = targets.first else { return end(failure) }
        position = 0
        do throws(Failure) {
            try checkLengths(first.address)
            port = try open(first.address)
        } catch {
            return end(error)
        }
        let canBlock = targets.count == 1 && plan.wait == nil && plan.delay == .zero && isUniform
        blockLimit = canBlock && first.address.family != .unix ? 128 : 1
        pump()
    }

    private var isUniform: Bool {
        guard let size = plan.messages.first?.count, size > 0 else { return false }
        return plan.messages.allSatisfy { $0.count == size }
    }

    private func checkLengths(_ address: SocketAddress) throws(Failure) {
        guard let limit = address.longestDatagram,
            let tooLong = plan.messages.first(where: { $0.count > limit })
        else { return }
        throw .tooLong(address.description, "\(tooLong.count) bytes", address)
    }

    private func open(_ address: SocketAddress) throws(Failure) -> DatagramPort {
        let describes = context.reporter.describesDatagrams
        let port = try DatagramPort(context, address.family, bindingTo: nil, name: address.description) {
            [plan, context] (socket) throws(Failure) in
            try plan.prepare(socket, address.family)
            guard plan.wait != nil else { return }
            socket.enlargeReceiveBuffer(context.settings)
            if describes { socket.askForDetails(address.family) }
            try? socket.set(.timestampNanoseconds, to: true)
            // A Unix socket without a name cannot be answered: bind(2) without one makes the kernel choose.
            if address.family == .unix { try? socket.bind(to: .unix(.unnamed)) }
        }
        port.onError = { [unowned self] in reported($0) }
        port.onWritable = { [unowned self] in pump() }
        if plan.wait != nil {
            port.onReadable = { [unowned self] in receive() }
            port.channel.wantsRead = true
        }
        return port
    }

    // MARK: Sending

    private func pump() {
        guard let port, pause == nil, !isOver else { return }
        port.channel.wantsWrite = false
        for _ in 0..<Self.turn {
            guard position < total else { return allSent() }
            let candidate = targets.first?.address
            do throws(Errno) {
                try sendNext(port)
            } catch .wouldBlock {
                port.channel.wantsWrite = true
                return
            } catch .noBufferSpace {
                // The queue of the interface is full, and nothing tells when it no longer is.
                return rest(.milliseconds(1))
            } catch {
                return next(after: failed(error))
            }
            // On this host a refusal is there at once: then the name's next address may do better.
            if position == 1, !candidates.isEmpty || plan.wait == nil { port.drainErrors() }
            guard !isOver, self.port === port, targets.first?.address == candidate else { return }
            if plan.delay > .zero, position < total { return rest(plan.delay) }
        }
        port.channel.wantsWrite = true
    }

    private func rest(_ duration: Duration) {
        pause = context.loop.after(duration) { [unowned self] in
            pause = nil
            pump()
        }
    }

    /// Sends the next message to every target, or a block of them to the only one.
    private func sendNext(_ port: DatagramPort) throws(Errno) {
        let size = plan.messages[position % plan.messages.count].count
        let count = min(blockLimit, size == 0 ? 1 : 65_507 / size, total - position)
        guard count > 1, let target = targets.first else { return try sendOne(port) }
        if block.count != size * count || plan.messages.count > 1 {
            block = []
            for offset in 0..<count { block += plan.messages[(position + offset) % plan.messages.count] }
        }
        do {
            try unsafe port.send(block.span.bytes, to: target.address, by: target.route, segmentSize: size)
        } catch {
            guard error != .wouldBlock, error != .noBufferSpace else { throw error }
            // Older kernels take fewer, and some paths none: whatever it is, single ones will show it.
            blockLimit = blockLimit > 64 && error == .invalidArgument ? 64 : 1
            return
        }
        account(count, bytes: block.count)
    }

    private func sendOne(_ port: DatagramPort) throws(Errno) {
        let message = plan.messages[position % plan.messages.count]
        let time = Instant.now
        var lastError: Errno?
        var count = 0
        for target in targets {
            do throws(Errno) {
                try unsafe port.send(message.span.bytes, to: target.address, by: target.route)
                guard self.port === port, !isOver else { return }
                count += 1
            } catch {
                if targets.count == 1 || error == .wouldBlock && count == 0 { throw error }
                lastError = error
                context.reporter.report(.failed(Failure("send", target.address.description, error)))
            }
        }
        if count == 0, let lastError { throw lastError }
        if plan.wait != nil { roundTrips.sent(message, at: time) }
        position += 1
        summary.sent.messages += count
        summary.sent.bytes += count * message.count
    }

    private func account(_ count: Int, bytes: Int) {
        position += count
        summary.sent.messages += count
        summary.sent.bytes += bytes
    }

    private func failed(_ error: Errno) -> Failure {
        let address = targets.first?.address
        if let address { attempts.append(Failure.Attempt(address: address, error: error)) }
        if error == .messageTooLong, let address {
            return .tooLong(address.description, "so many bytes", nil)
        }
        return Failure("send", address?.description, error)
    }

    private func allSent() {
        guard let port else { return }
        port.drainErrors()
        guard !isOver, self.port === port else { return }
        guard let wait = plan.wait else { return end(nil) }
        pause = context.loop.after(wait) { [unowned self] in
            let words =
                if let replies = plan.replies {
                    "\(summary.received.messages) of \(replies) replies within \(Statistics.text(wait))"
                } else {
                    "no answer within \(Statistics.text(wait))"
                }
            let isEnough = plan.replies == nil && summary.received.messages > 0
            summary.by = .timeout
            end(
                isEnough
                    ? nil
                    : Failure("receive", targets.first?.address.description, words: words, status: .timedOut))
        }
    }

    // MARK: What comes back

    /// What ICMP said about a datagram of ours.
    private func reported(_ error: NetworkError) {
        guard !isOver else { return }
        let address = error.destination ?? targets.first?.address
        let failure = Failure(error, to: address)
        // A datagram too long for the path is lost; the kernel cuts those that follow into fragments.
        if targets.count > 1 || error.error == .messageTooLong {
            return context.reporter.report(.failed(failure))
        }
        if let address { attempts.append(Failure.Attempt(address: address, error: error.error)) }
        if position <= 1, !candidates.isEmpty {
            context.reporter.report(.note("\(failure.operand ?? ""): \(failure.message)"))
            summary.sent = ClosingAccount.Traffic()
            roundTrips = RoundTrips(cycle: plan.messages.count)
        } else {
            candidates = []
        }
        // In the middle of a call on the socket: it is closed when that is over.
        self.port?.channel.wantsWrite = false
        self.port?.channel.wantsRead = false
        let refused = self.port
        refused?.onError = nil
        self.port = nil
        _ = context.loop.after(.zero) { [unowned self] in
            refused?.close()
            guard !isOver else { return }
            next(after: failure)
        }
    }

    private func receive() {
        guard let port else { return }
        do throws(Errno) {
            while !isOver, self.port === port, !output.isFull, try port.receive(into: batch) {
                let arrival = ArrivalClock()
                output.gather { for index in 0..<batch.count where !isOver { take(index, port, arrival) } }
            }
        } catch {
            return end(Failure("receive", port.channel.name, error))
        }
        guard !isOver, output.isFull else { return }
        port.channel.wantsRead = false
        output.whenRoom { [weak port] in port?.channel.wantsRead = true }
    }

    private func take(_ index: Int, _ port: DatagramPort, _ arrival: ArrivalClock) {
        let ancillary = batch.ancillary(of: index)
        summary.received.messages += 1
        let length = batch.length(of: index)
        summary.received.bytes += length
        let peer = batch.sender(of: index)
        var report = DatagramReport(
            number: summary.received.messages, from: peer, at: port, length: length, ancillary)
        batch.withPayload(of: index) { payload in
            report.isTruncated = payload.byteCount < length
            if report.isTruncated { summary.truncated += 1 }
            report.answer = roundTrips.answer(from: peer, at: arrival.instant(of: ancillary), payload)
            output.write(report, payload)
        }
        if summary.received.messages == plan.replies { end(nil) }
    }

    // MARK: The end

    private func end(_ failure: Failure?) {
        guard !isOver else { return }
        isOver = true
        pause?.cancel()
        if let port { summary.dropped = port.channel.descriptor.droppedDatagrams() }
        port?.close()
        summary.duration = Instant.now - started
        if plan.wait != nil { summary.roundTrips = roundTrips.summary }
        context.reporter.report(.summary(summary))
        context.finish(failure)
    }
}
