// The first promise: what has come is written before a connection ends, whatever ends it, or the loss is counted
// and said. stdout is full before the peer says its first byte, and is read when the end has come.

import Foundation
import Glibc
import Testing

enum Ending: String, Scenario {
    static let promise = "1 written"

    case eof = "the peer has sent all"
    case reset = "the peer resets"
    case resetFull = "the peer says all that is taken and resets"
    case interrupt = "SIGINT"
    case terminate = "SIGTERM"
    case deadline = "--deadline"
    case bytes = "--bytes"
    case count = "--count"
    case exitOnEOF = "--exit-on-eof"
    case idle = "-i"

    func excludes(_ way: Way, _ transport: Transport, _ format: Format) -> String? {
        let isShown = way.showsPayload(in: format)
        if way.destination == .nowhere { return "what comes is of no interest" }
        switch self {
        case .eof, .idle: return nil
        case .reset:
            if !transport.isTCP { return "a Unix socket knows no reset of what was read" }
            return isShown || way.destination == .others ? nil : "who would read it is gone"
        case .resetFull:
            if !transport.isTCP { return "a Unix socket knows no reset of what was read" }
            return way.destination == .stdout ? nil : "what is held up is not stdout"
        case .interrupt, .terminate, .deadline:
            return isShown ? nil : "what comes goes to peers, who are cut off"
        case .bytes:
            if way.command != "recv" { return "it has no --bytes" }
            return transport.keepsBoundaries && format.isFramed ? "a line that was cut is no record" : nil
        case .count:
            if way.command != "recv" { return "it has no --count" }
            return format.isFramed || transport.keepsBoundaries ? nil : "there are no messages"
        case .exitOnEOF:
            if !way.mayExitOnEOF { return "it has no --exit-on-eof" }
            return way.source == .file || way.source == .reply ? "its own input ends first" : nil
        }
    }

    fileprivate var options: [String] {
        switch self {
        case .deadline: ["--deadline", "1s"]
        case .idle: ["-i", "500ms"]
        case .bytes: ["--bytes", "20000"]
        case .count: ["--count", "100"]
        case .exitOnEOF: ["--exit-on-eof"]
        case .resetFull: ["-o", "SO_RCVBUF=131072"]
        default: []
        }
    }
}

@Suite("Promise 1: what has come is written before the end")
struct WrittenBeforeTheEnd {
    @Test("written, or the loss is said", arguments: Ending.cells)
    func written(_ cell: Cell<Ending>) async throws {
        // Less than a receive buffer: all of it can be acknowledged while nothing of it can be written.
        let said = Lines.bytes(40_000)
        try await keep(cell) { stage in
            stage.payload = Lines.bytes(5_000, of: "ours")
            let started = Deadline(in: 1.1)
            try stage.start(["--stats"] + cell.scenario.options, blocked: .stdout)
            let hearer = stage.way.destination == .others ? try stage.meet() : nil
            let peer = try stage.meet()
            guard cell.scenario != .resetFull else { return try resetFull(stage, peer) }
            // Who has what was asked for may close while more is on its way: records, of TLS as well.
            let mayBreak = cell.scenario == .count || cell.scenario == .bytes
            if mayBreak {
                try? peer.send(said)
            } else {
                try peer.send(said)
            }
            try stage.settle(peer, cell.scenario)
            switch cell.scenario {
            case .eof, .exitOnEOF:
                peer.shutdown()
                // Answers that nobody takes hold up who asks.
                if stage.way.source == .reply { peer.readAll() }
            case .reset: peer.reset()
            case .interrupt, .terminate:
                stage.program.signal(cell.scenario == .interrupt ? SIGINT : SIGTERM)
                try stage.program.waitUntilTaken(cell.scenario == .interrupt ? SIGINT : SIGTERM)
            case .deadline: usleep(UInt32(started.remaining * 1e6))
            case .bytes, .count, .idle, .resetFull: break
            }
            stage.stdout.open()
            try check(stage, cell.scenario, said, peer, hearer)
        }
    }

    @Test("does not apply", arguments: Ending.absent)
    func absent(_ row: Absent) throws { try Need.sense(row.reason).require() }

    private func check(_ stage: Stage, _ ending: Ending, _ said: Data, _ peer: Peer, _ hearer: Peer?) throws {
        let isShown = stage.showsPayload
        switch ending {
        case .eof, .exitOnEOF, .reset, .idle:
            if ending == .eof { stage.endInput() }
            // Records that nobody takes soon hold up who echoes them.
            if stage.way.destination == .peer, ending != .reset {
                try stage.demandSame(
                    try peer.receive(said.count, within: stage.patience), said, "at the peer")
            }
            // Who takes nothing for so long is idle, too.
            if let hearer {
                try stage.demandSame(
                    try hearer.receive(said.count, within: stage.patience), said, "at another peer")
            }
            if isShown {
                try stage.demandShown(said, of: stage.format.isJSON ? stage.met : nil)
            }
            let status: Int32 = ending == .reset ? 7 : ending == .idle ? 5 : 0
            if !stage.way.keepsOpen { try stage.demandEnd(.status(status)) }
        case .interrupt, .terminate, .deadline:
            switch ending {
            case .interrupt: try stage.demandEnd(.signal(SIGINT))
            case .terminate: try stage.demandEnd(.signal(SIGTERM))
            default: try stage.demandEnd(.status(5))
            }
            try stage.demandAccounted(said)
        case .resetFull: break
        case .bytes:
            try stage.demandEnd(.status(0))
            try stage.demandShown(said.prefix(20_000))
        case .count:
            try stage.demandEnd(.status(0))
            let lines = said.split(separator: 10).prefix(100)
            try stage.demandShown(Data(lines.map { $0 + [10] }.joined()))
        }
    }

    /// stdout is full, and so is all on the way to it, when the peer resets: what our kernel had acknowledged is
    /// still there to be read.
    private func resetFull(_ stage: Stage, _ peer: Peer) throws {
        let block = Lines.bytes(1 << 20)
        let said = try peer.say(block, upTo: 8 << 20)
        let acknowledged = said - peer.unacknowledged
        peer.reset()
        stage.stdout.open()
        if !stage.way.keepsOpen { try stage.demandEnd(.status(7)) }
        let whole = Data((0...(said / block.count)).map { _ in block }.joined()).prefix(said)
        // An unfinished line is left out of what is shown as messages, and so is a record that has not come whole. What is
        // acknowledged of TLS is more than what was said.
        let record = stage.transport == .tls ? 1 << 14 : 0
        try stage.demandShown(atLeast: acknowledged - record - 100, of: whole)
    }
}

extension Stage {
    /// Waits until so much of it is shown.
    fileprivate func demandShown(atLeast count: Int, of said: Data) throws {
        let deadline = Deadline(in: patience)
        var shown = Data()
        while shown.count < count, !deadline.isOver {
            let isLast = stdout.isAtEnd
            shown = try self.shown()
            if isLast { break }
            usleep(50_000)
        }
        try demand(
            shown.count >= count, "\(shown.count) bytes on stdout where \(count) had been acknowledged")
        try demand(said.starts(with: shown), "what is on stdout is not what was said")
    }

    /// Waits until what the peer said has come: to our kernel, or where we are to be interrupted to the program.
    fileprivate func settle(_ peer: Peer, _ ending: Ending) throws {
        switch ending {
        case .bytes, .count, .idle: break
        case .interrupt, .terminate: try program.waitUntilIdle(within: patience)
        default: if transport.isTCP { try peer.waitUntilAcknowledged(within: patience) }
        }
    }
}
