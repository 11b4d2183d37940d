// What one direction of a session does with its time: it works, waits for something to come, or waits for room
// to put it. Whoever is waited for most is who holds the transfer up.

import Sockets

/// A pump's time, from its start to the last byte.
struct Pace {
    private(set) var time = Duration.zero
    /// Of it, how long the source had nothing.
    private(set) var waitedForInput = Duration.zero
    /// Of it, how long the sink took nothing.
    private(set) var waitedForOutput = Duration.zero

    private var started: Instant?
    private var waitBegan: Instant?
    private var waitsForOutput = false
    /// Waiting for input that may not come: it counts only if some does.
    private var vainWait = Duration.zero
    private var hasWritten = false
    private var bytes = 0

    init(
        time: Duration = .zero, waitedForInput: Duration = .zero, waitedForOutput: Duration = .zero
    ) {
        self.time = time
        self.waitedForInput = waitedForInput
        self.waitedForOutput = waitedForOutput
    }

    /// How long neither was waited for.
    var worked: Duration { max(.zero, time - waitedForInput - waitedForOutput) }

    /// There is something to do.
    mutating func resume() {
        let now = Instant.now
        guard let began = waitBegan else {
            started = started ?? now
            return
        }
        waitBegan = nil
        if waitsForOutput {
            waitedForOutput += now - began
            hasWritten = true
        } else {
            vainWait += now - began
        }
    }

    /// There is nothing more to do for now.
    /// - Parameter bytes: how many have moved since the start.
    mutating func pause(forOutput: Bool, at bytes: Int) {
        let now = Instant.now
        if bytes != self.bytes || hasWritten, let started {
            waitedForInput += vainWait
            vainWait = .zero
            hasWritten = false
            self.bytes = bytes
            time = now - started
        }
        waitBegan = now
        waitsForOutput = forOutput
    }

    /// There will be nothing to do any more.
    mutating func end(at bytes: Int) {
        resume()
        pause(forOutput: false, at: bytes)
        waitBegan = nil
    }
}
