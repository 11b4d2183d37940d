// What a command says of the bytes it received, held against what came out: whatever is missing it has to have
// counted and said.

import Foundation

extension Stage {
    /// After its end: what it says it has received is written, apart from what it says is lost.
    func demandAccounted(_ said: Data) throws {
        try demand(stdout.waitForEnd(within: patience), "stdout is still open")
        let shown = try shown()
        try demand(said.starts(with: shown), "what is written is not what was sent")
        var received: Int
        if format.isJSON {
            let closed = try events().filter { $0.name == "closed" }
            try demand(!closed.isEmpty, "no `closed`")
            received = closed.reduce(0) { $0 + ($1["received.bytes"] ?? 0) }
        } else {
            received = try summary()
        }
        if omitsLineFeeds { received += Lines.count(shown) }
        try demand(
            abs(received - shown.count - lost) <= received / 100,
            "\(received) bytes were received, \(shown.count) written, \(lost) said to be lost")
    }

    /// After its end, in text, where nothing could be written: what it has received is said to be lost.
    func demandLossSaid() throws {
        let received = try summary()
        try demand(
            abs(received - lost) <= received / 100,
            "\(received) bytes were received, none written, \(lost) said to be lost")
    }

    /// What its summary says was received, which text rounds.
    private func summary() throws -> Int {
        guard
            let words = complaints.joined(separator: "\n").firstMatch(
                of: /received (nothing|[\d.]+ (?:KiB|MiB|bytes?))/)?.output.1, let count = size(words)
        else { throw Breach(description: "no summary") }
        return count
    }

    private var lost: Int {
        complaints.joined(separator: "\n")
            .firstMatch(of: /([\d.]+ (?:KiB|MiB|bytes?)) received could not be written/)
            .flatMap { size($0.output.1) } ?? 0
    }

    private func size(_ words: Substring) -> Int? {
        if words == "nothing" { return 0 }
        let parts = words.split(separator: " ")
        guard parts.count == 2, let number = Double(parts[0]) else { return nil }
        let unit: Double = parts[1] == "KiB" ? 1024 : parts[1] == "MiB" ? 1_048_576 : 1
        return Int(number * unit)
    }
}
