// Waits until the peer has acknowledged every byte and our FIN.

import Sockets

/// After `SHUT_WR` the count of unacknowledged bytes includes the FIN, and with it everything before.
final class Acknowledgement {
    private let stream: any Stream
    private let loop: EventLoop
    private let onDecision: (Errno?) -> Void
    private var timer: Timer?
    private var delay = Duration.milliseconds(1)

    /// How seldom it is looked at in the end.
    private static let longestDelay = Duration.milliseconds(50)

    /// - Parameter onDecision: called once, maybe at once: with nil when all is acknowledged.
    init(of stream: any Stream, loop: EventLoop, onDecision: @escaping (Errno?) -> Void) {
        self.stream = stream
        self.loop = loop
        self.onDecision = onDecision
    }

    func start() { check() }

    private func check() {
        guard let waiting = stream.unacknowledged, waiting > 0 else {
            // What is gone from the queue was acknowledged, or thrown away with the connection.
            return onDecision(stream.takePendingError())
        }
        // Of a connection that is no more nothing is acknowledged any longer.
        if delay > .milliseconds(1), stream.tcpInfo()?.state == .close {
            let error = stream.takePendingError()
            // What is left may be no more than the word for the end.
            let isMissed = stream.unacknowledged.map { $0 > 0 } ?? false
            return onDecision(error ?? (isMissed ? .connectionReset : nil))
        }
        // There is no event for it while the peer's data is still being received on the same descriptor, so it is
        // looked at again, ever more seldom.
        timer = loop.after(delay) { [unowned self] in check() }
        delay = min(delay * 2, Self.longestDelay)
    }
}
