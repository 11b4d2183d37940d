// Signals as something to read: blocked for the process, taken from a signalfd(2) in the poll loop.

import CLinux
import Glibc

/// A signal's number, `SIGINT`.
package struct Signal: Hashable, Sendable {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    package static let interrupt = Signal(SIGINT)
    package static let terminate = Signal(SIGTERM)
    package static let hangUp = Signal(SIGHUP)
    package static let kill = Signal(SIGKILL)
    package static let user1 = Signal(SIGUSR1)
    /// The terminal has another size.
    package static let windowChange = Signal(SIGWINCH)
    /// Ctrl-Z.
    package static let stop = Signal(SIGTSTP)

    /// Its name, `SIGINT`.
    package var name: String {
        guard let name = unsafe sigabbrev_np(number) else { return "signal \(number)" }
        return unsafe "SIG" + String(cString: name)
    }

    /// Ignores what would end the process in the middle of writing, so that the call says what is wrong: `EPIPE` for
    /// a closed pipe or socket (`SIGPIPE`), `EFBIG` beyond the limit on the size of files (`SIGXFSZ`).
    package static func ignoreFailuresOfWriting() {
        unsafe pthread_sigmask(SIG_SETMASK, nil, &found.mask)
        unsafe found.notIgnored = [SIGPIPE, SIGXFSZ].filter { !Signal($0).isIgnored }
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    /// Has the kernel end this process after so long, whatever it waits for: `setitimer(2)`. For an answer that nobody
    /// waits for any longer.
    package static func endProcess(after limit: Duration) {
        var timer = itimerval()
        timer.it_value = timeval(limit)
        _ = unsafe setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
    }

    /// Makes signals again what they were when this process began, for a program that takes its place: `signal(2)`,
    /// `sigprocmask(2)`. Those with a handler are so after execve(2) anyway.
    static func restore() {
        for number in unsafe found.notIgnored { _ = signal(number, SIG_DFL) }
        unsafe pthread_sigmask(SIG_SETMASK, &found.mask, nil)
    }

    /// Whether the parent made us ignore it (as `nohup` does).
    package var isIgnored: Bool {
        var action = sigaction()
        guard unsafe sigaction(number, nil, &action) == 0 else { return false }
        return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// Where memory is exhausted Swift prints where it was and calls abort(3): has it end with a line that says
    /// so, and with `status`. Any other abort remains one.
    package static func explainExhaustion(_ line: StaticString, status: Int32) {
        unsafe exhaustion = (line, status)
        // The runtime aborts; Foundation runs into a trap, which is one of the other two.
        for number in [SIGABRT, SIGILL, SIGTRAP] {
            _ = signal(number) { number in
                FullScreen.abandon()
                guard errno == ENOMEM else {
                    _ = signal(number, SIG_DFL)
                    // It is blocked here, and comes as soon as this returns.
                    raise(number)
                    return
                }
                _ = unsafe write(
                    STDERR_FILENO, exhaustion.line.utf8Start, exhaustion.line.utf8CodeUnitCount)
                unsafe _exit(exhaustion.status)
            }
        }
    }

    /// Ends the process by this signal, so that whoever waits for it sees what happened.
    package func dieOf() -> Never {
        FullScreen.abandon()
        _ = signal(number, SIG_DFL)
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, number)
        Glibc.kill(getpid(), number)
        unsafe sigprocmask(SIG_UNBLOCK, &set, nil)
        exit(128 + number)
    }
}

extension Signal {
    /// Runs `body` with the signals let through that are taken from the poll loop otherwise: they end the process
    /// then, or stop it, as they do one without such a loop.
    package static func unblocking<Result: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var none = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try body()
    }
}

/// What was blocked, and not ignored, when the process began.
nonisolated(unsafe) private var found = (mask: sigset_t(), notIgnored: [Int32]())

/// What the handler says, which must not allocate.
nonisolated(unsafe) private var exhaustion: (line: StaticString, status: Int32) = ("", 1)

/// The signals that the process takes from its poll loop.
package struct SignalSource: ~Copyable {
    package let descriptor: OwnedDescriptor
    private var signals: [Signal]

    /// Blocks `signals` for this thread and those it starts, and opens a `signalfd(2)` for them.
    ///
    /// What stops a job that uses its terminal in the background (`SIGTTIN`, `SIGTTOU`) is blocked as well, and never
    /// taken: one that is stopped in the middle of a call would be so again as soon as it goes on, without having
    /// seen the signal that ends it. Who reads or writes a terminal asks `isInForeground` first.
    package init(_ signals: [Signal]) throws(Errno) {
        self.signals = signals
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal.number) }
        var blocked = set
        for number in [SIGTTIN, SIGTTOU] { unsafe sigaddset(&blocked, number) }
        unsafe sigprocmask(SIG_BLOCK, &blocked, nil)
        descriptor = OwnedDescriptor(try call { unsafe signalfd(-1, &set, O_CLOEXEC | O_NONBLOCK) })
    }

    package func takes(_ signal: Signal) -> Bool { signals.contains(signal) }

    /// Takes these, too: `signalfd(2)` on the descriptor that is there.
    package mutating func add(_ signals: [Signal]) {
        self.signals += signals
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in self.signals { unsafe sigaddset(&set, signal.number) }
        unsafe sigprocmask(SIG_BLOCK, &set, nil)
        _ = unsafe signalfd(descriptor.number, &set, O_CLOEXEC | O_NONBLOCK)
    }

    /// The next signal that came, if there is one.
    package func next() -> Signal? {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard unsafe read(descriptor.number, &info, size) == size else { return nil }
        return Signal(Int32(bitPattern: info.ssi_signo))
    }
}
