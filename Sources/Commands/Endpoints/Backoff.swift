// Trying again for a while, as `--wait` asks for: how long the pauses are, and what is worth another try.

import CommandSpec
import Sockets

/// The pauses between attempts.
struct Backoff {
    private let limit: TimeLimit
    private var pause = Self.shortest

    private static let shortest = Duration.milliseconds(50)
    private static let longest = Duration.seconds(1)

    init(for duration: Duration, from start: Instant = .now) {
        limit = TimeLimit(duration, from: start)
    }

    /// How long it is tried.
    var duration: Duration { limit.duration }

    /// What is left of the time.
    func remaining(at now: Instant = .now) -> Duration { limit.remaining(at: now) }

    /// How long an attempt may take that has so much time by itself.
    func limit(_ timeout: Duration) -> Duration { min(timeout, remaining()) }

    /// How long to pause before the next attempt; nil if it would come too late. Each pause is twice as long as
    /// the one before, up to a second, but at most half of what is left: what begins to accept shortly
    /// before the end is still found.
    mutating func next(at now: Instant = .now) -> Duration? {
        let remaining = remaining(at: now)
        let next = max(Self.shortest, min(pause, remaining / 2))
        guard next < remaining else { return nil }
        pause = min(pause * 2, Self.longest)
        return next
    }
}

extension Errno {
    /// Whether an attempt to connect that failed so may succeed later, with nothing changed on our side.
    var mayPass: Bool {
        switch self {
        case .connectionRefused, .timedOut, .hostUnreachable, .networkUnreachable, .hostDown, .networkDown,
            .connectionReset, .connectionAborted, .noSuchFile, .wouldBlock:
            true
        default: false
        }
    }
}

extension Context {
    /// Whether connecting may succeed later.
    func mayPass(_ failure: Failure) -> Bool {
        if !failure.attempts.isEmpty {
            return failure.attempts.contains { $0.cause.networkError?.error.mayPass == true }
        }
        switch failure.cause {
        case .errno(let error), .explained(_, let error), .resolution(.system(let error)):
            return failure.operation == "connect" && error.mayPass
        // What may not be looked up will never be found.
        case .resolution(.noSuchName), .resolution(.noAddressOfFamily): return !settings.numeric
        case .resolution(.temporaryFailure): return true
        case .words: return failure.status == .timedOut
        default: return false
        }
    }
}

extension Failure {
    /// The failure of the last attempt, when the time for another is up.
    func gaveUp(after duration: Duration) -> Failure {
        var failure = self
        failure.lead = "gave up after \(Statistics.text(duration))" + (lead.map { ": " + $0 } ?? "")
        failure.status = .timedOut
        return failure
    }
}
