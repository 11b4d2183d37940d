// The poll loop: timers in order, descriptors when they are ready, always-ready files, errors once.

import Glibc
import Testing

@testable import Sockets

@Suite struct LoopTests {
    @Test func timersFireInTheOrderOfTheirDeadlines() {
        var queue = TimerQueue()
        let start = Instant.now
        var fired: [Int] = []
        let order = (0..<500).shuffled()
        var timers: [Int: Timer] = [:]
        for number in order {
            timers[number] = queue.add(at: start + .milliseconds(number)) { fired.append(number) }
        }
        for number in stride(from: 0, to: 500, by: 3) { timers[number]?.cancel() }
        while let due = queue.takeDue(by: start + .milliseconds(400)) { due() }
        #expect(fired == (0...400).filter { $0 % 3 != 0 })
        #expect(queue.nextDeadline() == start + .milliseconds(401))
    }

    @Test func aTimerThatNobodyHoldsDoesNotFire() {
        var queue = TimerQueue()
        let start = Instant.now
        var fired: [String] = []
        var replaced: Timer? = queue.add(at: start) { fired.append("replaced") }
        replaced = queue.add(at: start) { fired.append("held") }
        _ = queue.add(at: start) { fired.append("let go") }
        queue.schedule(at: start) { fired.append("scheduled") }
        while let due = queue.takeDue(by: start) { due() }
        #expect(Set(fired) == ["held", "scheduled"])
        withExtendedLifetime(replaced) {}
    }

    @Test func aDescriptorIsReportedWhenItIsReady() throws {
        let loop = try EventLoop()
        let pipe = try Pipe(capacity: 4096)
        var seen: [Readiness] = []
        let watch = try loop.watch(pipe.readEnd, interest: .read) { readiness in
            seen.append(readiness)
            loop.stop()
        }
        _ = try pipe.writeEnd.write([1].span.bytes)
        try loop.run()
        watch.cancel()
        #expect(seen == [Readiness(isReadable: true)])
    }

    @Test func aFileThatIsAlwaysReadyIsServedBesideTimers() throws {
        let loop = try EventLoop()
        let file = try OwnedDescriptor.open(path: Array("/dev/zero".utf8), writing: false)
        var count = 0
        let watch = try loop.watch(file, interest: .read) { _ in count += 1 }
        loop.schedule(after: .milliseconds(5)) { loop.stop() }
        try loop.run()
        watch.cancel()
        #expect(count > 0)
    }

    @Test func withoutAnInterestAnErrorIsReportedOnce() throws {
        let loop = try EventLoop()
        var pipe: Pipe? = try Pipe(capacity: 4096)
        let write = OwnedDescriptor(dup(pipe?.writeEnd.number ?? -1))
        var reports = 0
        let watch = try loop.watch(write) { readiness in
            #expect(readiness.hasError)
            reports += 1
        }
        pipe = nil
        loop.schedule(after: .milliseconds(20)) { loop.stop() }
        try loop.run()
        watch.cancel()
        #expect(reports == 1)
    }

    @Test func aCancelledWatchIsSilentAlsoForItsNextLife() throws {
        let loop = try EventLoop()
        let pipe = try Pipe(capacity: 4096)
        _ = try pipe.writeEnd.write([1].span.bytes)
        var first = 0
        var second = 0
        let cancelled = try loop.watch(pipe.readEnd, interest: .read) { _ in first += 1 }
        cancelled.cancel()
        let watch = try loop.watch(pipe.readEnd, interest: .read) { _ in
            second += 1
            loop.stop()
        }
        try loop.run()
        watch.cancel()
        #expect(first == 0)
        #expect(second == 1)
    }

    @Test func stoppingBeforeRunningReturnsAtOnce() throws {
        let loop = try EventLoop()
        loop.stop()
        try loop.run()
    }

    @Test(arguments: [
        (0, 0, "1970-01-01T00:00:00.000000Z"), (1_795_252_060, 123_456, "2026-11-21T09:07:40.123456Z"),
        // The last moment that gmtime_r(3) knows.
        (67_768_036_191_676_799, 0, "2147485547-12-31T23:59:59.000000Z"),
    ])
    func timestamps(seconds: Int, microseconds: Int, text: String) {
        #expect(Timestamp(seconds: seconds, microseconds: microseconds).description == text)
    }

    @Test(arguments: [
        ("2024-02-29T00:00:00Z", 1_709_164_800), ("2026-12-31T23:59:59.5Z", 1_798_761_599),
        // A leap second is one that follows.
        ("2016-12-31T23:59:60Z", 1_483_228_800),
        ("2026-02-31T00:00:00Z", nil), ("2026-02-29T00:00:00Z", nil), ("2026-04-31T00:00:00Z", nil),
        ("1900-02-29T00:00:00Z", nil), ("2026-13-01T00:00:00Z", nil), ("2026-01-00T00:00:00Z", nil),
        ("2026-01-32T00:00:00Z", nil),
    ])
    func timestampsAsText(text: String, seconds: Int?) {
        #expect(Timestamp(text)?.seconds == seconds)
    }
}
