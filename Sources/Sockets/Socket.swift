// A socket that is ours: one method for each call of the sockets API.

import CLinux
import Glibc

/// The kind of communication, `SOCK_STREAM` and so on.
package enum SocketType: String, Hashable, Sendable {
    case stream
    case datagram
    /// A connection that keeps boundaries.
    case seqpacket
    case raw

    /// The constant, `SOCK_STREAM`.
    package var symbol: String {
        switch self {
        case .stream: "SOCK_STREAM"
        case .datagram: "SOCK_DGRAM"
        case .seqpacket: "SOCK_SEQPACKET"
        case .raw: "SOCK_RAW"
        }
    }

    var kernelValue: Int32 {
        switch self {
        case .stream: Int32(SOCK_STREAM.rawValue)
        case .datagram: Int32(SOCK_DGRAM.rawValue)
        case .seqpacket: Int32(SOCK_SEQPACKET.rawValue)
        case .raw: Int32(SOCK_RAW.rawValue)
        }
    }
}

extension AddressFamily {
    var kernelValue: Int32 {
        switch self {
        case .inet: AF_INET
        case .inet6: AF_INET6
        case .unix: AF_UNIX
        case .vsock: AF_VSOCK
        }
    }
}

/// A socket; non-blocking and close-on-exec from the start.
package struct Socket: ~Copyable, Sendable, Descriptor {
    private let descriptor: OwnedDescriptor

    package var number: Int32 { descriptor.number }
    package var borrowed: BorrowedDescriptor { descriptor.borrowed }

    /// `socket(2)`.
    /// - Parameter isMultipath: `IPPROTO_MPTCP` in place of TCP (RFC 8684): `EPROTONOSUPPORT` or `ENOPROTOOPT` where the
    ///   kernel has none, or has it turned off.
    package init(_ family: AddressFamily, _ type: SocketType, isMultipath: Bool = false) throws(Errno) {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number: Int32 = isMultipath ? 262 : 0
        descriptor = OwnedDescriptor(
            try call { socket(family.kernelValue, type.kernelValue | flags, number) })
    }

    /// Another socket of the same kind: `socket(2)`. One for packets takes none.
    package init(_ kind: SocketKind) throws(Errno) {
        let type = kind.type | Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = kind.transport == .packet ? 0 : kind.protocol
        descriptor = OwnedDescriptor(try call { socket(kind.family, type, number) })
    }

    /// Takes ownership of a descriptor that is a socket.
    package init(adopting descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }

    /// Names the socket's own end: `bind(2)`.
    package func bind(to address: SocketAddress) throws(Errno) {
        unsafe try address.withSockaddr { (pointer, length) throws(Errno) in
            _ = try call { unsafe Glibc.bind(number, pointer, length) }
        }
    }

    /// Gives up the socket for the descriptor it is.
    package consuming func release() -> OwnedDescriptor { descriptor }
}

/// Which direction ends: `SHUT_WR` and its like.
package enum ShutdownDirection: Sendable {
    case receiving
    case sending
    case both
}

/// Options of one `send` or `recv`.
package struct MessageFlags: OptionSet, Sendable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }
    /// Never wait, whatever the descriptor's flags: `MSG_DONTWAIT`.
    package static let dontWait = MessageFlags(rawValue: Int32(MSG_DONTWAIT))
    /// Leave what is received where it is: `MSG_PEEK`.
    package static let peek = MessageFlags(rawValue: Int32(MSG_PEEK))
}

extension Descriptor where Self: ~Copyable {
    /// Lets peers connect: `listen(2)`.
    /// - Parameter backlog: how many may wait to be accepted.
    package func listen(backlog: Int) throws(Errno) {
        try call { Glibc.listen(number, Int32(clamping: backlog)) }
    }

    /// Connects, or begins to: `connect(2)`. True if it is connected at once; otherwise it becomes
    /// writable when it is decided, and `pendingError` tells how.
    package func connect(to address: SocketAddress) throws(Errno) -> Bool {
        do {
            unsafe try address.withSockaddr { (pointer, length) throws(Errno) in
                _ = try call { unsafe Glibc.connect(number, pointer, length) }
            }
            return true
        } catch .inProgress {
            return false
        }
    }

    /// Takes the next peer that waits, and tells its address: `accept4(2)`; `EAGAIN` if none does.
    package func accept(from peer: inout SocketAddress) throws(Errno) -> Socket {
        var accepted: Int32 = -1
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let address = unsafe try SocketAddress.reading { (pointer, length) throws(Errno) in
            accepted = try call { unsafe accept4(number, pointer, length, flags) }
        }
        peer = address ?? .unix(.unnamed)
        return Socket(adopting: OwnedDescriptor(accepted))
    }

