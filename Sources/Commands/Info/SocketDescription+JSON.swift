// A socket as an object, for `info`.

import CommandSpec
import Sockets

extension SocketDescription: Shaped {
    static var shape: Shape<SocketDescription> { socket }

    private static let socket = Shape<SocketDescription>(
        answer: "socket", of: [.info],
        "A socket. Fields that do not apply to it, or are not known, are absent.",
        [
            .string("family", "The address family, such as `inet`: that of the constant, `AF_INET`.") {
                $0.kind.familyName.dropFirst(3).lowercased()
            },
            .string("type", "The type, such as `SOCK_STREAM`.") { $0.kind.typeName },
            .string(
                "protocol", optional: "The protocol, such as `IPPROTO_TCP`, `NETLINK_ROUTE` or `ETH_P_ALL`."
            ) {
                $0.kind.protocolName
            },
            .string(
                "state",
                optional: """
                    The state, such as `ESTABLISHED`, as for `tcp(7)`; packet and netlink sockets have none.
                    """
            ) { $0.state?.name },
            .boolean("listening", "Whether it accepts connections.") { $0.state == .listen },
            .object("local", optional: "Its own address.") {
                $0.local.map(AddressReport.init) ?? $0.foreign.map { AddressReport($0.local) }
            },
            .object("peer", optional: "The address it is connected to.") {
                $0.peer.map(AddressReport.init) ?? $0.foreign?.peer.map(AddressReport.init)
            },
            .identifier("peer_inode", optional: "The inode of a Unix socket's peer.") { $0.peerInode },
            .integer("recv_queue", optional: "Bytes received and not read.") { $0.receiveQueue },
            .integer("send_queue", optional: "Bytes sent that the peer has not acknowledged or read.") {
                $0.sendQueue
            },
            .integer("not_sent", optional: "Bytes of these that were not sent yet.") { $0.notSent },
            .integer("accept_queue", optional: "Connections that wait to be accepted.") { $0.acceptQueue },
            .integer("backlog", optional: "How many connections may wait.") { $0.backlog },
            .field(
                "owners", .either([.array(.object(SocketOwner.shape.spec.name)), .null]),
                "The processes that hold it; `null` where they may not be seen.", optional: false,
                { $0.owners }
            ) { owners, writer in
                if case .known(let owners) = owners {
                    writer.array(owners) { $0.object($1) }
                } else {
                    writer.null()
                }
            },
            .string("owners_hidden", optional: "Why they may not be seen.") {
                if case .hidden(let reason) = $0.owners { reason } else { nil }
            },
            .identifier("inode", optional: "Its inode; 0 if no process holds it yet, or any more.") {
                $0.inode
            },
            .identifier("cookie", optional: "A number that no other socket will have: `SO_COOKIE`.") {
                $0.cookie
            },
            .integer("uid", optional: "The user who created it; in the list.") { $0.uid.map { Int($0) } },
            .string("interface", optional: "The interface that it is bound to.") { $0.interfaceName },
            .integer("descriptor", optional: "The descriptor that was looked at; not in the list.") {
                $0.descriptor.map { Int($0) }
            },
            .boolean("pending_error", optional: "Whether an error waits for the owner, who still gets it.") {
                $0.hasPendingError
            },
            .field(
                "options", .map(of: .any), OptionValuesAnswer.meaning + " Not in the list.", optional: true,
                { $0.options }
            ) { $1.options($0) },
            .field(
                "withheld", .map(of: .string),
                "Options that it has and that were not read, each with the reason.",
                optional: true, { $0.withheld.isEmpty ? nil : $0.withheld }
            ) { withheld, writer in
                writer.object { writer in
                    for option in withheld {
                        writer.key(named: option.option.symbol)
                        writer.string(option.reason)
                    }
                }
            },
            .string("limitation", optional: "Why it could only be described as the kernel lists it.") {
                $0.limitation
            },
            .object("tcp_info", optional: "What `TCP_INFO` says; in the list with `--verbose`.") {
                $0.tcpInfo.map(TCPReport.init)
            },
            .field(
                "memory", .map(of: .integer),
                "Memory in bytes, and `drops` in packets: `SO_MEMINFO`; in the list with `--verbose`.",
                optional: true, { $0.memory }
            ) { $1.option($0) },
            .string("congestion", optional: "The congestion control algorithm; in the list with `--verbose`.")
            {
                $0.congestion
            },
            .object("timer", optional: "What the connection waits for.") { $0.timer },
        ])
}

extension SocketOwner: Shaped {
    static var shape: Shape<SocketOwner> { owner }

    private static let owner = Shape<SocketOwner>(
        "owner", "A process that holds a socket.",
        [
            .integer("pid", "The process.") { Int($0.pid) },
            .text("name", "The name of its command, at most 15 bytes") { $0.nameBytes },
            .integer("fd", "The descriptor by which it holds the socket.") { Int($0.descriptor) },
        ])
}

extension SocketRecord.Timer: Shaped {
    static var shape: Shape<SocketRecord.Timer> { timer }

    enum Name: String, CaseIterable {
        case retransmission, keepalive
        case timeWait = "time-wait"
        case windowProbe = "window-probe"
    }

    private static let timer = Shape<SocketRecord.Timer>(
        "timer", "A timer of a connection.",
        [
            .word("name", "What it is for.") { $0.word },
            .microseconds("remaining_us", "How long until it goes off.") { $0.remaining },
            .integer("repetitions", "How often it went off in a row.") { Int($0.repetitions) },
        ])

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

extension JSONWriter {
    /// The options by name; of one that is there twice, the last.
    mutating func options(_ readings: [OptionReading]) {
        object { writer in
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
        case .socketAddress(let value): address(value)
        case .tcpInfo(let info): object(TCPReport(info: info))
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
