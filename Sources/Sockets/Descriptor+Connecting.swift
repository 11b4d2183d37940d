// What a caller asks of a connection beyond connect(2): whether the socket has connected to itself.

extension Descriptor where Self: ~Copyable {
    /// Whether the socket is connected to itself: its ephemeral port happened to be the one it connects to.
    /// That takes a port on this host where nobody listens.
    package var isConnectedToItself: Bool {
        guard let local = try? localAddress(), local.family != .unix else { return false }
        return local == (try? peerAddress())
    }
}
