// Which of several equal datagrams each reply answers. No reply is faster than the path: each takes a base time
// and then a while in queues, so that it answers the newest datagram that is older than the base time. What the
// base time is shows only from all replies together. It is the one that they exceed by the least: on a wrong one,
// off by a pause between two datagrams, they would keep time with the wrong ones.

import Glibc
import Sockets

/// Finds what replies answer, going by a base time. What one reply costs does not grow with how many datagrams were
/// sent: those that wait for an answer are kept as ranges.
struct ReplyMatching {
    /// No reply takes less; in nanoseconds.
    private var base: Int64
    /// The places of the datagrams that were sent long enough ago and are not answered, the newest last.
    private var waiting: [Range<Int>] = []
    /// The place of the datagram that follows those.
    private var next: Int

    /// So many ranges are kept. What was sent before them and is not answered yet was lost.
    private static let depth = 64

    init(base: Int64, _ series: Series) {
        self.base = base
        next = series.range.lowerBound
    }

    /// The place of the datagram that a reply answers; nil if all are answered.
    mutating func take(at time: Instant, of series: Series) -> Int? {
        let range = series.range
        next = max(next, range.lowerBound)
        let due = series.firstSent(after: Instant(nanoseconds: time.nanoseconds - base), from: next)
        if next < due { append(next..<due) }
        next = max(next, due)
        if let newest = waiting.popLast(), newest.upperBound > range.lowerBound {
            let place = newest.upperBound - 1
            if newest.lowerBound < place { waiting.append(newest.lowerBound..<place) }
            return place
        }
        guard next < range.upperBound, series[next] <= time else { return nil }
        base = (time - series[next]).nanoseconds
        next += 1
        return next - 1
    }

    private mutating func append(_ places: Range<Int>) {
        if let last = waiting.last, last.upperBound == places.lowerBound {
            waiting[waiting.count - 1] = last.lowerBound..<places.upperBound
        } else {
            if waiting.count == Self.depth { waiting.removeFirst(Self.depth / 2) }
            waiting.append(places)
        }
    }
}

/// The replies of one host.
struct Replies {
    /// When each came, as long as they are few enough to be looked at together.
    private var times: [Instant] = []
    private var hasAllTimes = true
    private var matching: ReplyMatching?
    /// The account of what was told.
    private var told = Distribution()

    /// Which datagram a reply answers, going by what is known by now; nil if all are answered.
    /// - Parameter remembering: whether it is looked at once more at the end.
    mutating func take(at time: Instant, of series: Series, remembering: Bool) -> Int? {
        if matching == nil {
            guard let base = BaseTime.likeliest(forFirst: time, of: series) else { return nil }
            matching = ReplyMatching(base: base, series)
        }
        if remembering { times.append(time) } else { hasAllTimes = false }
        guard let place = matching?.take(at: time, of: series) else { return nil }
        told.add(time - series[place])
        return series.number(place)
    }

    /// The account of all.
    /// - Parameter enough: so many replies are looked at to choose a base time.
    func conclusion(of series: Series, lookingAt enough: Int) -> Distribution {
        guard series.range.lowerBound == 0, hasAllTimes else { return told }
        // Which of two replies answers which of two datagrams changes nothing but the longest and the shortest
        // time; replies hardly overtake one another.
        let (places, times) = BaseTime.answered(times, of: series, lookingAt: enough)
        var account = Distribution()
        for (place, time) in zip(places.sorted(), times) { account.add(time - series[place]) }
        return account
    }
}

/// The search for the base time. What is likely is measured in bits: so many mean that it happens once in two to
/// the power of them.
enum BaseTime {
    /// How much equal times may differ, because no timer and no scheduler is exact; in nanoseconds.
    private static let unsteadiness = 100_000.0
    /// So many datagrams are considered for the first reply, half of them old and half new.
    private static let beginnings = 16
    /// So many replies are looked at to find candidates.
    private static let samples = 16

    /// How improbable a delay is: all magnitudes are alike, from 1 to 2 ms as likely as from 1 to 2 s.
    private static func improbability(of nanoseconds: Int64) -> Double {
        log2(1 + Double(max(0, nanoseconds)) / unsteadiness)
    }

    /// How improbable it is that so many in a row are lost.
    private static func improbability(ofLosing count: Int) -> Double {
        count > 0 ? 4 + log2(Double(count)) : 0
    }

