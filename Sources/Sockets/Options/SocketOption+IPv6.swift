// The catalog: IPPROTO_IPV6, linux/in6.h. Numbers that Glibc does not import are written out.
//
// Left out is what needs a structure filled in by the caller: IPV6_FLOWLABEL_MGR, MCAST_*, IPV6_PKTINFO,
// anycast, policies of IPsec; and the numbers that RFC 3542 made obsolete, but for two that are read.

import Glibc

extension SocketOption {
    package static let v6Only = ipv6("IPV6_V6ONLY", IPV6_V6ONLY, .bool, "no IPv4 on this socket")
    package static let packetInfo6 = ipv6(
        "IPV6_RECVPKTINFO", IPV6_RECVPKTINFO, .bool, "tell with each datagram its interface and destination")
    package static let receiveErrors6 = ipv6(
        "IPV6_RECVERR", IPV6_RECVERR, .bool, "report ICMP errors, and keep them in the error queue")
    package static let unicastHops = ipv6(
        "IPV6_UNICAST_HOPS", IPV6_UNICAST_HOPS, .int(.hops), "hop limit of what is sent; -1 the system's")
    package static let receiveHopLimit = ipv6(
        "IPV6_RECVHOPLIMIT", IPV6_RECVHOPLIMIT, .bool, "tell with each datagram its hop limit")
    package static let multicastHops = ipv6(
        "IPV6_MULTICAST_HOPS", IPV6_MULTICAST_HOPS, .int(.hops), "hop limit of what is sent to a group")
    package static let multicastLoop6 = ipv6(
        "IPV6_MULTICAST_LOOP", IPV6_MULTICAST_LOOP, .bool, "this host receives what it sends to a group")
    package static let multicastInterface6 = ipv6(
        "IPV6_MULTICAST_IF", IPV6_MULTICAST_IF, .int(.interfaceIndex), "the interface to reach groups by")
    package static let multicastAll6 = ipv6(
        "IPV6_MULTICAST_ALL", IPV6_MULTICAST_ALL, .bool, "receive from groups that other sockets have joined")
    package static let addMembership6 = ipv6(
        "IPV6_ADD_MEMBERSHIP", IPV6_ADD_MEMBERSHIP, .membership, access: .writeOnly,
        "join a group: GROUP or GROUP%INTERFACE")

