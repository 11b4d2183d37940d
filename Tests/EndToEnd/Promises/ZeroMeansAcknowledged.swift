// The second promise: 0 from a command that sends means that the peer's system has acknowledged every byte. A
// server that goes on has no status: it says of the connection what went wrong.

import Foundation
import Glibc
import Testing

enum Reception: String, Scenario {
    static let promise = "2 acknowledged"

    case whole = "the peer reads all"
    case closedAtOnce = "the peer closes at once"
    case closes = "the peer half-closes, reads nothing, closes"
    case resets = "the peer answers, half-closes, resets"
    case talks = "--exit-on-eof and a peer that talks"

    func excludes(_ way: Way, _ transport: Transport, _ format: Format) -> String? {
        switch way.source {
        case .nothing: return "it sends nothing"
        case .others: return "what it sends is its peers'"
        default: break
        }
        switch self {
        case .whole: return nil
        case .closedAtOnce:
            if transport.outlivesClose { return Transport.silentClose }
            return way.source == .stdin && !way.keepsOpen
                ? nil : "what it sends it may have sent before the peer closes"
        case .closes, .resets:
            if way.source == .stdin, way.keepsOpen {
                return "a peer that half-closes does not wait for what all share"
            }
            return way.source == .echo && !transport.isTCP
                ? "what a Unix socket has taken is in the peer's buffer" : nil
        case .talks:
            if !way.mayExitOnEOF { return "it has no --exit-on-eof" }
            return way.source == .stdin || way.source == .file ? nil : "it has no input to come to an end"
        }
    }
}

@Suite("Promise 2: 0 means that the peer has acknowledged every byte")
struct ZeroMeansAcknowledged {
    @Test("0 if all is acknowledged, 7 if not", arguments: Reception.cells)
    func acknowledged(_ cell: Cell<Reception>) async throws {
        try await keep(cell) { stage in
            stage.payload = Lines.bytes(cell.scenario == .talks ? 2_000_000 : 300_000, of: "ours")
            // A record has to fit into a send buffer.
            let most = stage.transport.keepsBoundaries ? 60_000 : Int.max
            stage.reply = Data(stage.payload.prefix(most).map { $0 == 10 ? 32 : $0 })
            let isSlow = cell.scenario == .closes || cell.scenario == .resets || cell.scenario == .talks
            try stage.start(
                cell.scenario == .talks ? ["--exit-on-eof"] : [], receiveBuffer: isSlow ? 4096 : nil)
            let peer = try stage.meet()
            switch cell.scenario {
            case .whole: try readAll(stage, peer)
            case .closedAtOnce:
                try closeAndWait(stage, peer)
                try? stage.program.write(Lines.bytes(300))
                stage.endInput()
                try stage.demandEnd(.status(7))
            case .closes, .resets: try lose(stage, cell.scenario, peer)
            case .talks: try talk(stage, peer)
            }
        }
    }

    @Test("does not apply", arguments: Reception.absent)
    func absent(_ row: Absent) throws { try Need.sense(row.reason).require() }

    private func readAll(_ stage: Stage, _ peer: Peer) throws {
        try stage.converse(peer, saying: Lines.bytes(300))
        peer.shutdown()
        stage.endInput()
        if !stage.way.ignoresPeer {
            let rest = try peer.receive(.max, within: stage.patience)
            try demand(rest.isEmpty, "\(rest.count) bytes more than were due reached the peer")
        }
        peer.close()
        if !stage.way.keepsOpen { try stage.demandEnd(.status(0)) }
    }

    /// Closes, and waits until that has arrived.
    private func closeAndWait(_ stage: Stage, _ peer: Peer) throws {
        let (local, remote) = peer.ports
        peer.close()
        guard local != 0 else { return }
        try poll(for: "the peer's close has arrived", within: stage.patience) {
            TCPTable.rows.contains { $0.local == remote && $0.remote == local && $0.state == "08" }
        }
    }

    private func lose(_ stage: Stage, _ how: Reception, _ peer: Peer) throws {
        // Where each is answered several, as one answer is taken whole.
        let one = Data("a line\n".utf8)
        let said =
            stage.way.source == .echo
            ? Lines.bytes(60_000)
            : stage.transport.keepsBoundaries ? Data((0..<10).map { _ in one }.joined()) : one
        if how == .resets || stage.way.source == .echo || stage.way.source == .reply { try peer.send(said) }
        if stage.way.source == .stdin {
            _ = Background { [program = stage.program!, payload = stage.payload, patience = stage.patience] in
                try? program.write(payload, within: patience)
                program.closeInput()
            }
        }
        peer.shutdown()
        // Some of it has come.
        guard try waitReady(peer.descriptor, POLLIN, Deadline(in: stage.patience)) else {
            throw Breach(description: "nothing reached the peer")
        }
        // It has sent what can be sent, and, where it does not wait for what is missing, has ended.
        try stage.program.waitUntilIdle(within: stage.patience)
        if how == .closes { peer.close() } else { peer.reset() }
        if !stage.way.keepsOpen { return try stage.demandEnd(.status(7)) }
        if stage.format.isJSON {
            let closed = try stage.event("closed")
            try demand(closed["how"] == "reset" || closed["how"] == "broken-pipe", "not said: \(closed)")
        } else {
            let isSaid = stage.program.errors.wait(within: stage.patience) { data, _ in
                String(decoding: data, as: UTF8.self).contains(/\((ECONNRESET|EPIPE)\)/)
            }
            try demand(isSaid, "that bytes were lost is not said")
        }
    }

    private func talk(_ stage: Stage, _ peer: Peer) throws {
        let talking = Background {
            // What comes when the socket is closed makes the kernel throw away what it has not sent.
            while (try? peer.send("still here\n", within: 1)) != nil { usleep(1000) }
        }
        if stage.way.source == .stdin {
            _ = Background { [program = stage.program!, payload = stage.payload, patience = stage.patience] in
                try? program.write(payload, within: patience)
                program.closeInput()
            }
        }
        let got = try peer.receive(stage.payload.count, within: stage.patience)
        try stage.demandSame(got, stage.payload, "at the peer")
        if !stage.way.keepsOpen { try stage.demandEnd(.status(0)) }
        peer.close()
        try talking.value()
    }
}

extension Peer {
    func send(_ text: String, within seconds: TimeInterval) throws {
        try send(Data(text.utf8), within: seconds)
    }

    /// Its own port and that of the other side; 0 on a Unix socket.
    var ports: (local: UInt16, remote: UInt16) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let remote = withUnsafeMutableBytes(of: &storage) { bytes -> UInt16 in
            let address = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            getpeername(descriptor, address, &length)
            guard Int32(address.pointee.sa_family) != AF_UNIX else { return 0 }
            return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        }
        return (localPort(of: descriptor), remote)
    }
}
