// One direction of a connection: from a source's EOF to a sink, with backpressure.

import Sockets

/// Told how a pump gets on.
protocol PumpOwner: AnyObject {
    /// Bytes have moved.
    func pumpMoved(_ pump: Pump)
    func pumpFinished(_ pump: Pump, _ completion: Pump.Completion)
    /// It waits for the sink, and there is a limit to what is asked for.
    func pumpIsLimited(_ pump: Pump)
}

extension PumpOwner {
    func pumpIsLimited(_ pump: Pump) {}
}

/// What each of the pumps of a loop needs.
final class PumpEnvironment {
    let loop: EventLoop
    let pool = BufferPool()
    let pipes: PipePool

    init(loop: EventLoop) {
        self.loop = loop
        pipes = PipePool(loop: loop)
    }
}

/// When a pump has had enough, and what it waits for: the same for one direction of all connections of a command.
final class PumpTerms {
    let environment: PumpEnvironment
    /// The outputs that must have room before more is taken; nil if there are none.
    let gate: Gate?
    let rewritesLineEnds: Bool
    let byteLimit: Int
    let messageLimit: Int

    init(
        _ environment: PumpEnvironment, gate: Gate? = nil, crlf: Bool = false, byteLimit: Int = .max,
        messageLimit: Int = .max
    ) {
        self.environment = environment
        self.gate = gate.flatMap { $0.outputs.isEmpty ? nil : $0 }
        rewritesLineEnds = crlf
        self.byteLimit = byteLimit
        self.messageLimit = messageLimit
    }
}

/// Moves bytes until the source ends, a limit is reached or something fails. What was taken is always
/// given to the sink before it finishes, unless it is the sink that failed.
final class Pump: StreamWaiter {
    enum Completion {
        case end
        case limit
        case sourceFailed(Errno)
        /// With how many bytes were taken and could not be given.
        case sinkFailed(Errno, lost: Int)
        case stopped
    }

    let source: any ByteSource
    let sink: any ByteSink
    private let terms: PumpTerms
    private unowned let owner: any PumpOwner
    /// How it is done; nil until there is something to do.
    private var transfer: (any Transfer)?
    private let started: Instant
    private var ending: Completion?
    private(set) var completion: Completion?

    private static let longestTurn = Duration.milliseconds(10)

    private enum Wait {
        case none
        case input
        case output
        case room
    }
    private var wait = Wait.none
    /// What the source has now is taken, as if it ended after it; of it, at most so many bytes.
    private var drainLimit: Int?
    private var isMoving = false
    /// Whether the source has nothing more to give but its end, for which no output needs room.
    private var isAtEnd = false

    private(set) var bytes = 0
    private var reads = 0
    private var bytesAtLastWait = 0
    private var timingStorage: TimingBox?

    private final class TimingBox {
        var timing: TransferTiming
        init(_ timing: TransferTiming) { self.timing = timing }
    }

    /// - Parameter started: when its time begins.
    init(
        from source: any ByteSource, to sink: any ByteSink, _ terms: PumpTerms, started: Instant = .now,
        owner: any PumpOwner
    ) {
        self.source = source
        self.sink = sink
        self.terms = terms
        self.started = started
        self.owner = owner
        source.pump = self
        sink.pump = self
    }

    var isFinished: Bool { completion != nil }
    /// Whether all that the source had was given.
    var hasGivenAll: Bool {
        switch completion {
        case .end, .limit: true
        case nil, .sourceFailed, .sinkFailed, .stopped: false
        }
    }
    var timing: TransferTiming? { timingStorage?.timing }
    /// The same while it goes on.
    func timing(at now: Instant) -> TransferTiming? {
        isFinished ? timing : timing?.stopped(after: bytes, at: now)
    }
    /// How many messages have passed; nil where none are cut.
    var messages: Int? { sink.messages ?? source.messages }
    /// Whether bytes that have come wait for our own output.
    var isHeldUpHere: Bool { wait == .room || wait == .output && sink.isOurs }
    /// How many bytes were taken and not given.
    var pending: Int { transfer?.pending ?? 0 }
    /// How many bytes have come that are asked for and were not taken.
    var untaken: Int { min(source.unread ?? 0, terms.byteLimit - bytes) }
    /// The same, counted when nobody takes them any more.
    var lost: Int { min(source.countUnread(), terms.byteLimit - bytes) }
    /// Whether everything that is asked for has come.
    var hasEverything: Bool { bytes + (source.unread ?? 0) >= terms.byteLimit || reachedMessageLimit }

