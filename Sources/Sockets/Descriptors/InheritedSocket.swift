// A stream socket that was open when this process began.

import CLinux
import Glibc

package struct InheritedSocket: ~Copyable {
    /// A number of our own to close: that which was inherited, or for a standard descriptor another.
    package let descriptor: OwnedDescriptor
    package let isListening: Bool
    package let local: SocketAddress
    package let peer: SocketAddress

    /// `getsockopt(2)` with `SO_TYPE` and `SO_ACCEPTCONN`, `getsockname(2)`, `getpeername(2)`. The flags of the open
    /// socket, which others may share, stay as they are.
    /// - Throws: `EBADF` if it was not inherited, `ENOTSOCK`, `EPROTOTYPE` if it is no stream, `ENOTCONN` if it neither
    ///   listens nor is connected.
    package init(_ number: Int32) throws(Errno) {
        let original = BorrowedDescriptor(number)
        guard original.isInherited else { throw .badDescriptor }
        guard try original.kind() == .socket else { throw .notASocket }
        guard try original.get(.type) == .int(Int(SocketType.stream.kernelValue)) else {
            throw .wrongSocketType
        }
        let isListening = try original.get(.isListening) == .bool(true)
        let local = try original.localAddress() ?? .unix(.unnamed)
        let peer = isListening ? SocketAddress.unix(.unnamed) : try original.peerAddress() ?? .unix(.unnamed)
        if number > STDERR_FILENO {
            try call { fcntl(number, F_SETFD, FD_CLOEXEC) }
            descriptor = OwnedDescriptor(number)
        } else {
            descriptor = OwnedDescriptor(try call { fcntl(number, F_DUPFD_CLOEXEC, 0) })
        }
        (self.isListening, self.local, self.peer) = (isListening, local, peer)
    }

    package consuming func release() -> OwnedDescriptor { descriptor }
}

extension Descriptor where Self: ~Copyable {
    /// Whether a call on it may wait: `fcntl(2)` with `F_GETFL`.
    package var isBlocking: Bool { fcntl(number, F_GETFL) & O_NONBLOCK == 0 }

    /// Makes calls on it wait again, for who is given it: `fcntl(2)` with `F_SETFL`.
    package func setBlocking() throws(Errno) {
        try call { fcntl(number, F_SETFL, fcntl(number, F_GETFL) & ~O_NONBLOCK) }
    }
}
