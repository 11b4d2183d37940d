// A command that moves datagrams is done.

import Sockets

extension DatagramSummary: Event {
    static let isRecorded = true

    static var shape: Shape<DatagramSummary> { summary }

    private static let summary = Shape<DatagramSummary>(
        event: "summary", when: "A command that moves datagrams is done.",
        [
            .word("by", "Who or what ended it.") { $0.by },
            .object("received", "What was received.") { TrafficReport($0.received) },
            .object("sent", "What was sent.") { TrafficReport($0.sent) },
            .integer(
                "dropped", "How many datagrams the kernel dropped, because the receive buffer was full."
            ) { $0.dropped },
            .integer("truncated_count", "How many datagrams were truncated.") { $0.truncated },
            .integer(
                "unanswered",
                optional: "How many replies were dropped because there was no room for them, if any."
            ) { $0.unanswered > 0 ? $0.unanswered : nil },
            .integer("answered", optional: "How many of those sent were answered; with `--wait`.") {
                $0.roundTrips?.answered
            },
            .integer(
                "lost",
                optional:
                    "How many of those sent were not; with `--wait`. Not of a broadcast or multicast, which "
                    + "nobody has to answer."
            ) { $0.roundTrips?.lost },
            .object("rtt", optional: "The round-trip times, if something was answered.") {
                $0.roundTrips?.times.map {
                    RoundTripReport(least: $0.least, mean: $0.mean, greatest: $0.greatest)
                }
            },
            .microseconds("duration_us", "How long it took.") { $0.duration },
        ])

    func say(in text: TextReporter) {
        text.say(DatagramText.summary(self), from: text.showsStatistics ? .quiet : .verbose)
    }
}

/// Round-trip times.
struct RoundTripReport: Shaped {
    let least: Duration
    let mean: Duration
    let greatest: Duration

    static let shape = Shape<RoundTripReport>(
        "round-trip", "The times between datagrams and their answers.",
        [
            .microseconds("min_us", "The shortest.") { $0.least },
            .microseconds("mean_us", "The mean.") { $0.mean },
            .microseconds("max_us", "The longest.") { $0.greatest },
        ])
}
