// Which datagram of ours a reply answers, and how long that took. Nothing in UDP says so, and nothing is added
// to the payload; what can be known is inferred from content, order and time.

import Sockets

/// Turns the kernel's time stamps, which are of the calendar, into moments of the clock that never goes back.
struct ArrivalClock {
    private let instant = Instant.now
    private let timestamp = Timestamp.now

    /// When a datagram came; now, where the kernel did not say.
    func instant(of ancillary: AncillaryData) -> Instant {
        guard let came = ancillary.timestamp else { return instant }
        let ago =
            (timestamp.seconds - came.seconds) * 1_000_000_000 + timestamp.nanoseconds - came.nanoseconds
        return Instant(nanoseconds: instant.nanoseconds - Int64(max(0, ago)))
    }
}

/// What was sent, and the replies of everyone.
struct RoundTrips {
    /// The messages, which were sent one after the other, again and again.
    private let messages: [[UInt8]]
    private var sent = SentTimes()
    private var replies: [Source: Replies] = [:]

    /// What certainly belongs together: the replies of one host that repeat the same message, if any.
    private struct Source: Hashable {
        let peer: SocketAddress
        let message: Int?
    }

    init(messages: [[UInt8]]) { self.messages = messages }

    mutating func sent(at time: Instant) { sent.append(time) }

    /// What a reply that came from `peer` answers, as far as is known by now; nil if everything is answered.
    mutating func answer(
        from peer: SocketAddress, at time: Instant, _ payload: RawSpan
    ) -> DatagramReport.Answer? {
        let source = Source(peer: peer, message: echoed(payload))
        guard let index = replies[source, default: Replies()].take(at: time, of: series(source)) else {
            return nil
        }
        sent.markAnswered(index)
        return DatagramReport.Answer(number: index + 1, time: time - sent[index])
    }

    /// The account of all, from which the answers that were told one by one may differ: now more is known.
    var summary: RoundTripSummary {
        var accounts: [SocketAddress: RoundTripAccount] = [:]
        for (source, replies) in replies {
            accounts[source.peer, default: RoundTripAccount()].add(replies.conclusion(of: series(source)))
        }
        // Each of several hosts may answer the same datagram.
        let most = accounts.values.map(\.count).max() ?? 0
        let answered = min(sent.end, max(sent.answered, most))
        let all = accounts.values.reduce(into: RoundTripAccount()) { $0.add($1) }
        return RoundTripSummary(answered: answered, lost: sent.end - answered, times: all.times)
    }

    private func series(_ source: Source) -> Series {
        Series(sent, first: source.message ?? 0, step: source.message == nil ? 1 : messages.count)
    }

    /// Which message the reply repeats, if it repeats just one.
    private func echoed(_ payload: RawSpan) -> Int? {
        guard messages.count > 1 else { return nil }
        let matches = messages.indices.filter { index in
            guard messages[index].count == payload.byteCount else { return false }
            return unsafe payload.withUnsafeBytes { unsafe $0.elementsEqual(messages[index]) }
        }
        return matches.count == 1 ? matches.first : nil
    }
}

/// How many replies there were, and how long they took.
struct RoundTripAccount {
    private(set) var count = 0
    private var total = Duration.zero
    private var least: Duration?
    private var greatest = Duration.zero

    mutating func add(_ time: Duration) {
        count += 1
        total += time
        least = min(least ?? time, time)
        greatest = max(greatest, time)
    }

    mutating func add(_ other: RoundTripAccount) {
        count += other.count
        total += other.total
        if let time = other.least { least = min(least ?? time, time) }
        greatest = max(greatest, other.greatest)
    }

    /// Nil where nothing was answered.
    var times: (least: Duration, mean: Duration, greatest: Duration)? {
        least.map { ($0, total / max(count, 1), greatest) }
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

    private func place(from index: Int) -> Int { max(0, (index - first + step - 1) / step) }

    /// The number of the datagram, counted from 0.
    func number(_ place: Int) -> Int { first + place * step }

    /// When it was sent.
    subscript(place: Int) -> Instant { sent[number(place)] }

    /// The first that was sent later than `time`.
    func firstSent(after time: Instant) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
