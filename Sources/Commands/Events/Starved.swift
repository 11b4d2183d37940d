// Peers cannot be accepted for now, and are again.

/// No peer can be taken for now: those that come wait in the backlog.
struct Starved: Event {
    let failure: Failure

    static let shape = Shape(
        event: "starved",
        when: "Peers that connect wait in the backlog: there is no descriptor, or no memory, for another.")

    static func list(_ fields: inout some Fields<Starved>) {
        fields.add("error", "What there is too little of.") { $0.failure }
    }

    func say(in text: TextReporter) {
        let reason = "\(failure.message) (\(failure.code ?? ""))"
        text.say("not accepting for now", .warning, ": " + reason, from: .quiet)
    }
}

/// Peers are taken again.
struct AcceptingAgain: Event {
    static let shape = Shape(event: "accepting", when: "After `starved`: peers are accepted again.")

    static func list(_ fields: inout some Fields<AcceptingAgain>) {}

    func say(in text: TextReporter) { text.say("accepting again", .good, "", from: .quiet) }
}
