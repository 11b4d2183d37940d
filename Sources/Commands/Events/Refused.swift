// A peer that may not connect was turned away, or what it sends is not taken.

import Sockets

struct Refused: Event {
    let peer: SocketAddress
    let reason: String
    /// Who passed it on.
    var proxy: SocketAddress?

    static let isRecorded = true

    static let shape = Shape(
        event: "refused",
        when: "A peer was not served: its connection was reset, or what it sends is dropped.")

    static func list(_ fields: inout some Fields<Refused>) {
        fields.add(
            "peer",
            "The peer's address: `getpeername(2)`, what a PROXY header says, or where the first such datagram came from."
        ) { $0.peer }
        fields.add("proxy", optional: "Who passed it on; with `--accept-proxy`.") { $0.proxy }
        fields.add("reason", "Why the peer was not served.") { $0.reason }
    }

    func say(in text: TextReporter) { text.say("refused", .bad, " \(peer)\(passage): \(reason)") }

    private var passage: String { proxy.map { " through \($0)" } ?? "" }
}
