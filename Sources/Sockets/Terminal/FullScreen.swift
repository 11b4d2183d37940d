// A terminal that the program has for itself: each key comes at once and is not shown. However the process ends, but for
// SIGKILL, the terminal is left as it was found.

import Glibc

package enum FullScreen {
    /// The alternate screen, no cursor, no line that goes on in the next: xterm's sequences, which other terminals took over.
    package static let enter = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l\u{1b}[H\u{1b}[2J"
    /// Back to what was there; what was to be shown at once is.
    package static var leave: String { "\(leaving)" }
    /// A function of nothing, so that a handler of signals finds it without anything being set up.
    private static var leaving: StaticString { "\u{1b}[?2026l\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l" }

    /// What a handler of signals finds, which may only read it.
    nonisolated(unsafe) private static var isActive = false
    nonisolated(unsafe) private static var screen: Int32 = -1
    nonisolated(unsafe) private static var keys: Int32 = -1
    nonisolated(unsafe) private static var before = termios()

    /// Signals that end the process with a core or because of a fault, besides those that exhaustion is told by.
    private static let fatal = [SIGSEGV, SIGBUS, SIGFPE, SIGQUIT]

    /// From here on `abandon` is needed. The sequence `enter` is to be written by whoever writes to the screen.
    /// - Parameter keys: the terminal that they come from: `tcsetattr(3)`; nil where there are none.
    package static func begin(screen: BorrowedDescriptor, keys: BorrowedDescriptor?) {
        unsafe Self.screen = screen.number
        unsafe Self.keys = -1
        var now = termios()
        if let keys, unsafe tcgetattr(keys.number, &now) == 0 {
            unsafe before = now
            unsafe Self.keys = keys.number
            now.c_lflag &= ~tcflag_t(ICANON | ECHO)
            // A key that is a signal does not throw away the half of a frame that is on its way.
            now.c_lflag |= tcflag_t(NOFLSH)
            _ = unsafe tcsetattr(keys.number, TCSADRAIN, &now)
        }
        unsafe isActive = true
        for number in fatal {
            _ = signal(number) { number in
                FullScreen.abandon()
                _ = signal(number, SIG_DFL)
                // It is blocked here, and comes as soon as this returns.
                raise(number)
            }
        }
    }

    /// The keys are as they were; the sequence `leave` is to be written by whoever writes to the screen.
    package static func end() {
        guard unsafe isActive else { return }
        unsafe isActive = false
        restoreKeys()
        for number in fatal { _ = signal(number, SIG_DFL) }
    }

    /// Leaves the terminal as it was, now: also out of a handler of signals.
    package static func abandon() {
        guard unsafe isActive else { return }
        unsafe isActive = false
        _ = unsafe write(screen, leaving.utf8Start, leaving.utf8CodeUnitCount)
        restoreKeys()
    }

    private static func restoreKeys() {
        if unsafe keys >= 0 { _ = unsafe tcsetattr(keys, TCSANOW, &before) }
    }
}

extension Signal {
    /// Stops the process, as the terminal's key for it does, until it is continued: `SIGSTOP`.
    package static func stopHere() { Glibc.kill(getpid(), SIGSTOP) }
}
