// The JSON events about datagrams.

import Sockets

/// `{"event":"dropped",…}`.
struct JSONDropped: Encodable {
    let event = "dropped"
    let time = Timestamp.now.description
    let count: Int
    let total: Int

    enum CodingKeys: String, CodingKey { case event, time, count, total }
}

/// `{"event":"summary",…}`.
struct JSONSummary: Encodable {
    let event = "summary"
    let time = Timestamp.now.description
    let by: String
    let received: JSONTraffic
    let sent: JSONTraffic
    let dropped: Int
    let truncated: Int
    let unanswered: Int?
    let answered: Int?
    let lost: Int?
    let rtt: RoundTrip?
    let seconds: Double

    enum CodingKeys: String, CodingKey {
        case event, time, by, received, sent, dropped, truncated, unanswered, answered, lost, rtt, seconds
    }

    /// Round-trip times.
    struct RoundTrip: Encodable {
        let least: Int
        let mean: Int
        let greatest: Int

        enum CodingKeys: String, CodingKey {
            case least = "min_us"
            case mean = "mean_us"
            case greatest = "max_us"
        }
    }

    init(_ summary: DatagramSummary) {
        by = summary.by.rawValue
        received = JSONTraffic(summary.received)
        sent = JSONTraffic(summary.sent)
        dropped = summary.dropped
        truncated = summary.truncated
        unanswered = summary.unanswered > 0 ? summary.unanswered : nil
        answered = summary.roundTrips?.answered
        lost = summary.roundTrips?.lost
        rtt = summary.roundTrips?.times.map {
            RoundTrip(
                least: $0.least.wholeMicroseconds, mean: $0.mean.wholeMicroseconds,
                greatest: $0.greatest.wholeMicroseconds)
        }
        seconds = summary.duration.seconds
    }
}

extension Duration {
    fileprivate var wholeMicroseconds: Int { Int(nanoseconds / 1000) }
}
