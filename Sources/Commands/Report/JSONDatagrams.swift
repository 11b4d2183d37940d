// The JSON events about datagrams.

import Sockets

/// `{"event":"datagram",…}`.
struct JSONDatagram: Encodable {
    let event = "datagram"
    let time: String
    let direction: String
    let number: Int
    let peer: JSONAddress
    let local: JSONAddress
    let interface: String?
    let timestamp: String?
    let hopLimit: Int?
    let size: Int
    let truncated: Bool?
    let droppedBefore: Int?
    let answers: Int?
    let roundTrip: Int?
    let text: String?
    let base64: String?

    enum CodingKeys: String, CodingKey {
        case event, time, direction, number, peer, local, interface, timestamp, size, truncated, answers,
            text, base64
        case hopLimit = "hop_limit"
        case droppedBefore = "dropped_before"
        case roundTrip = "rtt_us"
    }

    init(_ datagram: DatagramReport, _ payload: RawSpan?) {
        var content: JSONPayload?
        if let payload { content = JSONPayload(payload) }
        time = (datagram.timestamp ?? datagram.sent ?? .now).description
        direction = datagram.direction.rawValue
        number = datagram.number
        peer = JSONAddress(datagram.peer)
        local = JSONAddress(datagram.local)
        interface = datagram.interface
        timestamp = datagram.timestamp?.precise
        hopLimit = datagram.hopLimit
        size = datagram.length
        truncated = datagram.isTruncated ? true : nil
        droppedBefore = datagram.droppedBefore
        answers = datagram.answer?.number
        roundTrip = datagram.answer.map { $0.time.wholeMicroseconds }
        text = content?.text
        base64 = content?.base64
    }
}

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