    /// Counts bytes that have come and were never taken.
    func countUntaken(_ count: Int) { bytes += count }

    /// Waits for the source; to be called first where it is not worth trying at once.
    func waitForInput() {
        wait = .input
        source.wantsReady = true
    }

    /// Moves what can be moved now, then waits for what is missing.
    func run() {
        guard completion == nil, !isMoving else { return }
        isMoving = true
        let before = (bytes: bytes, pending: pending)
        resumeTiming()
        sink.beginTurn()
        let finished = move()
        isMoving = false
        if bytes != before.bytes || pending != before.pending { owner.pumpMoved(self) }
        if let finished { finish(finished) }
    }

    /// Moves until something is missing (nil) or all is done.
    private func move() -> Completion? {
        var turnLeft = terms.environment.pool.turn
        // What is looked at takes longer than its bytes.
        let turnEnd = terms.gate == nil ? nil : Instant.now + Self.longestTurn
        var isEmpty = false
        while true {
            if let transfer, transfer.pending > 0 {
                switch transfer.flush() {
                case .done: break
                case .needsOutput: return pause(.output)
                case .sinkFailed(let error):
                    if letsGo(after: error) { continue }
                    return .sinkFailed(error, lost: transfer.pending)
                case .unsupported:
                    doByHand(transfer.takePending())
                    continue
                }
            }
            if let completion { return completion }
            if let ending { return ending }
            if bytes >= terms.byteLimit || reachedMessageLimit { return .limit }
            if let drainLimit, bytes >= drainLimit { return .stopped }
            if let gate = terms.gate, gate.isFull, !isAtEnd { return pause(.room) }
            if sink.isBlocked { return pause(.output) }
            // The turn is over, nothing is in hand and there may be more: the source is still ready then.
            let isTurnOver = turnLeft <= 0 || turnEnd.map { Instant.now >= $0 } ?? false
            guard !isTurnOver, !isEmpty else { return pause(.input, isTurnOver: !isEmpty) }
            let transfer = transfer ?? chooseTransfer()
            switch transfer.move(limit: min(terms.byteLimit, drainLimit ?? .max) - bytes) {
            case .moved(let moved):
                count(moved)
                turnLeft -= moved
            case .movedAll(let moved):
                count(moved)
                // Where it is being emptied, it is asked until it says so.
                isEmpty = drainLimit == nil
                turnLeft -= moved
            case .needsInput:
                return drainLimit == nil ? pause(.input) : .end
            case .needsOutput:
                return pause(.output)
            case .ended: ending = .end
            case .sourceFailed(let error): ending = .sourceFailed(error)
            case .sinkFailed(let error):
                if letsGo(after: error) { continue }
                return .sinkFailed(error, lost: transfer.pending)
            case .unsupported: doByHand(transfer.takePending())
            }
        }
    }

    /// Writes bytes that are not the source's yet, as far as they go at once, ahead of nothing.
    /// - Returns: how many were taken.
    func push(_ pushed: RawSpan) -> Int {
        guard completion == nil, !isMoving, !terms.rewritesLineEnds, wait != .output,
            terms.gate?.isFull != true,
            transfer.map({ $0.pending == 0 }) ?? true
        else { return 0 }
        resumeTiming()
        do throws(Errno) {
            let taken = try sink.write(pushed)
            count(taken)
            owner.pumpMoved(self)
            _ = pause(taken < pushed.byteCount ? .output : .input)
            return taken
        } catch .wouldBlock {
            _ = pause(.output)
        } catch {
            finish(.sinkFailed(error, lost: 0))
        }
        return 0
    }

