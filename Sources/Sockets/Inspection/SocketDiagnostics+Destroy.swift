// Closing sockets of others: SOCK_DESTROY of sock_diag(7). Each is named by its addresses and its cookie, so that no
// other socket is hit, even if one has taken its place meanwhile.

import CLinux
import Glibc

/// What tells a socket of the Internet from all others.
package struct SocketIdentity: Hashable, Sendable {
    package let transport: Transport
    package let local: SocketAddress
    /// `0.0.0.0:0` or `[::]:0` where it is not connected.
    package let peer: SocketAddress
    package let interface: UInt32
    package let cookie: UInt64

    /// - Parameter peer: nil where it is not connected.
    package init(
        _ transport: Transport, local: SocketAddress, peer: SocketAddress?, interface: UInt32, cookie: UInt64
    ) {
        self.transport = transport
        self.local = local
        self.peer =
            peer
            ?? (local.family == .inet6 ? .inet6(IPv6Address(0), port: 0) : .inet(IPv4Address(0), port: 0))
        self.interface = interface
        self.cookie = cookie
    }
}

extension SocketDiagnostics {
    /// What has become of a socket that was to be closed.
    package enum Destruction: Hashable, Sendable {
        case destroyed
        /// The kernel has no such socket at these addresses: it is gone, unless it is still listed.
        case notFound
    }

    /// Ends a socket: its owner gets `ECONNABORTED`, and a TCP peer a reset: `SOCK_DESTROY`. `EPERM` without
    /// CAP_NET_ADMIN in the user namespace that the network namespace belongs to; `EOPNOTSUPP` on a kernel without
    /// `CONFIG_INET_DIAG_DESTROY`, and for a kind or a state that cannot be closed.
    package mutating func destroy(_ socket: SocketIdentity) throws(Errno) -> Destruction {
        guard socket.transport.canBeDestroyed else { throw .notSupported }
        // Of sockets that share an address (SO_REUSEPORT) the kernel takes the one that a packet from this peer would
        // reach: with other peers, others.
        let ports = socket.peer.port == 0 ? 0...Self.groupAttempts : 0...0
        for port in ports {
            do {
                let peer = port == 0 ? socket.peer : socket.peer.with(port: port)
                try destroy(socket, peer)
                return .destroyed
            } catch  where error == .noSuchFile || error.rawValue == ESTALE {
                // Another socket has these addresses, or none.
            }
        }
        return .notFound
    }

    private static let groupAttempts: UInt16 = 256

    private mutating func destroy(_ socket: SocketIdentity, _ peer: SocketAddress) throws(Errno) {
        // Unlike for a look-up, of a datagram socket, too, the source is its own address.
        let identity = Self.identity(socket.local, peer, .tcp, socket.interface, cookie: socket.cookie)
        let family = socket.local.family.kernelValue
        try command(UInt16(SOCK_DESTROY), Self.inetRequest(socket.transport, family, .max, [], identity))
    }

    /// The cookies of all sockets that could be destroyed and are there.
    package static var destroyable: Set<UInt64> {
        var query = SocketQuery()
        query.transports = Set(Transport.allCases.filter(\.canBeDestroyed))
        return Set(SocketSurvey(query).records.map(\.cookie))
    }
}

extension Transport {
    /// Whether the kernel can close such sockets for others, as far as that was tried.
    package var canBeDestroyed: Bool { self == .tcp || self == .udp }
}
