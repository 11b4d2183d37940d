// The layout of struct tcp_info, linux/tcp.h up to 6.18. The four bytes after received_ce_bytes are left
// out: they changed their layout from one kernel to the next.

extension TCPInfo {
    /// Every field, in the structure's order.
    package static let fields: [Field] = [
        .state,
        one(
            "ca_state", 1, "state of congestion control",
            .names(["Open", "Disorder", "CWR", "Recovery", "Loss"])),
        one("retransmits", 2, "timeouts in a row that are not recovered"),
        one("probes", 3, "unanswered window or keepalive probes"),
        one("backoff", 4, "doublings of the retransmission timeout"),
        one(
            "options", 5, "options of the connection",
            .flags(["timestamps", "sack", "wscale", "ecn", "ecn_seen", "syn_data", "usec_ts", "tfo_child"])),
        one("snd_wscale", 6, "window scale of the peer", bits: 0..<4),
        one("rcv_wscale", 6, "window scale of this end", bits: 4..<8),
        one("delivery_rate_app_limited", 7, "the delivery rate was limited by the sender", bits: 0..<1),
        one(
            "fastopen_client_fail", 7, "why fast open failed",
            .names(["none", "cookie_unavailable", "data_not_acked", "syn_retransmitted"]), bits: 1..<3),
        word("rto", 8, "retransmission timeout", .microseconds),
        word("ato", 12, "delay of acknowledgements", .microseconds),
        .sendMaximumSegment,
        word("rcv_mss", 20, "segment size of the peer, as far as seen", .bytes),
        .unacknowledged,
        .selectivelyAcknowledged,
        word("lost", 32, "taken for lost", .segments),
        word("retrans", 36, "repeated and not acknowledged yet", .segments),
        word("fackets", 40, "no longer used", .segments),
        word("last_data_sent", 44, "since data was last sent", .milliseconds, .elapsed),
        word("last_ack_sent", 48, "not recorded", .milliseconds),
        word("last_data_recv", 52, "since data last came", .milliseconds, .elapsed),
        word("last_ack_recv", 56, "since an acknowledgement last came", .milliseconds, .elapsed),
        word("pmtu", 60, "MTU of the path", .bytes),
        word("rcv_ssthresh", 64, "to where the receive window grows", .bytes),
        .roundTripTime,
        .roundTripVariation,
        word("snd_ssthresh", 76, "where slow start ends", .segments, .limit(0x7fff_ffff)),
        .congestionWindow,
        word("advmss", 84, "segment size told to the peer", .bytes),
        word("reordering", 88, "how far segments are thought to overtake each other", .segments),
        word("rcv_rtt", 92, "round-trip time as the receiver sees it", .microseconds),
        word("rcv_space", 96, "how much the reader takes in one round trip", .bytes),
        .totalRetransmissions,
        long("pacing_rate", 104, "how fast data is sent", .bytesPerSecond, .limit(.max)),
        long(
            "max_pacing_rate", 112, "the fastest allowed, SO_MAX_PACING_RATE", .bytesPerSecond, .limit(.max)),
        .bytesAcknowledged,
        .bytesReceived,
        word("segs_out", 136, "sent", .segments),
        word("segs_in", 140, "received", .segments),
        .bytesNotSent,
        .minimumRoundTripTime,
        word("data_segs_in", 152, "received with data", .segments),
        .dataSegmentsSent,
        .deliveryRate,
        .busyTime,
        .receiverLimited,
        .senderLimited,
        word("delivered", 192, "delivered, also out of order", .segments),
        word("delivered_ce", 196, "delivered with a congestion mark", .segments),
        .bytesSent,
        .bytesRetransmitted,
        word("dsack_dups", 216, "reported as received twice", .segments),
        word("reord_seen", 220, "times that segments overtook each other"),
        .packetsOutOfOrder,
        word("snd_wnd", 228, "window of the peer", .bytes),
        word("rcv_wnd", 232, "window of this end", .bytes),
        word("rehash", 236, "times that another route was tried"),
        half("total_rto", 240, "retransmission timeouts"),
        half("total_rto_recoveries", 242, "recoveries from retransmission timeouts"),
        word("total_rto_time", 244, "spent in such recoveries", .milliseconds),
        word("received_ce", 248, "received with a congestion mark", .packets),
        word("delivered_e1_bytes", 252, "delivered with ECT(1)", .bytes),
        word("delivered_e0_bytes", 256, "delivered with ECT(0)", .bytes),
        word("delivered_ce_bytes", 260, "delivered with a congestion mark", .bytes),
        word("received_e1_bytes", 264, "received with ECT(1)", .bytes),
        word("received_e0_bytes", 268, "received with ECT(0)", .bytes),
        word("received_ce_bytes", 272, "received with a congestion mark", .bytes),
    ]

