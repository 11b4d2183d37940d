// A peer that may not connect was turned away.

import Sockets

struct Refused: Event {
    let peer: SocketAddress
    let reason: String

    static let isRecorded = true

    static let shape = Shape(event: "refused", when: "A peer was not served, and its connection reset.")

    static func list(_ fields: inout some Fields<Refused>) {
        fields.add("peer", "The peer's address: `getpeername(2)`.") { $0.peer }
        fields.add("reason", "Why the peer was not served.") { $0.reason }
    }

    func say(in text: TextReporter) { text.say("refused", .bad, " \(peer): \(reason)") }
}
