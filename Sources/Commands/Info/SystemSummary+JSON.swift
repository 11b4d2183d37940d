// The summary of a system as one object.

import CommandSpec
import Sockets

extension SystemSummary: Shaped {
    static let shape = Shape(
        answer: "system", of: [.info],
        "With `--summary`: how many sockets there are, whose, and what is worth looking at.")

    static func list(_ fields: inout some Fields<SystemSummary>) {
        fields.add("sockets", "How many sockets there are.") { $0.count }
        fields.add("protocols", "How many of each kind.") { $0.protocols }
        fields.add("processes", "How many of the processes of each name, the most first.") { $0.processes }
        fields.add("unowned", "How many no process has: it has closed them, or not accepted them yet.") {
            $0.unowned
        }
        fields.add("hidden", "Of how many the owners may not be seen.") { $0.hidden }
        fields.add("findings", "What is worth looking at, warnings first.") { $0.findings }
        fields.add(
            "network",
            optional:
                "What the kernel has counted in this network namespace; without filters but those of kinds."
        ) { $0.network }
    }
}

extension SystemSummary.Kind: Shaped {
    static let shape = Shape("protocol", "The sockets of one kind.")

    static func list(_ fields: inout some Fields<SystemSummary.Kind>) {
        fields.add("name", "`tcp`, `udp`, `unix`, `raw`, `mptcp` and so on.") { $0.name }
        fields.add("sockets", "How many there are.") { $0.count }
        fields.add("states", "How many in each state.") { Counts(counts: $0.states) }
    }
}

extension SystemSummary.Processes: Shaped {
    static let shape = Shape("processes", "The processes of one name.")

    static func list(_ fields: inout some Fields<SystemSummary.Processes>) {
        fields.text("name", base64: "name_base64", "The name of the command, at most 15 bytes") {
            $0.nameBytes
        }
        fields.add("pids", "The processes.") { $0.pids.sorted() }
        fields.add("sockets", "How many sockets they have; one that they share counts once.") { $0.count }
    }
}

extension Finding: Shaped {
    static let shape = Shape("finding", "Something that is worth looking at.")

    static func list(_ fields: inout some Fields<Finding>) {
        fields.add(
            "finding",
            """
            `accept-queue`: the accept queues of `count` listeners are full; `listen-drops`: listeners dropped \
            `count` attempts to connect; `close-wait`: `count` connections that the peer has ended and the owner \
            has not closed; `drops`: `count` packets found no room in receive buffers; `retransmissions`: `count` \
            segments of `total` were retransmitted on established connections; `time-wait`: `count` connections \
            in `TIME_WAIT` hold a port of the `total` that the kernel has for connections to one destination.
            """
        ) { $0.name }
        fields.add(
            "warning",
            """
            Whether it hints at a fault: not where less than 1% was retransmitted, or less than half of the ports \
            to any destination is held.
            """
        ) { $0.isWarning }
        fields.add("count", "See `finding`.") { $0.count }
        fields.add("total", optional: "What `count` is a part of.") { $0.total }
        fields.add("text", "The finding in words.") { $0.text }
        fields.add("processes", optional: "Whose they are; of `close-wait`.") { $0.processes.nonEmpty }
        fields.add("command", "The arguments of `sockctl` that show it.") { $0.command }
        fields.add("found", "The sockets, the worst first, at most five; none of `time-wait`.") {
            $0.sockets.prefix(Finding.shown).map { FoundSocket(socket: $0.socket) }
        }
    }
}

/// A socket of a finding.
struct FoundSocket: Shaped {
    let socket: SocketDescription

    static let shape = Shape("found-socket", "A socket of a finding.")

    static func list(_ fields: inout some Fields<FoundSocket>) {
        fields.add("protocol", "Its kind, as in `protocols`.") { $0.socket.kind.protocolWord }
        fields.add("state", optional: "Its state.") { $0.socket.state?.name }
        fields.add("local", optional: "Its own address.") { $0.socket.local }
        fields.add("peer", optional: "The address it is connected to.") { $0.socket.peer }
        fields.add("accept_queue", optional: "Connections that wait to be accepted.") {
            $0.socket.acceptQueue
        }
        fields.add("backlog", optional: "How many connections may wait.") { $0.socket.backlog }
        fields.add("drops", optional: "What it has dropped, if anything.") {
            $0.socket.drops > 0 ? $0.socket.drops : nil
        }
        fields.add(
            "owners",
            optional: """
                The processes that hold it; `null` where they may not be seen, absent where nobody looked for them.
                """
        ) { $0.socket.owners.isSought ? $0.socket.owners : nil }
        fields.add("inode", "Its inode.") { Identifier($0.socket.inode) }
        fields.add("cookie", optional: "Its cookie.") { $0.socket.cookie.map(Identifier.init) }
    }
}

extension NetworkFigures: Shaped {
    static let shape = Shape(
        "network", "What the kernel has counted since the network namespace was made (`/proc/net`).")

    static func list(_ fields: inout some Fields<NetworkFigures>) {
        fields.add("segments_sent", optional: "Segments that TCP sent (`OutSegs`).") { $0.segmentsSent }
        fields.add("segments_retransmitted", optional: "Segments sent again (`RetransSegs`).") {
            $0.segmentsRetransmitted
        }
        fields.add("listen_overflows", optional: "Times that an accept queue was full (`ListenOverflows`).") {
            $0.listenOverflows
        }
        fields.add("listen_drops", optional: "Attempts to connect that listeners dropped (`ListenDrops`).") {
            $0.listenDrops
        }
        fields.add(
            "receive_buffer_errors",
            optional: "UDP datagrams of IPv4 that found no room in a receive buffer (`RcvbufErrors`)."
        ) { $0.receiveBufferErrors }
        fields.add("first_port", optional: "The first of the ports for outgoing connections.") {
            $0.ports?.lowerBound
        }
        fields.add("last_port", optional: "The last of them.") { $0.ports?.upperBound }
    }
}

/// Numbers by name.
private struct Counts: JSONValue {
    let counts: [String: Int]

    static var kind: FieldSpec.Kind { .map(of: .integer) }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for (name, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
                writer.key(named: name)
                writer.number(count)
            }
        }
    }
}

extension SocketKind {
    /// What it is counted as.
    var protocolWord: String { transport?.rawValue ?? shortName }
}
