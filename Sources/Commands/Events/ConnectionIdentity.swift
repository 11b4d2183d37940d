// One connection, as events name it.

import Sockets

final class ConnectionIdentity: Sendable {
    /// Counted from 1 in the order of connecting.
    let number: Int
    /// Which of the two connections of a relay it is; nil where nothing is relayed.
    let leg: Leg?
    let local: SocketAddress?
    let peer: SocketAddress
    /// How long it took to connect; nil if the peer did.
    let connecting: ConnectTime?

    init(
        number: Int, leg: Leg? = nil, local: SocketAddress?, peer: SocketAddress,
        connecting: ConnectTime? = nil
    ) {
        self.number = number
        self.leg = leg
        self.local = local
        self.peer = peer
        self.connecting = connecting
    }
}

extension ConnectionIdentity {
    /// The peer as messages name it.
    var name: String { peer == .unix(.unnamed) ? "unix peer \(number)" : peer.description }
    /// The same with its leg.
    var title: String { leg.map { "\($0.rawValue) \(name)" } ?? name }
}

extension Fields {
    /// The number of a connection.
    @inline(__always)
    mutating func connection(_ connection: (Value) -> ConnectionIdentity) {
        add("connection", "The number of the connection, counted from 1 in this run.") {
            connection($0).number
        }
        add("leg", optional: "With `--to`: which of its two connections, the client's or the server's.") {
            connection($0).leg
        }
    }

    /// Its number and its addresses.
    @inline(__always)
    mutating func addresses(_ connection: (Value) -> ConnectionIdentity) {
        self.connection(connection)
        add("local", optional: "Our address: `getsockname(2)`.") { connection($0).local }
        add("peer", "The peer's address: `getpeername(2)`.") { connection($0).peer }
    }
}

/// How long connecting took. An object, so that a connection that a peer made has no room for it.
final class ConnectTime: Sendable {
    let total: Duration
    /// Of it, looking up the name.
    let lookUp: Duration
    /// Of it, the handshake with the address that answered first.
    let handshake: Duration

    init(total: Duration, lookUp: Duration, handshake: Duration) {
        (self.total, self.lookUp, self.handshake) = (total, lookUp, handshake)
    }
}

extension ConnectTime: Shaped {
    static let shape = Shape("connecting", "How long connecting took.")

    static func list(_ fields: inout some Fields<ConnectTime>) {
        fields.add("connect_us", "From the start to the connection, failed attempts included.") {
            $0.total
        }
        fields.add("lookup_us", "Of it, the time for looking up the name.") { $0.lookUp }
        fields.add("handshake_us", "Of it, the time that the address took that was connected to.") {
            $0.handshake
        }
    }
}
