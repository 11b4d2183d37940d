// The three standard descriptors, as the process found them.

import Sockets
import Synchronization

enum Standard {
    private static let closed = Mutex<Set<Int32>>([])

    /// To be called before anything is opened: keeps 0, 1 and 2 from being given to a socket.
    static func reserve() {
        let found = BorrowedDescriptor.reserveStandardDescriptors()
        closed.withLock { $0 = found }
    }

    /// Whether it was closed when the process began.
    static func wasClosed(_ descriptor: BorrowedDescriptor) -> Bool {
        closed.withLock { $0.contains(descriptor.number) }
    }
}
