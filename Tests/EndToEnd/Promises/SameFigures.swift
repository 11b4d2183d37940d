// The sixth promise: every figure in a summary is the same whichever way the bytes went. The test knows what went.

import Foundation
import Testing

enum Exchange: String, Scenario {
    static let promise = "6 figures"

    case little = "a few lines"
    case much = "100 KB in 150 ms"

    func excludes(_ way: Way, _ transport: Transport, _ format: Format) -> String? {
        guard self == .much else { return nil }
        if transport == .multipath { return "what was taken at once has no time of sending" }
        return format.isJSON ? nil : "in text figures are rounded"
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
            if isMuch, !stage.format.isFramed, !stage.transport.keepsBoundaries {
                stage.reply = stage.payload
            }
            try stage.start(["--stats"])
            let hearer = stage.way.destination == .others ? try stage.meet() : nil
            let peer = try stage.meet()
            // Its time begins when there is somebody to pass it on to.
            if isMuch, stage.way.isRelay { try stage.demandOnStdout(Data(#""leg":"server""#.utf8)) }
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
            let (told, heard) = (
                stage.went(said, peer.records?.sent), stage.went(stage.due(to: said), peer.records?.received)
            )
            let byHearer = hearer.map { stage.went(said, $0.records?.received) }
            if stage.format.isJSON {
                let number = hearer == nil ? 1 : 2
                let closed = try stage.event("closed") { $0["connection"] == number }
                var wrong = mistakes(closed, "sent", heard, isWatched: isMuch)
                if !stage.way.ignoresPeer {
                    wrong += mistakes(closed, "received", told, isWatched: isMuch)
                }
                if let byHearer {
                    let closed = try stage.event("closed") { $0["connection"] == 1 }
                    wrong += mistakes(closed, "sent", byHearer, isWatched: isMuch)
                }
                try demand(wrong.isEmpty, wrong.joined(separator: "; "))
            } else {
                func words(_ went: Went) -> String { went.bytes == 0 ? "nothing" : "\(went.bytes) bytes" }
                let received = stage.way.ignoresPeer ? "" : "received \(words(told))"
                try demandSaid("\(received), sent \(words(heard))\n", stage)
                if let byHearer { try demandSaid("received nothing, sent \(words(byHearer))\n", stage) }
            }
        }
    }

    @Test("does not apply", arguments: Exchange.absent)
    func absent(_ row: Absent) throws { try Need.sense(row.reason).require() }

    /// What is wrong with the figures of one direction in which this went.
    private func mistakes(
        _ closed: Event, _ direction: String, _ went: Went, isWatched: Bool
    ) -> [String] {
        var wrong: [String] = []
        func compare(_ field: String, _ due: Int?) {
            let said: Int? = closed["\(direction).\(field)"]
            guard said != due else { return }
            func words(_ count: Int?) -> String { count.map(String.init) ?? "none" }
            wrong.append("\(direction).\(field) is \(words(said)) where \(words(due)) is due")
        }
        compare("bytes", went.bytes)
        compare("messages", went.messages)
        if isWatched, went.bytes >= 64 << 10 {
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

/// What went one way over a connection.
private struct Went {
    let bytes: Int
    let messages: Int?
}

extension Stage {
    /// - Parameter records: what the peer has counted of them; of a relay they are not looked at.
    fileprivate func went(_ data: Data, _ records: RecordCarrier.Account?) -> Went {
        if let records, !way.isRelay { return Went(bytes: records.bytes, messages: records.records) }
        return Went(bytes: data.count, messages: format.isFramed ? Lines.count(data) : nil)
    }
}
