// What a socket is, from its descriptor. Nothing here changes the socket or takes anything from it, so that
// it may be one that another process is using.

import CLinux
import Glibc

/// What can be told of any socket without disturbing it.
package struct SocketFacts: Hashable, Sendable {
    package let kind: SocketKind
    /// The state of a TCP connection; of other sockets, whether they listen, are connected, or neither. Nil for a
    /// family of which that is not known.
    package let state: TCPState?
    package let inode: UInt64
    /// The user who created it.
    package let uid: UInt32
    /// Nil for a family that has none of ours.
    package let local: SocketAddress?
    /// Nil for a socket that is not connected.
    package let peer: SocketAddress?
    /// The addresses of a family that is only told of.
    package let foreign: ForeignAddresses?
    /// The index of the interface that it is bound to, 0 for any.
    package let interface: UInt32
    /// Bytes received and not read, of a datagram socket those of the next datagram: `SIOCINQ`.
    package let receiveQueue: Int?
    /// Bytes sent that the peer has not acknowledged (TCP) or not read (Unix): `SIOCOUTQ`.
    package let sendQueue: Int?
    /// Bytes of these that are not sent yet (TCP): `SIOCOUTQNSD`.
    package let notSent: Int?
    /// Connections not accepted yet, of a listener.
    package let acceptQueue: Int?
    /// How many may wait, of a listener.
    package let backlog: Int?
    /// An error is waiting for the owner, who will get it with the next call.
    package let hasPendingError: Bool

    package var isListening: Bool { state == .listen }

    /// `getsockopt(2)`, `ioctl(2)`, `getsockname(2)`, `getpeername(2)`, `fstat(2)`, `poll(2)`. `ENOTSOCK` for
    /// any other file, `EBADF` for none.
    package init(of socket: borrowing some Descriptor & ~Copyable) throws(Errno) {
        let kind = try SocketKind(of: socket)
        let isListening = try socket.get(.isListening) == true
        let tcpInfo = kind.transport == .tcp ? try? TCPInfo(of: socket) : nil
        let status = try socket.status()
        let inode = UInt64(status.st_ino)
        (self.inode, uid) = (inode, status.st_uid)
        let local = (try? socket.localAddress()) ?? nil
        let peer = (try? socket.peerAddress()) ?? nil
        let foreign = local == nil ? ForeignAddresses(of: socket) : nil
        (self.local, self.peer, self.foreign) = (local, peer, foreign)
        if case .packet(let number, let index)? = foreign?.local {
            // SO_PROTOCOL does not tell it.
            self.kind = SocketKind(family: kind.family, type: kind.type, protocol: Int32(number))
            interface = index
        } else {
            self.kind = kind
            interface = socket.boundInterface
        }
        if let state = tcpInfo?.state {
            let isBound = state == .close && local?.port ?? 0 != 0
            self.state = isBound && Self.isListed(inode, in: .boundInactive) ? .boundInactive : state
        } else if kind.hasStates {
            state = isListening ? .listen : peer == nil && foreign?.peer == nil ? .close : .established
        } else {
            state = nil
        }
        // MPTCP counts one byte where there is no connection.
        let isIdle = kind.transport == .mptcp && peer == nil
        receiveQueue = isListening ? nil : isIdle ? 0 : unsafe socket.queue(clinux_queue_in)
        sendQueue = isListening ? nil : unsafe socket.queue(clinux_queue_out)
        notSent = isListening || kind.transport != .tcp ? nil : unsafe socket.queue(clinux_queue_not_sent)
        if isListening, kind.transport == .unix {
            var diagnostics = try? SocketDiagnostics()
            let record = try? diagnostics?.unixSocket(inode: inode)
            acceptQueue = record?.acceptQueue
            backlog = record?.backlog
        } else {
            acceptQueue = isListening ? tcpInfo?.acceptQueue : nil
            backlog = isListening ? tcpInfo?.backlog : nil
        }
        hasPendingError = (try? socket.waitUntilReady(for: .none, timeout: 0))?.hasError ?? false
    }
}

extension SocketFacts {
    /// Whether the kernel lists a TCP socket in a state of which the socket itself does not tell.
    private static func isListed(_ inode: UInt64, in state: TCPState) -> Bool {
        var query = SocketQuery()
        query.transports = [.tcp]
        query.states = [state]
        return SocketSurvey(query).records.contains { $0.inode == inode }
    }
}

extension Descriptor where Self: ~Copyable {
    /// `SO_BINDTOIFINDEX`, 0 where there is none.
    fileprivate var boundInterface: UInt32 {
        guard let option = SocketOption.named("SO_BINDTOIFINDEX"), case .int(let index)? = try? get(option)
        else { return 0 }
        return UInt32(clamping: index)
    }
}

extension SocketKind {
    /// `SO_DOMAIN`, `SO_TYPE` and `SO_PROTOCOL`.
    package init(of socket: borrowing some Descriptor & ~Copyable) throws(Errno) {
        func number(_ option: SocketOption) throws(Errno) -> Int32 {
            guard case .int(let value) = try socket.get(option) else { throw .protocolError }
            return Int32(truncatingIfNeeded: value)
        }
        self.init(family: try number(.domain), type: try number(.type), protocol: try number(.protocol))
    }
}

extension Descriptor where Self: ~Copyable {
    /// The file's inode, of a socket the number in `socket:[12345]`: `fstat(2)`.
    package func inode() throws(Errno) -> UInt64 { UInt64(try status().st_ino) }

    /// `fstat(2)`.
    fileprivate func status() throws(Errno) -> stat {
        var status = stat()
        try call { unsafe fstat(number, &status) }
        return status
    }

    /// The length of a queue, nil where the socket has none such.
    fileprivate func queue(_ request: (Int32, UnsafeMutablePointer<Int32>?) -> Int32) -> Int? {
        var count: Int32 = 0
        return unsafe request(number, &count) == 0 ? Int(count) : nil
    }
}
