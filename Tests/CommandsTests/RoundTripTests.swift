// Which datagram a reply answers, without a network: time is what the test says.

import Glibc
import Sockets
import Testing

@testable import Commands

@Suite struct RoundTripTests {
    private let peer = SocketAddress.inet(.loopback, port: 1)

    private func at(_ milliseconds: Int) -> Instant { Instant(nanoseconds: Int64(milliseconds) * 1_000_000) }

    @Test func inOrder() {
        var trips = RoundTrips(cycle: 1)
        for index in 0..<3 { trips.sent([1], at: at(index * 100)) }
        for index in 0..<3 {
            let answer = trips.answer(from: peer, at: at(index * 100 + 20), ([1] as [UInt8]).span.bytes)
            #expect(answer == .init(number: index + 1, time: .milliseconds(20)))
        }
        #expect(trips.answer(from: peer, at: at(900), ([1] as [UInt8]).span.bytes) == nil)
        let summary = trips.summary
        #expect(summary.answered == 3 && summary.lost == 0 && summary.times?.mean == .milliseconds(20))
    }

    @Test func whatWasLostIsSkipped() {
        var trips = RoundTrips(cycle: 1)
        for index in 0..<10 { trips.sent([1], at: at(index * 10)) }
        for index in [0, 1, 4, 5, 9] {
            let answer = trips.answer(from: peer, at: at(index * 10 + 42), ([1] as [UInt8]).span.bytes)
            #expect(answer == .init(number: index + 1, time: .milliseconds(42)))
        }
        #expect(trips.summary.answered == 5 && trips.summary.lost == 5)
    }

    /// Everything waits for a while, as when a process stands still: what follows keeps its own times.
    @Test func aDelayShiftsNothing() {
        var trips = RoundTrips(cycle: 1)
        for index in 0..<100 { trips.sent([1], at: at(index * 5)) }
        for index in 0..<100 where index % 9 != 3 {
            let arrival = index * 5 + 42
            let late = (200..<240).contains(arrival) ? 240 : arrival
            let answer = trips.answer(from: peer, at: at(late), ([1] as [UInt8]).span.bytes)
            if index >= 50 { #expect(answer == .init(number: index + 1, time: .milliseconds(42))) }
        }
        #expect(trips.summary.answered == 89 && trips.summary.times?.least == .milliseconds(42))
    }

    @Test(
        "the first are lost, as when a server starts late: the others keep their own times",
        arguments: [1, 5])
    func theFirstAreLost(_ lost: Int) {
        var trips = RoundTrips(cycle: 1)
        for index in 0..<10 {
            trips.sent([1], at: at(index * 1000))
            guard index >= lost else { continue }
            let answer = trips.answer(from: peer, at: at(index * 1000 + 20), ([1] as [UInt8]).span.bytes)
            #expect(answer == .init(number: index + 1, time: .milliseconds(20)))
        }
        let times = trips.summary.times
        #expect(times?.least == .milliseconds(20) && times?.greatest == .milliseconds(20))
    }

    /// In a queue that fills and empties, times change by more than what is between two datagrams.
    @Test func withNothingLostTheOrderDecides() {
        var trips = RoundTrips(cycle: 1)
        let times = (0..<200).map { 20 + min($0, 200 - $0) }
        let replies = times.indices.map { $0 * 2 + times[$0] }.sorted()
        var next = 0
        for index in 0..<200 {
            trips.sent([1], at: at(index * 2))
            while next < 200, replies[next] < index * 2 + 2 {
                _ = trips.answer(from: peer, at: at(replies[next]), ([1] as [UInt8]).span.bytes)
                next += 1
            }
        }
        for reply in replies[next...] {
            _ = trips.answer(from: peer, at: at(reply), ([1] as [UInt8]).span.bytes)
        }
        let summary = trips.summary
        #expect(summary.lost == 0 && summary.times?.least == .milliseconds(20))
        #expect(summary.times?.greatest == .milliseconds(120))
    }

    @Test("equal datagrams 5 ms apart, 5 % lost, 42 ms: the summary has the true times", arguments: 0..<20)
    func equalDatagrams(_ seed: UInt64) {
        let (summary, taken) = exchange(seed, stalls: false)
        #expect(summary.answered == taken.count && summary.lost == 200 - taken.count)
        #expect(summary.times?.least.nanoseconds == taken.min())
        #expect(summary.times?.mean.nanoseconds == taken.reduce(0, +) / Int64(taken.count))
        #expect(summary.times?.greatest.nanoseconds == taken.max())
    }

    @Test("also where the path stands still now and then", arguments: 0..<20)
    func equalDatagramsOnABusyPath(_ seed: UInt64) throws {
        let (summary, taken) = exchange(seed, stalls: true)
        let times = try #require(summary.times)
        #expect(summary.answered == taken.count)
        #expect(try times.least.nanoseconds >= #require(taken.min()))
        // Which one of those that came all at once was lost cannot be known.
        #expect(abs(times.mean.nanoseconds - taken.reduce(0, +) / Int64(taken.count)) < 1_000_000)
    }

    /// The account of 200 datagrams, and how long each reply took in truth.
    private func exchange(_ seed: UInt64, stalls: Bool) -> (RoundTripSummary, [Int64]) {
        var random = Random(state: seed)
        let pauses = (0..<4).map { index in (from: Int64(index) * 250_000_000, for: random.below(60_000_000))
        }
        var events: [(time: Int64, isReply: Bool)] = []
        var (time, last): (Int64, Int64) = (0, 0)
        var taken: [Int64] = []
        for _ in 0..<200 {
            events.append((time, false))
            if random.below(100) >= 5 {
                var arrival = time + 42_000_000 + random.below(200_000)
                for pause in pauses where stalls && (pause.from..<pause.from + pause.for).contains(arrival) {
                    arrival = pause.from + pause.for
                }
                last = max(last + 2000, arrival)
                events.append((last, true))
                taken.append(last - time)
            }
            time += 5_000_000 + random.below(200_000)
        }
        var trips = RoundTrips(cycle: 1)
        for event in events.sorted(by: { $0.time < $1.time }) {
            let instant = Instant(nanoseconds: event.time)
            if event.isReply {
                _ = trips.answer(from: peer, at: instant, ([1] as [UInt8]).span.bytes)
            } else {
                trips.sent([1], at: instant)
            }
        }
        return (trips.summary, taken)
    }

    /// SplitMix64: the same numbers in every run.
    private struct Random {
        var state: UInt64

        mutating func below(_ limit: Int64) -> Int64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            return Int64((word ^ word >> 31) >> 1) % limit
        }
    }

