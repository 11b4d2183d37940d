// The catalog: SOL_SOCKET, asm-generic/socket.h. Numbers that glibc does not name yet are written out.
//
// Left out is what cannot be written as a text: SO_ATTACH_BPF and its like take a program.

import Glibc

extension SocketOption {
    package static let broadcast = socket(
        "SO_BROADCAST", SO_BROADCAST, .bool, "allow datagrams to a broadcast address")
    package static let bindToDevice = socket(
        "SO_BINDTODEVICE", SO_BINDTODEVICE, .string, "use only this interface, by name")
    package static let cookie = socket(
        "SO_COOKIE", SO_COOKIE, .uint64(), access: .readOnly, "the socket's number, never used again")
    package static let domain = socket(
        "SO_DOMAIN", SO_DOMAIN, .int(), access: .readOnly, "the family: 1 AF_UNIX, 2 AF_INET, 10 AF_INET6")
    package static let error = socket(
        "SO_ERROR", SO_ERROR, .int(), access: .readOnly, disturbs: true,
        "the pending error's number; reading it clears it")
    package static let isListening = socket(
        "SO_ACCEPTCONN", SO_ACCEPTCONN, .bool, access: .readOnly, "the socket listens")
    package static let keepAlive = socket(
        "SO_KEEPALIVE", SO_KEEPALIVE, .bool, "probe a connection that is idle")
    package static let linger = socket(
        "SO_LINGER", SO_LINGER, .linger, "how long close waits for unsent data; 0 resets the connection")
    package static let memoryInfo = socket(
        "SO_MEMINFO", SO_MEMINFO,
        .record([
            "rmem_alloc", "rcvbuf", "wmem_alloc", "sndbuf", "fwd_alloc", "wmem_queued", "optmem", "backlog",
            "drops",
        ]), access: .readOnly, "memory in use, its limits, and the number of dropped packets")
    package static let peerPidfd = socket(
        "SO_PEERPIDFD", 77, .int(), access: .readOnly, disturbs: true,
        "a pidfd of the peer, opened in the reader (Unix)")
    package static let peekOffset = socket(
        "SO_PEEK_OFF", SO_PEEK_OFF, .int(.bytes), "where MSG_PEEK looks next; -1 off")
    package static let `protocol` = socket(
        "SO_PROTOCOL", SO_PROTOCOL, .int(), access: .readOnly, "the protocol: 6 TCP, 17 UDP, 262 MPTCP")
    package static let forcedReceiveBuffer = socket(
        "SO_RCVBUFFORCE", SO_RCVBUFFORCE, .int(.bytes), access: .writeOnly, "SO_RCVBUF beyond rmem_max")
    package static let receiveBuffer = socket(
        "SO_RCVBUF", SO_RCVBUF, .int(.bytes), "receive buffer; the kernel doubles the number set")
    package static let receiveLowWaterMark = socket(
        "SO_RCVLOWAT", SO_RCVLOWAT, .int(.bytes), "readable from so many bytes on")
    package static let receiveOverflow = socket(
        "SO_RXQ_OVFL", SO_RXQ_OVFL, .bool, "tell with each datagram how many were dropped before it")
    package static let reuseAddress = socket(
        "SO_REUSEADDR", SO_REUSEADDR, .bool, "bind although old connections linger on the address")
    package static let reusePort = socket(
        "SO_REUSEPORT", SO_REUSEPORT, .bool, "several sockets share one address and port")
    package static let sendBuffer = socket(
        "SO_SNDBUF", SO_SNDBUF, .int(.bytes), "send buffer; the kernel doubles the number set")
    package static let timestampNanoseconds = socket(
        "SO_TIMESTAMPNS", SO_TIMESTAMPNS, .bool, "tell with each datagram when it came, in nanoseconds")
    package static let type = socket(
        "SO_TYPE", SO_TYPE, .int(), access: .readOnly, "the type: 1 SOCK_STREAM, 2 SOCK_DGRAM")

