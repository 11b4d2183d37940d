// Every event of the JSON output, in the order in which a session has them.

extension FieldSpec {
    /// The fields with which every event begins.
    package static let common = [
        FieldSpec("event", .string, "The name of the event."),
        FieldSpec("time", .string, "When it happened: RFC 3339, UTC, with microseconds."),
    ]

    private static let connection = FieldSpec(
        "connection", .integer, "The number of the connection, counted from 1 in this run.")
    private static let local = FieldSpec("local", .object("address"), "Our address: `getsockname(2)`.")
    private static let peer = FieldSpec("peer", .object("address"), "The peer's address: `getpeername(2)`.")

    fileprivate static let connected = [
        connection, local, peer,
        FieldSpec("seconds", .number, "How long resolving and connecting took."),
    ]
    fileprivate static let accepted = [connection, local, peer]
    fileprivate static let data = [
        connection,
        FieldSpec("direction", .oneOf(["received", "sent"]), "Which way the payload went."),
        FieldSpec("size", .integer, "The length of the payload in bytes."),
        FieldSpec("text", .string, "The payload, if it is valid UTF-8.", optional: true),
        FieldSpec("base64", .string, "The payload in base64, if it is not valid UTF-8.", optional: true),
    ]
    fileprivate static let eof = [
        connection,
        FieldSpec("by", .oneOf(["peer", "local"]), "Who has sent all: the peer, or this program."),
    ]
    fileprivate static let refused = [
        peer,
        FieldSpec("reason", .string, "Why the peer was not served."),
    ]
    fileprivate static let closed = [
        connection, local, peer,
        FieldSpec(
            "by", .oneOf(["peer", "local", "signal", "timeout"]), "Who or what ended the connection."),
        FieldSpec(
            "how", .oneOf(["eof", "reset", "timeout", "signal", "limit", "error"]),
            "How it ended: in order, by a reset, by a timer, by a signal, at a limit that was asked for, or by "
                + "another error."),
        FieldSpec("received", .object("traffic"), "What was received."),
        FieldSpec("sent", .object("traffic"), "What was sent."),
        FieldSpec("seconds", .number, "How long the connection lasted."),
        FieldSpec(
            "connecting", .object("connecting"), "How long connecting took, if we did.", optional: true),
        FieldSpec("tcp", .object("tcp"), "The account of TCP; absent for a Unix socket.", optional: true),
    ]
}

extension EventSpec {
    package static let all = [
        EventSpec(
            "listening", when: "The socket listens: `listen(2)` has succeeded, or for datagrams `bind(2)`.",
            [
                FieldSpec("address", .object("address"), "The first address that is listened at."),
                FieldSpec("addresses", .array(of: "address objects"), "Every address that is listened at."),
            ]),
        EventSpec(
            "connected", when: "A connection that this program opened is established.", FieldSpec.connected),
        EventSpec("accepted", when: "A connection that a peer opened was accepted.", FieldSpec.accepted),
        EventSpec("data", when: "Payload was received. Its boundaries mean nothing.", FieldSpec.data),
        EventSpec("eof", when: "One direction of the connection has come to its end.", FieldSpec.eof),
        EventSpec("closed", when: "A connection is over.", FieldSpec.closed),
        EventSpec("refused", when: "A peer was not served, and its connection reset.", FieldSpec.refused),
        EventSpec(
            "datagram", when: "A datagram was received. `time` is when the kernel received it.",
            FieldSpec.datagram),
        EventSpec(
            "dropped", when: "The kernel has dropped datagrams, because the receive buffer was full.",
            FieldSpec.dropped),
        EventSpec("summary", when: "A command that moves datagrams is done.", FieldSpec.summary),
        EventSpec(
            "error", when: "Something failed without ending the command.",
            [FieldSpec("error", .object("error"), "What failed.")]),
    ]
}
