// The account of a connection in words: how much, how long, how it ended, and what TCP says of it.

import Sockets

enum Statistics {
    /// The lines of `--stats`.
    static func summary(of connection: ConnectionIdentity, _ account: ClosingAccount) -> String {
        var lines = [
            "\(connection.peer): \(ending(account))",
            "  received \(bytes(account.received.bytes)), sent \(bytes(account.sent.bytes))"
                + " in \(text(account.duration)) (\(rate(account)))",
        ]
        if let tcp = account.tcp {
            var parts: [String] = []
            if let rtt = tcp.roundTripTime, let variation = tcp.roundTripVariation {
                parts.append("round trip \(text(rtt)) ± \(text(variation))")
            }
            if let count = tcp.totalRetransmissions { parts.append("\(count) retransmitted") }
            if let limit = limit(tcp) { parts.append(limit) }
            if !parts.isEmpty { lines.append("  " + parts.joined(separator: ", ")) }
        }
        return lines.joined(separator: "\n")
    }

    /// Who ended it and how.
    static func ending(_ account: ClosingAccount) -> String {
        switch (account.how, account.by) {
        case (.eof, .peer): "ended by the peer"
        case (.eof, _): "ended here"
        case (.reset, _): "reset by the peer"
        case (.brokenPipe, _): "the peer was gone"
        case (.timeout, _): "timed out"
        case (.signal, _): "interrupted"
        case (.limit, _): "as much as was asked for"
        case (.outputClosed, _): "nobody reads the output any more"
        case (.error, _): "failed"
        }
    }

    /// What held the sending back for most of the time that there was something to send.
    static func limitName(_ tcp: TCPInfo) -> String? {
        guard let busy = tcp.busyTime, busy > .zero, let window = tcp.receiverLimited,
            let buffer = tcp.senderLimited
        else { return nil }
        if window * 2 > busy { return "receiver" }
        if buffer * 2 > busy { return "sender" }
        return "network"
    }

    private static func limit(_ tcp: TCPInfo) -> String? {
        switch limitName(tcp) {
        case "receiver": "the receiver's window held the sending back"
        case "sender": "our send buffer held the sending back"
        default: nil
        }
    }

    static func bytes(_ count: Int) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(count)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? bytes(exactly: count) : "\(decimal(value)) \(units[unit])"
    }

    static func bytes(exactly count: Int) -> String { "\(count) \(count == 1 ? "byte" : "bytes")" }

    static func text(_ duration: Duration) -> String {
        let seconds = duration.seconds
        if seconds < 0.001 { return "\(decimal(seconds * 1_000_000)) µs" }
        if seconds < 1 { return "\(decimal(seconds * 1_000)) ms" }
        return "\(decimal(seconds)) s"
    }

    private static func rate(_ account: ClosingAccount) -> String {
        let seconds = account.duration.seconds
        let total = Double(account.received.bytes + account.sent.bytes)
        guard seconds > 0, total / seconds < 1e15 else { return "no time at all" }
        return bytes(Int(total / seconds)) + "/s"
    }

    /// Three digits that count.
    private static func decimal(_ value: Double) -> String {
        let scale: Double = value < 10 ? 100 : value < 100 ? 10 : 1
        let scaled = (value * scale).rounded()
        let whole = Int(scaled / scale)
        let rest = Int(scaled) - whole * Int(scale)
        if scale == 1 || rest == 0 { return String(whole) }
        let digits = String(rest)
        return "\(whole)." + (scale == 100 && digits.count < 2 ? "0" : "") + digits
    }
}