    static let socketOptions: [SocketOption] = [
        socket("SO_DEBUG", SO_DEBUG, .bool, "debugging in the protocol (CAP_NET_ADMIN to set)"),
        .reuseAddress,
        .type,
        .error,
        socket("SO_DONTROUTE", SO_DONTROUTE, .bool, "send to directly connected hosts only"),
        .broadcast,
        .sendBuffer,
        .receiveBuffer,
        .keepAlive,
        socket("SO_OOBINLINE", SO_OOBINLINE, .bool, "leave urgent data in the stream"),
        socket("SO_NO_CHECK", SO_NO_CHECK, .bool, "send UDP over IPv4 without a checksum"),
        socket("SO_PRIORITY", SO_PRIORITY, .int(), "queueing priority of what is sent"),
        .linger,
        socket("SO_BSDCOMPAT", SO_BSDCOMPAT, .bool, access: .readOnly, "obsolete, without effect"),
        .reusePort,
        socket("SO_PASSCRED", SO_PASSCRED, .bool, "receive the sender's credentials (Unix)"),
        socket(
            "SO_PEERCRED", SO_PEERCRED, .credentials, access: .readOnly, "who connected or listened (Unix)"),
        .receiveLowWaterMark,
        socket("SO_SNDLOWAT", SO_SNDLOWAT, .int(.bytes), access: .readOnly, "always 1 on Linux"),
        socket("SO_RCVTIMEO", SO_RCVTIMEO, .timeval, "how long a receive waits; 0s for ever"),
        socket("SO_SNDTIMEO", SO_SNDTIMEO, .timeval, "how long a send waits; 0s for ever"),
        .bindToDevice,
        socket(
            "SO_GET_FILTER", SO_GET_FILTER, .length(.instructions), access: .readOnly,
            "length of the attached packet filter"),
        socket("SO_DETACH_FILTER", SO_DETACH_FILTER, .int(), access: .writeOnly, "remove the packet filter"),
        socket(
            "SO_PEERNAME", SO_PEERNAME, .socketAddress, access: .readOnly,
            "the peer's address, as getpeername"),
        socket("SO_TIMESTAMP", SO_TIMESTAMP, .bool, "tell with each datagram when it came, in microseconds"),
        .isListening,
        socket("SO_PEERSEC", SO_PEERSEC, .string, access: .readOnly, "the peer's security context"),
        socket(
            "SO_SNDBUFFORCE", SO_SNDBUFFORCE, .int(.bytes), access: .writeOnly, "SO_SNDBUF beyond wmem_max"),
        .forcedReceiveBuffer,
        socket("SO_PASSSEC", SO_PASSSEC, .bool, "receive the sender's security context (Unix)"),
        .timestampNanoseconds,
        socket("SO_MARK", SO_MARK, .unsigned(), "mark for routing and filters (CAP_NET_ADMIN to set)"),
        socket(
            "SO_TIMESTAMPING", SO_TIMESTAMPING, .record(["flags", "bind_phc"]),
            "which time stamps are made, SOF_TIMESTAMPING_*"),
        .protocol,
        .domain,
        .receiveOverflow,
        socket("SO_WIFI_STATUS", SO_WIFI_STATUS, .bool, "tell whether a Wi-Fi frame was acknowledged"),
        .peekOffset,
        socket("SO_NOFCS", SO_NOFCS, .bool, "the last four bytes of a frame are its checksum (packet)"),
        socket("SO_LOCK_FILTER", SO_LOCK_FILTER, .bool, "the packet filter can no more be removed"),
        socket("SO_SELECT_ERR_QUEUE", SO_SELECT_ERR_QUEUE, .bool, "poll reports errors as exceptional too"),
        socket("SO_BUSY_POLL", SO_BUSY_POLL, .int(.microseconds), "how long a receive polls the device"),
        socket("SO_MAX_PACING_RATE", SO_MAX_PACING_RATE, .rate, "the fastest to send"),
        socket(
            "SO_BPF_EXTENSIONS", SO_BPF_EXTENSIONS, .int(), access: .readOnly,
            "the filter extensions there are"),
        socket("SO_INCOMING_CPU", SO_INCOMING_CPU, .int(), "the CPU that handled the last packet; -1 none"),
        socket(
            "SO_CNX_ADVICE", SO_CNX_ADVICE, .int(), access: .writeOnly,
            "1: look for another route, this one fails"),
        .memoryInfo,
        socket(
            "SO_INCOMING_NAPI_ID", SO_INCOMING_NAPI_ID, .unsigned(), access: .readOnly,
            "the device queue packets come by"),
        .cookie,
        socket(
            "SO_PEERGROUPS", SO_PEERGROUPS, .groups, access: .readOnly,
            "the peer's supplementary groups (Unix)"),
        socket("SO_ZEROCOPY", SO_ZEROCOPY, .bool, "MSG_ZEROCOPY may be used"),
        socket("SO_TXTIME", SO_TXTIME, .record(["clockid", "flags"]), "send at a time given with the data"),
        socket(
            "SO_BINDTOIFINDEX", SO_BINDTOIFINDEX, .int(.interfaceIndex),
            "use only this interface, by index; 0 any"),
        socket("SO_TIMESTAMP_NEW", SO_TIMESTAMP_NEW, .bool, "SO_TIMESTAMP with 64-bit seconds"),
        socket("SO_TIMESTAMPNS_NEW", SO_TIMESTAMPNS_NEW, .bool, "SO_TIMESTAMPNS with 64-bit seconds"),
        socket(
            "SO_TIMESTAMPING_NEW", SO_TIMESTAMPING_NEW, .record(["flags", "bind_phc"]),
            "SO_TIMESTAMPING with 64-bit seconds"),
        socket("SO_RCVTIMEO_NEW", SO_RCVTIMEO_NEW, .timeval, "SO_RCVTIMEO with 64-bit seconds"),
        socket("SO_SNDTIMEO_NEW", SO_SNDTIMEO_NEW, .timeval, "SO_SNDTIMEO with 64-bit seconds"),
        socket(
            "SO_DETACH_REUSEPORT_BPF", SO_DETACH_REUSEPORT_BPF, .int(), access: .writeOnly,
            "remove the choosing program"),
        socket("SO_PREFER_BUSY_POLL", SO_PREFER_BUSY_POLL, .bool, "busy polling goes before interrupts"),
        socket(
            "SO_BUSY_POLL_BUDGET", SO_BUSY_POLL_BUDGET, .int(.packets), access: .writeOnly,
            "the most of one busy poll"),
        socket(
            "SO_NETNS_COOKIE", SO_NETNS_COOKIE, .uint64(), access: .readOnly, "the network namespace's number"
        ),
        socket("SO_BUF_LOCK", SO_BUF_LOCK, .unsigned(.bits), "buffers fixed by the user: 1 send, 2 receive"),
        socket("SO_RESERVE_MEM", SO_RESERVE_MEM, .int(.bytes), "memory kept for this socket"),
        socket(
            "SO_TXREHASH", SO_TXREHASH, .int(), "1: another route after timeouts; -1 the system's default"),
        socket("SO_RCVMARK", SO_RCVMARK, .bool, "tell the mark of each datagram"),
        socket("SO_PASSPIDFD", 76, .bool, "receive a pidfd of the sender (Unix)"),
        .peerPidfd,
        socket("SO_RCVPRIORITY", 82, .bool, "tell the priority of each datagram"),
        socket("SO_PASSRIGHTS", 83, .bool, "receive descriptors (Unix)"),
        socket("SO_INQ", 84, .bool, "tell with each receive how much is left (Unix)"),
    ]

    private static func socket(
        _ symbol: String, _ number: Int32, _ type: OptionType, access: Access = .readWrite,
        disturbs: Bool = false, _ meaning: String
    ) -> SocketOption {
        SocketOption(.socket, symbol, number, type, access: access, disturbs: disturbs, meaning)
    }
}
