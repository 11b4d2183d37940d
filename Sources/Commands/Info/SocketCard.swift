// What matters of one socket, in words and with units: about twenty lines. `--verbose` has everything.

import Sockets

struct SocketCard {
    private let socket: SocketDescription
    private let tls: TLSReport.Facts?
    private let changes: OptionChanges?
    /// What the connection waits for, which only the kernel's list knows.
    private let timer: SocketRecord.Timer?

    init(_ socket: SocketDescription, _ tls: TLSReport.Facts? = nil) {
        self.socket = socket
        self.tls = tls
        changes = OptionChanges(of: socket)
        timer = socket.timer ?? Self.timer(of: socket)
    }

    private static func timer(of socket: SocketDescription) -> SocketRecord.Timer? {
        guard socket.kind.transport == .tcp, let state = socket.state, let port = socket.local?.port else {
            return nil
        }
        var query = SocketQuery()
        (query.transports, query.states, query.condition) = ([.tcp], [state], .port(port))
        return SocketSurvey(query).records.first { $0.inode == socket.inode }?.timer
    }

    func text(_ style: TextStyle) -> String {
        var card = Card()
        identify(&card)
        card.facts += tls?.card.facts ?? []
        queues(&card)
        if let info = socket.tcpInfo, socket.state != .listen, socket.state != .close { tcp(info, &card) }
        if socket.drops > 0 { card.add("dropped", String(socket.drops).with(.packets), .warning) }
        if socket.hasPendingError == true { card.add("pending error", "yes, not cleared", .bad) }
        card.add("inode", "\(socket.inode)" + (socket.cookie.map { ", cookie \($0)" } ?? ""))
        card.add("only as listed", socket.limitation, .warning)
        if changes?.changes.isEmpty == true { card.add("options", "as on a new socket") }
        return card.text(style) + options(style)
    }

