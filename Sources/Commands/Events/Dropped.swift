// The kernel has dropped datagrams.

struct Dropped: Event {
    let count: Int
    let total: Int

    static let isRecorded = true

    static let shape = Shape(
        event: "dropped", when: "The kernel has dropped datagrams, because the receive buffer was full.")

    static func list(_ fields: inout some Fields<Dropped>) {
        fields.add("count", "How many since the last such event.") { $0.count }
        fields.add("total", "How many in all.") { $0.total }
    }

    func say(in text: TextReporter) {
        let sum = total == count ? "" : " (\(total) in total)"
        text.say("\(count) dropped", .warning, ": the receive buffer was full" + sum)
    }
}
