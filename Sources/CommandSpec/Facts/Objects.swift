// The objects that the events of the JSON output are made of.

extension ObjectSpec {
    package static let all =
        [address, traffic, tcp, http, header, body, roundTrip, broadcastAddress, error, attempt] + inspected
        + resolved

    private static let address = ObjectSpec(
        "address", "Where a socket is.",
        [
            FieldSpec("family", .oneOf(["inet", "inet6", "unix"]), "The address family."),
            FieldSpec("host", .string, "The numeric address; `inet` and `inet6`.", optional: true),
            FieldSpec("port", .integer, "The port; `inet` and `inet6`.", optional: true),
            FieldSpec("scope", .string, "The interface of a scoped `inet6` address.", optional: true),
            FieldSpec(
                "path", .string, "The path or abstract name of a `unix` address that has one.", optional: true
            ),
            FieldSpec("abstract", .boolean, "Whether `path` is an abstract name; `unix`.", optional: true),
        ])

    private static let traffic = ObjectSpec(
        "traffic", "What went in one direction.",
        [
            FieldSpec("bytes", .integer, "Bytes of payload."),
            FieldSpec("messages", .integer, "Messages; without framing, calls that moved data."),
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
            FieldSpec("limited_by", .string, "What limited sending the longest.", optional: true),
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
