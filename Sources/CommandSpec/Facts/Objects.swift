// The objects that the events of the JSON output are made of.

extension ObjectSpec {
    package static let all =
        [
            address, traffic, connecting, tcp, http, header, body, roundTrip, broadcastAddress, error,
            attempt,
        ] + inspected
        + resolved

    private static let address = ObjectSpec(
        "address", "Where a socket is.",
        [
            FieldSpec(
                "family", .oneOf(["inet", "inet6", "unix", "netlink", "packet", "vsock"]),
                "The address family; the last three in `info` alone."),
            FieldSpec("host", .string, "The numeric address; `inet` and `inet6`.", optional: true),
            FieldSpec(
                "port", .integer,
                "The port; `inet`, `inet6` and `vsock`; of `netlink` the port ID, 0 for the kernel.",
                optional: true),
            FieldSpec("cid", .integer, "The number of the machine; `vsock`.", optional: true),
            FieldSpec("protocol", .string, "What a `packet` socket takes, `ETH_P_ALL`.", optional: true),
            FieldSpec("interface", .string, "The interface of a `packet` socket.", optional: true),
            FieldSpec("scope", .string, "The interface of a scoped `inet6` address.", optional: true),
            FieldSpec(
                "path", .string,
                "The path or abstract name of a `unix` address that has one, if it is valid UTF-8.",
                optional: true),
            FieldSpec("path_base64", .string, "That path or name in base64, if it is not.", optional: true),
            FieldSpec("abstract", .boolean, "Whether that is an abstract name; `unix`.", optional: true),
        ])

    private static let traffic = ObjectSpec(
        "traffic", "What went in one direction.",
        [
            FieldSpec("bytes", .integer, "Bytes of payload."),
            FieldSpec(
                "messages", .integer, "Messages: with `--frame`, and datagrams.", optional: true),
            FieldSpec(
                "seconds", .number,
                "How long it took, to the last byte or its acknowledgement. This field and the next two are "
                    + "there in `closed`, for a direction of at least 64 KiB and 100 ms that was watched.",
                optional: true),
            FieldSpec(
                "limited_by", .oneOf(limits.map(\.name)),
                "Who was waited for the longest.", optional: true),
            FieldSpec(
                "limits", .map(of: "numbers"),
                "Each one who was waited for at least a hundredth of the time, with the share of the time, "
                    + "from 0 to 1. " + limits.map { "`\($0.name)`: \($0.meaning)" }.joined(separator: "; ")
                    + ".", optional: true),
        ])

    /// Who can hold a transfer up.
    private static let limits = [
        (name: "input", meaning: "there was nothing to send"),
        (name: "send-buffer", meaning: "our send buffer was full, and all of it on its way"),
        (name: "receiver", meaning: "the window of the receiver was full"),
        (name: "network", meaning: "the network took no more"),
        (name: "peer", meaning: "nothing came, because of the sender or the network"),
        (name: "output", meaning: "the output took no more"),
        (name: "program", meaning: "nobody was waited for, this program was at work"),
    ]

    private static let connecting = ObjectSpec(
        "connecting", "How long connecting took.",
        [
            FieldSpec("seconds", .number, "From the start to the connection, failed attempts included."),
            FieldSpec("lookup_seconds", .number, "Of it, the time for looking up the name."),
            FieldSpec(
                "handshake_seconds", .number, "Of it, the time that the address took that was connected to."),
        ])

    private static let tcp = ObjectSpec(
        "tcp", "What TCP_INFO says at the end, see `tcp(7)`. Times are in microseconds.",
        [
            FieldSpec(
                "state", .string, "The state of the connection, such as `ESTABLISHED`.", optional: true),
            FieldSpec("rtt_us", .integer, "The smoothed round trip time."),
            FieldSpec("rttvar_us", .integer, "How much the round trip time varies."),
            FieldSpec("min_rtt_us", .integer, "The shortest round trip time seen."),
            FieldSpec("retransmits", .integer, "Segments that were sent again."),
            FieldSpec("snd_cwnd", .integer, "The congestion window in segments."),
            FieldSpec("busy_us", .integer, "How long there was something to send."),
            FieldSpec("rwnd_limited_us", .integer, "How long the peer's receive window limited sending."),
            FieldSpec("sndbuf_limited_us", .integer, "How long our send buffer limited sending."),
        ])

    private static let error = ObjectSpec(
        "error", "What failed, and how.",
        [
            FieldSpec("operation", .string, "What was tried, such as `connect`."),
            FieldSpec("endpoint", .string, "At which endpoint or file.", optional: true),
            FieldSpec(
                "code", .string, "The name of the error, such as `ECONNREFUSED` or `EAI_NONAME`.",
                optional: true),
            FieldSpec("errno", .integer, "The number of the system's error.", optional: true),
            FieldSpec("message", .string, "The error in words."),
            FieldSpec("status", .integer, "The exit status that the error stands for."),
            FieldSpec("hint", .string, "What to do about it.", optional: true),
            FieldSpec(
                "attempts", .array(of: "attempt objects"), "Each address that was tried; `connect`.",
                optional: true),
        ])

    private static let attempt = ObjectSpec(
        "attempt", "One address that could not be connected to.",
        [
            FieldSpec("address", .object("address"), "The address."),
            FieldSpec("code", .string, "The name of the error."),
            FieldSpec("errno", .integer, "Its number."),
            FieldSpec("message", .string, "The error in words."),
        ])
}
