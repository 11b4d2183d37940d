// What happens, as commands tell it: they emit events, a reporter prints them.

import Framing
import Sockets

/// One connection, as events name it.
final class ConnectionIdentity: Sendable {
    /// Counted from 1 in the order of connecting.
    let number: Int
    let local: SocketAddress?
    let peer: SocketAddress
    /// How long it took to connect; nil if the peer did.
    let connecting: ConnectTime?

    init(number: Int, local: SocketAddress?, peer: SocketAddress, connecting: ConnectTime? = nil) {
        self.number = number
        self.local = local
        self.peer = peer
        self.connecting = connecting
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

/// A message that was cut from what a peer sent.
struct MessageReport {
    let connection: ConnectionIdentity
    /// Counted from 1 on each connection.
    let number: Int
    /// Its length in bytes, without delimiter or length prefix.
    let size: Int
    /// What its framing knows of it.
    let detail: (any MessageDetail)?

    init(_ connection: ConnectionIdentity, number: Int, _ bytes: RawSpan, _ detail: (any MessageDetail)?) {
        self.connection = connection
        self.number = number
        size = bytes.byteCount
        self.detail = detail
    }
}

/// Something that happened.
enum Event {
    /// `listen(2)` has succeeded on each of these addresses.
    case listening([SocketAddress])
    /// We connected.
    case connected(ConnectionIdentity)
    /// A peer connected.
    case accepted(ConnectionIdentity)
    /// One side will send no more.
    case eof(ConnectionIdentity, by: Party)
    case closed(ConnectionIdentity, ClosingAccount)
    /// A peer that may not connect was turned away.
    case refused(SocketAddress, reason: String)
    /// No peer can be taken for now: those that come wait in the backlog.
    case starved(Failure)
    /// Peers are taken again.
    case acceptingAgain
    /// The kernel has dropped datagrams: so many more, and in all.
    case dropped(Int, total: Int)
    /// A command that moves datagrams is done.
    case summary(DatagramSummary)
    /// A failure that does not end the command.
    case failed(Failure)
    /// What the command was asked for.
    case result(any Presentable)
    /// Something to know about a result that is no failure, and that JSON has in its objects.
    case notice(String)
    /// Progress that only a reader of `--verbose` wants.
    case note(String)
}

/// Who did it.
enum Party: String, CaseIterable {
    case peer
    case local
    case signal
    case timeout
}

/// How a connection ended.
enum Manner: String, CaseIterable {
    case eof
    case reset
    case brokenPipe = "broken-pipe"
    case timeout
    case signal
    case limit
    case outputClosed = "output-closed"
    case error
}

/// The account of a connection that has ended.
struct ClosingAccount {
    var by: Party
    var how: Manner
    var received: Traffic
    var sent: Traffic
    var duration: Duration
    /// TCP's own account, read before the socket was closed.
    var tcp: TCPInfo?
    /// The size of the send buffer in bytes, if the user has set it.
    var sendBuffer: Int?

    /// What went one way.
    struct Traffic {
        var bytes = 0
        /// Nil where none are cut.
        var messages: Int?
        /// Nil where it was not kept.
        var pace: Pace?
    }
}
