// A connection that a peer opened.

struct Accepted: Event {
    let connection: ConnectionIdentity

    static let isRecorded = true

    static let shape = Shape(event: "accepted", when: "A connection that a peer opened was accepted.")

    static func list(_ fields: inout some Fields<Accepted>) {
        fields.addresses { $0.connection }
    }

    func say(in text: TextReporter) { text.say("accepted", .good, " \(connection.title)", from: .verbose) }
}
