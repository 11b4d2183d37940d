// The file that stands for a Unix socket: made by bind(2), replaced if its owner is gone, removed at the end.

import CLinux
import Glibc

/// The file of a listening socket of ours.
package struct UnixSocketFile: Sendable {
    private let path: [CChar]
    private let device: dev_t
    private let inode: ino_t

    /// Binds `socket` to `path`. A socket's file that nobody listens behind is replaced; `EADDRINUSE` if
    /// somebody does, or if it is a file of another kind.
    package static func bind(_ socket: borrowing Socket, at path: [UInt8]) throws(Errno) -> UnixSocketFile {
        let address = SocketAddress.unix(.path(path))
        let terminated = path.map { CChar(bitPattern: $0) } + [0]
        do {
            try socket.bind(to: address)
        } catch .addressInUse {
            guard isStale(address, terminated) else { throw .addressInUse }
            try call { unsafe unlink(terminated) }
            try socket.bind(to: address)
        }
        var status = stat()
        try call { unsafe lstat(terminated, &status) }
        return UnixSocketFile(path: terminated, device: status.st_dev, inode: status.st_ino)
    }

    /// Removes the file, unless another has taken its place: `unlink(2)`.
    package func remove() {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode else {
            return
        }
        unsafe unlink(path)
    }

    private static func isStale(_ address: SocketAddress, _ path: [CChar]) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK,
            let probe = try? Socket(.unix, .stream)
        else { return false }
        do throws(Errno) {
            _ = try probe.connect(to: address)
            return false
        } catch {
            return error == .connectionRefused
        }
    }
}
