// The third promise: nothing a peer does ends a server that keeps open, holds memory or descriptors without a bound,
// or holds up another peer. Peers misbehave, another one is served, and in the end all is given back.

import Foundation
import Glibc
import Testing

enum Misbehaviour: String, Scenario {
    static let promise = "3 nothing a peer does"

    case resets = "40 reset"
    case leaves = "40 leave, each second after a half-close"
    case stalls = "6 say what is taken and read nothing"
    case pipelines = "2 send empty lines and read nothing"
    case unread = "4 talk while nobody reads stdout"

    func excludes(_ way: Way, _ transport: Transport, _ format: Format) -> String? {
        if !way.keepsOpen { return "it serves one peer" }
        if self == .unread, !way.showsPayload(in: format) { return "it writes nothing to stdout" }
        if self == .unread, transport == .activated { return "it begins with its first peer" }
        if self == .leaves, way.source == .file, transport.outlivesClose { return Transport.silentClose }
        if self == .pipelines, transport.keepsBoundaries, format.isFramed { return "no record is empty" }
        return nil
    }
}

@Suite("Promise 3: nothing a peer does ends a server, fills it or holds up another peer")
struct NothingAPeerDoes {
    @Test("served, bounded, given back", arguments: Misbehaviour.cells)
    func served(_ cell: Cell<Misbehaviour>) async throws {
        try await keep(cell) { stage in
            stage.payload = Lines.bytes(stage.way.source == .file ? 200_000 : 300, of: "ours")
            try stage.start(blocked: cell.scenario == .unread ? .stdout : .nothing)
            try stage.settle()
            let (descriptors, memory) = (try stage.program.openDescriptors(), try stage.program.memory())
            let peers = try misbehave(stage, cell.scenario)
            // What is not written holds up all who speak.
            if cell.scenario != .unread { try serveAnother(stage) }
            let grown = try stage.program.peakMemory() - memory
            let bound = (32 << 20) + peers.count << 16
            try demand(grown <= bound, "\(grown >> 20) MiB more than idle, with \(peers.count) peers")
            peers.forEach {
                // A read that waits would keep the socket.
                $0.stopReading()
                stage.dismiss($0)
            }
            stage.stdout.open()
            try demandGivenBack(stage, descriptors)
        }
    }

    @Test("does not apply", arguments: Misbehaviour.absent)
    func absent(_ row: Absent) throws { try Need.sense(row.reason).require() }

    /// Returns those who are still there.
    private func misbehave(_ stage: Stage, _ how: Misbehaviour) throws -> [Peer] {
        switch how {
        case .resets, .leaves:
            for number in 0..<40 {
                let peer = try stage.meet()
                try peer.send("peer \(number)\n")
                if how == .resets, stage.transport.isTCP {
                    peer.reset()
                } else {
                    if number % 2 == 0 { peer.shutdown() }
                    peer.close()
                }
            }
            return []
        case .stalls, .unread:
            let block = Lines.bytes(1 << 16)
            return try (0..<(how == .stalls ? 6 : 4)).compactMap { number in
                // While events are not read nobody is let in, and a handshake waits for that.
                let mayWait = how == .unread && stage.format.isJSON && number > 0
                guard let peer = try stage.meet(waiting: mayWait ? 0.5 : stage.patience) else { return nil }
                // Much more than is to be held where it is not to be taken.
                if how == .unread { peer.readAll() }
                try peer.say(block, upTo: how == .stalls ? 2 << 20 : 16 << 20)
                return peer
            }
        case .pipelines:
            // In JSON a line feed becomes an event.
            let limit = stage.format.isJSON ? 1 << 14 : 1 << 20
            let block = Data(repeating: 10, count: min(limit, 1 << 16))
            return try (0..<2).map { _ in
                let peer = try stage.meet()
                try peer.say(block, upTo: limit)
                return peer
            }
        }
    }

