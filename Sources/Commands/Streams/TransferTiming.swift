// What one direction of a session does with its time: it works, waits for something to come, or waits for room
// to put it. Whoever is waited for most is who holds the transfer up.

import Sockets

/// A pump's time, from its start to the last byte. It is kept in nanoseconds: this happens at each wake-up.
struct TransferTiming {
    private var total: Int64 = 0
    private var forInput: Int64 = 0
    private var forOutput: Int64 = 0

    private var started: Instant?
    private var waitBegan: Instant?
    private var waitsForOutput = false
    /// Waiting for input that may not come: it counts only if some does.
    private var vainWait: Int64 = 0
    private var hasWritten = false
    private var bytes = 0

    init() {}

    /// Waiting for input since `start`.
    init(startedWaiting start: Instant) {
        started = start
        waitBegan = start
    }

    init(time: Duration, waitedForInput: Duration = .zero, waitedForOutput: Duration = .zero) {
        total = time.nanoseconds
        forInput = waitedForInput.nanoseconds
        forOutput = waitedForOutput.nanoseconds
    }

    var time: Duration { .nanoseconds(total) }
    /// Of it, how long the source had nothing.
    var waitedForInput: Duration { .nanoseconds(forInput) }
    /// Of it, how long the sink took nothing.
    var waitedForOutput: Duration { .nanoseconds(forOutput) }
    /// Of it, how long neither was waited for.
    var worked: Duration { .nanoseconds(max(0, total - forInput - forOutput)) }

    /// There is something to do.
    mutating func resume(at now: Instant) {
        guard let began = waitBegan else {
            started = started ?? now
            return
        }
        waitBegan = nil
        let wait = now.nanoseconds - began.nanoseconds
        if waitsForOutput {
            forOutput += wait
            hasWritten = true
        } else {
            vainWait += wait
        }
    }

    /// There is nothing more to do for now.
    /// - Parameter bytes: how many have moved since the start.
    mutating func pause(forOutput: Bool, after bytes: Int, at now: Instant) {
        if bytes != self.bytes || hasWritten, let started {
            forInput += vainWait
            vainWait = 0
            hasWritten = false
            self.bytes = bytes
            total = now.nanoseconds - started.nanoseconds
        }
        waitBegan = now
        waitsForOutput = forOutput
    }

    /// As if there were nothing to do from now on.
    func stopped(after bytes: Int, at now: Instant) -> TransferTiming {
        var timing = self
        timing.end(after: bytes, at: now)
        return timing
    }

    /// What has been added since then.
    func since(_ before: TransferTiming) -> TransferTiming {
        TransferTiming(
            time: time - before.time, waitedForInput: waitedForInput - before.waitedForInput,
            waitedForOutput: waitedForOutput - before.waitedForOutput)
    }

    /// There will be nothing to do any more.
    mutating func end(after bytes: Int, at now: Instant) {
        resume(at: now)
        pause(forOutput: false, after: bytes, at: now)
        waitBegan = nil
    }
}
