// Payload, as one call received or sent it.

struct DataReport: Shaped {
    let connection: ConnectionIdentity
    let direction: Direction
    /// In bytes.
    let size: Int

    static let shape = Shape(
        event: "data",
        when: """
            Payload was received, as one `recv(2)` returned it: its boundaries mean nothing. With `--frame` \
            these are bytes that belong to no whole message. In a recording, payload that was sent, too.
            """)

    static func list(_ fields: inout some Fields<DataReport>) {
        fields.connection { $0.connection }
        fields.add("direction", "Which way the payload went.") { $0.direction }
        fields.add("size", "The length of the payload in bytes.") { $0.size }
        fields.payload("The payload")
    }
}

extension Direction: JSONWord {}
