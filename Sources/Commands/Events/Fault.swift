// What `--fault` did, and which faults are in force.

import Sockets

/// Which faults are in force: at the start, and when they were read again.
struct FaultsInForce: Event {
    let seed: UInt64
    let faults: [String]

    static let isRecorded = true

    static let shape = Shape(event: "faults", when: "With `--fault`: which faults are in force from here on.")

    static func list(_ fields: inout some Fields<FaultsInForce>) {
        fields.add("seed", "What `--seed` repeats them with.") { Identifier($0.seed) }
        fields.add("faults", "Each fault, as it was written.") { $0.faults }
    }

    func say(in text: TextReporter) {
        let list = faults.isEmpty ? "no faults" : "faults: " + faults.joined(separator: " ")
        text.say(list, .warning, " (--seed \(seed))")
    }
}

/// Something was done to a connection, or a datagram.
struct Fault: Event {
    enum Kind: String, JSONWord {
        case latency, rate, corrupt, slice, refuse, loss, duplicate, reorder
        case cut = "cut-after"
        case reset = "reset-after"
        case stall = "stall-after"
        /// What is delayed is all that may wait.
        case full = "held-up"
    }

    var connection: Int
    var leg: Leg?
    var kind: Kind
    /// Where in what that side sent.
    var offset: Int?
    /// Which datagram of that side.
    var number: Int?
    var latency: Duration?
    var jitter: Duration?
    var rate: Int?
    var duration: Duration?
    var before: UInt8?
    var after: UInt8?

    static let isRecorded = true

    static let shape = Shape(
        event: "fault", when: "With `--fault`: something was done to a connection or a datagram.")

    static func list(_ fields: inout some Fields<Fault>) {
        fields.add("connection", "The number of the connection, or of the client, in this run.") {
            $0.connection
        }
        fields.add(
            "leg", optional: "Who sent what it was done to; absent for the connection as a whole."
        ) { $0.leg }
        fields.add("number", optional: "To which of its datagrams.") { $0.number }
        fields.add(
            "fault",
            """
            What was done, by the names of `--fault`; `held-up`: so much is delayed that the sender has to wait.
            """
        ) { $0.kind }
        fields.add("offset", optional: "At which byte of what that side sent.") { $0.offset }
        fields.add("latency_us", optional: "By how much everything is delayed.") { $0.latency }
        fields.add("jitter_us", optional: "By how much more or less.") { $0.jitter }
        fields.add("rate", optional: "How many bytes a second pass.") { $0.rate }
        fields.add("rate_bits", optional: "The same in bits a second.") {
            $0.rate.map { $0.multipliedReportingOverflow(by: 8).partialValue }
        }
        fields.add("duration_us", optional: "For how long; absent for ever.") { $0.duration }
        fields.add("before", optional: "Of a byte that was changed: its value.") { $0.before }
        fields.add("after", optional: "And what it became.") { $0.after }
    }

    func say(in text: TextReporter) {
        var words = leg.map { " of what the \($0.rawValue) sends" } ?? ""
        if let offset { words += " at byte \(offset)" }
        if let number { words += ", datagram \(number)" }
        if let latency { words += ": \(Statistics.text(latency))" }
        if let jitter { words += " ± \(Statistics.text(jitter))" }
        if let rate { words += ": \(Statistics.bytes(rate))/s" }
        if let duration { words += " for \(Statistics.text(duration))" }
        text.say("fault", .warning, " on connection \(connection): \(kind.rawValue)\(words)", from: .verbose)
    }
}
