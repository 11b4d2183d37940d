// Which datagram of ours a reply answers, and how long that took. Nothing in UDP says so, and nothing is added
// to the payload; what can be known is inferred from content, order and the time that others took.

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

/// What was sent and not answered yet, and the times of what was.
struct RoundTrips {
    /// The messages, which were sent one after the other, again and again.
    private let messages: [[UInt8]]
    /// When each of the last datagrams was sent, and whether it was answered.
    private var sent: [(time: Instant, isAnswered: Bool)] = []
    /// How many were sent before those.
    private var forgotten = 0
    private var peers: [SocketAddress: PeerHistory] = [:]
    private var answered = 0
    private var total = Duration.zero
    private var least: Duration?
    private var greatest = Duration.zero
    private var count = 0

    /// So many are remembered.
    private static let memory = 1 << 17

    init(messages: [[UInt8]]) { self.messages = messages }

    mutating func sent(at time: Instant) {
        if sent.count >= 2 * Self.memory {
            sent.removeFirst(Self.memory)
            forgotten += Self.memory
        }
        sent.append((time, false))
    }

    /// What a reply that came from `peer` answers; nil if everything is answered.
    mutating func answer(
        from peer: SocketAddress, at time: Instant, _ payload: RawSpan
    ) -> DatagramReport.Answer? {
        var history = peers[peer] ?? PeerHistory()
        history.forget(below: forgotten)
        guard let index = candidate(history, at: time, echoed(payload)) else { return nil }
        let taken = time - sent[index - forgotten].time
        history.note(index, taken)
        peers[peer] = history
        if !sent[index - forgotten].isAnswered {
            sent[index - forgotten].isAnswered = true
            answered += 1
        }
        count += 1
        total += taken
        least = min(least ?? taken, taken)
        greatest = max(greatest, taken)
        return DatagramReport.Answer(number: index + 1, time: taken)
    }

    var summary: RoundTripSummary {
        RoundTripSummary(
            answered: answered, lost: forgotten + sent.count - answered,
            times: least.map { ($0, total / max(count, 1), greatest) })
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

    /// Of those that the host has not answered, the one that was sent about as long ago as its fastest reply
    /// took; the oldest while that is not known. A reply may always be late but hardly be faster, so that a
    /// datagram sent earlier fits better than one sent later: otherwise one delay would shift all that follow.
    private func candidate(_ history: PeerHistory, at time: Instant, _ residue: Int?) -> Int? {
        let (first, end) = (history.first, forgotten + sent.count)
        guard first < end else { return nil }
        let goal = history.least.map { time.nanoseconds - $0.nanoseconds } ?? .min
        func misfit(_ index: Int) -> Double {
            guard (first..<end).contains(index) else { return .infinity }
            let late = Double(goal) - Double(sent[index - forgotten].time.nanoseconds)
            return late >= 0 ? late : -8 * late
        }
        var (above, limit) = (first, end)
        while above < limit {
            let middle = (above + limit) / 2
            if sent[middle - forgotten].time.nanoseconds < goal { above = middle + 1 } else { limit = middle }
        }
        var below = above - 1
        for _ in 0..<Self.reach where below >= first || above < end {
            let index = misfit(below) <= misfit(above) ? below : above
            if index == below { below -= 1 } else { above += 1 }
            if !history.hasAnswered(index), residue == nil || index % messages.count == residue {
                return index
            }
        }
        return first
    }

    /// How many are looked at around the one that was sent at the right time.
    private static let reach = 1024
}

/// What one host has answered.
private struct PeerHistory {
    /// The first datagram that it has not answered.
    private(set) var first = 0
    /// Those after it that it has.
    private var later: Set<Int> = []
    /// How long its fastest reply took.
    private(set) var least: Duration?

    func hasAnswered(_ index: Int) -> Bool { index < first || later.contains(index) }

    mutating func note(_ index: Int, _ taken: Duration) {
        least = min(least ?? taken, taken)
        later.insert(index)
        while later.remove(first) != nil { first += 1 }
    }

    /// Datagrams before this one are no longer remembered.
    mutating func forget(below limit: Int) {
        guard first < limit else { return }
        first = limit
        later = later.filter { $0 >= limit }
        while later.remove(first) != nil { first += 1 }
    }
}
