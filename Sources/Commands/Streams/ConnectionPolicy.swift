// When a connection is over, and what its directions do: the same for all connections of a command.

/// Shared by all connections of a command.
struct ConnectionPolicy {
    /// Whether our end of the stream is told to the peer: `SHUT_WR`.
    var halfCloses = true
    /// Whether the first end of either side ends the connection.
    var endsAtFirstEOF = false
    /// Whether the peer's end stops what we send, apart from what is already meant for it: a person types it, or many
    /// share it.
    var peerEndStopsSending = false
    /// Whether what we send is what other peers say, which may wait for our own output.
    var othersSpeak = false
    /// Whether our end follows that of the peer, so that it is the peer who ends the connection.
    var endFollowsPeer = false
    /// Whether what is received is of any interest.
    var receives = true
    /// Whether there are messages to be counted.
    var isFramed = false
    /// Whether a message says itself how long it is.
    var messagesAreSelfContained = false
    var crlf = false
    var idleTimeout: Duration?
    var byteLimit = Int.max
    var messageLimit = Int.max
    /// Whether it is made to be measured.
    var isMeasured = false
    /// What one connection's failure does to the others: nothing, where many are served.
    var isOneOfMany = false
}