    fileprivate static func one(
        _ name: String, _ offset: Int, _ meaning: String, _ kind: Kind = .number, bits: Range<Int>? = nil
    ) -> Field {
        Field(name: name, offset: offset, width: 1, bits: bits, unit: nil, kind: kind, meaning: meaning)
    }

    fileprivate static func half(_ name: String, _ offset: Int, _ meaning: String) -> Field {
        Field(name: name, offset: offset, width: 2, bits: nil, unit: nil, kind: .number, meaning: meaning)
    }

    fileprivate static func word(
        _ name: String, _ offset: Int, _ meaning: String, _ unit: Unit? = nil, _ kind: Kind = .number
    ) -> Field {
        Field(name: name, offset: offset, width: 4, bits: nil, unit: unit, kind: kind, meaning: meaning)
    }

    fileprivate static func long(
        _ name: String, _ offset: Int, _ meaning: String, _ unit: Unit, _ kind: Kind = .number
    ) -> Field {
        Field(name: name, offset: offset, width: 8, bits: nil, unit: unit, kind: kind, meaning: meaning)
    }
}

extension TCPInfo.Field {
    static let state = TCPInfo.one("state", 0, "state of the connection", .state)
    static let sendMaximumSegment = TCPInfo.word("snd_mss", 16, "segment size", .bytes)
    static let unacknowledged = TCPInfo.word(
        "unacked", 24, "sent and not acknowledged; of a listener, the accept queue", .segments)
    static let selectivelyAcknowledged = TCPInfo.word(
        "sacked", 28, "acknowledged selectively; of a listener, the backlog", .segments)
    static let roundTripTime = TCPInfo.word("rtt", 68, "round-trip time, smoothed", .microseconds)
    static let roundTripVariation = TCPInfo.word("rttvar", 72, "its variation", .microseconds)
    static let congestionWindow = TCPInfo.word("snd_cwnd", 80, "congestion window", .segments)
    static let totalRetransmissions = TCPInfo.word("total_retrans", 100, "repeated, in all", .segments)
    static let bytesAcknowledged = TCPInfo.long(
        "bytes_acked", 120, "acknowledged, the SYN counted as one", .bytes)
    static let bytesReceived = TCPInfo.long("bytes_received", 128, "received", .bytes)
    static let bytesNotSent = TCPInfo.word("notsent_bytes", 144, "waiting to be sent", .bytes)
    static let minimumRoundTripTime = TCPInfo.word(
        "min_rtt", 148, "shortest round-trip time", .microseconds, .measured(0xffff_ffff))
    static let dataSegmentsSent = TCPInfo.word("data_segs_out", 156, "sent with data", .segments)
    static let packetsOutOfOrder = TCPInfo.word("rcv_ooopack", 224, "received out of order", .packets)
    static let deliveryRate = TCPInfo.long("delivery_rate", 160, "lately delivered", .bytesPerSecond)
    static let busyTime = TCPInfo.long("busy_time", 168, "with data to send", .microseconds)
    static let receiverLimited = TCPInfo.long(
        "rwnd_limited", 176, "waiting for the peer's window", .microseconds)
    static let senderLimited = TCPInfo.long(
        "sndbuf_limited", 184, "waiting for the send buffer", .microseconds)
    static let bytesSent = TCPInfo.long("bytes_sent", 200, "sent, repetitions included", .bytes)
    static let bytesRetransmitted = TCPInfo.long("bytes_retrans", 208, "repeated", .bytes)
}
