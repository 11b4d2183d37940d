// Waits until the peer has acknowledged every byte and our FIN.

import Sockets

/// After `SHUT_WR` the kernel wakes whoever waits for the socket when the peer has acknowledged the FIN,
/// and with it everything before.
final class Acknowledgement {
    private let socket: Channel
    private let onDecision: (Errno?) -> Void
    private var timer: Timer?
    private let loop: EventLoop
    private var delay = Duration.milliseconds(1)

    init(of socket: Channel, loop: EventLoop, onDecision: @escaping (Errno?) -> Void) {
        self.socket = socket
        self.loop = loop
        self.onDecision = onDecision
        check()
    }

    deinit { timer?.cancel() }

    private func check() {
        if let error = socket.descriptor.takePendingError() { return onDecision(error) }
        guard let waiting = try? socket.descriptor.outputQueue(), waiting > 0 else { return onDecision(nil) }
        // SIOCOUTQ counts the FIN too. There is no event for it while the peer's data is still being
        // received on the same descriptor, so it is looked at again, ever more seldom.
        timer = loop.after(delay) { [unowned self] in check() }
        delay = min(delay * 2, .milliseconds(50))
    }
}

/// Calls back when nothing has happened for a while.
final class IdleTimer {
    private let limit: Duration
    private let loop: EventLoop
    private let body: () -> Void
    private var last = Instant.now
    private var timer: Timer?

    init(_ limit: Duration, loop: EventLoop, _ body: @escaping () -> Void) {
        self.limit = limit
        self.loop = loop
        self.body = body
        arm(limit)
    }

    /// Something happened.
    func touch() { last = .now }

    func cancel() {
        timer?.cancel()
        timer = nil
    }

    private func arm(_ delay: Duration) {
        timer = loop.after(delay) { [weak self] in
            guard let self else { return }
            let left = last + limit - Instant.now
            if left <= .zero { body() } else { arm(left) }
        }
    }
}
