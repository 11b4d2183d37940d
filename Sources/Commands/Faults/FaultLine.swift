// The line between two pumps on which the faults of one direction happen: what comes in gets a time at which it is due,
// and what is due goes out in order, as fast as the rate allows. The end stays behind what came before it.

import CommandSpec
import Framing
import Sockets

final class FaultLine {
    /// What ends the direction before its sender does.
    enum End {
        /// As if the sender had said all; the rest of it is dropped.
        case cut
        /// Both connections are reset.
        case reset
    }

    private struct Piece {
        let due: Instant
        var bytes: ArraySlice<UInt8>
    }

    private var course: FaultCourse
    private let loop: EventLoop
    private let began = Instant.now

    private var pieces: ArraySlice<Piece> = []
    /// How many bytes came in, and how many went out.
    private var taken = 0
    private var given = 0
    private var lastDue = Instant.now
    private var hasEnded = false
    /// When the end is due.
    private var endDue: Instant?
    private var end: End?
    /// Everything is due at once: nothing is delayed any more.
    private var isHurried = false
    private var timer: Timer?
    private var limits: [Timer] = []

    // Rate: so much was given since the time at which the line was last empty.
    private var rateStart = Instant.now
    private var rateGiven = 0
    private var sliceDue = Instant.now
    private var stalledUntil: Instant?
    private var isStalledForEver = false
    private var hasStalled = false
    private var nextCorrupt: Int?
    private var corruption: FaultDice
    private var isFull = false
    private var wasFull = false

    fileprivate weak var filler: Pump?
    fileprivate weak var emptier: Pump?
    private(set) lazy var inlet = FaultInlet(self)
    private(set) lazy var outlet = FaultOutlet(self)

    /// So much waits in one direction.
    private static let limit = 16 << 20
    /// Jitter changes from block to block of the stream.
    private static let block = 1024
    /// So often at most something goes out because of the rate.
    private static let tick = Duration.milliseconds(4)

    /// Called when both connections are to be reset.
    var onReset: (() -> Void)?

    private init(_ course: FaultCourse) {
        self.course = course
        loop = course.faults.context.loop
        corruption = course.dice(.corrupt)
        begin()
    }

    deinit { faults.release(taken - given) }

    private var plan: FaultPlan { course.plan }
    private var faults: Faults { course.faults }

    /// Nil where nothing is done to what this side sends.
    convenience init?(for connection: ConnectionIdentity, _ faults: Faults?) {
        guard let faults, let leg = connection.leg else { return nil }
        let course = FaultCourse(faults, connection.number, leg)
        guard faults.mayChange || course.plan != FaultPlan() else { return nil }
        self.init(course)
    }

    /// A sender notices the rate, and not a buffer that takes minutes to empty.
    private var capacity: Int {
        guard let rate = plan.rate else { return Self.limit }
        let time = (plan.latency + plan.jitter).seconds + 0.25
        return Int(min(max(Double(rate) * time, Double(64 << 10)), Double(Self.limit)))
    }

    fileprivate var tellsOfBytes: Bool { plan.corrupt > 0 }

    /// How many bytes wait.
    var waiting: Int { taken - given }

    // MARK: The faults in force

    /// Says what is in force, and sets the clocks of what happens at a time.
    private func begin() {
        course.announce()
        nextCorrupt = corruption.gap(plan.corrupt).map { taken + $0 }
        limits = []
        (rateStart, rateGiven) = (.now, 0)
        func at(_ limit: FaultSpec.Limit?, _ body: @escaping () -> Void) {
            guard case .time(let time) = limit else { return }
            limits.append(loop.after(max(.zero, began + time - .now)) { body() })
        }
        at(plan.cutAfter) { [unowned self] in finish(.cut) }
        at(plan.resetAfter) { [unowned self] in finish(.reset) }
        at(plan.stallAfter) { [unowned self] in stall() }
    }

    private func update() {
        guard course.update() else { return }
        (isStalledForEver, hasStalled, stalledUntil) = (false, false, nil)
        begin()
    }

    // MARK: What comes in

