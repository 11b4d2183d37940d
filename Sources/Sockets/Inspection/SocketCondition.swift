// What the addresses of a socket have to be for it to be listed. The kernel can check it before it tells of the socket
// (`SocketCondition+Bytecode.swift`); here it is checked of what has been told.

/// A condition on the addresses of a socket of the Internet protocols. No other socket meets one.
package indirect enum SocketCondition: Hashable, Sendable {
    case localPort(ClosedRange<UInt16>)
    case peerPort(ClosedRange<UInt16>)
    case localAddress(AddressBlock)
    case peerAddress(AddressBlock)
    /// All of these are met.
    case all([SocketCondition])
    /// One of these is met.
    case any([SocketCondition])

    /// The local port or the peer's is this one.
    package static func port(_ port: UInt16) -> SocketCondition {
        .any([.localPort(port...port), .peerPort(port...port)])
    }

    package func matches(local: SocketAddress?, peer: SocketAddress?) -> Bool {
        switch self {
        case .localPort(let ports): local?.port.map(ports.contains) ?? false
        case .peerPort(let ports): peer?.port.map(ports.contains) ?? false
        case .localAddress(let block): local.map(block.contains) ?? false
        case .peerAddress(let block): peer.map(block.contains) ?? false
        case .all(let conditions): conditions.allSatisfy { $0.matches(local: local, peer: peer) }
        case .any(let conditions): conditions.contains { $0.matches(local: local, peer: peer) }
        }
    }
}