    private func serveAnother(_ stage: Stage) throws {
        let word = Data("another one\n".utf8)
        let hearer = stage.way.destination == .others ? try stage.meet() : nil
        let peer = try stage.meet()
        try peer.send(word)
        switch stage.way.destination {
        case .stdout: try stage.demandOnStdout(word.dropLast())
        case .peer:
            try stage.demandSame(
                try peer.receive(word.count, within: stage.patience), word, "at another peer")
        case .others: try hearer!.demandHeard(word, within: stage.patience)
        case .nowhere: break
        }
        let due = stage.due(to: word)
        if stage.way.source == .stdin { try stage.program.write(stage.payload) }
        if stage.way.source != .echo {
            try stage.demandSame(try peer.receive(due.count, within: stage.patience), due, "at another peer")
        }
        if stage.way.source != .stdin, stage.way.source != .others {
            peer.shutdown()
            _ = try peer.receive(.max, within: stage.patience)
        }
        stage.dismiss(peer)
        if let hearer { stage.dismiss(hearer) }
    }

    private func demandGivenBack(_ stage: Stage, _ before: Int) throws {
        let deadline = Deadline(in: stage.patience)
        while try stage.program.openDescriptors() != before {
            try demand(stage.program.isRunning, "it has ended")
            if deadline.isOver {
                let now = try stage.program.openDescriptors()
                throw Breach(description: "\(now) descriptors where there were \(before); \(stage.states)")
            }
            usleep(5_000)
        }
    }
}

extension Stage {
    /// Closes, so that the program sees it.
    fileprivate func dismiss(_ peer: Peer) {
        if transport.outlivesClose { peer.reset() } else { peer.close() }
    }
}

extension Peer {
    /// Says it again and again until so much is taken, or no more is. That no more is taken shows only in time: a
    /// machine that is too slow makes a weaker test, never a failing one. Returns how much it was.
    @discardableResult
    func say(_ block: Data, upTo limit: Int, quiet: TimeInterval = 0.2) throws -> Int {
        var said = 0
        while said < limit {
            let start = said % block.count
            switch block[start...].withUnsafeBytes({ carrier.write($0) }) {
            case .moved(let count): said += count
            case .notNow:
                guard try carrier.waitReady(POLLOUT, Deadline(in: quiet)) else { return said }
            // It was cut off.
            case .failed(EPIPE), .failed(ECONNRESET): return said
            case .failed(let number): throw Unexpected.call("write", number)
            }
        }
        return said
    }

    /// How much of what was said the other side's kernel has not acknowledged.
    var unacknowledged: Int {
        var queued: Int32 = 0
        return ioctl(descriptor, UInt(0x5411), &queued) == 0 ? Int(queued) : 0  // SIOCOUTQ
    }

    /// Ends the read that a thread is in.
    func stopReading() { Glibc.shutdown(descriptor, Int32(SHUT_RD)) }

    /// Reads, on a thread of its own, whatever comes.
    func readAll() {
        _ = Background { [self] in while try skip(1 << 20) > 0 {} }
    }

    /// Reads until it hears this, whatever else is said.
    func demandHeard(_ word: Data, within seconds: TimeInterval) throws {
        let deadline = Deadline(in: seconds)
        var last = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while last.range(of: word) == nil {
            guard try carrier.waitReady(POLLIN, deadline) else {
                throw Breach(description: "another peer did not hear what was said")
            }
            switch buffer.withUnsafeMutableBytes({ carrier.read($0) }) {
            case .moved(0), .failed:
                throw Breach(description: "another peer was cut off before it heard what was said")
            case .moved(let count): last = last.suffix(word.count) + buffer[..<count]
            case .notNow: break
            }
        }
    }
}

extension Stage {
    /// Waits until this is somewhere on stdout, plain or in an event.
    func demandOnStdout(_ word: Data) throws {
        let deadline = Deadline(in: patience)
        var seen = 0
        while true {
            let bytes = stdout.bytes
            if bytes.dropFirst(max(0, seen - word.count)).range(of: word) != nil { return }
            try demand(!deadline.isOver, "what another peer said is not written")
            seen = bytes.count
            usleep(10_000)
        }
    }
}

extension Program {
    /// Resident memory in bytes.
    func memory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        guard let match = status.firstMatch(of: /VmRSS:\s+(\d+) kB/), let size = Int(match.1) else {
            throw Unexpected("no VmRSS, it has ended: \(self)")
        }
        return size << 10
    }
}
