// What is told of datagrams: of each one, and of all of them at the end.

import CommandSpec
import Sockets

/// A datagram that was received, or one that was sent.
struct DatagramReport {
    var direction = Direction.received
    /// Of a relay: which of its peers, counted from 1, and which side sent it.
    var relayed: (connection: Int, leg: Leg)?
    /// Counted from 1 in each direction.
    var number: Int
    var peer: SocketAddress
    /// Our address: where it was sent to, or from.
    var local: SocketAddress
    var interface: String?
    /// When it was sent; nil for one that was received.
    var sent: Timestamp?
    /// When the kernel received it.
    var timestamp: Timestamp?
    var hopLimit: Int?
    /// In bytes, before it was cut.
    var length: Int
    var isTruncated = false
    /// How many the kernel dropped since the one before.
    var droppedBefore: Int?
    var answer: Answer?

    /// Which datagram of ours it answers, and how fast.
    struct Answer: Equatable {
        /// Counted from 1.
        let number: Int
        let time: Duration
    }
}

/// What went one way.
struct DatagramTraffic {
    var bytes = 0
    var messages = 0
}

/// The account of all datagrams.
struct DatagramSummary {
    var by = EndedBy.local
    var received = DatagramTraffic()
    var sent = DatagramTraffic()
    var dropped = 0
    /// Whether what was dropped may have been more: the kernel counts a block of datagrams as one.
    var droppedIsLeast = false
    var truncated = 0
    /// How many replies were dropped because there was no room for them, mostly at a peer that does not read.
    var unanswered = 0
    /// Nil where nobody waited for answers.
    var roundTrips: RoundTripSummary?
    var duration = Duration.zero
}

extension DatagramSummary {
    /// What has been added since then.
    func since(_ before: DatagramSummary) -> DatagramSummary {
        var added = DatagramSummary()
        added.received = received.since(before.received)
        added.sent = sent.since(before.sent)
        added.dropped = dropped - before.dropped
        added.duration = duration - before.duration
        return added
    }
}

extension DatagramTraffic {
    fileprivate func since(_ before: DatagramTraffic) -> DatagramTraffic {
        DatagramTraffic(bytes: bytes - before.bytes, messages: messages - before.messages)
    }
}

/// How many datagrams were answered, and how fast.
struct RoundTripSummary: Equatable {
    var answered = 0
    /// Nil where nobody has to answer: of broadcasts and multicasts.
    var lost: Int?
    /// Nil where nothing was answered.
    var times: Distribution?
    /// Nil where fewer than two were.
    var jitter: Duration?
    /// Whether it is shown how many took how long.
    var hasHistogram = false
}

/// The words for people.
enum DatagramText {
    /// `127.0.0.1:40000 to 127.0.0.1:9000 (lo): 5 bytes`.
    static func line(_ datagram: DatagramReport) -> String {
        let peer = datagram.peer == .unix(.unnamed) ? "an unnamed Unix socket" : "\(datagram.peer)"
        var line = "\(peer) to \(datagram.local)"
        if let interface = datagram.interface { line += " (\(interface))" }
        line += ": " + Statistics.bytes(datagram.length)
        if datagram.isTruncated { line += ", truncated" }
        if let answer = datagram.answer { line += ", after \(Statistics.text(answer.time))" }
        if let dropped = datagram.droppedBefore { line += ", \(dropped) dropped before it" }
        return line
    }

    static func summary(_ summary: DatagramSummary) -> String {
        var lines: [String] = []
        if summary.sent.messages > 0 || summary.roundTrips != nil {
            lines.append("sent \(datagrams(summary.sent)) in \(Statistics.text(summary.duration))")
        }
        if summary.received.messages > 0 || lines.isEmpty {
            lines.append("received \(datagrams(summary.received)) in \(Statistics.text(summary.duration))")
        }
        if summary.dropped > 0 {
            lines.append("dropped \(summary.droppedIsLeast ? "at least " : "")\(summary.dropped)")
        }
        if summary.truncated > 0 { lines.append("truncated \(summary.truncated)") }
        if summary.unanswered > 0 { lines.append("dropped \(summary.unanswered) replies: no room") }
        if let trips = summary.roundTrips {
            var line = answers(trips, of: summary.sent.messages)
            if let times = trips.times {
                line +=
                    ", round trip "
                    + [times.least, times.mean, times.greatest]
                    .map(Statistics.text).joined(separator: " / ") + " (min/avg/max)"
                line +=
                    ", "
                    + [0.5, 0.95, 0.99].map { Statistics.text(times.percentile($0)) }.joined(separator: " / ")
                    + " (p50/p95/p99)"
                if let jitter = trips.jitter { line += ", jitter \(Statistics.text(jitter))" }
            }
            lines.append(line)
            if trips.hasHistogram, let times = trips.times {
                lines += HistogramText.lines(times.histogram, StandardError.style)
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The line of `--interval`.
    static func interval(_ summary: DatagramSummary) -> String {
        var parts: [String] = []
        for (verb, traffic) in [("received", summary.received), ("sent", summary.sent)]
        where traffic.messages > 0 {
            parts.append(
                "\(verb) \(datagrams(traffic)) (\(Statistics.rate(traffic.bytes, in: summary.duration)))")
        }
        if parts.isEmpty { parts = ["nothing"] }
        if summary.dropped > 0 { parts.append("dropped \(summary.dropped)") }
        return "\(Statistics.text(summary.duration)): " + parts.joined(separator: ", ")
    }

    private static func answers(_ trips: RoundTripSummary, of sent: Int) -> String {
        guard let lost = trips.lost else {
            return trips.answered == 0 ? "no replies" : "\(trips.answered) of \(sent) had a reply"
        }
        let share = sent == 0 ? 0 : lost * 1000 / sent
        return "answered \(trips.answered), lost \(lost) (\(share / 10).\(share % 10)%)"
    }

    private static func datagrams(_ traffic: DatagramTraffic) -> String {
        "\(traffic.messages) \(traffic.messages == 1 ? "datagram" : "datagrams"), \(Statistics.bytes(traffic.bytes))"
    }
}

extension NetworkError {
    /// `connection refused: port unreachable, reported by 127.0.0.1`.
    var message: String {
        guard let reason else { return error.message }
        return error.message + ": " + reason + (reporter.map { ", reported by \($0)" } ?? "")
    }
}

extension Failure {
    /// What was reported of a datagram that was sent to `address`, if the report does not say where.
    init(_ error: NetworkError, to address: SocketAddress?) {
        let destination = error.destination ?? address
        self.init("send", destination?.description, error.error)
        cause = .network(error)
    }
}
