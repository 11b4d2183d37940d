// The fifth promise: a connection that both sides are done with is gone, and its descriptor with it.

import Foundation
import Glibc
import Testing

enum Departure: String, Scenario {
    static let promise = "5 gone"

    case closes = "the peer closes"
    case halfCloses = "the peer half-closes"
    case weFirst = "we half-close, then the peer"
    case crowd = "40 come and leave"
    case next = "-m 1 and the next"

    func excludes(_ way: Way, _ transport: Transport, _ format: Format) -> String? {
        switch self {
        case .closes, .halfCloses: nil
        case .weFirst: way.source == .stdin ? nil : "it has no input that ends before the peer does"
        case .crowd, .next: way.keepsOpen ? nil : "it serves one peer"
        }
    }
}

@Suite("Promise 5: a connection that both sides are done with is gone")
struct DoneIsGone {
    @Test("gone, and its descriptor", arguments: Departure.cells)
    func gone(_ cell: Cell<Departure>) async throws {
        try await keep(cell) { stage in
            let said = Lines.bytes(300)
            stage.payload = Lines.bytes(300, of: "ours")
            try stage.start(cell.scenario == .next ? ["-m", "1"] : [])
            if stage.way.keepsOpen { try stage.settle() }
            let before = try stage.program.openDescriptors()
            switch cell.scenario {
            case .closes, .halfCloses, .weFirst:
                let hearer = stage.way.destination == .others ? try stage.meet() : nil
                let peer = try stage.meet()
                try stage.converse(peer, saying: said, hearer: hearer)
                if cell.scenario == .weFirst {
                    stage.endInput()
                    try demandEndOfStream(stage, peer)
                }
                if cell.scenario == .closes { peer.close() } else { peer.shutdown() }
                if cell.scenario != .weFirst, !stage.way.sharesInput { stage.endInput() }
                hearer?.close()
                if cell.scenario != .closes { try demandEndOfStream(stage, peer) }
            case .crowd:
                for number in 0..<40 {
                    let peer = try stage.meet()
                    try peer.send("peer \(number)\n")
                    if stage.way.destination == .stdout {
                        try stage.demandShown(count: number + 1)
                    }
                    peer.close()
                }
            case .next:
                for number in 0..<2 {
                    let peer = try stage.meet()
                    try peer.send("peer \(number)\n")
                    if stage.way.destination == .stdout { try stage.demandShown(count: number + 1) }
                    if stage.way.destination == .peer {
                        let echo = try peer.receive(7, within: stage.patience)
                        try stage.demandSame(echo, Data("peer \(number)\n".utf8), "at the peer")
                    }
                    peer.shutdown()
                    if stage.way.destination == .nowhere || stage.way.destination == .others {
                        try demandEndOfStream(stage, peer)
                    }
                }
            }
            guard stage.way.keepsOpen else { return try stage.demandEnd(.status(0)) }
            try demandBack(stage, before)
        }
    }

    @Test("does not apply", arguments: Departure.absent)
    func absent(_ row: Absent) throws { try Need.sense(row.reason).require() }

    private func demandEndOfStream(_ stage: Stage, _ peer: Peer) throws {
        // Who leaves without having read what the peer said resets it.
        if stage.way.ignoresPeer { return _ = try peer.waitForEnd() }
        let rest = try peer.receive(.max, within: stage.patience)
        try demand(rest.isEmpty, "\(rest.count) bytes more than were due reached the peer")
    }

    private func demandBack(_ stage: Stage, _ before: Int) throws {
        let deadline = Deadline(in: stage.patience)
        while try stage.program.openDescriptors() != before {
            if deadline.isOver {
                let now = try stage.program.openDescriptors()
                throw Breach(description: "\(now) descriptors where there were \(before); \(stage.states)")
            }
            usleep(5_000)
        }
    }
}

extension Stage {
    /// Waits until so many lines of peers are on stdout.
    func demandShown(count: Int) throws {
        let deadline = Deadline(in: patience)
        while Lines.count(try shown()) < count {
            let came = Lines.count(try shown())
            try demand(!deadline.isOver, "\(came) of \(count) lines arrived")
            usleep(2_000)
        }
    }

    /// How many of its connections are in which state.
    var states: String {
        let names = ["01": "ESTABLISHED", "04": "FIN-WAIT-1", "05": "FIN-WAIT-2", "08": "CLOSE-WAIT"]
        let port = place.port
        var counts: [String: Int] = [:]
        for row in TCPTable.rows where row.local == port {
            if let name = names[row.state] { counts[name, default: 0] += 1 }
        }
        return counts.map { "\($1) \($0)" }.sorted().joined(separator: ", ")
    }
}

extension Place {
    var port: UInt16 {
        switch self {
        case .inet(let port), .inet6(let port): port
        case .unix, .abstract: 0
        }
    }
}
