// How long something takes, again and again: the least, the mean, the greatest, the deviation and the percentiles, in memory
// that does not grow with how often.

import Sockets

struct Distribution: Equatable {
    private(set) var count = 0
    private(set) var least = Duration.zero
    private(set) var greatest = Duration.zero
    private(set) var total = Duration.zero
    /// Of nanoseconds, and the sum of the squares of their distances from it (Welford).
    private var average = 0.0
    private var squares = 0.0
    /// Each of them, while they are few.
    private var samples: [Int64] = []
    /// How many there are of each size, once they are many; the first of these is of the size `firstBucket`.
    private var buckets: [Int] = []
    private var firstBucket = 0

    /// So many are kept as they are.
    private static let few = 512
    /// A power of two is cut into so many sizes: what is read from them is off by at most one in a hundred and twenty-eight.
    private static let sizes = 64

    init() {}

    init(of times: [Duration]) { for time in times { add(time) } }

    mutating func add(_ time: Duration) {
        let value = max(0, time.nanoseconds)
        least = count == 0 ? time : min(least, time)
        greatest = max(greatest, time)
        total += time
        count += 1
        let distance = Double(value) - average
        average += distance / Double(count)
        squares += distance * (Double(value) - average)
        if buckets.isEmpty, samples.count < Self.few { return samples.append(value) }
        for sample in samples { put(sample, 1) }
        samples = []
        put(value, 1)
    }

    /// Adds all that another one has.
    mutating func add(_ other: Distribution) {
        guard other.count > 0 else { return }
        least = count == 0 ? other.least : min(least, other.least)
        greatest = max(greatest, other.greatest)
        total += other.total
        let (mine, theirs) = (Double(count), Double(other.count))
        let distance = other.average - average
        average += distance * theirs / (mine + theirs)
        squares += other.squares + distance * distance * mine * theirs / (mine + theirs)
        count += other.count
        let all = samples + other.samples
        guard buckets.isEmpty, other.buckets.isEmpty, all.count <= Self.few else {
            samples = []
            for sample in all { put(sample, 1) }
            for (index, number) in other.buckets.enumerated() where number > 0 {
                put(Self.middle(of: other.firstBucket + index), number)
            }
            return
        }
        samples = all
    }

    var mean: Duration { total / max(count, 1) }
    /// The standard deviation of all of them.
    var deviation: Duration { .nanoseconds(count == 0 ? 0 : Int64((squares / Double(count)).squareRoot())) }

    /// What so large a share of them does not exceed: the nearest rank.
    func percentile(_ share: Double) -> Duration {
        let rank = max(1, min(count, Int((share * Double(count)).rounded(.up))))
        if buckets.isEmpty {
            return samples.isEmpty ? .zero : .nanoseconds(samples.sorted()[rank - 1])
        }
        var seen = 0
        for (index, number) in buckets.enumerated() {
            seen += number
            guard seen >= rank else { continue }
            return max(least, min(greatest, .nanoseconds(Self.middle(of: firstBucket + index))))
        }
        return greatest
    }

    // MARK: Sizes

    private mutating func put(_ value: Int64, _ number: Int) {
        let size = Self.bucket(of: value)
        if buckets.isEmpty { firstBucket = size }
        if size < firstBucket {
            buckets.insert(contentsOf: repeatElement(0, count: firstBucket - size), at: 0)
            firstBucket = size
        }
        if size - firstBucket >= buckets.count {
            buckets.append(contentsOf: repeatElement(0, count: size - firstBucket - buckets.count + 1))
        }
        buckets[size - firstBucket] += number
    }

    /// Small ones have one of their own; of a power of two above them each part has one.
    private static func bucket(of value: Int64) -> Int {
        let value = Int(value)
        guard value >= 2 * sizes else { return value }
        let shift = Int.bitWidth - 1 - value.leadingZeroBitCount - sizes.trailingZeroBitCount
        return shift * sizes + value >> shift
    }

    private static func middle(of bucket: Int) -> Int64 {
        guard bucket >= 2 * sizes else { return Int64(bucket) }
        let shift = bucket / sizes - 1
        return Int64((bucket - shift * sizes) << shift + (1 << shift) / 2)
    }

    // MARK: The histogram

    /// How many of them are from one time to another.
    struct Bar: Equatable {
        let from: Duration
        let to: Duration
        var count: Int
    }

    /// Bars that begin at 1, 2 and 5 times a power of ten, or at powers of ten where those were many.
    var histogram: [Bar] {
        guard count > 0 else { return [] }
        let fine = bars([1, 2, 5])
        return fine.count <= Self.mostBars ? fine : bars([1])
    }

    private static let mostBars = 16

    private func bars(_ steps: [Int64]) -> [Bar] {
        var edges: [Int64] = [0]
        var power: Int64 = 1000
        while (edges.last ?? 0) <= greatest.nanoseconds, power < 1 << 53 {
            for step in steps where (edges.last ?? 0) <= greatest.nanoseconds { edges.append(step * power) }
            power *= 10
        }
        var bars = zip(edges, edges.dropFirst()).map {
            Bar(from: .nanoseconds($0), to: .nanoseconds($1), count: 0)
        }
        func count(_ value: Int64, _ number: Int) {
            let index = edges.lastIndex { $0 <= value } ?? 0
            bars[min(index, bars.count - 1)].count += number
        }
        for sample in samples { count(sample, 1) }
        for (index, number) in buckets.enumerated() where number > 0 {
            count(Self.middle(of: firstBucket + index), number)
        }
        let first = bars.firstIndex { $0.count > 0 } ?? 0
        let last = bars.lastIndex { $0.count > 0 } ?? 0
        return Array(bars[first...last])
    }
}

/// The same in JSON.
struct DistributionReport: Shaped {
    let distribution: Distribution
    var jitter: Duration?

    static let shape = Shape("times", "How long something took, again and again.")

    static func list(_ fields: inout some Fields<DistributionReport>) {
        fields.add("min_us", "The shortest.") { $0.distribution.least }
        fields.add("mean_us", "The mean.") { $0.distribution.mean }
        fields.add("max_us", "The longest.") { $0.distribution.greatest }
        fields.add("stddev_us", "The standard deviation.") { $0.distribution.deviation }
        fields.add("p50_us", "The median. Percentiles of more than 512 values are accurate to one percent.") {
            $0.distribution.percentile(0.5)
        }
        fields.add("p95_us", "What 95 of 100 did not exceed.") { $0.distribution.percentile(0.95) }
        fields.add("p99_us", "What 99 of 100 did not exceed.") { $0.distribution.percentile(0.99) }
        fields.add("jitter_us", optional: "How much one differs from the next: RFC 3550, section 6.4.1.") {
            $0.jitter
        }
    }
}

extension Distribution.Bar: Shaped {
    static let shape = Shape("bar", "With `--histogram`: how many times were in a range.")

    static func list(_ fields: inout some Fields<Distribution.Bar>) {
        fields.add("from_us", "The shortest that counts here.") { $0.from }
        fields.add("to_us", "What is as long as this, or longer, does not.") { $0.to }
        fields.add("count", "How many.") { $0.count }
    }
}
