// One side of a connection will send no more.

struct EndOfFile: Event {
    let connection: ConnectionIdentity
    let by: Sender

    enum Sender: String, JSONWord { case peer, local }

    static let isRecorded = true

    static let shape = Shape(event: "eof", when: "One direction of the connection has come to its end.")

    static func list(_ fields: inout some Fields<EndOfFile>) {
        fields.connection { $0.connection }
        fields.add("by", "Who has sent everything: the peer, or this program.") { $0.by }
    }

    func say(in text: TextReporter) {
        text.say(
            by == .peer
                ? "\(connection.title) closed its sending side (EOF)"
                : "finished sending to \(connection.title) (EOF)",
            from: .verbose)
    }
}
