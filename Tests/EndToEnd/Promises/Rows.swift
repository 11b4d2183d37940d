// What the table of ways has no place for: rows of their own, each under the promise it belongs to.

import Foundation
import Glibc
import Testing

struct PromiseRow: CustomTestStringConvertible, Sendable {
    let key: String
    /// What makes its certificates.
    let needs: Tool?
    let body: @Sendable (Scene, TimeInterval) throws -> Void

    init(
        _ key: String, needs: Tool? = nil, _ body: @escaping @Sendable (Scene, TimeInterval) throws -> Void
    ) {
        self.key = key
        self.needs = needs
        self.body = body
    }

    var testDescription: String { key }

    static let all = servers + crowds + outputs + figures + proxies

    static var wanted: [PromiseRow] {
        guard case .parts(let parts) = Wanted.now else { return all }
        return all.filter { row in parts.allSatisfy { row.key.contains($0) } }
    }
}

@Suite("The promises' rows of their own")
struct Rows {
    @Test("kept", arguments: PromiseRow.wanted)
    func kept(_ row: PromiseRow) async throws {
        _ = try row.needs?.require()
        await keep(row.key, row.body)
    }
}

extension Scene {
    /// `listen -k` and more, with stdin open and silent.
    func server(_ options: String..., stdout: Output = .collected, stderr: Output = .collected) throws
        -> Program
    {
        try run(
            .sockctl, ["listen", "-k", "127.0.0.1:0"] + options, stdin: .pipe, stdout: stdout, stderr: stderr)
    }
}

extension Program {
    /// It still echoes to somebody.
    func demandEcho(at place: Place, within seconds: TimeInterval) throws {
        let peer = try Peer(connectingTo: place)
        try peer.send("hello\n")
        let echo = try peer.receive(6, within: seconds)
        try demand(echo == Data("hello\n".utf8), "\(echo.count) bytes came back")
        peer.close()
    }

    func demandEnd(_ expected: Exit, within seconds: TimeInterval) throws {
        guard let exit = try? exit(within: seconds) else {
            throw Breach(description: "it does not end: \(expected) was due")
        }
        try demand(exit == expected, "\(exit) where \(expected) was due")
    }

    func demandGrown(atMost bound: Int, since before: Int) throws {
        let grown = try peakMemory() - before
        try demand(grown <= bound, "\(grown >> 20) MiB more than idle")
    }
}
