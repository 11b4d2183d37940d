// A connection that we opened.

struct Connected: Event {
    let connection: ConnectionIdentity

    static let isRecorded = true

    static let shape = Shape(
        event: "connected", when: "A connection that this program opened is established.")

    static func list(_ fields: inout some Fields<Connected>) {
        fields.addresses { $0.connection }
        fields.add("connect_us", optional: "How long resolving and connecting took.") {
            $0.connection.connecting?.total
        }
    }

    func say(in text: TextReporter) {
        let local = connection.local.map { " from \($0)" } ?? ""
        let time = connection.connecting.map { " in \(Statistics.text($0.total))" } ?? ""
        text.say("connected", .good, " to \(connection.title)\(local)\(time)", from: .verbose)
    }
}
