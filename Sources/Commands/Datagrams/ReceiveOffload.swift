// Whether the kernel hands over several datagrams as one block (UDP_GRO), which takes a tenth of the time. A block
// that is dropped counts as one datagram, though: so it is asked for only while much comes, and of a receiver
// that stood still the count of drops is exact.

import Sockets

final class ReceiveOffload {
    private unowned let port: DatagramPort
    private let loop: EventLoop
    private var isOn = false
    /// When so much last came at once that blocks are worth it.
    private var lastMany = Instant.now
    /// How many had been dropped when blocks were asked for.
    private var dropsBefore = 0
    private var mayHaveDroppedBlocks = false

    /// From this many at once on blocks are worth it.
    private static let many = 256
    private static let pause = Duration.milliseconds(100)

    init(_ port: DatagramPort, loop: EventLoop) {
        self.port = port
        self.loop = loop
    }

    /// To be called when so many have been received at once.
    func received(_ count: Int) {
        guard count >= Self.many else { return }
        lastMany = .now
        guard !isOn else { return }
        dropsBefore = port.channel.descriptor.droppedDatagrams()
        isOn = (try? port.channel.descriptor.set(.receiveOffload, to: true)) != nil
        if isOn { waitForCalm(Self.pause) }
    }

    /// Whether datagrams may have been dropped as blocks, of which the kernel counts each as one.
    var lostBlocks: Bool {
        mayHaveDroppedBlocks || isOn && port.channel.descriptor.droppedDatagrams() > dropsBefore
    }

    private func waitForCalm(_ time: Duration) {
        loop.schedule(after: time) { [weak self] in
            guard let self, !port.channel.isClosed else { return }
            let calm = Instant.now - lastMany
            guard calm >= Self.pause else { return waitForCalm(Self.pause - calm) }
            mayHaveDroppedBlocks = lostBlocks
            try? port.channel.descriptor.set(.receiveOffload, to: false)
            isOn = false
        }
    }
}