    /// What the first reply may answer: some of the oldest and the newest datagrams, and of those that were sent
    /// at about the same time one.
    private static func candidates(forFirst time: Instant, of series: Series) -> [Int] {
        func some(_ places: some Sequence<Int>) -> [Int] {
            var found: [Int] = []
            for place in places {
                if found.count == beginnings / 2 { break }
                if let last = found.last {
                    let apart = Double((series[place] - series[last]).nanoseconds.magnitude)
                    if apart < unsteadiness { continue }
                }
                found.append(place)
            }
            return found
        }
        let places = series.range.lowerBound..<series.firstSent(after: time)
        let oldest = some(places)
        guard let last = oldest.last else { return [] }
        return oldest + some((last + 1..<places.upperBound).reversed())
    }

    /// The likeliest base time when just one reply is known; nil if nothing was sent.
    static func likeliest(forFirst time: Instant, of series: Series) -> Int64? {
        let best = candidates(forFirst: time, of: series).min { left, right in
            func bits(_ place: Int) -> Double {
                improbability(of: (time - series[place]).nanoseconds)
                    + improbability(ofLosing: place - series.range.lowerBound)
            }
            return bits(left) < bits(right)
        }
        guard let best else { return nil }
        let time = (time - series[best]).nanoseconds
        // The others may be somewhat faster, but not by so much that they would answer the next one.
        guard best + 1 < series.range.upperBound else { return time * 3 / 4 }
        return time - min(time, (series[best + 1] - series[best]).nanoseconds) / 4
    }

    /// The places of the datagrams that were answered, and the times of the replies that answer any.
    /// - Parameter enough: so many replies are looked at to choose it.
    static func answered(
        _ times: [Instant], of series: Series, lookingAt enough: Int
    ) -> (places: [Int], times: [Instant]) {
        if times.count == series.range.count { return (Array(series.range), times) }
        let sample = times.prefix(enough)
        let end = sample.count == times.count ? series.range.upperBound : nil
        var best: (base: Int64, bits: Double)?
        for base in bases(sample, of: series) {
            let bits = improbability(of: base, sample, of: series, end)
            if bits < best?.bits ?? .infinity { best = (base, bits) }
        }
        guard let best else { return ([], []) }
        var matching = ReplyMatching(base: best.base, series)
        var places: [Int] = []
        let matched = times.filter { time in
            guard let place = matching.take(at: time, of: series) else { return false }
            places.append(place)
            return true
        }
        return (places, matched)
    }

    /// Base times that may be: somewhat less than what some replies took, if the first one answers one of those
    /// that it may answer.
    private static func bases(_ times: ArraySlice<Instant>, of series: Series) -> Set<Int64> {
        guard let first = times.first else { return [] }
        let unit = Int64(unsteadiness)
        var found: Set<Int64> = []
        for place in candidates(forFirst: first, of: series) {
            let base = first - series[place]
            for index in stride(from: 0, to: times.count, by: max(1, times.count / samples)) {
                let time = times[times.startIndex + index]
                let above = series.firstSent(after: Instant(nanoseconds: time.nanoseconds - base.nanoseconds))
                for place in [above - 1, above] where series.range.contains(place) && series[place] <= time {
                    let taken = (time - series[place]).nanoseconds
                    for less in [unit, 4 * unit] { found.insert((taken - less) / (unit / 4) * (unit / 4)) }
                }
            }
        }
        return found
    }

    private static func improbability(
        of base: Int64, _ times: ArraySlice<Instant>, of series: Series, _ end: Int?
    ) -> Double {
        var matching = ReplyMatching(base: base, series)
        var taken: [Int64] = []
        var (oldest, newest, least) = (Int.max, -1, Int64.max)
        for time in times {
            guard let place = matching.take(at: time, of: series) else { continue }
            taken.append((time - series[place]).nanoseconds)
            (oldest, newest, least) = (
                min(oldest, place), max(newest, place), min(least, taken[taken.count - 1])
            )
        }
        guard !taken.isEmpty else { return .infinity }
        let queues = taken.reduce(0) { $0 + improbability(of: $1 - least) }
        let lost = improbability(ofLosing: oldest) + improbability(ofLosing: end.map { $0 - 1 - newest } ?? 0)
        return queues + improbability(of: least) + lost
    }
}
