// The error numbers of the system's calls: what `errno` said, with its symbol and text.

import CLinux
import Glibc

/// An error number (`errno(3)`).
package struct Errno: Error, Hashable, Sendable, RawRepresentable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// What the last failed call of this thread left in `errno`.
    static var current: Errno { Errno(rawValue: errno) }

    /// The symbol, `ECONNREFUSED`: the corresponding C function is `strerrorname_np`.
    package var name: String {
        guard let name = unsafe strerrorname_np(rawValue) else { return "errno \(rawValue)" }
        return unsafe String(cString: name)
    }

    /// What it means, in lower case: the corresponding C function is `strerrordesc_np`.
    package var message: String {
        guard let text = unsafe strerrordesc_np(rawValue) else { return "unknown error" }
        let description = unsafe String(cString: text)
        return description.prefix(1).lowercased() + description.dropFirst()
    }
}

extension Errno {
    package static let notPermitted = Errno(rawValue: EPERM)
    package static let noSuchFile = Errno(rawValue: ENOENT)
    package static let wrongSocketType = Errno(rawValue: EPROTOTYPE)
    package static let noSuchDevice = Errno(rawValue: ENODEV)
    package static let interrupted = Errno(rawValue: EINTR)
    package static let noSuchProcess = Errno(rawValue: ESRCH)
    package static let notADirectory = Errno(rawValue: ENOTDIR)
    package static let inputOutput = Errno(rawValue: EIO)
    package static let badDescriptor = Errno(rawValue: EBADF)
    package static let wouldBlock = Errno(rawValue: EAGAIN)
    package static let accessDenied = Errno(rawValue: EACCES)
    package static let fileExists = Errno(rawValue: EEXIST)
    package static let invalidArgument = Errno(rawValue: EINVAL)
    package static let tooManyDescriptors = Errno(rawValue: EMFILE)
    package static let systemTableFull = Errno(rawValue: ENFILE)
    package static let noBufferSpace = Errno(rawValue: ENOBUFS)
    package static let noMemory = Errno(rawValue: ENOMEM)
    package static let noSpace = Errno(rawValue: ENOSPC)
    package static let illegalSeek = Errno(rawValue: ESPIPE)
    package static let fileTooLarge = Errno(rawValue: EFBIG)
    package static let brokenPipe = Errno(rawValue: EPIPE)
    package static let notImplemented = Errno(rawValue: ENOSYS)
    package static let nameTooLong = Errno(rawValue: ENAMETOOLONG)
    package static let protocolError = Errno(rawValue: EPROTO)
    package static let notASocket = Errno(rawValue: ENOTSOCK)
    package static let noProtocolOption = Errno(rawValue: ENOPROTOOPT)
    package static let protocolNotSupported = Errno(rawValue: EPROTONOSUPPORT)
    package static let notSupported = Errno(rawValue: EOPNOTSUPP)
    package static let familyNotSupported = Errno(rawValue: EAFNOSUPPORT)
    package static let addressInUse = Errno(rawValue: EADDRINUSE)
    package static let addressNotAvailable = Errno(rawValue: EADDRNOTAVAIL)
    package static let networkDown = Errno(rawValue: ENETDOWN)
    package static let networkUnreachable = Errno(rawValue: ENETUNREACH)
    package static let connectionAborted = Errno(rawValue: ECONNABORTED)
    package static let connectionReset = Errno(rawValue: ECONNRESET)
    package static let notConnected = Errno(rawValue: ENOTCONN)
    package static let timedOut = Errno(rawValue: ETIMEDOUT)
    package static let connectionRefused = Errno(rawValue: ECONNREFUSED)
    package static let hostDown = Errno(rawValue: EHOSTDOWN)
    package static let hostUnreachable = Errno(rawValue: EHOSTUNREACH)
    package static let inProgress = Errno(rawValue: EINPROGRESS)
    package static let alreadyInProgress = Errno(rawValue: EALREADY)
    package static let badMessage = Errno(rawValue: EBADMSG)
    package static let cancelled = Errno(rawValue: ECANCELED)
}

extension Errno {
    /// Whether it may mean that the call is not to be had here, and not that it failed: the kernel is older or
    /// was built without it, or a seccomp filter or a security module keeps it from this process. What else does
    /// the same is then worth trying; where it was the object that was refused, that says so again.
    var refusesCall: Bool {
        switch self {
        case .notImplemented, .notPermitted, .accessDenied, .invalidArgument, .notSupported: true
        default: false
        }
    }
}

/// Makes a call that answers -1 on failure, again whenever a signal interrupted it: `EINTR` comes out of it only once the
/// `StartLimit` has passed.
@discardableResult
@inline(__always)
func call<Result: FixedWidthInteger & SignedInteger>(_ body: () -> Result) throws(Errno) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        if errno != EINTR || StartLimit.hasPassed { throw Errno.current }
    }
}
