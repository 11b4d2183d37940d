// Receives datagrams from anyone, on one socket or several, writes them and answers them.

import CommandSpec
import Sockets

/// What is received, and what is done with it.
struct ReceivePlan {
    /// What each sender gets back.
    enum Reply {
        case none
        case echo
        case bytes([UInt8])
    }

    var reply = Reply.none
    /// How many bytes of each datagram are kept.
    var size = Int.max
    var count = Int.max
    /// For the look-up and the first datagram; nil for any time.
    var limit: TimeLimit?
    /// Whether a datagram is meant for us.
    var accepts: ((AncillaryData) -> Bool)?

    /// Whether payload may pass without a look at the single datagram.
    var isPlain: Bool {
        if case .none = reply { size == .max && count == .max && accepts == nil } else { false }
    }
}

final class DatagramReceiver: RunTask {
    private let context: Context
    private let plan: ReceivePlan
    private let output: DatagramOutput
    private let ports: [DatagramPort]
    private let batch: DatagramBatch
    /// Whether blocks of datagrams pass as they are.
    private let isPlain: Bool

    private var patience: Timer?
    private var idleTimer: IdleTimer?
    private let started = Instant.now
    private var summary = DatagramSummary()
    private var longestCut = 0
    private var drops: DropCounter
    private var dropsTimer: Timer?
    /// For blocks of datagrams, one for each port.
    private var offloads: [ReceiveOffload] = []
    /// Replies for which there was no room, by the number of the port.
    private var pending: [Int: [PendingReply]] = [:]
    private var isOver = false

    private struct PendingReply {
        let payload: [UInt8]
        let address: SocketAddress
        let route: DatagramRoute
    }

    /// How many batches are taken before others get their turn.
    private static let turn = 16

    init(_ context: Context, _ plan: ReceivePlan, _ ports: [DatagramPort]) {
        self.context = context
        self.plan = plan
        self.ports = ports
        output = DatagramOutput(context)
        isPlain =
            plan.isPlain && !context.reporter.describesDatagrams && !context.settings.hex
            && context.settings.framing == nil
            && context.reporter.passesPayloadUnchanged
        batch = DatagramBatch(for: ports.first?.family ?? .inet, capacity: 64)
        drops = DropCounter(count: ports.count)
        for (index, port) in ports.enumerated() {
            port.onReadable = { [unowned self] in receive(index) }
            port.onWritable = { [unowned self] in sendPending(index) }
            // A peer that went away ends nothing.
            port.onError = { context.reporter.report(.failed(Failure($0, to: nil))) }
        }
        if isPlain, ports.first?.family != .unix {
            offloads = ports.map { ReceiveOffload($0, loop: context.loop) }
        }
    }

    func interrupt(_ interruption: Interruption) {
        end(interruption.failure, by: interruption.by)
    }

    func start() {
        context.reporter.report(.listening(ports.map(\.local)))
        context.beginPayload()
        if let limit = plan.limit {
            patience = context.loop.after(limit.remaining()) { [unowned self] in
                let words = "no datagram has come within \(Statistics.text(limit.duration))"
                end(Failure("receive", words: words, status: .timedOut), by: .timeout)
            }
        }
        if let limit = context.settings.idleTimeout {
            idleTimer = IdleTimer(limit, loop: context.loop) { [unowned self] in
                let words = "nothing has come for \(Statistics.text(limit))"
                end(Failure("receive", words: words, status: .timedOut), by: .timeout)
            }
        }
        for port in ports { port.channel.wantsRead = true }
    }

    // MARK: Receiving

    private func receive(_ index: Int) {
        let port = ports[index]
        let before = summary.received.messages
        defer {
            if !isOver, !offloads.isEmpty { offloads[index].received(summary.received.messages - before) }
        }
        for _ in 0..<Self.turn {
            if output.isFull { return waitForRoom() }
            guard pending[index] == nil else { return }
            do throws(Errno) {
                guard try port.receive(into: batch) else { break }
            } catch {
                return end(Failure("receive", port.channel.name, error), by: .local)
            }
            patience?.cancel()
            idleTimer?.touch()
            if isPlain { takeAll() } else { output.gather { takeEach(index) } }
            if isOver { return }
        }
        tellDrops()
    }

    private func waitForRoom() {
        for port in ports { port.channel.wantsRead = false }
        output.whenRoom { [weak self] in
            guard let self, !isOver else { return }
            for (index, port) in ports.enumerated() where pending[index] == nil {
                port.channel.wantsRead = true
            }
        }
    }

    /// Writes a batch as it is, and counts.
    private func takeAll() {
        for index in 0..<batch.count {
            let length = batch.length(of: index)
            let segment = batch.ancillary(of: index).segmentSize ?? max(length, 1)
            summary.received.bytes += length
            summary.received.messages += max(1, (length + segment - 1) / segment)
        }
        output.write(batch)
    }

