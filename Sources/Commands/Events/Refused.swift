// A peer that may not connect was turned away.

import Sockets

struct Refused: Event {
    let peer: SocketAddress
    let reason: String
    /// Who passed it on.
    var proxy: SocketAddress?

    static let isRecorded = true

    static let shape = Shape(event: "refused", when: "A peer was not served, and its connection reset.")

    static func list(_ fields: inout some Fields<Refused>) {
        fields.add("peer", "The peer's address: `getpeername(2)`, or what a PROXY header says.") { $0.peer }
        fields.add("proxy", optional: "Who passed it on; with `--accept-proxy`.") { $0.proxy }
        fields.add("reason", "Why the peer was not served.") { $0.reason }
    }

    func say(in text: TextReporter) { text.say("refused", .bad, " \(peer)\(passage): \(reason)") }

    private var passage: String { proxy.map { " through \($0)" } ?? "" }
}
