// A socket as an object, for `info`.

import CommandSpec
import Sockets

/// A socket as an object. A class: a description is large, and each field would copy it.
final class SocketObject: Shaped {
    private let socket: SocketDescription
    private let tls: TLSReport.Facts?

    init(_ socket: SocketDescription, tls: TLSReport.Facts? = nil) {
        self.socket = socket
        self.tls = tls
    }

    static let shape = Shape(
        answer: "socket", of: [.info],
        "A socket. Fields that do not apply to it, or are not known, are absent.")

    static func list(_ fields: inout some Fields<SocketObject>) {
        fields.add("family", "The address family, such as `inet`: that of the constant, `AF_INET`.") {
            $0.socket.kind.familyWord
        }
        fields.add("type", "The type, such as `SOCK_STREAM`.") { $0.socket.kind.typeName }
        fields.add(
            "protocol", optional: "The protocol, such as `IPPROTO_TCP`, `NETLINK_ROUTE` or `ETH_P_ALL`."
        ) {
            $0.socket.kind.protocolName
        }
        fields.add(
            "state",
            optional: """
                The state, such as `ESTABLISHED`, as for `tcp(7)`; packet and netlink sockets have none.
                """
        ) { $0.socket.state?.name }
        fields.add("listening", "Whether it accepts connections.") { $0.socket.state == .listen }
        fields.add("local", optional: "Its own address.") {
            $0.socket.local.map(AddressReport.init) ?? $0.socket.foreign.map { AddressReport($0.local) }
        }
        fields.add("peer", optional: "The address it is connected to.") {
            $0.socket.peer.map(AddressReport.init) ?? $0.socket.foreign?.peer.map(AddressReport.init)
        }
        fields.add("tls", optional: "With ENDPOINT and `--tls`: the session, and the certificates.") {
            $0.tls
        }
        fields.add("peer_inode", optional: "The inode of a Unix socket's peer.") {
            $0.socket.peerInode.map(Identifier.init)
        }
        fields.add("recv_queue", optional: "Bytes received and not read.") { $0.socket.receiveQueue }
        fields.add("send_queue", optional: "Bytes sent that the peer has not acknowledged or read.") {
            $0.socket.sendQueue
        }
        fields.add("not_sent", optional: "Bytes of these that were not sent yet.") { $0.socket.notSent }
        fields.add("accept_queue", optional: "Connections that wait to be accepted.") {
            $0.socket.acceptQueue
        }
        fields.add("backlog", optional: "How many connections may wait.") { $0.socket.backlog }
        fields.add(
            "owners",
            optional: """
                The processes that hold it; `null` where they may not be seen, absent where nobody looked for them.
                """
        ) { $0.socket.owners.isSought ? $0.socket.owners : nil }
        fields.add("owners_hidden", optional: "Why they may not be seen.") {
            if case .hidden(let reason) = $0.socket.owners { reason } else { nil }
        }
        fields.add("inode", optional: "Its inode; 0 if no process holds it yet, or any more.") {
            Identifier($0.socket.inode)
        }
        fields.add("cookie", optional: "A number that no other socket will have: `SO_COOKIE`.") {
            $0.socket.cookie.map(Identifier.init)
        }
        fields.add("uid", optional: "The user who created it.") { $0.socket.uid }
        fields.add(
            "netns", optional: "With `--all-netns`, its network namespace: what `--netns` takes for it."
        ) { $0.socket.namespace?.word }
        fields.add("netns_inode", optional: "The inode of that namespace.") {
            $0.socket.namespace.map { Identifier($0.inode) }
        }
        fields.add(
            "container", optional: "With `--all-netns`, the ID of the container that an owner is in."
        ) { $0.socket.container }
        fields.add("interface", optional: "The interface that it is bound to.") { $0.socket.interfaceName }
        fields.add("descriptor", optional: "The descriptor that was looked at; not in the list.") {
            $0.socket.descriptor
        }
        fields.add("pending_error", optional: "Whether an error waits for the owner, who still gets it.") {
            $0.socket.hasPendingError
        }
        fields.add("options", optional: OptionValuesAnswer.meaning + " Not in the list.") {
            $0.socket.options.map { OptionValues(readings: $0) }
        }
        fields.add("withheld", optional: "Options that it has and that were not read, each with the reason.")
        {
            $0.socket.withheld.nonEmpty.map { Withheld(options: $0) }
        }
        fields.add("limitation", optional: "Why it could only be described as the kernel lists it.") {
            $0.socket.limitation
        }
        fields.add("tcp_info", optional: "What `TCP_INFO` says; in the list with `--verbose`.") {
            $0.socket.tcpInfo.map(TCPReport.init)
        }
        fields.add(
            "memory",
            optional: "Memory in bytes, and `drops` in packets: `SO_MEMINFO`; in the list with `--verbose`."
        ) { $0.socket.memory.map { Memory(value: $0) } }
        fields.add("congestion", optional: "The congestion control algorithm; in the list with `--verbose`.")
        {
            $0.socket.congestion
        }
        fields.add(
            "mptcp_token",
            optional: """
                The token of an MPTCP connection, the same of each TCP connection that it is made of; in the list \
                of both kinds.
                """
        ) { $0.socket.mptcpToken.map { Identifier(UInt64($0)) } }
        fields.add("timer", optional: "What the connection waits for.") { $0.socket.timer }
    }
}

