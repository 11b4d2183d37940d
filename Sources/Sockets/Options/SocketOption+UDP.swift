// The catalog: IPPROTO_UDP, linux/udp.h, which Glibc does not import: the numbers are written out.

extension SocketOption {
    package static let segmentSize = udp(
        "UDP_SEGMENT", 103, .int(.bytes), "cut what is sent into datagrams of this size; 0 off")
    package static let receiveOffload = udp(
        "UDP_GRO", 104, .bool, "receive several datagrams joined into one")

    static let udpOptions: [SocketOption] = [
        udp("UDP_CORK", 1, .bool, "collect what is sent into one datagram"),
        udp("UDP_ENCAP", 100, .int(), "the socket is a tunnel: 2 ESP, 3 L2TP, 5 GTP (CAP_NET_ADMIN)"),
        udp("UDP_NO_CHECK6_TX", 101, .bool, "send over IPv6 without a checksum"),
        udp("UDP_NO_CHECK6_RX", 102, .bool, "accept over IPv6 without a checksum"),
        .segmentSize,
        .receiveOffload,
    ]

    private static func udp(
        _ symbol: String, _ number: Int32, _ type: OptionType, _ meaning: String
    ) -> SocketOption {
        SocketOption(.udp, symbol, number, type, meaning)
    }
}
