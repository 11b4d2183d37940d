// Which datagram a reply answers, without a network: time is what the test says.

import Sockets
import Testing

@testable import Commands

@Suite struct RoundTripTests {
    private let peer = SocketAddress.inet(.loopback, port: 1)

    private func at(_ milliseconds: Int) -> Instant { Instant(nanoseconds: Int64(milliseconds) * 1_000_000) }

    @Test func inOrder() {
        var trips = RoundTrips(messages: [[1]])
        for index in 0..<3 { trips.sent(at: at(index * 100)) }
        for index in 0..<3 {
            let answer = trips.answer(from: peer, at: at(index * 100 + 20), ([1] as [UInt8]).span.bytes)
            #expect(answer == .init(number: index + 1, time: .milliseconds(20)))
        }
        #expect(trips.answer(from: peer, at: at(900), ([1] as [UInt8]).span.bytes) == nil)
        let summary = trips.summary
        #expect(summary.answered == 3 && summary.lost == 0 && summary.times?.mean == .milliseconds(20))
    }

    @Test func whatWasLostIsSkipped() {
        var trips = RoundTrips(messages: [[1]])
        for index in 0..<10 { trips.sent(at: at(index * 10)) }
        for index in [0, 1, 4, 5, 9] {
            let answer = trips.answer(from: peer, at: at(index * 10 + 42), ([1] as [UInt8]).span.bytes)
            #expect(answer == .init(number: index + 1, time: .milliseconds(42)))
        }
        #expect(trips.summary.answered == 5 && trips.summary.lost == 5)
    }

    /// Everything waits for a while, as when a process stands still: what follows keeps its own times.
    @Test func aDelayShiftsNothing() {
        var trips = RoundTrips(messages: [[1]])
        for index in 0..<100 { trips.sent(at: at(index * 5)) }
        for index in 0..<100 where index % 9 != 3 {
            let arrival = index * 5 + 40
            let late = (200..<240).contains(arrival) ? 240 : arrival
            let answer = trips.answer(from: peer, at: at(late), ([1] as [UInt8]).span.bytes)
            if index >= 50 { #expect(answer == .init(number: index + 1, time: .milliseconds(40))) }
        }
        #expect(trips.summary.answered == 89 && trips.summary.times?.least == .milliseconds(40))
    }

    @Test func contentDecidesWhereItCan() {
        var trips = RoundTrips(messages: [[1], [2], [3]])
        for _ in 0..<3 { trips.sent(at: at(0)) }
        #expect(trips.answer(from: peer, at: at(5), ([3] as [UInt8]).span.bytes)?.number == 3)
    }

    @Test func manyHostsAnswerTheSame() {
        var trips = RoundTrips(messages: [[1]])
        trips.sent(at: at(0))
        for port in 1...5 as ClosedRange<UInt16> {
            let answer = trips.answer(
                from: .inet(.loopback, port: port), at: at(3), ([9, 9] as [UInt8]).span.bytes)
            #expect(answer?.number == 1)
        }
        #expect(trips.summary.answered == 1 && trips.summary.lost == 0)
    }

    @Test func memoryIsBounded() {
        var trips = RoundTrips(messages: [[1]])
        for index in 0..<600_000 { trips.sent(at: at(index)) }
        #expect(trips.answer(from: peer, at: at(600_000), ([1] as [UInt8]).span.bytes) != nil)
        #expect(trips.summary.lost == 599_999)
    }

    @Test func newDropsAreToldOnce() {
        var counter = DropCounter(count: 2)
        #expect(counter.update(5, at: 0) == 5)
        #expect(counter.update(5, at: 0) == 0)
        #expect(counter.update(9, at: 1) == 9)
        #expect(counter.update(7, at: 0) == 2)
        #expect(counter.total == 16)
        var ancillary = AncillaryData()
        #expect(counter.before(ancillary, at: 0) == nil)
        ancillary.drops = 4
        #expect(counter.before(ancillary, at: 0) == 4)
        #expect(counter.before(ancillary, at: 0) == nil)
        ancillary.drops = 6
        #expect(counter.before(ancillary, at: 0) == 2)
    }
}