    static let ipv6Options: [SocketOption] = [
        ipv6("IPV6_ADDRFORM", IPV6_ADDRFORM, .int(), "the family; 2 turns it into an IPv4 socket"),
        ipv6("IPV6_2292PKTINFO", IPV6_2292PKTINFO, .bool, "IPV6_RECVPKTINFO as RFC 2292 had it"),
        ipv6("IPV6_2292HOPOPTS", IPV6_2292HOPOPTS, .bool, "IPV6_RECVHOPOPTS as RFC 2292 had it"),
        ipv6("IPV6_2292DSTOPTS", IPV6_2292DSTOPTS, .bool, "IPV6_RECVDSTOPTS as RFC 2292 had it"),
        ipv6("IPV6_2292RTHDR", IPV6_2292RTHDR, .bool, "IPV6_RECVRTHDR as RFC 2292 had it"),
        ipv6(
            "IPV6_2292PKTOPTIONS", IPV6_2292PKTOPTIONS, .bytes, access: .readOnly,
            "control messages of a stream"),
        ipv6("IPV6_CHECKSUM", IPV6_CHECKSUM, .int(.bytes), "where the checksum is; -1 none (raw)"),
        ipv6("IPV6_2292HOPLIMIT", IPV6_2292HOPLIMIT, .bool, "IPV6_RECVHOPLIMIT as RFC 2292 had it"),
        ipv6("IPV6_FLOWINFO", 11, .bool, "tell with each datagram its flow label"),
        .unicastHops,
        .multicastInterface6,
        .multicastHops,
        .multicastLoop6,
        .addMembership6,
        ipv6("IPV6_DROP_MEMBERSHIP", IPV6_DROP_MEMBERSHIP, .membership, access: .writeOnly, "leave a group"),
        ipv6("IPV6_ROUTER_ALERT", IPV6_ROUTER_ALERT, .int(), "receive packets marked for routers (raw)"),
        ipv6(
            "IPV6_MTU_DISCOVER", IPV6_MTU_DISCOVER, .int(), "path MTU: 0 fragment, 1 per route, 2 do, 3 probe"
        ),
        ipv6("IPV6_MTU", IPV6_MTU, .int(.bytes), "known MTU of the path (connected)"),
        .receiveErrors6,
        .v6Only,
        .multicastAll6,
        ipv6(
            "IPV6_ROUTER_ALERT_ISOLATE", IPV6_ROUTER_ALERT_ISOLATE, .bool, "only of the own namespace (raw)"),
        ipv6(
            "IPV6_RECVERR_RFC4884", IPV6_RECVERR_RFC4884, .bool, "ICMP errors with the extensions of RFC 4884"
        ),
        ipv6("IPV6_FLOWINFO_SEND", 33, .bool, "take the flow label from the destination address"),
        ipv6("IPV6_HDRINCL", IPV6_HDRINCL, .bool, "the data begins with the IPv6 header (raw)"),
        .packetInfo6,
        .receiveHopLimit,
        ipv6("IPV6_RECVHOPOPTS", IPV6_RECVHOPOPTS, .bool, "tell with each datagram its hop-by-hop options"),
        ipv6("IPV6_HOPOPTS", IPV6_HOPOPTS, .bytes, "hop-by-hop options of what is sent"),
        ipv6("IPV6_RTHDRDSTOPTS", IPV6_RTHDRDSTOPTS, .bytes, "options for each hop of a routing header"),
        ipv6("IPV6_RECVRTHDR", IPV6_RECVRTHDR, .bool, "tell with each datagram its routing header"),
        ipv6("IPV6_RTHDR", IPV6_RTHDR, .bytes, "routing header of what is sent"),
        ipv6("IPV6_RECVDSTOPTS", IPV6_RECVDSTOPTS, .bool, "tell with each datagram its destination options"),
        ipv6("IPV6_DSTOPTS", IPV6_DSTOPTS, .bytes, "destination options of what is sent"),
        ipv6("IPV6_RECVPATHMTU", IPV6_RECVPATHMTU, .bool, "tell when a datagram exceeds the path's MTU"),
        ipv6("IPV6_PATHMTU", IPV6_PATHMTU, .pathMTU, access: .readOnly, "known MTU of the path (connected)"),
        ipv6("IPV6_DONTFRAG", IPV6_DONTFRAG, .bool, "refuse to send what needs fragments"),
        ipv6("IPV6_RECVTCLASS", IPV6_RECVTCLASS, .bool, "tell with each datagram its traffic class"),
        ipv6("IPV6_TCLASS", IPV6_TCLASS, .int(), "traffic class of what is sent; -1 the system's"),
        ipv6("IPV6_AUTOFLOWLABEL", IPV6_AUTOFLOWLABEL, .bool, "the kernel chooses a flow label"),
        ipv6(
            "IPV6_ADDR_PREFERENCES", IPV6_ADDR_PREFERENCES, .int(.bits), "which own addresses are preferred"),
        ipv6("IPV6_MINHOPCOUNT", IPV6_MINHOPCOUNT, .int(.hops), "drop what has a smaller hop limit"),
        ipv6(
            "IPV6_RECVORIGDSTADDR", IPV6_RECVORIGDSTADDR, .bool,
            "tell with each datagram its first destination"),
        ipv6("IPV6_TRANSPARENT", IPV6_TRANSPARENT, .bool, "act for other hosts' addresses (CAP_NET_ADMIN)"),
        ipv6(
            "IPV6_UNICAST_IF", IPV6_UNICAST_IF, .networkInt(.interfaceIndex),
            "the interface to send by; 0 any"),
        ipv6("IPV6_RECVFRAGSIZE", IPV6_RECVFRAGSIZE, .bool, "tell the size of the largest fragment"),
        ipv6("IPV6_FREEBIND", IPV6_FREEBIND, .bool, "bind to an address that is not here"),
    ]

    private static func ipv6(
        _ symbol: String, _ number: Int32, _ type: OptionType, access: Access = .readWrite, _ meaning: String
    ) -> SocketOption {
        SocketOption(.ipv6, symbol, number, type, access: access, meaning)
    }
}
