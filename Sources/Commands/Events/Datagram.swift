// A datagram that was received, or in a recording one that was sent.

import Sockets

extension DatagramReport: Shaped {
    static let shape = Shape(
        event: "datagram",
        when: """
            A datagram was received. `time` is when the kernel received it. In a recording, also: one was sent. With \
            `--output` the payload is in the file only.
            """)

    static func list(_ fields: inout some Fields<DatagramReport>) {
        fields.add(
            "connection", optional: "With `--to`: the number of the client, counted from 1 in this run."
        ) { $0.relayed?.connection }
        fields.add("leg", optional: "With `--to`: who sent it, the client or the server.") { $0.relayed?.leg }
        fields.add("direction", "Which way it went.") { $0.direction }
        fields.add("number", "The number of the datagram, counted from 1 in each direction.") { $0.number }
        fields.add("size", "The length of the datagram in bytes, also of one that was truncated.") {
            $0.length
        }
        fields.add("peer", "Who sent it, or to whom it was sent.") { $0.peer }
        fields.add(
            "local",
            """
            Where it was sent to: an address of ours, a group or a broadcast; or our address that it was sent \
            from.
            """
        ) { $0.local }
        fields.add("interface", optional: "The interface that it came in by.") { $0.interface }
        fields.add(
            "timestamp", optional: "When the kernel received it, with nanoseconds (`SO_TIMESTAMPNS`)."
        ) { $0.timestamp }
        fields.add("hop_limit", optional: "How many more routers it might have passed.") { $0.hopLimit }
        fields.add("truncated", optional: "Whether the payload was truncated; otherwise absent.") {
            $0.isTruncated ? true : nil
        }
        fields.add(
            "dropped_before",
            optional: "How many datagrams the kernel has dropped since the one before (`SO_RXQ_OVFL`)."
        ) { $0.droppedBefore }
        fields.add(
            "answer_to",
            optional:
                "Which datagram of ours it answers, counted from 1, as far as is known when it comes."
        ) { $0.answer?.number }
        fields.add("rtt_us", optional: "The time since that one was sent.") { $0.answer?.time }
        fields.payload("The payload")
    }

    /// When it was received or sent.
    var time: Timestamp { timestamp ?? sent ?? .now }
}
