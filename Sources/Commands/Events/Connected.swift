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
        text.say("connected", .good, " to \(connection.title)\(whence)\(time)", from: .verbose)
    }

    private var whence: String { connection.local.map { " from \($0)" } ?? "" }
    private var time: String { connection.connecting.map { " in \(Statistics.text($0.total))" } ?? "" }
}
