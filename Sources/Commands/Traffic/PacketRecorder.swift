// A recording that Wireshark opens: what went over connections and as datagrams, as packets in a pcapng file. TLS is there as its
// plaintext.

import CommandSpec
import Sockets

final class PacketRecorder: Recorder {
    private let file: RecordingFile
    private var conversations: [ObjectIdentifier: Followed] = [:]
    /// The interfaces that the file has, in its order: both legs of a relay have their own.
    private var interfaces: [Leg?] = []
    /// What is said of the first datagram; nil once it is.
    private var introduction: String?
    private let process: String
    private var routeSource = RouteSource()

    /// A connection that is open.
    private struct Followed {
        /// The key is its address, which nobody else has as long as it is held.
        let connection: ConnectionIdentity
        var conversation: TCPConversation
    }

    /// - Parameter commandLine: how this program was called. Who a URL says that we are is nobody's business.
    init(_ file: RecordingFile, commandLine: [String]) {
        self.file = file
        let words = TerminalEscaper.line(commandLine.map(Proxy.withoutUser).joined(separator: " "))
        let cut =
            words.count > Self.longestCommandLine ? words.prefix(Self.longestCommandLine) + "..." : words[...]
        process = "process \(ProcessHandle.own): \(cut)"
        introduction = process
    }

    /// DATA may be anything: it is a comment's text, and said once a connection.
    private static let longestCommandLine = 200

    func begin() {
        guard file.begin() else { return }
        append { file in
            PcapngBlock.appendHeader(
                application: Program.sockctl.versionLine, comment: "recorded by \(process)", to: &file)
        }
    }

    private func append(_ fill: (inout [UInt8]) -> Void) { file.output.append { fill(&$0) } }

    /// The number of the interface for a leg of a relay, or for what is none.
    private func interface(_ leg: Leg?) -> UInt32 {
        begin()
        if let index = interfaces.firstIndex(of: leg) { return UInt32(index) }
        interfaces.append(leg)
        append { file in
            PcapngBlock.appendInterface(
                name: leg?.rawValue ?? "sockctl",
                description: leg.map { "what went between the relay and its \($0.rawValue)" }
                    ?? "what went through sockets of sockctl", to: &file)
        }
        return UInt32(interfaces.count - 1)
    }
}

// MARK: Connections

extension PacketRecorder: Observer {
    var seesRelayed: Bool { true }

    func began(_ stream: any Stream, of connection: ConnectionIdentity) {
        let isOurs = connection.connecting != nil
        let route = connection.route(isOurs: isOurs)
        var conversation = TCPConversation(
            route, on: interface(connection.leg), from: Self.sequence(of: connection.number))
        let tls = stream.tls
        let made = Timestamp.now - (tls?.handshakeTime ?? .zero)
        let began = made - (connection.connecting?.handshake ?? .zero)
        let comment = comment(connection, isOurs: isOurs, tls)
        append { conversation.open(by: isOurs ? .sent : .received, began, made, comment, to: &$0) }
        conversations[ObjectIdentifier(connection)] = Followed(
            connection: connection, conversation: conversation)
    }

    /// Far apart, so that a port that is used again is seen to be another connection's.
    private static func sequence(of number: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: number) &* 0x9e37_79b9
    }

    private func comment(
        _ connection: ConnectionIdentity, isOurs: Bool, _ tls: TLSReport.Facts?
    ) -> String {
        let local = connection.local.map(\.description) ?? "an unnamed socket"
        let leg = connection.leg.map { " (\($0.rawValue))" } ?? ""
        let peer = connection.name
        var text = "connection \(connection.number)\(leg): "
        text += isOurs ? "connected to \(peer) from \(local)" : "accepted from \(peer) at \(local)"
        if let tls { text += "\nplaintext of \(tls.version) \(tls.cipher)" }
        return text + "\n" + process
    }

    func observe(_ bytes: RawSpan, _ direction: Direction, of connection: ConnectionIdentity, at offset: Int)
    {
        let key = ObjectIdentifier(connection)
        append { conversations[key]?.conversation.carry(bytes, direction, at: .now, to: &$0) }
    }

    func ended(_ end: StreamEnd, of connection: ConnectionIdentity) {
        let key = ObjectIdentifier(connection)
        append { file in
            switch end {
            case .finished(let direction):
                conversations[key]?.conversation.finish(direction, at: .now, to: &file)
            case .reset(let direction): conversations[key]?.conversation.reset(direction, at: .now, to: &file)
            case .lost: conversations[key]?.conversation.lose()
            case .closed: conversations[key] = nil
            }
        }
    }
}

extension ConnectionIdentity {
    /// From us to the peer.
    fileprivate func route(isOurs: Bool) -> PacketRoute {
        if let route = PacketRoute(from: local ?? .inet(.any, port: 0), to: peer) { return route }
        let route = PacketRoute.unixConnection(number)
        return isOurs ? route : route.reversed
    }
}

// MARK: Datagrams

extension PacketRecorder: DatagramObserver {
    func observe(_ datagram: DatagramReport, _ payload: RawSpan) {
        // What was received tells where it was sent to.
        let local =
            datagram.direction == .sent
            ? routeSource.complete(datagram.local, towards: datagram.peer) : datagram.local
        let outward = PacketRoute(from: local, to: datagram.peer)
        let isUnix = outward == nil
        let route = outward ?? .unixDatagram(from: datagram.local.unixName, to: datagram.peer.unixName)
        let kept = payload.extracting(first: PacketRoute.longestDatagram)
        let missing = max(datagram.length, payload.byteCount) - kept.byteCount
        let facts = PcapngBlock.PacketFacts(
            interface: interface(datagram.relayed?.leg), time: datagram.time, direction: datagram.direction,
            missing: missing, comment: comment(isUnix ? datagram : nil))
        append { file in
            PcapngBlock.appendPacket(facts, to: &file) { packet in
                (datagram.direction == .sent ? route : route.reversed)
                    .appendDatagram(kept, missing: missing, to: &packet)
            }
        }
    }

    /// - Parameter datagram: one of which the addresses say nothing.
    private func comment(_ datagram: DatagramReport?) -> String? {
        let ends = datagram.map { datagram in
            let isSent = datagram.direction == .sent
            let (from, to) = isSent ? (datagram.local, datagram.peer) : (datagram.peer, datagram.local)
            return "from \(from.nameOrUnnamed) to \(to.nameOrUnnamed)"
        }
        defer { introduction = nil }
        let lines = [ends, introduction].compactMap(\.self)
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
}

extension SocketAddress {
    fileprivate var unixName: UnixName { if case .unix(let name) = self { name } else { .unnamed } }
    fileprivate var nameOrUnnamed: String { self == .unix(.unnamed) ? "an unnamed Unix socket" : description }
}
