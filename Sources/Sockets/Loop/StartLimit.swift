// A limit for what waits before there is a loop that could go on: opening a FIFO, or reading one to its end.

import CLinux
import Glibc

package enum StartLimit {
    /// From now on, and once so long has passed, a call that waits ends with `EINTR`: `setitimer(2)`.
    package static func begin(_ limit: Duration) {
        unsafe given = limit
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in unsafe isOver = true }
        // Without SA_RESTART, so that it does end.
        unsafe sigaction(SIGALRM, &action, nil)
        // And again: the first one may come before the call.
        set(max(limit, .microseconds(1)), again: .milliseconds(10))
    }

    /// The loop takes over, or nothing is waited for any more. Returns what is left of the limit.
    package static func end() -> (left: Duration, limit: Duration) {
        let left = set(.zero, again: .zero)
        defer { unsafe isOver = false }
        return unsafe (hasPassed ? .zero : left, given)
    }

    package static var hasPassed: Bool { unsafe isOver }

    @discardableResult
    private static func set(_ first: Duration, again: Duration) -> Duration {
        var timer = itimerval(it_interval: timeval(again), it_value: timeval(first))
        var before = itimerval()
        guard unsafe setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, &before) == 0 else {
            return .zero
        }
        return .seconds(before.it_value.tv_sec) + .microseconds(before.it_value.tv_usec)
    }
}

nonisolated(unsafe) private var given = Duration.zero

/// Set by the handler.
nonisolated(unsafe) private var isOver = false

extension timeval {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
