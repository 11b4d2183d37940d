// When datagrams of our own are not sent for a while: between two of them, where there is no room at the peer, and while
// those who look on are full.

import Sockets

final class SendPause {
    private let loop: EventLoop
    private let resume: () -> Void
    private var timer: Timer?
    private var retry = Duration.zero
    /// Whether sending waits for who looks on.
    private var isWaiting = false

    /// - Parameter resume: called when it is over.
    init(_ loop: EventLoop, _ resume: @escaping () -> Void) {
        self.loop = loop
        self.resume = resume
    }

    var isOn: Bool { timer != nil || isWaiting }

    func rest(for duration: Duration) {
        timer = loop.after(duration) { [unowned self] in
            timer = nil
            resume()
        }
    }

    /// The peer's buffer is full, or the interface's queue: nothing tells when it no longer is.
    func waitForPeer() {
        retry = min(max(.milliseconds(1), retry * 2), .milliseconds(16))
        rest(for: retry)
    }

    /// Something went.
    func reset() { retry = .zero }

    func wait(for gate: Gate) {
        isWaiting = true
        gate.whenRoom { [weak self] in
            guard let self else { return }
            isWaiting = false
            resume()
        }
    }

    func cancel() { timer?.cancel() }
}
