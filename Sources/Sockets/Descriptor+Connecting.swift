// What testing a port asks of a socket beyond connect(2): whether the attempt is decided by now, and whether the
// socket has connected to itself.

extension Descriptor where Self: ~Copyable {
    /// Asks what became of an attempt to connect that was in progress: `connect(2)` once more. True if it is
    /// connected, false while it is not decided (`EALREADY`). Where it throws why not, Linux leaves the
    /// socket as it was before the attempt, and it may connect again.
    package func finishConnecting(to address: SocketAddress) throws(Errno) -> Bool {
        guard address.family.tellsOfAttempts else {
            if let error = takePendingError() { throw error }
            return (try? peerAddress()) ?? nil != nil
        }
        do {
            return try connect(to: address)
        } catch .alreadyInProgress {
            return false
        }
    }

    /// Whether the socket is connected to itself: its ephemeral port happened to be the one it connects to.
    /// That takes a port on this host where nobody listens.
    package func isConnectedToItself(at port: UInt16?) -> Bool {
        guard let local = try? localAddress(), local.family.hasPorts, local.port == port else { return false }
        return local == (try? peerAddress())
    }
}
