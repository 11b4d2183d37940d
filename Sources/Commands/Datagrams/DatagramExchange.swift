// What every command that moves datagrams does in the same way: receiving with backpressure, the time limits, who
// looks on, what was lost, how it ends and the account of it. The commands add what is theirs: where datagrams come
// from that are sent (`DatagramSender`), and how each sender is answered (`DatagramReceiver`).

import CommandSpec
import Sockets

/// What bounds an exchange.
struct DatagramBounds {
    /// Whether what comes is of interest at all.
    var receives = true
    /// Whether each datagram has to be looked at; otherwise blocks of them may pass as they are.
    var looksAtEach = false
    /// How many bytes of each are kept.
    var size = Int.max
    /// How many are received before it ends.
    var count = Int.max
    /// For the first one, and the look-up before it; nil for any time.
    var first: TimeLimit?
}

class DatagramExchange: RunTask {
    let context: Context
    let bounds: DatagramBounds
    private(set) var ports: [DatagramPort] = []
    var summary = DatagramSummary()
    private(set) var isOver = false

    private let output: DatagramOutput
    private let observers: [any DatagramObserver]
    private lazy var observersOfSent = showsSent ? observers : observers.filter(\.seesRelayed)
    /// While these are full nothing is received.
    private let receiving: Gate
    /// While these are full nothing is sent of our own.
    private(set) var sending: Gate
    /// Whether blocks of datagrams pass as they are.
    private let isPlain: Bool
    private lazy var batch = DatagramBatch(for: ports.first?.family ?? .inet)
    /// Whether receiving waits for the outputs.
    private var isPaused = false
    private var patience: Timer?
    private var idle: IdleTimer?
    /// Whether what has come waits to be written: then the idle time stands still.
    private var isWriting = false
    private var dropsTimer: Timer?
    private var untoldDrops = 0
    /// Those that had something to be received while the outputs were full.
    private var paused: [DatagramPort] = []
    private var longestCut = 0
    private let started = Instant.now
    private var intervals: DatagramIntervals?

    /// How many batches are taken before others get their turn.
    private static let turn = 16
    /// More than a receive buffer holds: so many are still taken at the end.
    private static let rest = 1 << 16

    init(_ context: Context, _ bounds: DatagramBounds) {
        self.context = context
        self.bounds = bounds
        output = DatagramOutput(context)
        observers = context.datagramObservers
        receiving = context.outputs.receiving
        sending = context.outputs.observing
        isPlain =
            !bounds.looksAtEach && bounds.size == .max && bounds.count == .max && observers.isEmpty
            && !context.reporter.describesDatagrams && context.settings.framing == nil
            && context.reporter.passesPayloadUnchanged
    }

    // MARK: What a command adds

    /// Begins to send or to receive.
    func begin() {}
    /// Whether a datagram is meant for us, and from whom we take it.
    func accepts(_ ancillary: AncillaryData, from peer: SocketAddress, at port: DatagramPort) -> Bool { true }
    /// Says whose datagram it is, before anybody looks at it.
    func identify(_ datagram: inout DatagramReport, _ ancillary: AncillaryData, at port: DatagramPort) {}
    /// Whether what is received is written out.
    var writes: Bool { true }
    /// Whether what is sent was not received, and seen, here before.
    var showsSent: Bool { true }
    /// Completes what observers are told of a datagram that was sent.
    func identifySent(_ datagram: inout DatagramReport, at port: DatagramPort) {}
    /// After how long without a datagram it ends.
    var idleTimeout: Duration? { context.settings.idleTimeout }
    /// Completes what is told of a datagram that has come.
    func describe(_ datagram: inout DatagramReport, _ payload: RawSpan, _ ancillary: AncillaryData) {}
    /// A datagram has come and is written.
    func received(
        from peer: SocketAddress, _ payload: RawSpan, _ ancillary: AncillaryData, at port: DatagramPort
    ) {}
    /// Whether nothing is to be received here for now.
    func isHeld(_ port: DatagramPort) -> Bool { false }
    /// There may be room to send.
    func roomToSend(on port: DatagramPort) {}
    /// What ICMP said of a datagram of ours: a peer that went away ends nothing.
    func reported(_ error: NetworkError, at port: DatagramPort) { report(Failure(error, to: nil)) }
    /// It is over: what has to be let go of is.
    func close() {}

    // MARK: Beginning

    func start() {
        context.run.begin(self)
        guard !isOver else { return }
        if bounds.receives, writes {
            context.beginPayload()
            context.payloadOutput.noticeHangUp()
        }
        if let first = bounds.first {
            patience = context.loop.after(first.remaining()) { [unowned self] in
                timedOut("no datagram has come within \(Statistics.text(first.duration))")
            }
        }
        if let limit = idleTimeout {
            idle = IdleTimer(limit, loop: context.loop) { [unowned self] in
                if idle?.waits(for: receiving, or: false) == true { return }
                timedOut("no datagram has come or gone for \(Statistics.text(limit))")
            }
        }
        intervals = DatagramIntervals(context) { [unowned self] in
            ports.forEach(countDrops)
            var summary = summary
            summary.duration = .now - started
            return summary
        }
        begin()
        for port in ports { updateReading(port) }
    }

