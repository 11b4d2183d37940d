// Bytes moved by the kernel: splice(2), sendfile(2) and the pipe between. Nothing enters the program. Where the
// kernel will not, whatever it says, the answer is ENOSYS: then they are read and written.

import CLinux
import Glibc

/// A pipe of our own, non-blocking and close-on-exec: `pipe2(2)`.
package struct Pipe: ~Copyable, Sendable {
    package let readEnd: OwnedDescriptor
    package let writeEnd: OwnedDescriptor
    /// How many bytes it holds.
    package let capacity: Int

    /// - Parameter capacity: the size asked for (`F_SETPIPE_SZ`); the kernel may grant less.
    package init(capacity: Int) throws(Errno) {
        var numbers: (Int32, Int32) = (-1, -1)
        unsafe try withUnsafeMutableBytes(of: &numbers) { (bytes) throws(Errno) in
            let ends = unsafe bytes.bindMemory(to: Int32.self)
            try call { unsafe pipe2(ends.baseAddress, O_CLOEXEC | O_NONBLOCK) }
        }
        readEnd = OwnedDescriptor(numbers.0)
        writeEnd = OwnedDescriptor(numbers.1)
        self.capacity = writeEnd.setPipeCapacity(capacity)
    }
}

extension Descriptor where Self: ~Copyable {
    /// Asks for a pipe that holds `capacity` bytes, and returns what it holds now: `F_SETPIPE_SZ`.
    @discardableResult
    package func setPipeCapacity(_ capacity: Int) -> Int {
        let size = fcntl(number, CLINUX_F_SETPIPE_SZ, Int32(clamping: capacity))
        // PIPE_BUF, which every pipe holds, where the kernel tells nothing.
        return Int(size > 0 ? size : max(fcntl(number, CLINUX_F_GETPIPE_SZ), 4096))
    }

    /// Moves up to `count` bytes to `output`; one of the two is a pipe: `splice(2)`, never waiting for
    /// the pipe. Zero is the end of the input; `ENOSYS` if these two are not joined so.
    package func splice(
        to output: borrowing some Descriptor & ~Copyable, count: Int
    ) throws(Errno) -> Int {
        let flags = CLINUX_SPLICE_F_MOVE | CLINUX_SPLICE_F_NONBLOCK
        return try move { CLinux.splice(number, nil, output.number, nil, count, flags) }
    }

    /// Moves up to `count` bytes of this file, from its offset on, to `output`: `sendfile(2)`.
    /// Zero is the end of the file; `ENOSYS` if these two are not joined so.
    package func sendfile(
        to output: borrowing some Descriptor & ~Copyable, count: Int
    ) throws(Errno) -> Int {
        try move { Glibc.sendfile(output.number, number, nil, count) }
    }

    /// The same, from a place of the caller's own, which moves on; the file's offset stays.
    package func sendfile(
        to output: borrowing some Descriptor & ~Copyable, from place: inout Int, count: Int
    ) throws(Errno) -> Int {
        var offset = off_t(place)
        let moved = try move { unsafe Glibc.sendfile(output.number, number, &offset, count) }
        place = Int(offset)
        return moved
    }

    /// Reads from a place of a file, whose own offset stays: `pread(2)`. Zero is the end.
    package func read(into buffer: inout MutableRawSpan, at place: Int) throws(Errno) -> Int {
        unsafe try buffer.withUnsafeMutableBytes { (bytes) throws(Errno) in
            try call { unsafe pread(number, bytes.baseAddress, bytes.count, off_t(place)) }
        }
    }
}

/// Makes a call that moves bytes. That it is not to be had is said in many ways: by an old kernel, by a file
/// system, and by a sandbox, which answers `EPERM` or `EACCES` to the call whatever the files are. Where it is
/// a file that may not be used, read(2) or write(2) says so again.
private func move(_ body: () -> Int) throws(Errno) -> Int {
    do {
        return try call(body)
    } catch {
        throw error.refusesCall ? .notImplemented : error
    }
}
