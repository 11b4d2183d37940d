// A command that moves datagrams is done.

import Sockets

extension DatagramSummary: Event {
    static let isRecorded = true

    static let shape = Shape(event: "summary", when: "A command that moves datagrams is done.")

    static func list(_ fields: inout some Fields<DatagramSummary>) {
        fields.add("by", "Who or what ended it.") { $0.by }
        fields.add("received", "What was received.") { TrafficReport($0.received) }
        fields.add("sent", "What was sent.") { TrafficReport($0.sent) }
        fields.add(
            "dropped", "How many datagrams the kernel dropped, because the receive buffer was full."
        ) { $0.dropped }
        fields.add("truncated_count", "How many datagrams were truncated.") { $0.truncated }
        fields.add(
            "unanswered",
            optional: "How many replies were dropped because there was no room for them, if any."
        ) { $0.unanswered > 0 ? $0.unanswered : nil }
        fields.add("answered", optional: "How many of those sent were answered; with `--wait`.") {
            $0.roundTrips?.answered
        }
        fields.add(
            "lost",
            optional:
                "How many of those sent were not; with `--wait`. Not of a broadcast or multicast, which "
                + "nobody has to answer."
        ) { $0.roundTrips?.lost }
        fields.add("rtt", optional: "The round-trip times, if something was answered.") {
            $0.roundTrips.flatMap { trips in
                trips.times.map { DistributionReport(distribution: $0, jitter: trips.jitter) }
            }
        }
        fields.add("histogram", optional: "With `--histogram`: how many took how long.") {
            $0.roundTrips?.hasHistogram == true ? $0.roundTrips?.times?.histogram : nil
        }
        fields.add("duration_us", "How long it took.") { $0.duration }
    }

    func say(in text: TextReporter) {
        text.say(DatagramText.summary(self), from: text.showsStatistics ? .quiet : .verbose)
    }
}