    fileprivate func write(_ bytes: RawSpan) throws(Errno) -> Int {
        update()
        if end != nil { return bytes.byteCount }
        guard waiting < capacity, !faults.isFull else {
            if !wasFull, faults.isFull || waiting >= Self.limit {
                course.tell(.full) { [taken] in $0.offset = taken }
                wasFull = true
            }
            isFull = true
            if faults.isFull { faults.whenRoom(self) }
            throw .wouldBlock
        }
        var copy: [UInt8] = []
        copy.append(bytes)
        corrupt(&copy)
        var offset = 0
        let now = Instant.now
        while offset < copy.count {
            // Where there is jitter each block has its own.
            let place = (taken + offset) / Self.block
            let length =
                plan.jitter > .zero
                ? min(copy.count - offset, (place + 1) * Self.block - taken - offset) : copy.count - offset
            let due = now + course.delay(at: place)
            lastDue = max(lastDue, due)
            pieces.append(Piece(due: lastDue, bytes: copy[offset..<offset + length]))
            offset += length
        }
        if taken == given { (rateStart, rateGiven) = (max(rateStart, lastDue), 0) }
        taken += copy.count
        faults.hold(copy.count)
        schedule()
        return bytes.byteCount
    }

    private func corrupt(_ bytes: inout [UInt8]) {
        while let place = nextCorrupt, place < taken + bytes.count {
            let index = place - taken
            let before = bytes[index]
            bytes[index] ^= 1 << UInt8(truncatingIfNeeded: corruption.next() & 7)
            let after = bytes[index]
            course.tell(.corrupt) { ($0.offset, $0.before, $0.after) = (place, before, after) }
            nextCorrupt = corruption.gap(plan.corrupt).map { place + 1 + $0 }
        }
    }

    /// The sender has said all: that arrives as late as the rest.
    func senderHasEnded() {
        hasEnded = true
        endDue = max(
            lastDue, .now + course.delay(at: taken / Self.block))
        schedule()
    }

    /// Nothing is delayed any more: it is to end.
    func hurry() {
        isHurried = true
        stalledUntil = nil
        isStalledForEver = false
    }

    /// When all that has come will have gone out, if nobody holds it up.
    var rest: Duration {
        let rate = plan.rate.map { Duration.seconds(Double(taken - given) / Double($0)) } ?? .zero
        return max(.zero, max(lastDue, endDue ?? lastDue) - .now) + rate
    }

    // MARK: What goes out

    fileprivate var isIdle: Bool { pieces.isEmpty && endDue == nil && end == nil }

    fileprivate func offer(_ body: (RawSpan) throws(Errno) -> Int) throws(Errno) -> OfferStep {
        update()
        if let limit = limitReached() {
            finish(limit)
            if limit == .reset { return .empty }
        }
        guard end == nil else { return .ended }
        let now = Instant.now
        guard isHurried || !isStalled(at: now) else { return .empty }
        guard let first = pieces.first else {
            if hasEnded, isHurried || endDue.map({ now >= $0 }) ?? true { return .ended }
            schedule()
            return .empty
        }
        let allowed = isHurried ? Int.max : allowance(at: now)
        guard isHurried || first.due <= now, allowed > 0 else {
            schedule()
            return .empty
        }
        let part = first.bytes.prefix(allowed)
        do throws(Errno) {
            let count = try unsafe body(part.span.bytes)
            took(count)
            return .took(count)
        } catch {
            // What the receiver did not take is no credit.
            if error == .wouldBlock { (rateStart, rateGiven) = (now, 0) }
            throw error
        }
    }

    private func took(_ count: Int) {
        given += count
        rateGiven += count
        faults.release(count)
        if pieces[pieces.startIndex].bytes.count == count {
            // The slice would keep the bytes until it grows.
            pieces[pieces.startIndex].bytes = []
            pieces.removeFirst()
        } else {
            pieces[pieces.startIndex].bytes.removeFirst(count)
        }
        if let slice = plan.slice, given % slice == 0 { sliceDue = .now + plan.sliceDelay }
        if isFull, waiting <= capacity / 2 {
            isFull = false
            hasRoom()
        }
    }

