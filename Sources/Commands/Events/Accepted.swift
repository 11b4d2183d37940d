// A connection that a peer opened.

struct Accepted: Event {
    let connection: ConnectionIdentity

    static let isRecorded = true

    static let shape = Shape<Accepted>(
        event: "accepted", when: "A connection that a peer opened was accepted.",
        [.fields(ConnectionIdentity.addresses) { $0.connection }])

    func say(in text: TextReporter) { text.say("accepted", .good, " \(connection.title)", from: .verbose) }
}