    func add(_ port: DatagramPort) {
        ports.append(port)
        port.onWritable = { [unowned self, unowned port] in roomToSend(on: port) }
        port.onError = { [unowned self, unowned port] in reported($0, at: port) }
        guard bounds.receives else { return }
        if isPlain, port.family.isInternet { port.offload = ReceiveOffload(port, loop: context.loop) }
        port.onReadable = { [unowned self, unowned port] in receive(port) }
    }

    func remove(_ port: DatagramPort) {
        ports.removeAll { $0 === port }
        port.close()
    }

    func interrupt(_ interruption: Interruption) {
        end(interruption.failure, by: interruption.by, takingRest: interruption.how != .outputClosed)
    }

    private func timedOut(_ words: String) {
        let name = ports.count == 1 ? ports.first?.remote?.description : nil
        end(Failure("receive", name, words: words, status: .timedOut), by: .timeout)
    }

    /// Something failed, and others go on.
    func report(_ failure: Failure) {
        context.reporter.report(Failed(failure: failure))
        // Now these events may be many, too.
        sending = Gate(outputs: context.outputs.observing.outputs + context.outputs.events.outputs)
    }

    // MARK: Receiving

    func updateReading(_ port: DatagramPort) {
        guard bounds.receives, !isOver, port.onReadable != nil else { return }
        port.channel.wantsRead = !isPaused && !isHeld(port)
    }

    private func receive(_ port: DatagramPort) {
        let before = summary.received.messages
        for _ in 0..<Self.turn {
            if receiving.isFull { return pause(port) }
            guard port.channel.wantsRead, takeBatch(port), !isOver else { break }
        }
        guard !isOver else { return }
        port.offload?.received(summary.received.messages - before)
        countDrops(at: port)
    }

    /// The idle time begins anew, and once more when what has come is written.
    private func touch() {
        idle?.touch()
        guard idle != nil, !isWriting, receiving.hasBacklog else { return }
        isWriting = true
        receiving.whenDrained { [weak self] in
            self?.isWriting = false
            self?.idle?.touch()
        }
    }

    private func pause(_ port: DatagramPort) {
        port.channel.wantsRead = false
        paused.append(port)
        guard !isPaused else { return }
        isPaused = true
        receiving.whenRoom { [weak self] in
            guard let self, !isOver else { return }
            isPaused = false
            let ports = paused
            paused = []
            ports.forEach(updateReading)
        }
    }

    /// Takes what one call receives. False if nothing waits, or if it is over.
    private func takeBatch(_ port: DatagramPort) -> Bool {
        do throws(Errno) {
            guard try port.receive(into: batch), !isOver else { return false }
        } catch {
            end(Failure("receive", port.channel.name, error), by: .local, takingRest: false)
            return false
        }
        patience?.cancel()
        context.gather {
            if isPlain { takeAll() } else { for index in 0..<batch.count where !isOver { take(index, port) } }
        }
        touch()
        return true
    }

    /// Writes a batch as it is, and counts.
    private func takeAll() {
        for index in 0..<batch.count { count(index) }
        output.write(batch)
    }

    /// Counts a datagram, or a block of them.
    private func count(_ index: Int) {
        let (size, length) = (batch.datagramSize(of: index), batch.length(of: index))
        summary.received.add(max(1, (length + size - 1) / size), bytes: length)
    }

    private func take(_ index: Int, _ port: DatagramPort) {
        let ancillary = batch.ancillary(of: index)
        let peer = batch.sender(of: index)
        guard accepts(ancillary, from: peer, at: port) else { return }
        let length = batch.length(of: index)
        summary.received.add(1, bytes: length)
        var report = DatagramReport(
            number: summary.received.messages, from: peer, at: port, length: length, ancillary)
        report.droppedBefore = port.drops.before(ancillary)
        identify(&report, ancillary, at: port)
        batch.withPayload(of: index) { payload in
            report.isTruncated = payload.byteCount < length
            for observer in observers { observer.observe(report, payload) }
            let kept = payload.extracting(first: bounds.size)
            if kept.byteCount < length {
                report.isTruncated = true
                summary.truncated += 1
                longestCut = max(longestCut, length)
            }
            describe(&report, payload, ancillary)
            if writes { output.write(report, kept) }
            received(from: peer, payload, ancillary, at: port)
        }
        if summary.received.messages >= bounds.count { end(nil, by: .local, takingRest: false) }
    }

    // MARK: Sending

