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
    /// Of each host that answers: the first datagram that it may still answer, and how long it took so far.
    private var peers: [SocketAddress: (next: Int, estimate: Duration?)] = [:]
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
    mutating func answer(from peer: SocketAddress, at time: Instant, _ payload: RawSpan) -> DatagramReport
        .Answer?
    {
        let known = peers[peer]
        let first = max(known?.next ?? 0, forgotten)
        let residue = echoed(payload)
        guard let index = candidate(from: first, at: time, estimate: known?.estimate, residue) else {
            return nil
        }
        let taken = time - sent[index - forgotten].time
        // Smoothed as TCP does it: RFC 6298.
        peers[peer] = (index + 1, known?.estimate.map { $0 * 7 / 8 + taken / 8 } ?? taken)
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

    /// The datagram that was sent about as long ago as replies take, or the oldest while that is not known.
    private func candidate(from first: Int, at time: Instant, estimate: Duration?, _ residue: Int?) -> Int? {
        let end = forgotten + sent.count
        guard first < end else { return nil }
        var index = first
        if let estimate {
            let goal = time.nanoseconds - estimate.nanoseconds
            var (low, high) = (first, end - 1)
            while low < high {
                let middle = (low + high) / 2
                if sent[middle - forgotten].time.nanoseconds < goal {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            index = low
            if index > first,
                goal - sent[index - 1 - forgotten].time.nanoseconds
                    <= abs(sent[index - forgotten].time.nanoseconds - goal)
            {
                index -= 1
            }
        }
        guard let residue else { return index }
        let fits = { (index: Int) in index % messages.count == residue }
        let reach = messages.count
        return (index..<min(end, index + reach)).first(where: fits)
            ?? (max(first, index - reach)..<index).last(where: fits) ?? index
    }
}