    /// Takes what has come already, as if the source ended after it.
    /// - Parameter limit: at most so many bytes of it.
    func drain(limit: Int? = nil) {
        guard completion == nil else { return }
        drainLimit = limit.map { bytes + $0 } ?? .max
        run()
    }

    /// Takes the end of the source, which has nothing else left, where it waits for room.
    func takeEnd() {
        guard completion == nil, wait == .room, pending == 0 else { return }
        isAtEnd = true
        run()
    }

    /// Takes nothing more, and finishes once what was taken is given.
    func stopReading() {
        guard completion == nil else { return }
        if source.stop() { ending = ending ?? .stopped }
        run()
    }

    /// Finishes now.
    func abandon() {
        guard completion == nil else { return }
        finish(.stopped)
    }

    /// Finishes because nobody takes what the sink is given any more.
    func sinkIsGone(_ error: Errno) {
        guard completion == nil else { return }
        if letsGo(after: error) { return run() }
        let completion = Completion.sinkFailed(error, lost: pending)
        if isMoving { self.ending = completion } else { finish(completion) }
    }

    /// Whether the sink goes on without anybody who takes what it is given: that is let go of then, and what was taken
    /// for it.
    private func letsGo(after error: Errno) -> Bool {
        guard sink.discards(after: error) else { return false }
        transfer = nil
        return true
    }

    private func count(_ moved: Int) {
        bytes += moved
        reads += 1
    }

    private var reachedMessageLimit: Bool {
        terms.messageLimit < .max && (messages ?? reads) >= terms.messageLimit
    }

    // MARK: Waiting

    private func pause(_ wait: Wait, isTurnOver: Bool = false) -> Completion? {
        if wait == .input, !isTurnOver {
            source.willWait(after: bytes - bytesAtLastWait)
            bytesAtLastWait = bytes
        }
        // While others have their turn nobody is waited for.
        if !isTurnOver { timingStorage?.timing.pause(forOutput: wait != .input, after: bytes, at: .now) }
        source.wantsReady = wait == .input
        sink.wantsReady = wait == .output
        if wait == .room, self.wait != .room {
            terms.gate?.whenRoom { [weak self] in
                guard let self, self.wait == .room else { return }
                self.wait = .none
                run()
            }
        }
        self.wait = wait
        if isTurnOver, source.isSilent {
            terms.environment.loop.schedule(after: .zero) { [weak self] in self?.run() }
        }
        if wait != .input, terms.byteLimit < .max || terms.messageLimit < .max { owner.pumpIsLimited(self) }
        return nil
    }

    private func resumeTiming() {
        if wait != .room { wait = .none }
        guard let timingStorage else {
            timingStorage = TimingBox(TransferTiming(startedWaiting: started))
            timingStorage?.timing.resume(at: .now)
            return
        }
        timingStorage.timing.resume(at: .now)
    }

    private func chooseTransfer() -> any Transfer {
        let chosen = Transfers.best(
            from: source, to: sink, unchanged: !terms.rewritesLineEnds, terms.environment
        ) {
            CopyTransfer(
                from: source, to: sink, pool: terms.environment.pool,
                rewriter: terms.rewritesLineEnds ? CRLFEncoder() : nil)
        }
        transfer = chosen
        return chosen
    }

    private func doByHand(_ pending: [UInt8]) {
        transfer = CopyTransfer(
            from: source, to: sink, pool: terms.environment.pool,
            rewriter: terms.rewritesLineEnds ? CRLFEncoder() : nil,
            pending: pending)
    }

    private func finish(_ completion: Completion) {
        guard self.completion == nil else { return }
        self.completion = completion
        wait = .none
        timingStorage?.timing.end(after: bytes, at: .now)
        source.isAbandoned()
        owner.pumpFinished(self, completion)
        // Mostly that was the end of the connection, and there is nothing left to be told.
        source.wantsReady = false
        sink.wantsReady = false
    }
}