    @Test func contentDecidesWhereItCan() {
        var trips = RoundTrips(cycle: 3)
        for message: UInt8 in 1...3 { trips.sent([message], at: at(0)) }
        #expect(trips.answer(from: peer, at: at(5), ([3] as [UInt8]).span.bytes)?.number == 3)
    }

    @Test func manyHostsAnswerTheSame() {
        var trips = RoundTrips(cycle: 1)
        trips.sent([1], at: at(0))
        for port in 1...5 as ClosedRange<UInt16> {
            let answer = trips.answer(
                from: .inet(.loopback, port: port), at: at(3), ([9, 9] as [UInt8]).span.bytes)
            #expect(answer?.number == 1)
        }
        #expect(trips.summary.answered == 1 && trips.summary.lost == 0)
    }

    /// Where each message comes once, as those that are cut from an input.
    @Test func contentDecidesWithoutACycle() {
        var trips = RoundTrips(cycle: .max)
        for message: UInt8 in [1, 2, 3, 3] { trips.sent([message], at: at(Int(message))) }
        #expect(trips.answer(from: peer, at: at(5), ([2] as [UInt8]).span.bytes)?.number == 2)
        #expect(trips.answer(from: peer, at: at(6), ([9] as [UInt8]).span.bytes) != nil)
    }

    @Test("what a reply costs does not grow with how much was sent, nor with how many hosts answer")
    func manyHostsAndMuchSent() {
        var trips = RoundTrips(cycle: 1)
        for index in 0..<100_000 { trips.sent([1], at: Instant(nanoseconds: Int64(index) * 3000)) }
        let began = processorTime
        for port in 1...3000 as ClosedRange<UInt16> {
            _ = trips.answer(
                from: .inet(.loopback, port: port), at: at(300), ([1] as [UInt8]).span.bytes)
        }
        #expect(trips.summary.answered > 0)
        // It took minutes when each reply looked at all that was sent.
        #expect(processorTime - began < 15)
    }

    /// Of this thread, in seconds: others may be at work at the same time.
    private var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test func memoryIsBounded() {
        var trips = RoundTrips(cycle: 1)
        for index in 0..<600_000 { trips.sent([1], at: at(index)) }
        #expect(trips.answer(from: peer, at: at(600_000), ([1] as [UInt8]).span.bytes) != nil)
        #expect(trips.summary.lost == 599_999)
    }

    @Test func newDropsAreToldOnce() {
        var counter = DropCounter()
        #expect(counter.update(5) == 5)
        #expect(counter.update(5) == 0)
        #expect(counter.update(4) == 0)
        #expect(counter.update(7) == 2)
        #expect(counter.total == 7)
        var ancillary = AncillaryData()
        #expect(counter.before(ancillary) == nil)
        ancillary.drops = 4
        #expect(counter.before(ancillary) == 4)
        #expect(counter.before(ancillary) == nil)
        ancillary.drops = 6
        #expect(counter.before(ancillary) == 2)
    }
}
