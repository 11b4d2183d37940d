// What stands in the way to a Unix socket's file: a directory that is missing or may not be searched, a file that is no
// socket, a socket that may not be written to.

import CLinux
import Glibc

/// What is found at the path of a Unix socket.
package enum UnixSocketPath: Hashable, Sendable {
    /// A socket, which may be connected to as far as its file says.
    case socket
    /// A file of another kind.
    case otherFile
    /// A directory on the way, or the file itself where it is the whole path, is not there.
    case missing([UInt8])
    /// A symbolic link, and where it leads to there is nothing.
    case danglingLink(to: String)
    /// What is on the way is no directory.
    case notADirectory([UInt8])
    /// A directory that this user may not search.
    case unsearchable([UInt8])
    /// The socket's file, which this user may not write to, as connecting needs.
    case unwritable
    /// It cannot be told.
    case unknown(Errno)

    /// Looks at each directory of the path: `stat(2)`, `faccessat(2)` with `AT_EACCESS`.
    package init(_ path: [UInt8]) {
        guard !path.isEmpty else {
            self = .unknown(.invalidArgument)
            return
        }
        let slash = UInt8(ascii: "/")
        var directory = path.first == slash ? [slash] : [UInt8(ascii: ".")]
        for end in path.indices.dropFirst() + [path.endIndex]
        where end == path.endIndex || path[end] == slash && path[end - 1] != slash {
            let part = Array(path[..<end])
            var status = stat()
            guard unsafe stat(part.cString, &status) == 0 else {
                self = Self.obstacle(part, below: directory, .current)
                return
            }
            if end < path.endIndex, status.st_mode & S_IFMT != S_IFDIR {
                self = .notADirectory(part)
                return
            }
            guard end == path.endIndex else {
                directory = part
                continue
            }
            guard status.st_mode & S_IFMT == S_IFSOCK else {
                self = .otherFile
                return
            }
            let mayWrite = unsafe faccessat(AT_FDCWD, part.cString, W_OK, AT_EACCESS) == 0
            self = mayWrite || errno != EACCES ? .socket : .unwritable
            return
        }
        self = .unknown(.invalidArgument)
    }

    private static func obstacle(_ part: [UInt8], below directory: [UInt8], _ error: Errno) -> UnixSocketPath
    {
        switch error {
        case .noSuchFile:
            UnixSocketFile.linkTarget(of: String(decoding: part, as: UTF8.self))
                .map { .danglingLink(to: $0) } ?? .missing(part)
        case .accessDenied: .unsearchable(directory)
        case .notADirectory: .notADirectory(directory)
        default: .unknown(error)
        }
    }
}
