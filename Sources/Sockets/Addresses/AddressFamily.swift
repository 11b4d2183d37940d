// The families of addresses, and what their sockets can do: whoever has to tell them apart asks for that and not for
// the family, so that a new one is wrong nowhere.

/// The address family, `AF_INET` and so on.
package enum AddressFamily: String, Hashable, Sendable {
    case inet
    case inet6
    case unix
    /// Between a virtual machine and its host: vsock(7).
    case vsock

    /// The constant, `AF_INET`.
    package var symbol: String { "AF_" + rawValue.uppercased() }

    /// Whether it is one of the Internet protocol: IP options, hop limits and ICMP belong to it.
    package var isInternet: Bool {
        switch self {
        case .inet, .inet6: true
        case .unix, .vsock: false
        }
    }

    /// Whether an address has a port beside its host.
    package var hasPorts: Bool { isInternet }

    /// Whether a stream socket speaks TCP, with acknowledgements, resets and `TCP_INFO`.
    package var hasTCP: Bool { isInternet }

    /// Whether `connect(2)` answers `EAGAIN` where the backlog is full, and nothing tells when it no longer is.
    package var answersFullBacklog: Bool { isLocal }

    /// Whether `connect(2)` once more tells what became of an attempt, instead of beginning another.
    package var tellsOfAttempts: Bool { self != .vsock }

    /// Whether a datagram socket has to be bound to a name before it can be answered.
    package var needsNameForAnswers: Bool { isLocal }

    /// Whether a full receive buffer of the peer makes sending wait, so that one peer can hold up all others.
    package var waitsForReceiver: Bool { isLocal }

    /// Whether the kernel hands bytes from one process to another, with nothing between them.
    private var isLocal: Bool {
        switch self {
        case .inet, .inet6, .vsock: false
        case .unix: true
        }
    }

    /// Makes errors that ICMP reports wait in the error queue: `IP_RECVERR` or `IPV6_RECVERR`; nil where nothing
    /// is reported.
    package var receiveErrors: SocketOption? {
        switch self {
        case .inet: .receiveErrors
        case .inet6: .receiveErrors6
        case .unix, .vsock: nil
        }
    }

    /// Makes the hop limit come with each datagram: `IP_RECVTTL` or `IPV6_RECVHOPLIMIT`.
    package var receiveHopLimit: SocketOption? {
        switch self {
        case .inet: .receiveTimeToLive
        case .inet6: .receiveHopLimit
        case .unix, .vsock: nil
        }
    }

    /// Makes the destination address come with each datagram: `IP_PKTINFO` or `IPV6_RECVPKTINFO`.
    package var packetInfo: SocketOption? {
        switch self {
        case .inet: .packetInfo
        case .inet6: .packetInfo6
        case .unix, .vsock: nil
        }
    }
}

extension SocketType {
    /// Whether what was sent in one call is received in one call: each is a message by itself.
    package var keepsBoundaries: Bool {
        switch self {
        case .datagram, .seqpacket, .raw: true
        case .stream: false
        }
    }
}
