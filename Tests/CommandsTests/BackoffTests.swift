// Trying again: the pauses between attempts, what is worth another, and what is said in the end.

import Sockets
import Testing

@testable import Commands

@Suite struct BackoffTests {
    @Test func pausesGrowAndEndInTime() {
        let start = Instant(nanoseconds: 0)
        var backoff = Backoff(for: .seconds(10), from: start)
        var now = start
        var pauses: [Duration] = []
        while let pause = backoff.next(at: now) {
            pauses.append(pause)
            now = now + pause
        }
        let milliseconds = pauses.map { $0 / .milliseconds(1) }
        #expect(Array(milliseconds.prefix(6)) == [50, 100, 200, 400, 800, 1000])
        #expect(milliseconds.allSatisfy { (50...1000).contains($0) })
        #expect(now - start < .seconds(10) && now - start >= .milliseconds(9900))
        #expect(backoff.remaining(at: now) == .seconds(10) - (now - start))
        #expect(backoff.remaining(at: start + .seconds(11)) == .zero)
    }

    @Test func aShortWaitIsOneAttempt() {
        let start = Instant(nanoseconds: 0)
        var backoff = Backoff(for: .milliseconds(50), from: start)
        #expect(backoff.next(at: start) == nil)
    }

    @Test(arguments: [
        (Errno.connectionRefused, true), (.timedOut, true), (.hostUnreachable, true),
        (.networkUnreachable, true),
        (.connectionReset, true), (.noSuchFile, true), (.accessDenied, false), (.notPermitted, false),
        (.addressNotAvailable, false), (.tooManyDescriptors, false), (.invalidArgument, false),
    ])
    func worthAnotherTry(error: Errno, expected: Bool) {
        #expect(error.mayPass == expected)
    }

    @Test func givingUpNamesTheLastReason() {
        let failure = Failure("connect", "127.0.0.1:9", .connectionRefused).gaveUp(after: .seconds(2))
        #expect(failure.status == .timedOut && failure.code == "ECONNREFUSED")
        #expect(
            failure.text.hasPrefix(
                "connect 127.0.0.1:9: gave up after 2 s: connection refused (ECONNREFUSED)"))
    }
}
