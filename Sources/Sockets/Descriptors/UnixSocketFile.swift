// The file that stands for a Unix socket: made by bind(2), replaced if its owner is gone, removed at the end. Two that
// begin at the same time take turns, by a lock on the directory, and whether an owner is there is found out without
// disturbing it.

import CLinux
import Glibc

/// The file of a socket of ours. An object, so that it takes one word in each of the many sockets that have none.
package final class UnixSocketFile: Sendable {
    private let path: [UInt8]
    private let device: dev_t
    private let inode: ino_t

    private init(path: [UInt8], device: dev_t, inode: ino_t) {
        (self.path, self.device, self.inode) = (path, device, inode)
    }

    /// Binds `socket` to `path`. A socket's file that nobody holds is replaced; `EADDRINUSE` if somebody does, also
    /// if it does not listen yet, or if it is a file of another kind.
    /// - Parameter mode: the file's permissions; nil for all that the umask allows.
    package static func bind(
        _ socket: borrowing Socket, at path: [UInt8], mode: UInt32? = nil
    ) throws(Errno) -> UnixSocketFile {
        let address = SocketAddress.unix(.path(path))
        let lock = DirectoryLock(around: path)
        defer { lock.release() }
        // bind(2) makes the file with the permissions that the umask leaves, so that it never has others.
        let previous = mode.map { umask(~$0 & 0o777) }
        defer { if let previous { umask(previous) } }
        do {
            try socket.bind(to: address)
        } catch .addressInUse {
            guard isStale(address, path) else { throw .addressInUse }
            try call { unsafe unlink(path.terminated) }
            try socket.bind(to: address)
        }
        let status = try fileStatus(path)
        return UnixSocketFile(path: path, device: status.st_dev, inode: status.st_ino)
    }

    /// Removes the file, unless another has taken its place: `unlink(2)`. To be called while the socket is still open:
    /// nobody takes the file for a stale one then, and no other file has its inode.
    package func remove() {
        let lock = DirectoryLock(around: path)
        defer { lock.release() }
        guard let status = try? fileStatus(path), status.st_dev == device, status.st_ino == inode else {
            return
        }
        unsafe unlink(path.terminated)
    }

    /// Where a symbolic link at this path leads: `readlink(2)`; nil if it is none.
    package static func linkTarget(of path: String) -> String? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        return unsafe readlink(path, &target, target.count - 1) >= 0 ? String(terminated: target) : nil
    }

    /// Whether it is a socket's file that nobody holds. To connect a datagram socket tells it and disturbs nobody:
    /// `ECONNREFUSED` without an owner, `EPROTOTYPE` if that is a stream socket, listening or not yet.
    private static func isStale(_ address: SocketAddress, _ path: [UInt8]) -> Bool {
        guard let status = try? fileStatus(path), status.st_mode & S_IFMT == S_IFSOCK,
            let probe = try? Socket(.unix, .datagram)
        else { return false }
        do throws(Errno) {
            _ = try probe.connect(to: address)
            return false
        } catch {
            return error == .connectionRefused
        }
    }
}

/// `lstat(2)`.
private func fileStatus(_ path: [UInt8]) throws(Errno) -> stat {
    var status = stat()
    try call { unsafe lstat(path.terminated, &status) }
    return status
}

/// A lock on the directory of a file: `flock(2)`. Who cannot have it goes on without: it is for those who play by the
/// same rules, and no stranger shall hold us up.
private struct DirectoryLock {
    private let directory: Int32?

    /// How long it is tried, and how often.
    private static let patience = Duration.seconds(1)
    private static let pause: Int32 = 5

    init(around path: [UInt8]) {
        let slash = path.lastIndex(of: UInt8(ascii: "/"))
        let name = slash.map { $0 == 0 ? Array(path[...$0]) : Array(path[..<$0]) } ?? [UInt8(ascii: ".")]
        let opened = unsafe open(name.terminated, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        directory = opened < 0 ? nil : opened
        guard opened >= 0 else { return }
        let end = Instant.now + Self.patience
        while flock(opened, LOCK_EX | LOCK_NB) == -1, errno == EWOULDBLOCK || errno == EINTR,
            Instant.now < end
        {
            poll(nil, 0, Self.pause)
        }
    }

    /// Closing gives the lock up.
    func release() { if let directory { close(directory) } }
}