    /// The socket's own address: `getsockname(2)`.
    package func localAddress() throws(Errno) -> SocketAddress? {
        unsafe try SocketAddress.reading { (pointer, length) throws(Errno) in
            try call { unsafe getsockname(number, pointer, length) }
        }
    }

    /// The address it is connected to: `getpeername(2)`.
    package func peerAddress() throws(Errno) -> SocketAddress? {
        unsafe try SocketAddress.reading { (pointer, length) throws(Errno) in
            try call { unsafe getpeername(number, pointer, length) }
        }
    }

    /// Receives what is there: `recv(2)`. Zero is the end of a stream.
    package func receive(
        into buffer: inout MutableRawSpan, flags: MessageFlags = []
    ) throws(Errno) -> Int {
        unsafe try buffer.withUnsafeMutableBytes { (bytes) throws(Errno) in
            try call { unsafe recv(number, bytes.baseAddress, bytes.count, flags.rawValue) }
        }
    }

    /// Whether its connection keeps boundaries: `SO_TYPE` is `SOCK_SEQPACKET`.
    package var isSeqpacket: Bool {
        get throws(Errno) { try get(.type) == .int(Int(SocketType.seqpacket.kernelValue)) }
    }

    /// Whether a socket of Multipath TCP is that still, and has not gone on as plain TCP: `TCP_IS_MPTCP`; nil for other
    /// sockets, and where the kernel does not say.
    package var isMultipath: Bool? {
        var (value, length): (Int32, socklen_t) = (0, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe getsockopt(number, Int32(IPPROTO_TCP), 43, &value, &length) == 0 else { return nil }
        return value != 0
    }

    /// Whether the peer sends no more, whatever is still to be received: `poll(2)` with `POLLRDHUP`.
    package func peerHasFinished() throws(Errno) -> Bool {
        let flag = Int16(truncatingIfNeeded: clinux_epoll_rdhup)
        var request = pollfd(fd: number, events: flag, revents: 0)
        try call { unsafe poll(&request, 1, 0) }
        return request.revents & (flag | Int16(POLLHUP)) != 0
    }

    /// How long the record is that would be received next, all of it: `recv(2)` with `MSG_PEEK` and `MSG_TRUNC`. Zero is
    /// the end, or an empty record; `EAGAIN` if there is none.
    package func nextRecordLength() throws(Errno) -> Int {
        let flags = Int32(MSG_PEEK) | Int32(MSG_TRUNC) | Int32(MSG_DONTWAIT)
        return try call { recv(number, nil, 0, flags) }
    }

    /// Takes up to `count` bytes of a TCP stream and lets them go, unseen: `recv(2)` with `MSG_TRUNC`.
    package func receiveDiscarding(count: Int) throws(Errno) -> Int {
        let flags = Int32(MSG_TRUNC) | Int32(MSG_DONTWAIT)
        return try call { recv(number, nil, count, flags) }
    }

    /// Sends as much as goes at once: `send(2)`. What keeps boundaries sends all of it or nothing: `EMSGSIZE` if it is too long.
    package func send(_ bytes: RawSpan, flags: MessageFlags = []) throws(Errno) -> Int {
        unsafe try bytes.withUnsafeBytes { (bytes) throws(Errno) in
            let flags = flags.rawValue | Int32(MSG_NOSIGNAL)
            return try call { unsafe Glibc.send(number, bytes.baseAddress, bytes.count, flags) }
        }
    }

    /// Ends one direction or both: `shutdown(2)`.
    package func shutdown(_ direction: ShutdownDirection) throws(Errno) {
        let how =
            switch direction {
            case .receiving: SHUT_RD
            case .sending: SHUT_WR
            case .both: SHUT_RDWR
            }
        try call { Glibc.shutdown(number, Int32(how)) }
    }

    /// Takes the error that is pending on the socket, nil if none is: `SO_ERROR`. Taking it clears it.
    package func takePendingError() -> Errno? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else {
            return Errno.current
        }
        return code == 0 ? nil : Errno(rawValue: code)
    }

    /// Bytes received that were not read: `ioctl(2)` with `SIOCINQ`.
    package func inputQueue() throws(Errno) -> Int {
        var count: Int32 = 0
        try call { unsafe clinux_queue_in(number, &count) }
        return Int(count)
    }

    /// Bytes sent that the peer has not acknowledged (TCP) or not read (Unix): `ioctl(2)` with `SIOCOUTQ`.
    package func outputQueue() throws(Errno) -> Int {
        var count: Int32 = 0
        try call { unsafe clinux_queue_out(number, &count) }
        return Int(count)
    }
}
