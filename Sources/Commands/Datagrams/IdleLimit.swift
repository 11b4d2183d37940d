// `--idle-timeout`: the time stands still while what has come waits for our own output, and starts anew when that is
// written.

import Sockets

final class IdleLimit {
    private let limit: Duration
    private let loop: EventLoop
    private let outputs: [Output]
    private let body: () -> Void
    private var timer: IdleTimer?
    /// Whether something waits to be written.
    private var isHeld = false
    private var isCancelled = false

    /// - Parameter outputs: those that what comes is written to.
    init(_ limit: Duration, _ outputs: Gate, loop: EventLoop, _ body: @escaping () -> Void) {
        self.limit = limit
        self.loop = loop
        self.outputs = outputs.outputs
        self.body = body
        start()
    }

    /// Something has come or gone; what has come is with the outputs.
    func touch() {
        timer?.touch()
        guard !isHeld, !isCancelled,
            let output = outputs.first(where: { $0.backlog > 0 && $0.failure == nil })
        else { return }
        isHeld = true
        output.whenDrained { [weak self] in
            guard let self, !isCancelled else { return }
            isHeld = false
            if timer == nil { start() }
            touch()
        }
    }

    func cancel() {
        isCancelled = true
        timer?.cancel()
        timer = nil
    }

    private func start() {
        timer = IdleTimer(limit, loop: loop) { [unowned self] in
            timer = nil
            if !isHeld { body() }
        }
    }
}
