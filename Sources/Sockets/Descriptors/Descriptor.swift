// File descriptors: owned ones close themselves, borrowed ones (stdin, an inherited one) never do.
// The compiler keeps the two apart, so that nothing is closed twice or leaked.

import CLinux
import Glibc

/// Anything with a number that the kernel knows.
package protocol Descriptor: ~Copyable {
    /// The number, as `fileno(3)` would give it.
    var number: Int32 { get }
}

/// A descriptor that belongs to somebody else, and is left open with the flags it had.
package struct BorrowedDescriptor: Descriptor, Hashable, Sendable {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    package static let standardInput = BorrowedDescriptor(0)
    package static let standardOutput = BorrowedDescriptor(1)
    package static let standardError = BorrowedDescriptor(2)
}

/// A descriptor that closes itself at the end of its life.
package struct OwnedDescriptor: Descriptor, ~Copyable, Sendable {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    deinit { _ = Glibc.close(number) }

    /// This descriptor, for a caller that will not outlive it.
    package var borrowed: BorrowedDescriptor { BorrowedDescriptor(number) }

    /// Gives up ownership: the caller now closes the number.
    package consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }
}

extension Descriptor where Self: ~Copyable {
    /// Reads what is there, at most what `buffer` holds: `read(2)`. Zero is the end.
    package func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        unsafe try buffer.withUnsafeMutableBytes { (bytes) throws(Errno) in
            try call { unsafe Glibc.read(number, bytes.baseAddress, bytes.count) }
        }
    }

    /// Writes as much as goes at once: `write(2)`.
    package func write(_ bytes: RawSpan) throws(Errno) -> Int {
        unsafe try bytes.withUnsafeBytes { (bytes) throws(Errno) in
            try call { unsafe Glibc.write(number, bytes.baseAddress, bytes.count) }
        }
    }

    /// Writes all of it, waiting for room: `write(2)` and, on a non-blocking descriptor, `poll(2)`.
    package func writeAll(_ bytes: [UInt8]) throws(Errno) {
        var rest = bytes[...]
        while !rest.isEmpty {
            do {
                rest = rest.dropFirst(try write(unsafe rest.span.bytes))
            } catch .wouldBlock {
                _ = try waitUntilReady(for: .write, timeout: -1)
            }
        }
    }

    /// What is ready now, or after at most `timeout` milliseconds (-1: however long): `poll(2)`.
    package func waitUntilReady(for interest: Interest, timeout: Int32) throws(Errno) -> Readiness {
        var request = pollfd(fd: number, events: 0, revents: 0)
        if interest.read { request.events |= Int16(POLLIN) }
        if interest.write { request.events |= Int16(POLLOUT) }
        try call { unsafe poll(&request, 1, timeout) }
        return Readiness(
            isReadable: request.revents & Int16(POLLIN) != 0,
            isWritable: request.revents & Int16(POLLOUT) != 0,
            hasError: request.revents & Int16(POLLERR) != 0, hasHungUp: request.revents & Int16(POLLHUP) != 0)
    }

    /// Whether it can be read at all: a `read(2)` of nothing, which takes nothing and waits for nothing. Not for a
    /// terminal, which may stop who reads it.
    package func checkReadable() throws(Errno) { try call { Glibc.read(number, nil, 0) } }

    /// Reads to the end, waiting for it: `read(2)` and, on a non-blocking descriptor, `poll(2)`.
    /// - Returns: nil if there are more than so many bytes.
    package func readAll(atMost limit: Int) throws(Errno) -> [UInt8]? {
        var bytes: [UInt8] = []
        let buffer = ByteBuffer(capacity: 64 << 10)
        while true {
            do {
                guard try buffer.fill({ (span) throws(Errno) in try read(into: &span) }) > 0 else {
                    return bytes
                }
            } catch .wouldBlock {
                _ = try waitUntilReady(for: .read, timeout: -1)
                continue
            }
            _ = buffer.drain { span in
                unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
                return span.byteCount
            }
            if bytes.count > limit { return nil }
        }
    }

    /// Moves the offset of a file back to where it was: `lseek(2)`; `ESPIPE` on a pipe or socket.
    package func rewind(to offset: Int) throws(Errno) {
        try call { lseek(number, off_t(offset), SEEK_SET) }
    }

    /// Where in a file the next read or write is: `lseek(2)`; nil for what has no such place.
    package func offset() -> Int? {
        let offset = lseek(number, 0, SEEK_CUR)
        return offset < 0 ? nil : offset
    }

    /// Cuts a file to no bytes: `ftruncate(2)`.
    package func truncate() throws(Errno) {
        try call { ftruncate(number, 0) }
    }

    /// Whether the descriptor was open when this program began: all that it opens itself is closed on exec
    /// (`FD_CLOEXEC`): `fcntl(2)` with `F_GETFD`.
    package var isInherited: Bool {
        let flags = fcntl(number, F_GETFD)
        return flags >= 0 && flags & FD_CLOEXEC == 0
    }

    /// Whether the process may have another descriptor: `fcntl(2)` with `F_DUPFD_CLOEXEC`.
    package var canBeDuplicated: Bool {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { return false }
        Glibc.close(copy)
        return true
    }

    /// Whether it was opened for this direction: `fcntl(2)` with `F_GETFL`. In the other one a call says `EBADF`, but
    /// not one that opens it anew, and poll(2) may wait for ever.
    package func isOpen(forWriting writing: Bool) -> Bool {
        let flags = fcntl(number, F_GETFL)
        return flags >= 0 && flags & O_ACCMODE != (writing ? O_RDONLY : O_WRONLY)
    }

    /// Whether each write goes to the end of the file, wherever that is (`O_APPEND`): `fcntl(2)` with `F_GETFL`.
    package var appends: Bool { fcntl(number, F_GETFL) & O_APPEND != 0 }
}

