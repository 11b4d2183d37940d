// What a connection is to the command that serves it, and what the command is to the connection.

import CommandSpec
import Sockets

/// What a connection belongs to.
protocol ConnectionOwner: AnyObject {
    var policy: ConnectionPolicy { get }
    /// What the two directions are bound to.
    var receiving: PumpTerms { get }
    var sending: PumpTerms { get }
    func connectionEvent(_ event: some Event)
    /// Whether TCP's account is going to be shown.
    var wantsTCPAccounts: Bool { get }
    /// The size of the send buffer that the user has set, as the kernel counts it.
    func fixedSendBuffer(of stream: any Stream, _ leg: Leg?) -> Int?
    /// So many bytes have come and will never be written.
    func connectionLost(_ bytes: Int)
    /// It is over, and its descriptor closed.
    func connectionEnded(_ connection: any ServedConnection, _ account: ClosingAccount, _ failure: Failure?)
}

/// A connection that a command serves, from its beginning to its end.
protocol ServedConnection: AnyObject {
    var identity: ConnectionIdentity { get }
    /// The account of it so far, of each of its legs.
    func accounts(at now: Instant) -> [(identity: ConnectionIdentity, account: ClosingAccount)]
    /// Ends it in order: what has come is written out, as far as it goes.
    func stop(_ failure: Failure?, by: EndedBy, how: CloseReason)
    /// Ends it so that the peer knows that it did not get everything.
    func cutOff(_ failure: Failure)
}