    private func identify(_ card: inout Card) {
        let kind = socket.kind
        card.add(
            "socket",
            [kind.familyName, kind.typeName, kind.protocolName ?? ""].filter { !$0.isEmpty }
                .joined(separator: " "))
        card.add("state", socket.state?.name, socket.state?.role)
        card.add("local address", socket.localText ?? socket.foreign?.local.description)
        card.add("peer address", socket.peerText ?? socket.foreign?.peer?.description)
        if case .credentials(let peer)? = value("SO_PEERCRED"), peer.pid != 0 {
            card.add("peer process", "pid=\(peer.pid) uid=\(peer.uid) gid=\(peer.gid)")
        }
        card.add("interface", socket.interfaceName)
        switch socket.owners {
        case .known(let owners):
            let shown = owners.prefix(Self.shownOwners).map { "\($0.name) pid=\($0.pid) fd=\($0.descriptor)" }
            let rest = owners.count - shown.count
            card.add("owner", shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : ""))
        case .hidden(let reason): card.add("owner", "not visible: \(reason)", .warning)
        case .notSought: break
        }
        if case .known(let owners) = socket.owners, !owners.isEmpty { return }
        card.add("descriptor", socket.descriptor.map { "\($0)" })
    }

    /// Of more owners there is no list.
    private static let shownOwners = 4

    private func queues(_ card: inout Card) {
        if let waiting = socket.acceptQueue {
            let backlog = socket.backlog.map { " of \($0)" } ?? ""
            let isFull = socket.hasFullAcceptQueue
            card.add(
                "accept queue", "\(waiting)\(backlog) connections" + (isFull ? ", full" : ""),
                isFull ? .bad : nil)
        }
        card.add(
            "receive queue", socket.receiveQueue.map { Statistics.bytes($0) + ($0 > 0 ? " not read" : "") })
        card.add("send queue", socket.sendQueue.map(sendQueue))
        guard case .int(let receive)? = value("SO_RCVBUF"), case .int(let send)? = value("SO_SNDBUF") else {
            return
        }
        let locks: UInt64 = if case .unsigned(let bits)? = value("SO_BUF_LOCK") { bits } else { 0 }
        card.add(
            "buffers",
            "receive \(Statistics.bytes(receive))\(locks & 2 != 0 ? " (set)" : ""), "
                + "send \(Statistics.bytes(send))\(locks & 1 != 0 ? " (set)" : "")")
    }

    private func sendQueue(_ bytes: Int) -> String {
        if bytes == 0 { return Statistics.bytes(0) }
        let state =
            switch socket.kind.transport {
            case .tcp: " not acknowledged"
            case .unix: " not read by the peer"
            default: " not sent"
            }
        let unsent = socket.notSent.map { $0 > 0 ? ", \(Statistics.bytes($0)) of them not sent" : "" }
        return Statistics.bytes(bytes) + state + (unsent ?? "")
    }

    private func tcp(_ info: TCPInfo, _ card: inout Card) {
        if let rtt = info.roundTripTime, rtt > .zero {
            let least = info.minimumRoundTripTime.map { $0 > .zero ? ", min \(Statistics.text($0))" : "" }
            let variation = info.roundTripVariation.map { " ± \(Statistics.text($0))" } ?? ""
            card.add("round trip", Statistics.text(rtt) + variation + (least ?? ""))
        }
        congestion(info, &card)
        windows(info, &card)
        rates(info, &card)
        if let sent = info.bytesSent, let received = info.bytesReceived {
            card.add("traffic", "sent \(Statistics.bytes(sent)), received \(Statistics.bytes(received))")
        }
        if let count = info.totalRetransmissions {
            let words = count == 0 ? "none" : Statistics.retransmissions(info, count)
            card.add("retransmitted", words, count == 0 ? nil : .warning)
        }
        card.add("limited by", Self.limits(info))
        timers(info, &card)
    }

    private func congestion(_ info: TCPInfo, _ card: inout Card) {
        guard let window = info.congestionWindow, let segment = info.sendMaximumSegment else { return }
        var words = "\(window) segments of \(Statistics.bytes(segment))"
        if case .text(let algorithm)? = value("TCP_CONGESTION") { words += ", \(algorithm)" }
        if case .number(let threshold)? = info["snd_ssthresh"] { words += ", slow start to \(threshold)" }
        if case .name(let state)? = info["ca_state"], state != "Open" { words += ", \(state)" }
        card.add("cwnd", words)
    }

    private func windows(_ info: TCPInfo, _ card: inout Card) {
        guard case .number(let peer)? = info["snd_wnd"], case .number(let own)? = info["rcv_wnd"] else {
            return
        }
        card.add(
            "windows",
            "peer's \(Statistics.bytes(Int(clamping: peer))), own \(Statistics.bytes(Int(clamping: own)))")
    }

    private func rates(_ info: TCPInfo, _ card: inout Card) {
        var parts: [String] = []
        if let rate = info.deliveryRate, rate > 0 { parts.append(Self.rate(rate) + " delivered") }
        if case .number(let rate)? = info["pacing_rate"] {
            parts.append("paced at " + Self.rate(Int(clamping: rate)))
        }
        card.add("rate", parts.joined(separator: ", "))
    }

    /// What kept it from sending more while there was something to send.
    private static func limits(_ info: TCPInfo) -> String? {
        guard let busy = info.busyTime, let receiver = info.receiverLimited, let buffer = info.senderLimited,
            busy > .zero
        else { return nil }
        let shares = [("the peer's window", receiver), ("the send buffer", buffer)].filter { $0.1 > .zero }
            .map { "\($0.0) \(Statistics.percent($0.1.seconds / busy.seconds))" }
        if !shares.isEmpty {
            return shares.joined(separator: ", ") + " of \(Statistics.text(busy)) with data to send"
        }
        guard case .number(1)? = info["delivery_rate_app_limited"] else { return "the network" }
        return "the application: it sends no faster"
    }

    private func timers(_ info: TCPInfo, _ card: inout Card) {
        var parts: [String] = []
        if let timer { parts.append("\(timer.name) in \(Statistics.text(timer.remaining))") }
        if case .number(let timeout)? = info["rto"] {
            parts.append("RTO \(Statistics.text(.microseconds(Int(clamping: timeout))))")
        }
        card.add("timers", parts.joined(separator: ", "))
        // Where nothing has gone that way the kernel counts from the start of the connection.
        var last: [String] = []
        if info.dataSegmentsSent != 0, case .number(let ago)? = info["last_data_sent"] {
            last.append("sent \(Statistics.text(.milliseconds(Int(clamping: ago)))) ago")
        }
        if info.bytesReceived != 0, case .number(let ago)? = info["last_data_recv"] {
            last.append("received \(Statistics.text(.milliseconds(Int(clamping: ago)))) ago")
        }
        card.add("last data", last.joined(separator: ", "))
    }

    private func options(_ style: TextStyle) -> String {
        guard let changes, !changes.changes.isEmpty else { return "" }
        var card = Card(indent: 2)
        for change in changes.changes {
            card.add(change.reading.option.symbol, "\(change.reading.text) (\(change.usual.text))")
        }
        return style.paint("options (on a new socket)", .heading) + "\n" + card.text(style)
    }

    private func value(_ symbol: String) -> OptionValue? {
        socket.options?.first { $0.option.symbol == symbol }?.value
    }

    /// `44.6 GB/s`, in powers of 1000 as links are measured.
    static func rate(_ bytes: Int) -> String {
        var value = Double(bytes)
        var units = ["B/s", "kB/s", "MB/s", "GB/s", "TB/s", "PB/s"][...]
        while value >= 999.5, units.count > 1 {
            value /= 1000
            units.removeFirst()
        }
        return Statistics.decimal(value) + " " + (units.first ?? "")
    }
}
