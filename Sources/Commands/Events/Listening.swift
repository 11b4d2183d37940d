// `listen(2)` has succeeded.

import Sockets

struct Listening: Event {
    let addresses: [SocketAddress]

    static let isRecorded = true

    static let shape = Shape(
        event: "listening", when: "The socket listens: `listen(2)` has succeeded, or for datagrams `bind(2)`."
    )

    static func list(_ fields: inout some Fields<Listening>) {
        fields.add("address", optional: "The first address that is listened at.") { $0.addresses.first }
        fields.add("addresses", "Every address that is listened at.") { $0.addresses }
    }

    func say(in text: TextReporter) {
        text.say("listening", .good, " on " + addresses.map(\.description).joined(separator: ", "))
    }
}
