// The events and objects of the JSON output that are about datagrams.

extension FieldSpec {
    static let datagram = [
        FieldSpec("direction", .oneOf(["received", "sent"]), "Which way it went."),
        FieldSpec("number", .integer, "The number of the datagram, counted from 1 in each direction."),
        FieldSpec("peer", .object("address"), "Who sent it, or to whom it was sent."),
        FieldSpec(
            "local", .object("address"),
            "Where it was sent to: an address of ours, a group or a broadcast; or our address that it was sent from."
        ),
        FieldSpec("interface", .string, "The interface that it came in by.", optional: true),
        FieldSpec(
            "timestamp", .string, "When the kernel received it, with nanoseconds (`SO_TIMESTAMPNS`).",
            optional: true),
        FieldSpec("hop_limit", .integer, "How many more routers it might have passed.", optional: true),
        FieldSpec("size", .integer, "The length of the datagram in bytes, also of one that was cut."),
        FieldSpec("truncated", .boolean, "Whether the payload was cut; otherwise absent.", optional: true),
        FieldSpec(
            "dropped_before", .integer,
            "How many datagrams the kernel has dropped since the one before (`SO_RXQ_OVFL`).", optional: true),
        FieldSpec(
            "answers", .integer,
            "Which datagram of ours it answers, counted from 1, as far as is known when it comes.",
            optional: true),
        FieldSpec("rtt_us", .integer, "The time since that one was sent, in microseconds.", optional: true),
        FieldSpec("text", .string, "The payload, if it is valid UTF-8.", optional: true),
        FieldSpec(
            "base64", .string,
            "The payload in base64, if it is not. With `--output` the payload is in the file only.",
            optional: true),
    ]

    static let dropped = [
        FieldSpec("count", .integer, "How many were dropped since the last such event."),
        FieldSpec("total", .integer, "How many were dropped in all."),
    ]

    static let summary = [
        FieldSpec(
            "by", .oneOf(["peer", "local", "signal", "timeout"]), "Who or what ended it.", optional: true),
        FieldSpec("received", .object("traffic"), "What was received."),
        FieldSpec("sent", .object("traffic"), "What was sent."),
        FieldSpec(
            "dropped", .integer, "How many datagrams the kernel dropped, because the receive buffer was full."
        ),
        FieldSpec("truncated", .integer, "How many datagrams were cut."),
        FieldSpec(
            "unanswered", .integer,
            "How many replies were dropped because there was no room for them, if any.",
            optional: true),
        FieldSpec(
            "answered", .integer, "How many of those sent were answered; with `--wait`.", optional: true),
        FieldSpec("lost", .integer, "How many of those sent were not; with `--wait`.", optional: true),
        FieldSpec(
            "rtt", .object("round-trip"), "The round-trip times, if something was answered.", optional: true),
        FieldSpec("seconds", .number, "How long it took."),
    ]
}

extension ObjectSpec {
    static let roundTrip = ObjectSpec(
        "round-trip", "The times between datagrams and their answers, in microseconds.",
        [
            FieldSpec("min_us", .integer, "The shortest."),
            FieldSpec("mean_us", .integer, "The mean."),
            FieldSpec("max_us", .integer, "The longest."),
        ])

    static let broadcastAddress = ObjectSpec(
        "broadcast-address",
        "An element of `addresses`, the only field of the object that `broadcast addresses` writes.",
        [
            FieldSpec("interface", .string, "The interface; absent for a subnet given.", optional: true),
            FieldSpec("index", .integer, "The index of the interface.", optional: true),
            FieldSpec("address", .string, "The address."),
            FieldSpec("prefix", .integer, "How many leading bits the subnet's addresses share."),
            FieldSpec(
                "broadcast", .string, "The highest address of the subnet, if it leaves room for a broadcast.",
                optional: true),
            FieldSpec(
                "kernel_broadcast", .string, "What the kernel has as broadcast address, if it has one.",
                optional: true),
            FieldSpec(
                "flags", .array(of: "strings"), "What the interface can do: `UP`, `BROADCAST`.",
                optional: true),
        ])
}
