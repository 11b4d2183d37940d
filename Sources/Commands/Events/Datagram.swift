// A datagram that was received, or in a recording one that was sent.

import Sockets

extension DatagramReport: Shaped {
    static var shape: Shape<DatagramReport> { datagram }

    private static let datagram = Shape<DatagramReport>(
        event: "datagram",
        when: """
            A datagram was received. `time` is when the kernel received it. In a recording, also: one was sent. With \
            `--output` the payload is in the file only.
            """,
        [
            .integer(
                "connection", optional: "With `--to`: the number of the client, counted from 1 in this run."
            ) {
                $0.relayed?.connection
            },
            .word("leg", optional: "With `--to`: who sent it, the client or the server.") { $0.relayed?.leg },
            .word("direction", "Which way it went.") { $0.direction },
            .integer("number", "The number of the datagram, counted from 1 in each direction.") { $0.number },
            .integer("size", "The length of the datagram in bytes, also of one that was truncated.") {
                $0.length
            },
            .address("peer", "Who sent it, or to whom it was sent.") { $0.peer },
            .address(
                "local",
                """
                Where it was sent to: an address of ours, a group or a broadcast; or our address that it was sent \
                from.
                """
            ) { $0.local },
            .string("interface", optional: "The interface that it came in by.") { $0.interface },
            .field(
                "timestamp", .time, "When the kernel received it, with nanoseconds (`SO_TIMESTAMPNS`).",
                optional: true, { $0.timestamp }
            ) { $1.time($0, digits: 9) },
            .integer("hop_limit", optional: "How many more routers it might have passed.") { $0.hopLimit },
            .boolean("truncated", optional: "Whether the payload was truncated; otherwise absent.") {
                $0.isTruncated ? true : nil
            },
            .integer(
                "dropped_before",
                optional: "How many datagrams the kernel has dropped since the one before (`SO_RXQ_OVFL`)."
            ) { $0.droppedBefore },
            .integer(
                "answer_to",
                optional:
                    "Which datagram of ours it answers, counted from 1, as far as is known when it comes."
            ) { $0.answer?.number },
            .microseconds("rtt_us", optional: "The time since that one was sent.") { $0.answer?.time },
            .payload("The payload"),
        ])

    /// When it was received or sent.
    var time: Timestamp { timestamp ?? sent ?? .now }
}
