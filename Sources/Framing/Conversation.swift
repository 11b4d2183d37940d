// What the two directions of a connection have to know of each other.

/// Which way bytes go.
package enum Flow {
    /// From the socket to us.
    case incoming
    /// From us to the socket.
    case outgoing

    var opposite: Flow { self == .incoming ? .outgoing : .incoming }
}

/// What has been said on one connection, for a framing in which what one side says depends on what the other
/// has said: where the body of an HTTP response ends depends on the request. Whoever cuts or joins the messages
/// of either direction is given the same one, and keeps it up.
package protocol Conversation: AnyObject {
    /// Whether the peer waits for a word before it sends the rest of its message, as for `100 Continue`: true
    /// until its next byte is cut.
    var wantsContinue: Bool { get }

    /// Whether what goes this way is no longer cut: after `101 Switching Protocols`, say, it is handed over as it
    /// comes.
    func isRaw(_ flow: Flow) -> Bool
}
