// A connection that we opened.

struct Connected: Event {
    let connection: ConnectionIdentity

    static let isRecorded = true

    static let shape = Shape<Connected>(
        event: "connected", when: "A connection that this program opened is established.",
        [
            .fields(ConnectionIdentity.addresses) { $0.connection },
            .microseconds("connect_us", optional: "How long resolving and connecting took.") {
                $0.connection.connecting?.total
            },
        ])

    func say(in text: TextReporter) {
        let local = connection.local.map { " from \($0)" } ?? ""
        let time = connection.connecting.map { " in \(Statistics.text($0.total))" } ?? ""
        text.say("connected", .good, " to \(connection.title)\(local)\(time)", from: .verbose)
    }
}
