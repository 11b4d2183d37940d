// What kind of file a descriptor refers to, which decides how bytes can be moved to and from it.

import CLinux
import Glibc

/// The kinds of file that are told apart.
package enum FileKind: Equatable, Sendable {
    case regular
    case pipe
    case socket
    /// `/dev/null`, opened for writing: whatever is written is gone.
    case null
    case terminal
    /// Any other device or file.
    case other
}

extension FileKind {
    /// The kind of the file at a path, a terminal being `other`: `stat(2)`; nil if there is none.
    package static func of(path: String) -> FileKind? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .regular
        case S_IFIFO: .pipe
        case S_IFSOCK: .socket
        default: .other
        }
    }
}

/// Which regular file a descriptor refers to, by whatever name it was opened.
package struct RegularFile: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    fileprivate init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}

extension Descriptor where Self: ~Copyable {
    /// Which regular file it is: `fstat(2)`; nil for anything else.
    package var regularFile: RegularFile? {
        var status = stat()
        guard unsafe fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return RegularFile(status)
    }

    /// The kind of file: `fstat(2)`, and `isatty(3)` for devices.
    package func kind() throws(Errno) -> FileKind {
        var status = stat()
        try call { unsafe fstat(number, &status) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .regular
        case S_IFIFO: return .pipe
        case S_IFSOCK: return .socket
        case S_IFCHR:
            let isNull = clinux_major(status.st_rdev) == 1 && clinux_minor(status.st_rdev) == 3
            if isNull { return fcntl(number, F_GETFL) & O_ACCMODE == O_RDONLY ? .other : .null }
            return isatty(number) == 1 ? .terminal : .other
        default: return .other
        }
    }

    /// The size of a regular file in bytes: `fstat(2)`; nil for anything else.
    package func fileSize() -> Int? {
        var status = stat()
        guard unsafe fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// The columns of the terminal, if it is one that knows.
    package var terminalColumns: Int? { terminalSize?.columns }

    /// The size of the terminal, if it is one that knows: `ioctl(2)` with `TIOCGWINSZ`.
    package var terminalSize: (columns: Int, rows: Int)? {
        var columns: UInt16 = 0
        var rows: UInt16 = 0
        guard unsafe clinux_terminal_size(number, &columns, &rows) == 0, columns > 0 else { return nil }
        return (Int(columns), Int(rows))
    }

    /// Whether we may write to this terminal without disturbing whom it belongs to now: `tcgetpgrp(3)`. One that
    /// is not our controlling terminal belongs to nobody.
    package var isInForeground: Bool {
        let group = tcgetpgrp(number)
        return group < 0 || group == getpgrp()
    }

    /// Whether this terminal does not want what is written from the background now (`stty tostop`): `tcgetpgrp(3)`,
    /// `tcgetattr(3)` with `TOSTOP`.
    package var refusesBackgroundOutput: Bool {
        guard !isInForeground else { return false }
        var attributes = termios()
        return unsafe tcgetattr(number, &attributes) == 0 && attributes.c_lflag & tcflag_t(TOSTOP) != 0
    }

    /// Whether it is a terminal: `isatty(3)`.
    package var isTerminal: Bool { isatty(number) == 1 }
}
