// A way of serving says what the other side of a connection is: where what we send comes from, and where what we
// receive goes. One small file for each.

import CommandSpec
import Framing
import Sockets

protocol Service: AnyObject {
    /// The other side of this connection.
    func ends(for connection: ConnectionIdentity) -> Ends
    /// The connection was begun with its ends.
    func began(_ connection: Connection)
    /// It is over.
    func ended(_ connection: Connection)
}

extension Service {
    func began(_ connection: Connection) {}
    func ended(_ connection: Connection) {}
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
}

extension Receiver {
    func flush() {}
    func malformed(_ error: FramingError) {}
}
