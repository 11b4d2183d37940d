// How far a transfer has come, as a line that fits the terminal.

import Sockets

struct ProgressLine: Equatable {
    /// `sent` or `received`.
    var verb: String
    var bytes: Int
    /// How many it will be, if that is known.
    var total: Int?
    /// Bytes a second, lately.
    var rate: Double
    var elapsed: Duration
    /// How long nothing has moved.
    var idle = Duration.zero

    /// After so long without a byte it is said that there is none.
    private static let stall = Duration.seconds(2)
    /// A shorter bar says nothing.
    private static let leastBar = 12

    /// The line; never longer than the columns, less two for the `^C` of a person who has seen enough.
    func text(columns: Int) -> String {
        let room = columns - 2
        for fields in variants {
            let length = fields.reduce(2 * (fields.count - 1)) { $0 + ($1?.count ?? Self.leastBar) }
            if length > room { continue }
            let bar = Self.leastBar + room - length
            return fields.map { $0 ?? self.bar(bar) }.joined(separator: "  ")
        }
        return ""
    }

    /// What is left to say at the end; nil where it does not fit.
    func summary(columns: Int) -> String? {
        let ofTotal = total.map { bytes < $0 ? " of " + Statistics.bytes($0) : "" } ?? ""
        let amount = verb + " " + Statistics.bytes(bytes) + ofTotal
        let speed = Statistics.rate(bytes, in: elapsed)
        let texts = [amount + " in \(Statistics.text(elapsed)), \(speed)", amount, Statistics.bytes(bytes)]
        return texts.first { $0.count <= columns - 2 }
    }

    /// The fields of a line, from the longest to the shortest; nil stands for the bar.
    private var variants: [[String?]] {
        let amount = Self.padded(Statistics.bytes(bytes), 8)
        let speed = Self.padded(Statistics.bytes(Int(min(max(rate, 0), 1e18))) + "/s", 10)
        guard let share else {
            let time = idle < Self.stall ? Self.clock(elapsed) : "stalled"
            return [[verb, amount, speed, time], [amount, speed, time], [amount, speed], [amount]]
        }
        let percent = Self.padded("\(Int(share * 100))", 3) + "%"
        let ofTotal = amount + " of " + Statistics.bytes(total ?? 0)
        let time = Self.clock(elapsed) + ", " + left
        return [
            [verb, percent, nil, ofTotal, speed, time], [verb, percent, nil, ofTotal, speed, left],
            [verb, percent, nil, amount, speed, left], [verb, percent, amount, speed, left],
            [percent, amount, speed, left], [percent, amount, left], [percent, left], [percent, amount],
            [percent],
        ]
    }

    /// How much of it is done; nil if that is not known, or was not true.
    private var share: Double? {
        guard let total, total > 0, bytes <= total else { return nil }
        return Double(bytes) / Double(total)
    }

    private var left: String {
        guard let total, bytes < total else { return "0:00 left" }
        if idle >= Self.stall { return "stalled" }
        let seconds = Double(total - bytes) / rate
        return seconds < 1e9 ? Self.clock(.seconds(seconds.rounded(.up))) + " left" : "-:-- left"
    }

    private func bar(_ width: Int) -> String {
        let inside = width - 2
        let done = Int((share ?? 0) * Double(inside))
        let head =
            done < inside && done > 0
            ? String(repeating: "=", count: done - 1) + ">" : String(repeating: "=", count: done)
        return "[" + head + String(repeating: " ", count: inside - done) + "]"
    }

    /// `0:07`, `2:03:04`, `12 days`.
    static func clock(_ duration: Duration) -> String {
        let seconds = Int(duration.seconds)
        if seconds >= 100 * 3600 { return "\(seconds / 86400) days" }
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let minutes = seconds / 60
        if minutes < 60 { return "\(minutes):" + two(seconds % 60) }
        return "\(minutes / 60):" + two(minutes % 60) + ":" + two(seconds % 60)
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
