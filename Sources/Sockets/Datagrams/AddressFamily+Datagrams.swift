// What the datagram sockets of a family can do: whoever has to tell families apart asks for that.

extension AddressFamily {
    /// Whether it is one of the Internet protocol: IP options, hop limits, segmentation and ICMP belong to it.
    package var isInternet: Bool {
        switch self {
        case .inet, .inet6: true
        case .unix: false
        }
    }

    /// Whether a datagram socket can be answered only after it was bound to a name.
    package var needsNameForAnswers: Bool { self == .unix }

    /// Whether a full receive buffer of the peer makes sending wait, so that one peer can hold up all others.
    package var waitsForReceiver: Bool { self == .unix }

    /// Makes errors that ICMP reports wait in the error queue: `IP_RECVERR` or `IPV6_RECVERR`; nil where nothing
    /// is reported.
    package var receiveErrors: SocketOption? {
        switch self {
        case .inet: .receiveErrors
        case .inet6: .receiveErrors6
        case .unix: nil
        }
    }

    /// Makes the destination address come with each datagram: `IP_PKTINFO` or `IPV6_RECVPKTINFO`.
    package var packetInfo: SocketOption? {
        switch self {
        case .inet: .packetInfo
        case .inet6: .packetInfo6
        case .unix: nil
        }
    }

    /// Makes the hop limit come with each datagram: `IP_RECVTTL` or `IPV6_RECVHOPLIMIT`.
    package var receiveHopLimit: SocketOption? {
        switch self {
        case .inet: .receiveTimeToLive
        case .inet6: .receiveHopLimit
        case .unix: nil
        }
    }
}
