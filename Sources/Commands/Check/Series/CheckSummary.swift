// What a series of tests of one target came to.

import CommandSpec
import Sockets

struct CheckSummary {
    /// What makes it fail: `--max-loss` in percent, and `--max-rtt`.
    struct Gate {
        var loss: Double?
        var time: Duration?

        var isSet: Bool { loss != nil || time != nil }
    }

    let endpoint: String
    let account: CheckAccount
    let duration: Duration
    let gate: Gate
    let hasHistogram: Bool
    private let outage: (time: Duration, at: Timestamp)?

    init(_ endpoint: String, _ account: CheckAccount, duration: Duration, gate: Gate, hasHistogram: Bool) {
        self.endpoint = endpoint
        self.account = account
        self.duration = duration
        self.gate = gate
        self.hasHistogram = hasHistogram
        outage = account.longestOutage(at: .now)
    }

    /// Which limits it does not keep, in words; nil if it keeps them all.
    var missed: String? {
        var words: [String] = []
        if let limit = gate.loss, account.probes == 0 || account.loss > limit {
            words.append(
                "\(Self.percent(account.loss)) were not open, and --max-loss is \(Self.percent(limit))")
        }
        if let limit = gate.time {
            let time = judged.percentile(0.95)
            if account.open == 0 {
                words.append("none was open, and there is a --max-rtt")
            } else if time > limit {
                words.append(
                    "the p95 is \(Statistics.text(time)), and --max-rtt is \(Statistics.text(limit))"
                )
            }
        }
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }

    /// What `--max-rtt` is about: the kernel's round trips, or where there are none the time of connecting.
    private var judged: Distribution {
        account.roundTrips.count > 0 ? account.roundTrips : account.connecting
    }

    /// Of the last probe, or of the gate.
    var status: ExitStatus {
        guard gate.isSet else { return account.status }
        return missed == nil ? .success : .timedOut
    }

    /// One decimal, where that says more.
    static func percent(_ share: Double) -> String {
        let tenths = Int((share * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)%" : "\(tenths / 10).\(tenths % 10)%"
    }
}

extension CheckSummary: Presentable {
    func json(_ lines: inout JSONLines, to output: inout [UInt8]) { lines.append(self, to: &output) }

    func text(_ style: TextStyle) -> String {
        let lost = style.paint("\(Self.percent(account.loss)) lost", account.lost > 0 ? .bad : nil)
        let probes = "\(account.probes) \(account.probes == 1 ? "probe" : "probes")"
        var lines = [
            "\(style.safe(endpoint)): \(probes) in \(Statistics.text(duration)), \(account.open) open, \(lost)"
        ]
        if account.open > 0 {
            lines += Self.lines("connect", account.connecting)
            if account.roundTrips.count > 0 { lines += Self.lines("round trip", account.roundTrips) }
        }
        if let outage {
            let time = Statistics.text(outage.time)
            lines.append("  longest outage \(time), from \(Self.clock(outage.at))")
        }
        if account.changes > 0 {
            let shown = account.recentChanges.map {
                "    \(Self.clock($0.time, digits: 3))  \($0.to.rawValue)"
            }
            let count = "\(account.changes) \(account.changes == 1 ? "change" : "changes")"
            lines.append("  " + (account.changes > shown.count ? "\(count), the last:" : "\(count):"))
            lines += shown
        }
        if let missed { lines.append("  " + style.paint(missed, .bad)) }
        if hasHistogram { lines += HistogramText.lines(account.connecting.histogram, style) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ name: String, _ times: Distribution) -> [String] {
        func words(_ times: [Duration]) -> String { times.map(Statistics.text).joined(separator: " / ") }
        let title = "  " + name + String(repeating: " ", count: max(0, 10 - name.utf8.count)) + "  "
        let indent = String(repeating: " ", count: title.utf8.count)
        return [
            title + "min/avg/max " + words([times.least, times.mean, times.greatest])
                + ", stddev " + Statistics.text(times.deviation),
            indent + "p50/p95/p99 " + words([0.5, 0.95, 0.99].map(times.percentile)),
        ]
    }

    /// The time of day, UTC as everywhere.
    /// - Parameter digits: of the fraction of the second.
    static func clock(_ time: Timestamp, digits: Int = 0) -> String {
        var clock = JSONClock()
        return String(clock.text(time).dropFirst(11).prefix(8 + (digits > 0 ? digits + 1 : 0)))
    }
}

extension CheckSummary: Shaped {
    static let shape = Shape(
        answer: "summary", of: [.connect], "With `--check --repeat`: what the probes of one target came to.")

    static func list(_ fields: inout some Fields<CheckSummary>) {
        fields.add("endpoint", "The target, as it was asked for.") { $0.endpoint }
        fields.add("probes", "How often it was tested.") { $0.account.probes }
        fields.add("open_count", "How often it was open.") { $0.account.open }
        fields.add("lost", "How often it was not.") { $0.account.lost }
        fields.add("loss", "The same as a share of all, from 0 to 1.") { Share(value: $0.account.loss / 100) }
        fields.add("state", optional: "That of the last probe; `failed` if there was no address to test.") {
            $0.account.state
        }
        fields.add("status", "The exit status of the last probe, or of the limits.") { $0.status.rawValue }
        fields.add("message", optional: "Which limit it does not keep, and how.") { $0.missed }
        fields.add(
            "connect", optional: "How long connecting took, if it was open, by our clock; without TLS."
        ) {
            $0.account.open > 0 ? DistributionReport(distribution: $0.account.connecting) : nil
        }
        fields.add("rtt", optional: "The round-trip times of TCP's handshakes, as the kernel has them.") {
            $0.account.roundTrips.count > 0 ? DistributionReport(distribution: $0.account.roundTrips) : nil
        }
        fields.add("changes", "How often its state changed.") { $0.account.changes }
        fields.add("recent_changes", optional: "The last of the changes, at most ten.") {
            $0.account.recentChanges.nonEmpty
        }
        fields.add("longest_outage_us", optional: "The longest time that it was not open.") {
            $0.outage?.time
        }
        fields.add("outage_from", optional: "When that began.") { $0.outage?.at }
        fields.add("histogram", optional: "With `--histogram`: how many took how long to connect.") {
            $0.hasHistogram ? $0.account.connecting.histogram.nonEmpty : nil
        }
        fields.add("duration_us", "How long it was tested.") { $0.duration }
    }
}

extension CheckAccount.Change: Shaped {
    static let shape = Shape("change", "That the state of a target that is tested again and again changed.")

    static func list(_ fields: inout some Fields<CheckAccount.Change>) {
        fields.add("at", "When.") { $0.time }
        fields.add("from", "The state before.") { $0.from }
        fields.add("to", "The state from then on.") { $0.to }
    }
}
