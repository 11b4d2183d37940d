// One bidirectional flow of bytes, whatever carries it: a socket is one, and what is layered over a socket is another.

import Sockets

/// A connection's bytes. Everything about a connection goes through it: nobody reaches past it to a descriptor.
protocol Stream: AnyObject {
    /// The descriptor that the kernel may move bytes to and from, past this program; nil where it may not.
    var kernelDescriptor: BorrowedDescriptor? { get }
    /// What it stands on.
    var kind: StreamKind { get }
    /// Whether something was taken from the descriptor that `read` has not given yet: then no readiness comes for it.
    var hasBufferedInput: Bool { get }

    /// How long the record is that has to be read in one call; nil where bytes are bytes, or there is none. It is not
    /// known beyond the call.
    var nextRecord: Int? { get }
    /// How many bytes are read at once at most, where what looks at them takes its time.
    var mostAtOnce: Int { get }

    /// Told when reading, or writing, is worth trying and wanted.
    var reader: (any StreamWaiter)? { get set }
    var writer: (any StreamWaiter)? { get set }
    var wantsRead: Bool { get set }
    var wantsWrite: Bool { get set }
    /// Told once when an error or hang-up comes while nothing is waited for.
    var owner: (any StreamOwner)? { get set }

    /// Reads what is there: `EAGAIN` if nothing is, zero at the end.
    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int
    /// Writes what goes at once: `EAGAIN` if nothing does.
    func write(_ bytes: RawSpan) throws(Errno) -> Int
    /// Tells the peer that nothing more comes: `SHUT_WR`.
    func finishSending()
    /// How many bytes, our end among them, the peer's system has not acknowledged; nil where none are acknowledged.
    var unacknowledged: Int? { get }
    /// How many bytes the kernel holds that were not read; nil where that is not known.
    var unread: Int? { get }
    /// How many bytes have come and will never be read, for whoever reads no more.
    func countUnread() -> Int
    /// Whether `unacknowledged` tells what has not arrived.
    var acknowledges: Bool { get }
    /// Why it broke, or ended too early, where an error number does not say it.
    var failure: Failure? { get }
    /// The same where so many bytes have come and nothing more does.
    func failure(atEndOf bytes: Int) -> Failure?
    /// Whether what comes first is looked at before it is read, which takes readiness.
    var mayMeetTLS: Bool { get }
    /// Takes the error that is pending; nil if none is.
    func takePendingError() -> Errno?
    /// The bytes will pour: spare wake-ups, where that can be done.
    func willWait(afterReceiving bytes: Int)
    /// TCP's own account; nil where it is not TCP.
    func tcpInfo() -> TCPInfo?
    /// Our address: `getsockname(2)`; nil where it has none.
    var localAddress: SocketAddress? { get }
    /// The value of a socket option; nil where it has none.
    func value(of option: SocketOption) -> OptionValue?
    /// What is written is sent at once, however little it is: `TCP_NODELAY`.
    func sendAtOnce()
    /// What its bytes have become below, where they are encrypted.
    var encrypted: (received: Int, sent: Int)? { get }
    /// What both sides have agreed on, where it is TLS.
    var tls: TLSReport.Facts? { get }
    /// The socket that it stands on, to be asked about.
    var socket: BorrowedDescriptor? { get }
    /// Tells the peer, before `close`, that what it got is all, where there is a word for that.
    func sayGoodbye()
    /// Has `close` tell the peer that what it got is not all: a reset, where there is such a thing.
    func reset()
    func close()
}

extension Stream {
    var nextRecord: Int? { nil }
    var mostAtOnce: Int { .max }
    var acknowledges: Bool { kind.acknowledges }
    var failure: Failure? { nil }
    var mayMeetTLS: Bool { false }
    func failure(atEndOf bytes: Int) -> Failure? { failure }
    func countUnread() -> Int { unread ?? 0 }
    func sayGoodbye() {}
    var encrypted: (received: Int, sent: Int)? { nil }
    var tls: TLSReport.Facts? { nil }
    var socket: BorrowedDescriptor? { kernelDescriptor }
}

/// Waits for a stream to be ready, for reading or for writing.
protocol StreamWaiter: AnyObject {
    func run()
}

protocol StreamOwner: AnyObject {
    /// - Parameter isGone: whether both directions have ended.
    func streamHungUp(isGone: Bool)
}

/// What a stream stands on, as far as its users have to know.
enum StreamKind {
    case tcp
    case unix
    /// A Unix socket that keeps boundaries.
    case seqpacket
    /// A socket to a virtual machine, or to the host.
    case vsock

    /// Whether the peer's system tells what it has received.
    var acknowledges: Bool { self == .tcp }
    /// Whether the kernel can let go of received bytes unseen: `MSG_TRUNC`.
    var discards: Bool { self == .tcp }
    /// Whether what is written in one call is read in one call, a record: then each call is one, and none may be cut.
    var keepsBoundaries: Bool { self == .seqpacket }

    /// What a socket is: `getsockopt(2)` with `SO_TYPE`, where that is not known.
    init(of socket: BorrowedDescriptor, _ family: AddressFamily) throws(Errno) {
        switch family {
        case .inet, .inet6: self = .tcp
        case .unix: self = try socket.isSeqpacket ? .seqpacket : .unix
        case .vsock: self = .vsock
        }
    }
}
