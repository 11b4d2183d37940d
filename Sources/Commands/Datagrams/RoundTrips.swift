// Which datagram of ours a reply answers, and how long that took. Nothing in UDP says so, and nothing is added
// to the payload; what can be known is inferred from content, order and time.

import Sockets

/// Turns the kernel's time stamps, which are of the calendar, into moments of the clock that never goes back.
struct ArrivalClock {
    private let timestamp = Timestamp.now
    /// Read last: whatever comes between the two, nothing seems to have come before it did.
    private let instant = Instant.now

    /// When a datagram came; now, where the kernel did not say.
    func instant(of ancillary: AncillaryData) -> Instant {
        guard let came = ancillary.timestamp else { return instant }
        let ago =
            (timestamp.seconds - came.seconds) * 1_000_000_000 + timestamp.nanoseconds - came.nanoseconds
        return Instant(nanoseconds: instant.nanoseconds - Int64(max(0, ago)))
    }
}

/// What was sent, and the replies of everyone. However many hosts answer, what one reply costs does not grow, nor
/// does what is held without a bound.
struct RoundTrips {
    /// How many messages there are, which were sent one after the other, again and again.
    private let cycle: Int
    private var sent = SentTimes()
    /// Which message has this content, by its hash; none if several have.
    private var messages: [Int: Int?] = [:]
    private var replies: [Source: Replies] = [:]
    /// How many replies are remembered.
    private var remembered = 0
    /// How long the last one took, and how much each differs from the one before, smoothed: RFC 3550, section 6.4.1.
    private var lastTime: Duration?
    private var jitter: Double?

    /// What certainly belongs together: the replies of one host that repeat the same message, if any.
    private struct Source: Hashable {
        let peer: SocketAddress
        let message: Int?
    }

    /// Of so many hosts and messages replies are matched.
    private static let sources = 1 << 14
    /// So many replies are looked at to choose base times, those of all hosts together.
    private static let enough = 4096

    init(cycle: Int) { self.cycle = cycle }

    mutating func sent(_ message: [UInt8], at time: Instant) {
        if cycle > 1, sent.end < cycle {
            if messages.count >= SentTimes.memory { messages.removeAll() }
            let hash = message.hashValue
            messages[hash] = .some(messages[hash] == nil ? sent.end : nil)
        }
        sent.append(time)
    }

    /// What a reply that came from `peer` answers, as far as is known by now; nil if everything is answered.
    mutating func answer(
        from peer: SocketAddress, at time: Instant, _ payload: RawSpan
    ) -> DatagramReport.Answer? {
        let source = Source(peer: peer, message: echoed(payload))
        guard replies.count < Self.sources || replies[source] != nil else { return nil }
        let remembering = remembered < SentTimes.memory
        if remembering { remembered += 1 }
        // The series is gone before an answer is marked: else all that was sent would be copied.
        guard
            let index = replies[source, default: Replies()].take(
                at: time, of: series(source), remembering: remembering)
        else { return nil }
        sent.markAnswered(index)
        let taken = time - sent[index]
        if let lastTime {
            let difference = Double(abs((taken - lastTime).nanoseconds))
            jitter = (jitter ?? 0) + (difference - (jitter ?? 0)) / 16
        }
        lastTime = taken
        return DatagramReport.Answer(number: index + 1, time: taken)
    }

    /// The account of all, from which the answers that were told one by one may differ: now more is known.
    var summary: RoundTripSummary {
        var accounts: [SocketAddress: Distribution] = [:]
        let share = max(2, Self.enough / max(1, replies.count))
        for (source, replies) in replies {
            accounts[source.peer, default: Distribution()].add(
                replies.conclusion(of: series(source), lookingAt: share))
        }
        // Each of several hosts may answer the same datagram.
        let most = accounts.values.map(\.count).max() ?? 0
        let answered = min(sent.end, max(sent.answered, most))
        let all = accounts.values.reduce(into: Distribution()) { $0.add($1) }
        return RoundTripSummary(
            answered: answered, lost: sent.end - answered, times: all.count > 0 ? all : nil,
            jitter: jitter.map { .nanoseconds(Int64($0)) })
    }

    private func series(_ source: Source) -> Series {
        Series(sent, first: source.message ?? 0, step: source.message == nil ? 1 : cycle)
    }

    /// Which message the reply repeats, if it repeats just one.
    private func echoed(_ payload: RawSpan) -> Int? {
        guard !messages.isEmpty else { return nil }
        let hash = unsafe payload.withUnsafeBytes { unsafe Array($0) }.hashValue
        return messages[hash] ?? nil
    }
}

/// When each of the last datagrams was sent, and whether anyone has answered it.
struct SentTimes {
    private var times: [Instant] = []
    private var isAnswered: [Bool] = []
    /// How many were sent before those.
    private(set) var forgotten = 0
    /// How many of all were answered.
    private(set) var answered = 0

    /// So many are remembered.
    static let memory = 1 << 17

    /// One more than the number of the last.
    var end: Int { forgotten + times.count }

    mutating func append(_ time: Instant) {
        if times.count >= 2 * Self.memory {
            times.removeFirst(Self.memory)
            isAnswered.removeFirst(Self.memory)
            forgotten += Self.memory
        }
        times.append(time)
        isAnswered.append(false)
    }

    /// - Parameter index: `forgotten..<end`.
    subscript(index: Int) -> Instant { times[index - forgotten] }

    mutating func markAnswered(_ index: Int) {
        guard !isAnswered[index - forgotten] else { return }
        isAnswered[index - forgotten] = true
        answered += 1
    }
}

/// The datagrams that a reply may answer: all, or those with the message that it repeats.
struct Series {
    private let sent: SentTimes
    private let first: Int
    private let step: Int

    init(_ sent: SentTimes, first: Int, step: Int) {
        self.sent = sent
        self.first = first
        self.step = step
    }

    /// Which of them are remembered, by their place among them.
    var range: Range<Int> { place(from: sent.forgotten)..<place(from: sent.end) }

    private func place(from index: Int) -> Int {
        index <= first ? 0 : (index - first - 1) / step + 1
    }

    /// The number of the datagram, counted from 0.
    func number(_ place: Int) -> Int { first + place * step }

    /// When it was sent.
    subscript(place: Int) -> Instant { sent[number(place)] }

    /// The first that was sent later than `time`, at `start` or after it. It is looked for nearby first.
    func firstSent(after time: Instant, from start: Int? = nil) -> Int {
        var (low, high) = (start ?? range.lowerBound, range.upperBound)
        guard low < high else { return low }
        var stride = start == nil ? high - low : 1
        while low + stride < high, self[low + stride] <= time {
            low += stride
            stride *= 2
        }
        high = min(high, low + stride)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