    private func takeEach(_ portIndex: Int) {
        let port = ports[portIndex]
        for index in 0..<batch.count where !isOver {
            let ancillary = batch.ancillary(of: index)
            if let accepts = plan.accepts, !accepts(ancillary) { continue }
            let length = batch.length(of: index)
            let peer = batch.sender(of: index)
            summary.received.messages += 1
            summary.received.bytes += length
            var report = DatagramReport(
                number: summary.received.messages, from: peer, at: port, length: length, ancillary)
            report.droppedBefore = drops.before(ancillary, at: portIndex)
            batch.withPayload(of: index) { payload in
                let kept = payload.extracting(first: plan.size)
                if kept.byteCount < length {
                    report.isTruncated = true
                    summary.truncated += 1
                    longestCut = max(longestCut, length)
                }
                output.write(report, kept)
                reply(to: peer, payload, ancillary, portIndex)
            }
            if summary.received.messages >= plan.count { end(nil, by: .local) }
        }
    }

    /// Tells what the kernel has dropped, at most once a second.
    private func tellDrops() {
        guard dropsTimer == nil, !isOver else { return }
        let count = ports.indices.reduce(0) { sum, index in
            sum + drops.update(ports[index].channel.descriptor.droppedDatagrams(), at: index)
        }
        guard count > 0 else { return }
        context.reporter.report(.dropped(count, total: drops.total))
        dropsTimer = context.loop.after(.seconds(1)) { [weak self] in
            self?.dropsTimer = nil
            self?.tellDrops()
        }
    }

    // MARK: Answering

    private func reply(
        to peer: SocketAddress, _ payload: RawSpan, _ ancillary: AncillaryData, _ index: Int
    ) {
        let bytes: [UInt8]
        switch plan.reply {
        case .none: return
        case .echo: bytes = unsafe payload.withUnsafeBytes { unsafe Array($0) }
        case .bytes(let reply): bytes = reply
        }
        guard peer != .unix(.unnamed) else {
            return context.reporter.report(.note("the sender has no name to answer to"))
        }
        // From the address that it was sent to, unless that was one of many hosts.
        let source = ancillary.local ?? ancillary.destination.flatMap { $0.isMulticast ? nil : $0 }
        let isScoped = if case .inet6(let host, _) = peer { host.scope != 0 } else { false }
        let interface = isScoped || ancillary.destination?.isMulticast == true ? ancillary.interface ?? 0 : 0
        send(
            PendingReply(
                payload: bytes, address: peer, route: DatagramRoute(interface: interface, source: source)),
            index)
    }

    private func send(_ reply: PendingReply, _ index: Int) {
        guard pending[index] == nil else {
            pending[index]?.append(reply)
            return
        }
        do throws(Errno) {
            try unsafe ports[index].send(reply.payload.span.bytes, to: reply.address, by: reply.route)
            summary.sent.messages += 1
            summary.sent.bytes += reply.payload.count
        } catch .wouldBlock {
            // Nothing more is received until there is room, so that no more than a batch waits.
            pending[index] = [reply]
            ports[index].channel.wantsRead = false
            ports[index].channel.wantsWrite = true
        } catch {
            context.reporter.report(.failed(Failure("send", reply.address.description, error)))
        }
    }

    private func sendPending(_ index: Int) {
        guard let replies = pending.removeValue(forKey: index) else { return }
        for reply in replies { send(reply, index) }
        guard pending[index] == nil, !isOver else { return }
        ports[index].channel.wantsWrite = false
        ports[index].channel.wantsRead = !output.isFull
    }

    // MARK: The end

    private func end(_ failure: Failure?, by: Party) {
        guard !isOver else { return }
        dropsTimer?.cancel()
        dropsTimer = nil
        tellDrops()
        dropsTimer?.cancel()
        isOver = true
        patience?.cancel()
        idleTimer?.cancel()
        summary.droppedIsLeast = drops.total > 0 && offloads.contains(where: \.lostBlocks)
        for port in ports { port.close() }
        summary.by = by
        summary.dropped = drops.total
        summary.duration = Instant.now - started
        context.reporter.report(.summary(summary))
        context.finish(failure ?? loss)
    }

    /// What was lost for good, and what helps against it.
    private var loss: Failure? {
        if summary.truncated > 0 {
            let words =
                "\(summary.truncated) longer than \(plan.size) bytes were cut, the longest had \(longestCut)"
            return Failure(
                "receive", words: words, status: .malformed, hint: "a larger --size keeps them whole")
        }
        if summary.dropped > 0 {
            let least = summary.droppedIsLeast ? "at least " : ""
            return Failure(
                "receive",
                words: "the kernel dropped \(least)\(summary.dropped), the receive buffer was full",
                status: .failure, hint: "a larger buffer holds longer bursts: --option SO_RCVBUF=SIZE")
        }
        return nil
    }
}

/// How many datagrams the kernel dropped on each of several sockets, and how many of them were told.
struct DropCounter {
    private var told: [Int]
    private var seen: [Int]

    init(count: Int) {
        told = Array(repeating: 0, count: count)
        seen = told
    }

    /// In all.
    var total: Int { told.reduce(0, +) }

    /// How many are new of those that a socket has dropped since it was made.
    mutating func update(_ drops: Int, at index: Int) -> Int {
        defer { told[index] = max(told[index], drops) }
        return max(0, drops - told[index])
    }

    /// How many were dropped between the datagram before and this one; nil for none.
    mutating func before(_ ancillary: AncillaryData, at index: Int) -> Int? {
        guard let drops = ancillary.drops.map(Int.init), drops > seen[index] else { return nil }
        defer { seen[index] = drops }
        return drops - seen[index]
    }
}