extension SocketOwner: Shaped {
    static let shape = Shape("owner", "A process that holds a socket.")

    static func list(_ fields: inout some Fields<SocketOwner>) {
        fields.add("pid", "The process.") { $0.pid }
        fields.text("name", base64: "name_base64", "The name of its command, at most 15 bytes") {
            $0.nameBytes
        }
        fields.add("fd", "The descriptor by which it holds the socket.") { $0.descriptor }
    }
}

extension SocketRecord.Timer: Shaped {
    enum Name: String, JSONWord {
        case retransmission, keepalive
        case timeWait = "time-wait"
        case windowProbe = "window-probe"
    }

    static let shape = Shape("timer", "A timer of a connection.")

    static func list(_ fields: inout some Fields<SocketRecord.Timer>) {
        fields.add("name", "What it is for.") { $0.word }
        fields.add("remaining_us", "How long until it goes off.") { $0.remaining }
        fields.add("repetitions", "How often it went off in a row.") { $0.repetitions }
    }

    private var word: Name {
        switch purpose {
        case .retransmission: .retransmission
        case .keepAlive: .keepalive
        case .timeWait: .timeWait
        case .windowProbe: .windowProbe
        }
    }

    /// As in the manual.
    var name: String { word.rawValue }
}

extension SocketDescription.Owners: JSONValue {
    static var kind: FieldSpec.Kind { .either([[SocketOwner].kind, .null]) }

    func write(to writer: inout JSONWriter) {
        if case .known(let owners) = self { owners.write(to: &writer) } else { writer.null() }
    }
}

/// Options by name, with why they were not read.
private struct Withheld: JSONValue {
    let options: [WithheldOption]

    static var kind: FieldSpec.Kind { .map(of: .string) }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for option in options {
                writer.key(named: option.option.symbol)
                writer.string(option.reason)
            }
        }
    }
}

/// `SO_MEMINFO`.
private struct Memory: JSONValue {
    let value: OptionValue

    static var kind: FieldSpec.Kind { .map(of: .integer) }

    func write(to writer: inout JSONWriter) { writer.option(value) }
}

/// The options by name; of one that is there twice, the last.
struct OptionValues: JSONValue {
    let readings: [OptionReading]

    static var kind: FieldSpec.Kind { .map(of: .any) }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for (place, reading) in readings.enumerated() {
                let symbol = reading.option.symbol
                if readings[(place + 1)...].contains(where: { $0.option.symbol == symbol }) { continue }
                writer.key(named: symbol)
                // An identifier is a string everywhere.
                if reading.option.symbol.hasSuffix("COOKIE"), case .unsigned(let cookie) = reading.value {
                    writer.string(String(cookie))
                } else {
                    writer.option(reading.value)
                }
            }
        }
    }
}

extension JSONWriter {
    mutating func option(_ value: OptionValue) {
        func number(_ name: String, _ value: some BinaryInteger, _ writer: inout JSONWriter) {
            writer.key(named: name)
            writer.number(value)
        }
        switch value {
        case .bool(let value): bool(value)
        case .int(let value): self.number(value)
        case .unsigned(let value): self.number(value)
        case .unlimited: null()
        case .duration(let value): microseconds(value)
        case .text(let text): string(text)
        case .socketAddress(let value): value.write(to: &self)
        case .tcpInfo(let info): TCPReport(info: info).write(to: &self)
        case .groups(let groups): array(groups) { $0.number($1) }
        case .linger(let on, let seconds):
            object { writer in
                writer.key(named: "on")
                writer.bool(on)
                number("seconds", seconds, &writer)
            }
        case .credentials(let credentials):
            object { writer in
                number("pid", credentials.pid, &writer)
                // All ones, the unknown user, is -1 as in C.
                number("uid", Int32(bitPattern: credentials.uid), &writer)
                number("gid", Int32(bitPattern: credentials.gid), &writer)
            }
        case .portRange(let lower, let upper):
            object { writer in
                number("lower", lower, &writer)
                number("upper", upper, &writer)
            }
        case .record(let fields):
            object { writer in
                for field in fields { number(field.name, field.value, &writer) }
            }
        case .bytes, .ipv4Address, .group, .group6:
            string(value.description)
        }
    }
}
