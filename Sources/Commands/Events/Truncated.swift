// A peer's TLS stream ended without its word for that, and what it said was whole by its own framing all the same.

struct Truncated: Event {
    let connection: ConnectionIdentity

    static let isRecorded = true

    static let shape = Shape(
        event: "truncated",
        when: """
            The peer ended its TLS stream without close_notify, after messages that are complete by their own framing: \
            that is no failure.
            """)

    static func list(_ fields: inout some Fields<Truncated>) {
        fields.add("connection", "The number of the connection, counted from 1 in this run.") {
            $0.connection.number
        }
    }

    func say(in text: TextReporter) {
        text.notice(
            "\(connection.title) ended the stream without TLS's close_notify; every message was complete")
    }
}
