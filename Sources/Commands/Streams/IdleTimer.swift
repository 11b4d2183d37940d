// A time limit that starts anew whenever something happens.

import CommandSpec
import Sockets

/// Calls back when nothing has happened for a while.
final class IdleTimer {
    private let limit: Duration
    private let loop: EventLoop
    private let body: () -> Void
    private var last = Instant.now
    private var timer: Timer?
    private var isCancelled = false

    init(_ limit: Duration, loop: EventLoop, _ body: @escaping () -> Void) {
        self.limit = limit
        self.loop = loop
        self.body = body
        arm(limit)
    }

    /// Something happened.
    func touch() { last = .now }

    /// Starts anew, after it has called back.
    func restart() {
        touch()
        arm(limit)
    }

    /// Whether the time stands still, because what has come waits for our own outputs: it starts anew when that is written.
    func waits(for gate: Gate?, or isHeldUp: Bool) -> Bool {
        if isHeldUp {
            restart()
            return true
        }
        guard let gate else { return false }
        if gate.hasBacklog {
            gate.whenDrained { [weak self] in self?.restart() }
            return true
        }
        // What happened last waited to be written, and that is done since then.
        guard let wait = gate.lastWait, last + Self.turn >= wait.since, last < wait.until else {
            return false
        }
        last = wait.until
        arm(wait.until + limit - .now)
        return true
    }

    /// What comes is written a little later.
    private static let turn = Duration.milliseconds(100)

    func cancel() {
        isCancelled = true
        timer = nil
    }

    private func arm(_ delay: Duration) {
        guard !isCancelled else { return }
        timer = loop.after(delay) { [weak self] in
            guard let self else { return }
            let left = last + limit - Instant.now
            if left <= .zero { body() } else { arm(left) }
        }
    }
}

extension Failure {
    static func idle(_ name: String, for limit: Duration) -> Failure {
        let words = "no byte in either direction for \(Statistics.text(limit))"
        return Failure("relay", name, words: words, status: .timedOut)
    }
}
