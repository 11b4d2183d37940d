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
    fileprivate static let message = [
        connection,
        FieldSpec("direction", .oneOf(["received"]), "Which way the message went."),
        FieldSpec("number", .integer, "The number of the message, counted from 1 on each connection."),
        FieldSpec(
            "size", .integer, "The length of the message in bytes, without delimiter or length prefix."),
        FieldSpec("text", .string, "The message, if it is valid UTF-8 and not HTTP.", optional: true),
        FieldSpec(
            "base64", .string, "The message in base64, if it is neither valid UTF-8 nor HTTP.", optional: true
        ),
        FieldSpec("http", .object("http"), "The message, if it is HTTP.", optional: true),
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
            "how",
            .oneOf(["eof", "reset", "broken-pipe", "timeout", "signal", "limit", "output-closed", "error"]),
            "How it ended: in order, by a reset, because the peer was gone when something was to be sent, by a "
                + "timer, by a signal, at a limit that was asked for, because nobody reads the output any more, "
                + "or by another error."),
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
        EventSpec(
            "data",
            when: """
                Payload was received, as one `recv(2)` returned it: its boundaries mean nothing. With `--frame` \
                these are bytes that belong to no whole message. In a recording, payload that was sent, too.
                """, FieldSpec.data),
        EventSpec(
            "message",
            when: """
                With `--frame`: a message was received. With `--output` its payload goes to the file and is not \
                repeated here.
                """, FieldSpec.message),
        EventSpec("eof", when: "One direction of the connection has come to its end.", FieldSpec.eof),
        EventSpec("closed", when: "A connection is over.", FieldSpec.closed),
        EventSpec(
            "starved",
            when: """
                Peers that connect wait in the backlog: there is no descriptor, or no memory, for another.
                """, [FieldSpec("error", .object("error"), "What there is too little of.")]),
        EventSpec("accepting", when: "After `starved`: peers are accepted again.", []),
        EventSpec("refused", when: "A peer was not served, and its connection reset.", FieldSpec.refused),
        EventSpec(
            "datagram",
            when: """
                A datagram was received. `time` is when the kernel received it. In a recording, also: one was sent.
                """,
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
