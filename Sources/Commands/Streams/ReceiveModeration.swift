// Fewer wake-ups while a stream pours in: a receiver that is faster than its sender would otherwise be
// woken for each segment, and waking it costs the sender more than sending.

import Sockets

/// Raises `SO_RCVLOWAT` of a TCP socket while much comes, and lowers it as soon as nothing has come for a
/// moment. The end of the stream and errors are reported at once in any case.
final class ReceiveModeration {
    /// What must have come between two waits for the stream to count as pouring, in bytes.
    static let pouring = 64 << 10
    private static let lowWater = 512 << 10
    /// So long bytes may wait at most for more to come.
    private static let moment = Duration.milliseconds(1)

    private let socket: BorrowedDescriptor
    private let loop: EventLoop
    private var isRaised = false
    private var hasMoved = false
    private var timer: Timer?

    init(_ socket: BorrowedDescriptor, loop: EventLoop) {
        self.socket = socket
        self.loop = loop
    }

    /// The socket has nothing more for now, after so many bytes.
    func willWait(after bytes: Int) {
        hasMoved = true
        guard !isRaised, bytes >= Self.pouring else { return }
        isRaised = set(Self.lowWater)
        if isRaised { watch() }
    }

    /// The socket is going to be closed.
    func end() { timer?.cancel() }

    private func watch() {
        hasMoved = false
        timer = loop.after(Self.moment) { [unowned self] in
            if hasMoved { watch() } else { isRaised = !set(1) }
        }
    }

    private func set(_ bytes: Int) -> Bool {
        (try? socket.set(.receiveLowWaterMark, to: .int(bytes))) != nil
    }
}