    /// There is room for more.
    func hasRoom() { loop.schedule(after: .zero) { [weak self] in self?.filler?.run() } }

    /// How many bytes may go out now.
    private func allowance(at now: Instant) -> Int {
        var allowed = Int.max
        if let slice = plan.slice {
            guard now >= sliceDue else { return 0 }
            allowed = slice - given % slice
        }
        for limit in [plan.cutAfter, plan.resetAfter, hasStalled ? nil : plan.stallAfter] {
            if case .bytes(let count) = limit { allowed = min(allowed, max(0, count - given)) }
        }
        if let rate = plan.rate {
            let time = (now - rateStart).seconds
            let most = Int(min(time * Double(rate), 1e15)) - rateGiven
            // Not byte by byte, unless that is how slow it is.
            let least = min(taken - given, max(1, Int(Double(rate) * Self.tick.seconds)))
            allowed = min(allowed, most >= least ? most : 0)
        }
        return allowed
    }

    private func limitReached() -> End? {
        if case .bytes(let count) = plan.resetAfter, given >= count { return .reset }
        if case .bytes(let count) = plan.cutAfter, given >= count { return .cut }
        if case .bytes(let count) = plan.stallAfter, given >= count, !hasStalled { stall() }
        return nil
    }

    private func stall() {
        guard !hasStalled else { return }
        hasStalled = true
        course.tell(.stall) { [given, plan] in ($0.offset, $0.duration) = (given, plan.stallTime) }
        if let time = plan.stallTime { stalledUntil = .now + time } else { isStalledForEver = true }
        schedule()
    }

    private func isStalled(at now: Instant) -> Bool {
        if isStalledForEver { return true }
        guard let until = stalledUntil, now < until else { return false }
        schedule()
        return true
    }

    private func finish(_ end: End) {
        guard self.end == nil else { return }
        self.end = end
        course.tell(end == .cut ? .cut : .reset) { [given] in $0.offset = given }
        faults.release(waiting)
        taken = given
        pieces = []
        if end == .reset { return loop.schedule(after: .zero) { [weak self] in self?.onReset?() } }
        loop.schedule(after: .zero) { [weak self] in self?.emptier?.run() }
    }

    /// The emptier is called when something is due.
    private func schedule() {
        var due: Instant
        if let first = pieces.first {
            due = first.due
        } else if let endDue {
            due = endDue
        } else {
            return
        }
        if isStalledForEver { return }
        let now = Instant.now
        due = max(due, stalledUntil ?? due)
        if plan.slice != nil { due = max(due, sliceDue) }
        if let rate = plan.rate, !pieces.isEmpty {
            let least = min(taken - given, max(1, Int(Double(rate) * Self.tick.seconds)))
            due = max(due, rateStart + .seconds(Double(rateGiven + least) / Double(rate)))
        }
        timer?.cancel()
        timer = loop.after(max(.zero, due - now)) { [unowned self] in
            timer = nil
            emptier?.run()
        }
    }
}

/// Where the bytes go in.
final class FaultInlet: ByteSink {
    private unowned let line: FaultLine
    let name = "the relay"
    var wantsReady = false
    var pump: Pump? {
        get { line.filler }
        set { line.filler = newValue }
    }

    fileprivate init(_ line: FaultLine) { self.line = line }

    /// Each byte that is changed is an event.
    var mostAtOnce: Int { line.tellsOfBytes ? 16 << 10 : .max }

    func write(_ bytes: RawSpan) throws(Errno) -> Int { try line.write(bytes) }
}

/// Where they come out.
final class FaultOutlet: MemorySource {
    private unowned let line: FaultLine
    let name = "the relay"
    var wantsReady = false
    var pump: Pump? {
        get { line.emptier }
        set { line.emptier = newValue }
    }
    var isIdle: Bool { line.isIdle }

    fileprivate init(_ line: FaultLine) { self.line = line }

    func offer(_ body: (RawSpan) throws(Errno) -> Int) throws(Errno) -> OfferStep { try line.offer(body) }
}
