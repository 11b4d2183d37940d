// The catalog: IPPROTO_TCP, linux/tcp.h. Numbers that glibc does not name yet are written out.
//
// Left out is what needs a structure filled in by the caller: the keys of TCP_MD5SIG and TCP_AO_*,
// TCP_REPAIR_OPTIONS, and TCP_ZEROCOPY_RECEIVE, which takes data away.

import Glibc

extension SocketOption {
    package static let noDelay = tcp(
        "TCP_NODELAY", TCP_NODELAY, .bool, "send small segments at once (Nagle off)")
    package static let maximumSegment = tcp("TCP_MAXSEG", TCP_MAXSEG, .int(.bytes), "largest segment to send")
    package static let cork = tcp("TCP_CORK", TCP_CORK, .bool, "hold back segments that are not full")
    package static let tcpInformation = tcp(
        "TCP_INFO", TCP_INFO, .tcpInfo, access: .readOnly, "what TCP knows of the connection")
    package static let congestionControl = tcp(
        "TCP_CONGESTION", TCP_CONGESTION, .string, "congestion control algorithm, by name")
    package static let quickAcknowledge = tcp(
        "TCP_QUICKACK", TCP_QUICKACK, .bool, "acknowledge at once, for now")
    package static let userTimeout = tcp(
        "TCP_USER_TIMEOUT", TCP_USER_TIMEOUT, .unsigned(.milliseconds),
        "give up when sent data is not acknowledged for so long; 0 the system's")
    package static let notSentLowWater = tcp(
        "TCP_NOTSENT_LOWAT", TCP_NOTSENT_LOWAT, .unsigned(.bytes),
        "writable below so much unsent; 0 the system's")
    package static let repairWindow = tcp(
        "TCP_REPAIR_WINDOW", TCP_REPAIR_WINDOW,
        .record(["snd_wl1", "snd_wnd", "max_window", "rcv_wnd", "rcv_wup"]),
        "the windows of a connection being moved")

    static let tcpOptions: [SocketOption] = [
        .noDelay,
        .maximumSegment,
        .cork,
        tcp("TCP_KEEPIDLE", TCP_KEEPIDLE, .int(.seconds), "idle time before the first keepalive probe"),
        tcp("TCP_KEEPINTVL", TCP_KEEPINTVL, .int(.seconds), "time between keepalive probes"),
        tcp("TCP_KEEPCNT", TCP_KEEPCNT, .int(), "keepalive probes before giving up"),
        tcp("TCP_SYNCNT", TCP_SYNCNT, .int(), "repetitions of SYN before giving up"),
        tcp("TCP_LINGER2", TCP_LINGER2, .int(.seconds), "time in FIN_WAIT2 after close; -1 none"),
        tcp(
            "TCP_DEFER_ACCEPT", TCP_DEFER_ACCEPT, .int(.seconds),
            "accept once data has come, or after so long"),
        tcp("TCP_WINDOW_CLAMP", TCP_WINDOW_CLAMP, .int(.bytes), "largest window to advertise"),
        .tcpInformation,
        .quickAcknowledge,
        .congestionControl,
        tcp(
            "TCP_THIN_LINEAR_TIMEOUTS", TCP_THIN_LINEAR_TIMEOUTS, .bool, "no longer timeouts on thin streams"),
        tcp("TCP_THIN_DUPACK", TCP_THIN_DUPACK, .bool, "obsolete, without effect"),
        .userTimeout,
        tcp("TCP_REPAIR", TCP_REPAIR, .int(), "the connection is being moved (CAP_NET_ADMIN)"),
        tcp("TCP_REPAIR_QUEUE", TCP_REPAIR_QUEUE, .int(), "queue to repair: 0 none, 1 receive, 2 send"),
        tcp("TCP_QUEUE_SEQ", TCP_QUEUE_SEQ, .unsigned(), "sequence number of the queue being repaired"),
        tcp("TCP_FASTOPEN", TCP_FASTOPEN, .int(.connections), "connections waiting with data in their SYN"),
        tcp("TCP_TIMESTAMP", TCP_TIMESTAMP, .unsigned(), "the clock of the time stamp option"),
        .notSentLowWater,
        tcp(
            "TCP_CC_INFO", TCP_CC_INFO, .bytes, access: .readOnly,
            "what the congestion control algorithm knows"),
        tcp(
            "TCP_SAVE_SYN", TCP_SAVE_SYN, .int(),
            "keep the SYN of new connections: 1 from IP on, 2 from the link"),
        tcp(
            "TCP_SAVED_SYN", TCP_SAVED_SYN, .bytes, access: .readOnly, disturbs: true,
            "the kept SYN; reading it frees it"),
        .repairWindow,
        tcp("TCP_FASTOPEN_CONNECT", TCP_FASTOPEN_CONNECT, .bool, "connect sends data with its SYN"),
        tcp("TCP_ULP", TCP_ULP, .string, "protocol on top, by name: tls"),
        tcp("TCP_FASTOPEN_KEY", TCP_FASTOPEN_KEY, .bytes, "key of the fast open cookies"),
        tcp("TCP_FASTOPEN_NO_COOKIE", TCP_FASTOPEN_NO_COOKIE, .bool, "fast open without a cookie"),
        tcp("TCP_INQ", TCP_INQ, .bool, "tell with each receive how much is left"),
        tcp("TCP_TX_DELAY", TCP_TX_DELAY, .int(.microseconds), "delay what is sent"),
        tcp("TCP_IS_MPTCP", 43, .bool, access: .readOnly, "the connection is one of MPTCP"),
        tcp("TCP_RTO_MAX_MS", 44, .int(.milliseconds), "longest retransmission timeout"),
        tcp("TCP_RTO_MIN_US", 45, .int(.microseconds), "shortest retransmission timeout"),
        tcp("TCP_DELACK_MAX_US", 46, .int(.microseconds), "longest delay of an acknowledgement"),
    ]

    private static func tcp(
        _ symbol: String, _ number: Int32, _ type: OptionType, access: Access = .readWrite,
        disturbs: Bool = false, _ meaning: String
    ) -> SocketOption {
        SocketOption(.tcp, symbol, number, type, access: access, disturbs: disturbs, meaning)
    }
}
