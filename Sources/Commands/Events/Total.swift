// Several connections, or a measurement, are over: what all of them came to.

import Sockets

struct Total: Event {
    var connections = 0
    var received = 0
    var sent = 0
    /// From the beginning of the first to the end of the last.
    var duration = Duration.zero
    /// Of this process, over that time.
    var processor = Duration.zero

    static let shape = Shape(
        event: "total",
        when: "All connections of `--parallel`, `--zero`, `--for` or `-k` with `--stats` are over.")

    static func list(_ fields: inout some Fields<Total>) {
        fields.add("connections", "How many there were.") { $0.connections }
        fields.add("received", "What all of them have received.") {
            TrafficReport(bytes: $0.received, rate: $0.rate($0.received))
        }
        fields.add("sent", "What all of them have sent.") {
            TrafficReport(bytes: $0.sent, rate: $0.rate($0.sent))
        }
        fields.add("duration_us", "From the beginning of the first to the end of the last.") { $0.duration }
        fields.add("processor_us", "How much time of processors this process has used meanwhile.") {
            $0.processor
        }
    }

    private func rate(_ bytes: Int) -> Double { Double(bytes) / max(duration.seconds, 1e-9) }

    func say(in text: TextReporter) { text.say(line, from: .quiet) }

    private var line: String {
        func words(_ bytes: Int) -> String {
            bytes == 0 ? "nothing" : "\(Statistics.bytes(bytes)) (\(Statistics.rate(bytes, in: duration)))"
        }
        let count = "\(connections) \(connections == 1 ? "connection" : "connections")"
        let share = Statistics.percent(processor.seconds / max(duration.seconds, 1e-9))
        return
            "total of \(count) in \(Statistics.text(duration)): received \(words(received)), sent \(words(sent)); "
            + "processor time \(Statistics.text(processor)) (\(share) of one)"
    }
}

/// Adds up the connections of a command.
struct Totals {
    private var total = Total()
    private var began: (time: Instant, processor: Instant)?

    mutating func begin() {
        if began == nil { began = (.now, .processorTime) }
    }

    mutating func add(_ account: ClosingAccount) {
        total.connections += 1
        total.received += account.received.bytes
        total.sent += account.sent.bytes
        guard let began else { return }
        total.duration = .now - began.time
        total.processor = .processorTime - began.processor
    }

    /// Nil where there was none.
    var sum: Total? { total.connections > 0 ? total : nil }
}
