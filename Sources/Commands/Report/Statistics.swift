// The account of a connection in words: how long connecting took, how much went each way and how fast, how far
// away the peer is, and what held the transfer up.

import Framing
import Sockets

enum Statistics {
    /// The lines of `--stats`.
    static func summary(of connection: ConnectionIdentity, _ account: ClosingAccount) -> String {
        var lines = ["\(connection.title): \(ending(account)) after \(text(account.duration))"]
        if let connecting = connection.connecting { lines.append(text(connecting)) }
        let receiving = account.receivingBottleneck
        let sending = account.sendingBottleneck
        lines.append(
            "received " + traffic(account.received, account, receiving)
                + ", sent " + traffic(account.sent, account, sending))
        if let sending { lines.append(BottleneckText.sending(sending, connection, account)) }
        if let receiving { lines.append(BottleneckText.receiving(receiving, connection, account)) }
        if let tcp = account.tcp { lines.append(contentsOf: path(tcp)) }
        return lines.joined(separator: "\n  ")
    }

    /// The line of `--interval`.
    static func line(of connection: ConnectionIdentity, _ account: ClosingAccount) -> String {
        var parts: [String] = []
        for (verb, traffic) in [("received", account.received), ("sent", account.sent)]
        where traffic.bytes > 0 {
            parts.append("\(verb) \(bytes(traffic.bytes)) (\(rate(traffic.bytes, in: account.duration)))")
        }
        if parts.isEmpty { parts = ["nothing"] }
        if let tcp = account.tcp {
            if let time = tcp.roundTripTime, time > .zero { parts.append("rtt \(text(time))") }
            if account.sent.bytes > 0, let window = tcp.congestionWindowBytes {
                parts.append("cwnd \(bytes(window))")
            }
            if let count = account.retransmissions, count > 0 {
                parts.append("\(count) \(count == 1 ? "retransmission" : "retransmissions")")
            }
        }
        let isSending = account.sent.bytes >= account.received.bytes
        if let most = (isSending ? account.sendingBottleneck : account.receivingBottleneck)?.most {
            parts.append(
                "limited by \(BottleneckText.name(most.cause, connection.leg)) (\(percent(most.share)))")
        }
        return "\(connection.title) \(text(account.duration)): " + parts.joined(separator: ", ")
    }

    /// Who ended it and how, and how its program did.
    static func ending(_ account: ClosingAccount) -> String {
        let words = manner(account)
        return switch account.program {
        case nil, .exited(0): words
        case .exited(let status): "\(words), the program exited with status \(status)"
        case .killed(let signal): "\(words), the program was ended by \(signal.name)"
        }
    }

    private static func manner(_ account: ClosingAccount) -> String {
        switch (account.how, account.by) {
        case (.eof, .peer): "ended by the peer"
        case (.eof, _): "ended locally"
        case (.reset, _): "reset by the peer"
        case (.brokenPipe, _): "the peer had closed it"
        case (.timeout, _): "timed out"
        case (.signal, _): "interrupted"
        case (.limit, _): "limit reached"
        case (.outputClosed, _): "output closed"
        case (.error, _): "failed"
        }
    }

    private static func text(_ connecting: ConnectTime) -> String {
        var words = "connected in \(text(connecting.total))"
        // What needs no look-up takes no time worth telling.
        if connecting.lookUp >= .milliseconds(1) {
            words +=
                " (look-up \(text(connecting.lookUp)), handshake \(text(connecting.handshake)))"
        }
        return words
    }

    private static func traffic(
        _ traffic: ClosingAccount.Traffic, _ account: ClosingAccount, _ bottleneck: Bottleneck?
    ) -> String {
        guard traffic.bytes > 0 else { return "nothing" }
        let time = bottleneck?.time ?? traffic.timing?.time ?? account.duration
        // The speed of a few bytes says nothing.
        let size = bytes(traffic.bytes) + (traffic.encrypted.map { " (\(bytes($0)) encrypted)" } ?? "")
        guard traffic.bytes >= 1024, time >= .milliseconds(1) else { return size }
        return size + " in \(text(time)) (\(rate(traffic.bytes, in: time)))"
    }

    /// What TCP knows of the way to the peer.
    private static func path(_ tcp: TCPInfo) -> [String] {
        var parts: [String] = []
        if let rtt = tcp.roundTripTime, let variation = tcp.roundTripVariation, rtt > .zero {
            var words = "round trip \(text(rtt))"
            if tcp.dataSegmentsSent == 0 {
                words += " when connecting"
            } else {
                words += " ± \(text(variation))"
                if let least = tcp.minimumRoundTripTime, least > .zero, least < .seconds(1000) {
                    words += ", min \(text(least))"
                }
            }
            parts.append(words)
        }
        if let count = tcp.totalRetransmissions, tcp.dataSegmentsSent != 0 {
            parts.append(count == 0 ? "no retransmissions" : retransmissions(tcp, count))
        }
        return parts.isEmpty ? [] : [parts.joined(separator: "; ")]
    }

    static func retransmissions(_ tcp: TCPInfo, _ count: Int) -> String {
        var words = "\(count) \(count == 1 ? "retransmission" : "retransmissions")"
        if let again = tcp.bytesRetransmitted, let sent = tcp.bytesSent, sent > 0 {
            words += " (\(percent(Double(again) / Double(sent))) of the bytes)"
        }
        return words
    }

    static func rate(_ count: Int, in time: Duration) -> String {
        bytes(Int(min(Double(count) / max(time.seconds, 1e-9), 1e18))) + "/s"
    }

    /// `12%`, `0.3%`; of what is nearly all, not that it is all.
    static func percent(_ share: Double) -> String {
        let thousandths = Int((share * 1000).rounded())
        if thousandths == 0, share > 0 { return "under 0.1%" }
        if thousandths > 990 { return "over 99%" }
        return thousandths < 100 && thousandths % 10 != 0
            ? "\(thousandths / 10).\(thousandths % 10)%" : "\(Int((share * 100).rounded()))%"
    }

    static func bytes(_ count: Int) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
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

    /// Three digits that count.
    static func decimal(_ value: Double) -> String {
        let scale: Double = value < 10 ? 100 : value < 100 ? 10 : 1
        let scaled = (value * scale).rounded()
        let whole = Int(scaled / scale)
        let rest = Int(scaled) - whole * Int(scale)
        if scale == 1 || rest == 0 { return String(whole) }
        let digits = String(rest)
        return "\(whole)." + (scale == 100 && digits.count < 2 ? "0" : "") + digits
    }
}
