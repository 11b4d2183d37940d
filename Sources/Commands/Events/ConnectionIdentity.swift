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
    /// What stands in between; nil for nothing.
    let detour: Detour?

    init(
        number: Int, leg: Leg? = nil, local: SocketAddress?, peer: SocketAddress,
        connecting: ConnectTime? = nil, detour: Detour? = nil
    ) {
        self.number = number
        self.leg = leg
        self.local = local
        self.peer = peer
        self.connecting = connecting
        self.detour = detour
    }
}

extension ConnectionIdentity {
    /// The peer as messages name it.
    var name: String { peer == .unix(.unnamed) ? "unix peer \(number)" : peerText }
    /// The same with its number, where several are told apart.
    var nameWithNumber: String { "peer \(number)" + (peer == .unix(.unnamed) ? "" : ", \(peerText)") }
    /// Where the other end is: beyond a proxy as it was asked for.
    var peerText: String { detour?.endpoint ?? peer.description }
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
        add("peer", "The peer's address: `getpeername(2)`, or what a PROXY header says.") {
            connection($0).peer
        }
    }
}

/// What stands between the two ends of a connection. An object, so that a connection without has no room for it.
final class Detour: Sendable {
    /// Of a connection that we opened: what a proxy was asked for.
    let endpoint: String?
    /// And the proxy, without user and password.
    let via: String?
    /// Of a connection that a peer opened: who passed it on, and said so in a PROXY header.
    let proxy: SocketAddress?

    init(endpoint: String, via: String) { (self.endpoint, self.via, proxy) = (endpoint, via, nil) }
    init(proxy: SocketAddress) { (endpoint, via, self.proxy) = (nil, nil, proxy) }

    /// What is said before why it cannot be connected to.
    var lead: String? { via.map { "the proxy \($0) cannot be reached" } }
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
