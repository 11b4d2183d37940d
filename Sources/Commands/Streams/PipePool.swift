// Pipes that belong to the loop and are lent: between two sockets, or a socket and a file, the kernel moves bytes only
// through one. Who has nothing under way holds none.

import Sockets

/// A pipe of the pool.
final class PooledPipe {
    private let pipe: Pipe

    fileprivate init() throws(Errno) { pipe = try Pipe(capacity: Transfers.step) }

    var readEnd: BorrowedDescriptor { pipe.readEnd.borrowed }
    var writeEnd: BorrowedDescriptor { pipe.writeEnd.borrowed }
    var capacity: Int { pipe.capacity }
}

final class PipePool {
    private let loop: EventLoop
    private var spare: [PooledPipe] = []
    private var lent = 0

    /// So many may be out at once, each for a direction whose receiver takes nothing for now: two descriptors each, and
    /// memory of the kernel. Who finds none copies.
    private static let limit = 64
    private static let mostSpare = 2
    /// So long a spare one is kept that nobody asks for.
    private static let keeping = Duration.milliseconds(500)
    private var wasUsed = false
    private var clearing: Timer?

    init(loop: EventLoop) { self.loop = loop }

    /// An empty pipe; nil if there can be none.
    func take() -> PooledPipe? {
        guard lent < Self.limit, let pipe = spare.popLast() ?? (try? PooledPipe()) else { return nil }
        lent += 1
        wasUsed = true
        return pipe
    }

    /// - Parameter isEmpty: otherwise it is closed with what is in it.
    func give(_ pipe: PooledPipe, isEmpty: Bool) {
        lent -= 1
        guard isEmpty, spare.count < Self.mostSpare else { return }
        spare.append(pipe)
        if clearing == nil { clearLater() }
    }

    private func clearLater() {
        wasUsed = false
        clearing = loop.after(Self.keeping) { [unowned self] in
            clearing = nil
            if wasUsed { clearLater() } else { spare = [] }
        }
    }
}
