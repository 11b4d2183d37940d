// A function that runs in a child process: what it does to libc stays there, and it can be ended where libc makes it
// block. What it writes is read here.

import CLinux
import Glibc

/// A child, and the pipe that it writes to; it is killed when nobody holds it any more.
package final class ForkedCall {
    /// Readable when the child has written, or has ended; non-blocking.
    package let descriptor: OwnedDescriptor
    private let child: pid_t
    private var isRunning = true

    /// `pipe2(2)`, `fork(2)`. While this process has one thread, as it has where nothing was asked in the background.
    /// - Parameter body: what the child does. Signals end it, and so does the end of this process.
    package init(_ body: (BorrowedDescriptor) -> Void) throws(Errno) {
        var ends: [Int32] = [-1, -1]
        try call { unsafe pipe2(&ends, O_CLOEXEC) }
        let input = OwnedDescriptor(ends[0])
        let output = OwnedDescriptor(ends[1])
        let parent = getpid()
        child = try call { clinux_fork() }
        if child == 0 {
            clinux_die_with_parent()
            if getppid() == parent { Signal.unblocking { body(output.borrowed) } }
            _exit(0)
        }
        try? input.setNonBlocking()
        descriptor = input
    }

    deinit { end() }

    /// Ends the child if it runs, and returns the signal that it died of if that was not ours: `kill(2)`, `waitpid(2)`.
    /// - Parameter waiting: whether it has closed its end, and is let come to its own.
    @discardableResult
    package func end(waiting: Bool = false) -> Signal? {
        guard isRunning else { return nil }
        isRunning = false
        if !waiting { kill(child, SIGKILL) }
        var status: Int32 = 0
        guard (try? call { unsafe waitpid(child, &status, 0) }) != nil else { return nil }
        let number = status & 0x7f
        return waiting && number != 0 ? Signal(number) : nil
    }
}
