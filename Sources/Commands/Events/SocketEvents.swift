// What `info --watch` tells of a socket on the way: it is there, it is in another state, so much has gone.

import Sockets

/// A socket has appeared.
struct SocketOpened: Document {
    let socket: WatchedSocket

    static let shape = Shape(
        event: "opened", when: "With `info --watch`: a socket is there that was not before.")

    static func list(_ fields: inout some Fields<SocketOpened>) {
        fields.watched { $0.socket }
        fields.add("state", optional: "The state it was found in.") { $0.socket.record.state?.name }
    }

    func text(_ style: TextStyle) -> String {
        WatchLine.text("opened", .good, socket, [socket.record.state?.shortName ?? ""], style)
    }
}

/// A socket is in another state.
struct SocketChanged: Document {
    let socket: WatchedSocket
    let before: TCPState?

    static let shape = Shape(event: "changed", when: "With `info --watch`: a socket is in another state.")

    static func list(_ fields: inout some Fields<SocketChanged>) {
        fields.watched { $0.socket }
        fields.add("previous_state", optional: "The state it was in.") { $0.before?.name }
        fields.add("state", optional: "The state it is in.") { $0.socket.record.state?.name }
    }

    func text(_ style: TextStyle) -> String {
        let states = "\(before?.shortName ?? "-") to \(socket.record.state?.shortName ?? "-")"
        return WatchLine.text("changed", .warning, socket, [states], style)
    }
}

/// What has gone over a connection.
struct SocketSample: Document {
    let socket: WatchedSocket

    static let shape = Shape(
        event: "sample",
        when: """
            With `info --watch`: how a socket is. In the first round there is one for each socket, then for each \
            connection over which bytes went.
            """)

    static func list(_ fields: inout some Fields<SocketSample>) {
        fields.watched { $0.socket }
        fields.add("state", optional: "The state it is in.") { $0.socket.record.state?.name }
        fields.add("received", optional: "What was received since the connection began.") {
            TrafficReport(received: $0.socket)
        }
        fields.add("sent", optional: "What was sent and acknowledged since the connection began.") {
            TrafficReport(sent: $0.socket)
        }
        fields.add("tcp", optional: "The account of TCP; of a connection.") { sample in
            sample.socket.record.state == .listen ? nil : sample.socket.record.tcpInfo.map(TCPAccount.init)
        }
    }

    func text(_ style: TextStyle) -> String {
        var parts: [String] = []
        if let bytes = socket.bytes, socket.record.state != .listen {
            if let rates = socket.rates {
                parts.append("in \(Statistics.bytes(Int(rates.received)))/s")
                parts.append("out \(Statistics.bytes(Int(rates.sent)))/s")
            } else {
                parts.append("received \(Statistics.bytes(bytes.received))")
                parts.append("sent \(Statistics.bytes(bytes.sent))")
            }
            parts += WatchLine.path(socket.record.tcpInfo)
            if let cause = socket.limitation?.most?.cause { parts.append("limited by \(cause.rawValue)") }
        } else if let state = socket.record.state {
            parts.append(state.shortName)
        }
        return WatchLine.text("sample", .faint, socket, parts, style)
    }
}

/// The kernel could not tell of all sockets that closed.
struct ClosingsMissed: Document {
    let count: Int

    static let shape = Shape(
        event: "missed",
        when: """
            With `info --watch`: sockets have closed of which the kernel could not tell, because too many did at once. \
            Those that had been listed are missing in the next lists, and told then.
            """)

    static func list(_ fields: inout some Fields<ClosingsMissed>) {
        fields.add("count", "How many: `drops` of the netlink socket.") { $0.count }
    }

    func text(_ style: TextStyle) -> String {
        let what = count == 1 ? "1 closing" : "\(count) closings"
        return Timestamp.now.description + "  " + style.paint("missed", .bad)
            + "   \(what), too many at once\n"
    }
}

/// What several sockets have done together.
struct SocketSums: Document {
    let group: WatchGroup

    static let shape = Shape(
        event: "group",
        when: "With `info --watch --by`: in each round, what the sockets of one group do together.")

    static func list(_ fields: inout some Fields<SocketSums>) {
        fields.add("by", "What they have in common.") { $0.group.by }
        fields.text("name", base64: "name_base64", "Its value: the name of a program, an address, a port") {
            $0.group.nameBytes
        }
        fields.add("sockets", "How many they are.") { $0.group.count }
        fields.add("received", "What they receive.") {
            TrafficReport(bytes: $0.group.received, rate: $0.group.rates.received)
        }
        fields.add("sent", "What they send.") {
            TrafficReport(bytes: $0.group.sent, rate: $0.group.rates.sent)
        }
        fields.add("total_retrans", "Segments that were sent again, since each began.") {
            $0.group.retransmissions
        }
    }

    func text(_ style: TextStyle) -> String {
        let sockets = group.count == 1 ? "1 socket" : "\(group.count) sockets"
        return [
            Timestamp.now.description,
            style.paint("group", .faint) + "    \(group.by.rawValue) \(TerminalEscaper.line(group.name))",
            sockets,
            "in \(Statistics.bytes(Int(group.rates.received)))/s",
            "out \(Statistics.bytes(Int(group.rates.sent)))/s",
        ].joined(separator: "  ") + "\n"
    }
}

extension Fields {
    /// Which socket it is, and whose.
    @inline(__always)
    mutating func watched(_ socket: (Value) -> WatchedSocket) {
        add("cookie", "Which socket: a number that no other will have, `SO_COOKIE`.") {
            Identifier(socket($0).cookie)
        }
        add("protocol", optional: "The protocol, such as `IPPROTO_TCP`.") {
            socket($0).record.kind.protocolName
        }
        add("local", optional: "Its own address.") { AddressReport(local: socket($0).record) }
        add("peer", optional: "The address it is connected to.") { AddressReport(peer: socket($0).record) }
        add("owners", optional: Self.meaningOfOwners) { socket($0).holder.sought?.owners }
        add("owner_source", optional: Self.meaningOfSource) { socket($0).holder.sought?.source }
    }

    static var meaningOfOwners: String {
        "The processes that hold it; `null` where they may not be seen, absent with `--no-owners`."
    }

    static var meaningOfSource: String {
        """
        How that is known: it was `seen` with them; nobody was seen with it, and they are those of the `listener` at \
        its address; or it is `unknown`.
        """
    }
}

extension AddressReport {
    /// The address of a socket in the kernel's list.
    init?(local record: SocketRecord) {
        if let local = record.local {
            self.init(local)
        } else if let foreign = record.foreign {
            self.init(foreign.local)
        } else {
            return nil
        }
    }

    /// The address that it is connected to.
    init?(peer record: SocketRecord) {
        if record.foreign == nil {
            guard record.isConnected, let peer = record.peer else { return nil }
            self.init(peer)
        } else {
            guard let peer = record.foreign?.peer else { return nil }
            self.init(peer)
        }
    }
}
