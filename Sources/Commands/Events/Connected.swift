// A connection that we opened.

struct Connected: Event {
    let connection: ConnectionIdentity
    /// Whether a person waits for it, to begin.
    var isAwaited = false

    static let isRecorded = true

    static let shape = Shape(
        event: "connected", when: "A connection that this program opened is established.")

    static func list(_ fields: inout some Fields<Connected>) {
        fields.addresses { $0.connection }
        fields.add(
            "endpoint", optional: "What the proxy was asked for; with `--via`, where `peer` is the proxy."
        ) {
            $0.connection.detour?.endpoint
        }
        fields.add("via", optional: "The proxy, without user and password; with `--via`.") {
            $0.connection.detour?.via
        }
        fields.add("connect_us", optional: "How long resolving and connecting took.") {
            $0.connection.connecting?.total
        }
    }

    func say(in text: TextReporter) {
        text.say(
            "connected", .good, " to \(connection.title)\(route)\(whence)\(time)",
            from: isAwaited ? .normal : .verbose)
    }

    private var route: String { connection.detour?.via.map { " via \($0)" } ?? "" }
    private var whence: String { connection.local.map { " from \($0)" } ?? "" }
    private var time: String { connection.connecting.map { " in \(Statistics.text($0.total))" } ?? "" }
}