extension OwnedDescriptor {
    /// Opens a file for reading, or for writing without cutting it: `open(2)`, `O_CLOEXEC`. A path that stands for a
    /// descriptor of this process (`/dev/stdin`, `/dev/fd/3`) has no other direction than that: `EBADF`.
    /// - Parameters:
    ///   - appending: whether each write goes to the end, also after somebody else has cut the file (`O_APPEND`).
    ///   - mode: the permissions of a file that is created, of which umask(2) takes some away.
    package static func open(
        path: [UInt8], writing: Bool, nonBlocking: Bool = false, appending: Bool = false,
        mode: UInt32 = 0o666,
        followingLinks: Bool = true
    ) throws(Errno) -> OwnedDescriptor {
        if let number = BorrowedDescriptor.number(inPath: path),
            !BorrowedDescriptor(number).isOpen(forWriting: writing)
        {
            throw .badDescriptor
        }
        let flags =
            (writing ? O_WRONLY | O_CREAT : O_RDONLY) | O_CLOEXEC | O_NOCTTY
            | (nonBlocking ? O_NONBLOCK : 0) | (appending ? O_APPEND : 0)
            | (followingLinks ? 0 : O_NOFOLLOW)
        return OwnedDescriptor(try call { unsafe Glibc.open(path.terminated, flags, mode) })
    }

    /// Makes calls on it answer `EAGAIN` instead of waiting: `fcntl(2)` with `F_SETFL`. For open files that
    /// nobody shares.
    package func setNonBlocking() throws(Errno) {
        try call { fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }
    }

    /// Makes each write go to the end of the file: `fcntl(2)` with `F_SETFL`, `O_APPEND`. For open files that nobody
    /// shares.
    package func setAppending() throws(Errno) {
        try call { fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_APPEND) }
    }

    /// Opens what `descriptor` stands for once more, non-blocking, so that `O_NONBLOCK` is set on an
    /// open file of our own and not on the one shared with the shell. For pipes and terminals.
    package static func reopening(
        _ descriptor: BorrowedDescriptor, writing: Bool
    ) throws(Errno) -> OwnedDescriptor {
        let flags = (writing ? O_WRONLY : O_RDONLY) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
        let path = "/proc/self/fd/\(descriptor.number)"
        return OwnedDescriptor(try call { unsafe Glibc.open(path, flags) })
    }
}

extension BorrowedDescriptor {
    /// The descriptor of this process that a path opens anew; nil if it is none of those names.
    static func number(inPath path: [UInt8]) -> Int32? {
        let path = String(decoding: path, as: UTF8.self)
        switch path {
        case "/dev/stdin": return 0
        case "/dev/stdout": return 1
        case "/dev/stderr": return 2
        default: break
        }
        for folder in ["/dev/fd/", "/proc/self/fd/", "/proc/\(getpid())/fd/"] where path.hasPrefix(folder) {
            return Int32(path.dropFirst(folder.count))
        }
        return nil
    }

    /// Makes standard descriptors that are closed refer to `/dev/null` the wrong way round, so that no
    /// socket takes their number and each use still fails with `EBADF`. Returns the closed ones.
    package static func reserveStandardDescriptors() -> Set<Int32> {
        var closed: Set<Int32> = []
        for number in 0...2 as ClosedRange<Int32> where fcntl(number, F_GETFD) == -1 {
            closed.insert(number)
            let flags = (number == 0 ? O_WRONLY : O_RDONLY)
            let opened = unsafe Glibc.open("/dev/null", flags)
            if opened != number && opened >= 0 {
                dup2(opened, number)
                Glibc.close(opened)
            }
        }
        return closed
    }

    /// Lets go of what this standard descriptor refers to, keeping the number taken: the next program
    /// in the pipe sees the end, and no socket gets the number.
    package func detach() {
        let null = unsafe Glibc.open("/dev/null", O_RDWR | O_CLOEXEC)
        guard null >= 0 else {
            Glibc.close(number)
            return
        }
        dup2(null, number)
        Glibc.close(null)
    }
}
