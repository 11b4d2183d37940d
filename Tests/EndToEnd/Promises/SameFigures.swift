// The sixth promise: every figure in a summary is the same whichever way the bytes went. The test knows what went.

import Foundation
import Testing

enum Exchange: String, Scenario {
    static let promise = "6 figures"

    case little = "a few lines"
    case much = "100 KB in 150 ms"

    func excludes(_ way: Way, _ transport: Transport, _ format: Format) -> String? {
        self == .much && !format.isJSON ? "in text figures are rounded" : nil
    }
}

@Suite("Promise 6: every figure is the same whichever way the bytes went")
struct SameFigures {
    @Test("what went is what is said", arguments: Exchange.cells)
    func figures(_ cell: Cell<Exchange>) async throws {
        try await keep(cell) { stage in
            let isMuch = cell.scenario == .much
            let said = Lines.bytes(isMuch ? 100_000 : 250)
            stage.payload = Lines.bytes(isMuch ? 600_000 : 500, of: "ours")
            // A reply is one message.
            if isMuch, !stage.format.isFramed { stage.reply = stage.payload }
            try stage.start(["--stats"])
            let hearer = stage.way.destination == .others ? try stage.meet() : nil
            let peer = try stage.meet()
            // What takes less than a tenth of a second is held up by nobody.
            try stage.converse(peer, saying: said, hearer: hearer, pause: isMuch ? 150_000 : 0)
            peer.shutdown()
            stage.endInput()
            if !stage.way.ignoresPeer {
                let rest = try peer.receive(.max, within: stage.patience)
                try demand(rest.isEmpty, "\(rest.count) bytes more than were due reached the peer")
            }
            peer.close()
            hearer?.close()
            if !stage.way.keepsOpen { try stage.demandEnd(.status(0)) }
            let due = stage.due(to: said)
            if stage.format.isJSON {
                let number = hearer == nil ? 1 : 2
                let closed = try stage.event("closed") { $0["connection"] == number }
                var wrong = mistakes(closed, "sent", due, stage, isWatched: isMuch)
                if !stage.way.ignoresPeer {
                    wrong += mistakes(closed, "received", said, stage, isWatched: isMuch)
                }
                if hearer != nil {
                    let closed = try stage.event("closed") { $0["connection"] == 1 }
                    wrong += mistakes(closed, "sent", said, stage, isWatched: isMuch)
                }
                try demand(wrong.isEmpty, wrong.joined(separator: "; "))
            } else {
                func words(_ data: Data) -> String { data.isEmpty ? "nothing" : "\(data.count) bytes" }
                let received = stage.way.ignoresPeer ? "" : "received \(words(said))"
                try demandSaid("\(received), sent \(words(due))\n", stage)
                if hearer != nil { try demandSaid("received nothing, sent \(words(said))\n", stage) }
            }
        }
    }

    @Test("does not apply", arguments: Exchange.absent)
    func absent(_ row: Absent) throws { try Need.sense(row.reason).require() }

    /// What is wrong with the figures of one direction in which this went.
    private func mistakes(
        _ closed: Event, _ direction: String, _ data: Data, _ stage: Stage, isWatched: Bool
    ) -> [String] {
        var wrong: [String] = []
        func compare(_ field: String, _ due: Int?) {
            let said: Int? = closed["\(direction).\(field)"]
            guard said != due else { return }
            func words(_ count: Int?) -> String { count.map(String.init) ?? "none" }
            wrong.append("\(direction).\(field) is \(words(said)) where \(words(due)) is due")
        }
        compare("bytes", data.count)
        compare("messages", stage.format.isFramed ? Lines.count(data) : nil)
        if isWatched, data.count >= 64 << 10 {
            for field in ["duration_us", "limited_by", "limits"] where !closed.has("\(direction).\(field)") {
                wrong.append("there is no \(direction).\(field)")
            }
        }
        return wrong
    }

    private func demandSaid(_ words: String, _ stage: Stage) throws {
        let came = stage.program.errors.wait(within: stage.patience) { data, _ in
            // What the bytes were encrypted is said behind them.
            String(decoding: data, as: UTF8.self).replacing(/\ \([^)]+ encrypted\)/, with: "").contains(words)
        }
        try demand(came, "its summary does not say: \(words)")
    }
}
