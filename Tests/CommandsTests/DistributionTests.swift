// The spread of times: what is exact, what is nearly, and what is added together.

import Sockets
import Testing

@testable import Commands

@Suite struct DistributionTests {
    private static func times(_ count: Int) -> [Duration] {
        var state: UInt64 = 7
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            // From a microsecond to some seconds, each magnitude alike.
            let magnitude = Int(state >> 33) % 22
            return .nanoseconds(1000 << magnitude + Int(state >> 40) % (1000 << magnitude))
        }
    }

    @Test("exact, of few and of many, whatever the order", arguments: [1, 2, 17, 512, 513, 20_000])
    func exact(_ count: Int) {
        let times = Self.times(count)
        let distribution = Distribution(of: times)
        #expect(distribution.count == count && distribution.total == times.reduce(.zero, +))
        #expect(distribution.least == times.min() && distribution.greatest == times.max())
        #expect(distribution.mean == distribution.total / count)
        let mean = Double(distribution.total.nanoseconds) / Double(count)
        let squares = times.reduce(0) {
            $0 + (Double($1.nanoseconds) - mean) * (Double($1.nanoseconds) - mean)
        }
        let deviation = (squares / Double(count)).squareRoot()
        #expect(abs(Double(distribution.deviation.nanoseconds) - deviation) <= 1 + deviation * 1e-9)
    }

    @Test(
        "the nearest rank: exact of few, within a hundredth of many", arguments: [1, 2, 17, 512, 513, 20_000])
    func percentiles(_ count: Int) {
        let times = Self.times(count)
        let sorted = times.sorted()
        let distribution = Distribution(of: times)
        for share in [0.01, 0.5, 0.95, 0.99, 1] {
            let rank = max(1, Int((share * Double(count)).rounded(.up)))
            let (got, wanted) = (distribution.percentile(share).nanoseconds, sorted[rank - 1].nanoseconds)
            let tolerance = count > 512 ? wanted / 100 : 0
            #expect(abs(got - wanted) <= tolerance, "\(share) of \(count): \(got) and not \(wanted)")
        }
    }

    @Test(
        "two together are as all of them",
        arguments: [(3, 5), (400, 400), (600, 3), (3, 600), (0, 4), (4, 0)])
    func sums(_ first: Int, _ second: Int) {
        let times = Self.times(first + second)
        var sum = Distribution(of: Array(times.prefix(first)))
        sum.add(Distribution(of: Array(times.suffix(second))))
        let all = Distribution(of: times)
        #expect(sum.count == all.count && sum.total == all.total)
        #expect(sum.least == all.least && sum.greatest == all.greatest)
        #expect(abs((sum.deviation - all.deviation).nanoseconds) <= 2)
        let (median, wanted) = (sum.percentile(0.5).nanoseconds, all.percentile(0.5).nanoseconds)
        #expect(abs(median - wanted) <= wanted / 60)
        #expect(sum.histogram.map(\.count).reduce(0, +) == all.count)
    }

    @Test("bars begin at 1, 2 and 5, at powers of ten where those were many, and count all")
    func histogram() {
        let bars = Distribution(of: [.microseconds(30), .microseconds(90), .microseconds(99)]).histogram
        #expect(
            bars == [
                .init(from: .microseconds(20), to: .microseconds(50), count: 1),
                .init(from: .microseconds(50), to: .microseconds(100), count: 2),
            ])
        let wide = Distribution(of: Self.times(20_000)).histogram
        #expect(wide.count <= 16 && wide.map(\.count).reduce(0, +) == 20_000)
        #expect(zip(wide, wide.dropFirst()).allSatisfy { $0.to == $1.from })
        #expect(Distribution().histogram.isEmpty)
        #expect(Distribution(of: [.zero]).histogram.map(\.count) == [1])
    }
}