    /// Sends one datagram, or several of equal length, and counts. `EAGAIN` if there is no room.
    func send(
        _ payload: RawSpan, to address: SocketAddress?, by route: DatagramRoute, segmentSize: Int? = nil,
        on port: DatagramPort
    ) throws(Errno) {
        // An answer may come before the call returns.
        let time = observersOfSent.isEmpty ? nil : Timestamp.now
        try port.send(payload, to: address, by: route, segmentSize: segmentSize)
        let size = segmentSize ?? max(payload.byteCount, 1)
        let before = summary.sent.messages
        summary.sent.add(max(1, (payload.byteCount + size - 1) / size), bytes: payload.byteCount)
        idle?.touch()
        guard let time else { return }
        let peer = address ?? port.remote ?? .unix(.unnamed)
        let local = route.source?.with(port: port.local.port ?? 0) ?? port.local
        for number in before..<summary.sent.messages {
            let datagram = payload.extracting(droppingFirst: (number - before) * size).extracting(first: size)
            var report = DatagramReport(
                number: number + 1, to: peer, from: local, length: datagram.byteCount, at: time)
            identifySent(&report, at: port)
            for observer in observersOfSent { observer.observe(report, datagram) }
        }
    }

    // MARK: The end

    /// - Parameter takingRest: whether what has come until now is still taken.
    func end(_ failure: Failure?, by: EndedBy, takingRest: Bool = true) {
        guard !isOver else { return }
        if takingRest, bounds.receives { takeRest() }
        guard !isOver else { return }
        dropsTimer?.cancel()
        dropsTimer = nil
        ports.forEach(countDrops)
        dropsTimer?.cancel()
        isOver = true
        intervals = nil
        patience?.cancel()
        idle?.cancel()
        close()
        summary.by = by
        summary.droppedIsLeast = summary.dropped > 0 && ports.contains { $0.offload?.lostBlocks == true }
        summary.duration = Instant.now - started
        for port in ports { port.close() }
        context.reporter.report(summary)
        var reason = failure ?? loss
        if failure != nil, reason?.hint == nil { reason?.hint = loss?.message }
        context.finish(reason)
        context.run.end(self)
    }

    private func takeRest() {
        var left = Self.rest
        for port in ports {
            while left > 0, !isOver {
                if receiving.isFull {
                    guard (try? port.receive(into: batch)) == true else { break }
                    lose(port)
                } else {
                    guard takeBatch(port) else { break }
                }
                left -= batch.count
            }
        }
    }

    /// What has come when the outputs take nothing more.
    private func lose(_ port: DatagramPort) {
        let before = summary.received.messages
        for index in 0..<batch.count where summary.received.messages < bounds.count {
            if accepts(batch.ancillary(of: index), from: batch.sender(of: index), at: port) { count(index) }
        }
        context.outputs.lost += summary.received.messages - before
    }

    /// Counts what the kernel has dropped here, and tells it.
    private func countDrops(at port: DatagramPort) {
        guard bounds.receives, !isOver else { return }
        let count = port.drops.update(port.channel.descriptor.droppedDatagrams())
        summary.dropped += count
        untoldDrops += count
        tellDrops()
    }

    /// At most once a second.
    private func tellDrops() {
        guard dropsTimer == nil, !isOver, untoldDrops > 0 else { return }
        if !receiving.isFull {
            context.reporter.report(Dropped(count: untoldDrops, total: summary.dropped))
        }
        untoldDrops = 0
        dropsTimer = context.loop.after(.seconds(1)) { [weak self] in
            self?.dropsTimer = nil
            self?.tellDrops()
        }
    }

    /// What was lost for good, and what helps against it.
    private var loss: Failure? { truncation?.adding(overflow) ?? overflow }

    private var truncation: Failure? {
        guard summary.truncated > 0 else { return nil }
        let kept = min(bounds.size, batch.size)
        let words =
            summary.truncated == 1
            ? "1 datagram truncated to \(kept) of \(longestCut) bytes"
            : "\(summary.truncated) datagrams truncated to \(kept) bytes, the longest had \(longestCut)"
        return Failure("receive", words: words, status: .malformed, hint: "a larger --size keeps them whole")
    }

    private var overflow: Failure? {
        guard summary.dropped > 0 else { return nil }
        let least = summary.droppedIsLeast ? "at least " : ""
        return Failure(
            "receive", words: "the kernel dropped \(least)\(summary.dropped): the receive buffer was full",
            status: .failure, hint: "a larger buffer holds longer bursts: --option SO_RCVBUF=SIZE")
    }
}

extension DatagramBatch {
    /// Buffers for whole datagrams: those of Unix sockets may be longer than any packet.
    convenience init(for family: AddressFamily) {
        self.init(capacity: family.isInternet ? 64 : 16, size: family.isInternet ? 1 << 16 : 1 << 20)
    }
}

extension DatagramTraffic {
    fileprivate mutating func add(_ count: Int, bytes: Int) {
        messages += count
        self.bytes += bytes
    }
}
