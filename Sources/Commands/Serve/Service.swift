// A way of serving says what the other side of a connection is: where what we send comes from, and where what we
// receive goes. One small file for each.

import CommandSpec
import Framing
import Sockets

protocol Service: AnyObject {
    /// Begins a connection, and adds it to those that are open.
    func serve(_ stream: any Stream, _ identity: ConnectionIdentity, for owner: Connections)
    /// It is over.
    func ended(_ identity: ConnectionIdentity)
    /// What is left of it and has to end before it counts as over; nil where nothing is.
    /// - Parameter inOrder: whether it ended without a failure.
    func remains(of identity: ConnectionIdentity, inOrder: Bool) -> Remains?
    /// The run is interrupted: nothing is waited for any more.
    func interrupted()
}

/// Ends what is left of a connection, and says later, never at once, how that went.
typealias Remains = (_ completion: @escaping (ChildProgram.Ending) -> Void) -> Void

extension Service {
    func ended(_ identity: ConnectionIdentity) {}
    func remains(of identity: ConnectionIdentity, inOrder: Bool) -> Remains? { nil }
    func interrupted() {}
}

/// A service of which the other side is here.
protocol LocalService: Service {
    /// The other side of this connection.
    func ends(for connection: ConnectionIdentity) -> SourceAndSink
    /// The connection was begun with its ends.
    func began(_ connection: Connection)
}

extension LocalService {
    func began(_ connection: Connection) {}

    func serve(_ stream: any Stream, _ identity: ConnectionIdentity, for owner: Connections) {
        let connection = Connection(identity, owner.observed(stream, identity), owner: owner)
        owner.add(connection)
        connection.start(ends(for: identity), isUrgent: !owner.policy.isOneOfMany)
        began(connection)
    }
}

/// Does something with what one peer sends, besides showing it: echoes it, answers it, passes it on.
protocol Receiver: AnyObject {
    /// Whether it takes nothing for now; it calls `ReceivingSink.resume` when it does.
    var isBlocked: Bool { get }
    /// Where it is told from.
    var sink: ReceivingSink? { get set }
    /// Takes what one `recv(2)` returned, or, where messages are cut, one message.
    func take(_ bytes: RawSpan, _ message: MessageReport?) throws(FramingError)
    /// What came in one go has been taken.
    func flush()
    /// What the peer sends could not be cut into messages.
    func malformed(_ error: FramingError)
    /// The peer has sent all.
    func peerHasEnded()
    /// The peer receives nothing any more.
    func peerIsGone()
    /// What still had to come when the connection ended by the peer, or broke; nil if nothing did.
    /// - Parameter failure: why it ended, unless in order.
    func unmet(after failure: Failure?) -> Failure?
}

extension Receiver {
    func flush() {}
    func malformed(_ error: FramingError) {}
    func unmet(after failure: Failure?) -> Failure? { nil }
}
