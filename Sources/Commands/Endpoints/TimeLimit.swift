// A span of time that has begun: one clock for all that has to happen within it.

import Sockets

struct TimeLimit {
    /// All of it, as it was asked for.
    let duration: Duration
    private let end: Instant

    init(_ duration: Duration, from start: Instant = .now) {
        self.duration = duration
        end = start + duration
    }

    /// What is left.
    func remaining(at now: Instant = .now) -> Duration { max(.zero, end - now) }
}
