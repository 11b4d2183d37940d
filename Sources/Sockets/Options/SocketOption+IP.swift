// The catalog: IPPROTO_IP, linux/in.h. Numbers that glibc does not name yet are written out.
//
// Left out is what needs a structure filled in by the caller: IP_MSFILTER, MCAST_*, source-specific
// memberships, and policies of IPsec.

import Glibc

extension SocketOption {
    package static let packetInfo = ip(
        "IP_PKTINFO", IP_PKTINFO, .bool, "tell with each datagram its interface and destination")
    package static let receiveErrors = ip(
        "IP_RECVERR", IP_RECVERR, .bool, "report ICMP errors, and keep them in the error queue")
    package static let bindAddressNoPort = ip(
        "IP_BIND_ADDRESS_NO_PORT", IP_BIND_ADDRESS_NO_PORT, .bool, "bind chooses no port yet, connect does")
    package static let timeToLive = ip("IP_TTL", IP_TTL, .int(.hops), "time to live of what is sent")
    package static let receiveTimeToLive = ip(
        "IP_RECVTTL", IP_RECVTTL, .bool, "tell with each datagram its time to live")
    package static let multicastTimeToLive = ip(
        "IP_MULTICAST_TTL", IP_MULTICAST_TTL, .int(.hops), "time to live of what is sent to a group")
    package static let multicastLoop = ip(
        "IP_MULTICAST_LOOP", IP_MULTICAST_LOOP, .bool, "this host receives what it sends to a group")
    package static let multicastInterface = ip(
        "IP_MULTICAST_IF", IP_MULTICAST_IF, .ipv4Address, "the interface to reach groups by, as an address")
    package static let multicastAll = ip(
        "IP_MULTICAST_ALL", IP_MULTICAST_ALL, .bool, "receive from groups that other sockets have joined")
    package static let addMembership = ip(
        "IP_ADD_MEMBERSHIP", IP_ADD_MEMBERSHIP, .membership, access: .writeOnly,
        "join a group: GROUP or GROUP%INTERFACE")

    static let ipOptions: [SocketOption] = [
        ip("IP_TOS", IP_TOS, .int(), "type of service (DSCP and ECN) of what is sent"),
        .timeToLive,
        ip("IP_HDRINCL", IP_HDRINCL, .bool, "the data begins with the IP header (raw)"),
        ip("IP_OPTIONS", IP_OPTIONS, .bytes, "header options of what is sent"),
        ip("IP_ROUTER_ALERT", IP_ROUTER_ALERT, .bool, "receive packets marked for routers (raw)"),
        ip("IP_RECVOPTS", IP_RECVOPTS, .bool, "tell with each datagram its header options"),
        ip("IP_RETOPTS", IP_RETOPTS, .bool, "the same, ready for an answer"),
        .packetInfo,
        ip("IP_PKTOPTIONS", IP_PKTOPTIONS, .bytes, access: .readOnly, "control messages of a stream"),
        ip("IP_MTU_DISCOVER", IP_MTU_DISCOVER, .int(), "path MTU: 0 fragment, 1 per route, 2 do, 3 probe"),
        .receiveErrors,
        .receiveTimeToLive,
        ip("IP_RECVTOS", IP_RECVTOS, .bool, "tell with each datagram its type of service"),
        ip("IP_MTU", IP_MTU, .int(.bytes), access: .readOnly, "known MTU of the path (connected)"),
        ip("IP_FREEBIND", IP_FREEBIND, .bool, "bind to an address that is not here"),
        ip("IP_PASSSEC", IP_PASSSEC, .bool, "tell the security context of each datagram"),
        ip("IP_TRANSPARENT", IP_TRANSPARENT, .bool, "act for other hosts' addresses (CAP_NET_ADMIN)"),
        ip(
            "IP_RECVORIGDSTADDR", IP_RECVORIGDSTADDR, .bool, "tell with each datagram its first destination"),
        ip("IP_MINTTL", IP_MINTTL, .int(.hops), "drop what has a smaller time to live"),
        ip("IP_NODEFRAG", IP_NODEFRAG, .bool, "fragments are not joined on the way out (raw)"),
        ip("IP_CHECKSUM", IP_CHECKSUM, .bool, "tell the checksum of each datagram"),
        .bindAddressNoPort,
        ip("IP_RECVFRAGSIZE", IP_RECVFRAGSIZE, .bool, "tell the size of the largest fragment"),
        ip("IP_RECVERR_RFC4884", IP_RECVERR_RFC4884, .bool, "ICMP errors with the extensions of RFC 4884"),
        .multicastInterface,
        .multicastTimeToLive,
        .multicastLoop,
        .addMembership,
        ip("IP_DROP_MEMBERSHIP", IP_DROP_MEMBERSHIP, .membership, access: .writeOnly, "leave a group"),
        .multicastAll,
        ip("IP_UNICAST_IF", IP_UNICAST_IF, .networkInt(.interfaceIndex), "the interface to send by; 0 any"),
        ip("IP_LOCAL_PORT_RANGE", 51, .portRange, "ports to choose a local one from; 0 the system's"),
        ip(
            "IP_PROTOCOL", 52, .int(), access: .readOnly, "protocol of a raw socket, the local port of others"
        ),
    ]

    private static func ip(
        _ symbol: String, _ number: Int32, _ type: OptionType, access: Access = .readWrite, _ meaning: String
    ) -> SocketOption {
        SocketOption(.ip, symbol, number, type, access: access, meaning)
    }
}
