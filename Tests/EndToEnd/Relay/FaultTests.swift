// `--fault`: what each does to a connection or to datagrams, the same for the same seed, and what is refused.

import Foundation
import Glibc
import Testing

/// A relay with faults between a client and a server, both played by the test.
private struct Line {
    let program: Program
    let client: Peer
    let server: Peer

    init(_ scene: Scene, _ faults: String..., seed: Int = 7) throws {
        let listener = try Listener(.inet(0))
        program = try scene.run(
            .sockctl,
            ["listen", "-j", "127.0.0.1:0", "--to", "\(listener.place)", "--seed", "\(seed)"]
                + faults.flatMap { ["--fault", $0] })
        client = try Peer(connectingTo: try program.output.listeningPlace())
        server = try listener.accept()
    }

    func faults() throws -> [Event] { try program.output.events().filter { $0.name == "fault" } }
}

@Suite("A relay with faults")
struct FaultTests {
    private let payload = Payload.bytes(100_000, seed: 3)

    @Test(
        "latency: later, in order, and the end behind it",
        arguments: ["latency=150ms", "latency=150ms,jitter=100ms"])
    func latency(_ fault: String) throws {
        try scene { scene in
            let line = try Line(scene, "client:\(fault)")
            let began = Date()
            try line.client.send(payload)
            line.client.shutdown()
            let first = try line.server.receive(1)
            let least = fault.contains("jitter") ? 0.04 : 0.149
            #expect(Date().timeIntervalSince(began) >= least, "\(scene)")
            scene.expect(first + (try line.server.receiveToEnd()), is: payload)
            // The other direction is as it was.
            let before = Date()
            try line.server.send("at once")
            #expect(try line.client.receiveText(7) == "at once")
            if !fault.contains("jitter") { #expect(Date().timeIntervalSince(before) < 0.15 * 20) }
            line.server.shutdown()
            try scene.expectSuccess(line.program)
            let told = try line.faults()
            #expect(
                told.count == 1 && told[0]["leg"] == "client" && told[0]["latency_us"] == 150_000, "\(scene)")
        }
    }

    @Test("a reset is as late as the rest")
    func lateReset() throws {
        try scene { scene in
            let line = try Line(scene, "latency=300ms")
            let began = Date()
            try line.server.send("last words")
            try line.server.waitUntilAcknowledged()
            line.server.reset()
            #expect(try line.client.receiveText(10) == "last words")
            #expect(Date().timeIntervalSince(began) >= 0.299, "\(scene)")
            #expect(try line.client.waitForEnd() == ECONNRESET, "\(scene)")
            #expect(try line.program.exit() == .status(7), "\(scene)")
        }
    }

    @Test("rate: as fast as it says", arguments: [50_000, 400_000])
    func rate(_ rate: Int) throws {
        try scene { scene in
            let line = try Line(scene, "server:rate=\(rate)")
            let began = Date()
            try line.server.send(payload)
            line.server.shutdown()
            scene.expect(try line.client.receiveToEnd(), is: payload)
            let time = Date().timeIntervalSince(began)
            #expect(time >= Double(payload.count) / Double(rate) * 0.97, "\(time) s\n\(scene)")
            let told = try line.faults()
            #expect(told.first?["rate"] == rate && told.first?["rate_bits"] == rate * 8, "\(scene)")
        }
    }

    @Test("cut-after and reset-after, by size and by time")
    func limits() throws {
        try scene { scene in
            let cut = try Line(scene, "server:cut-after=1000")
            try cut.server.send(payload)
            #expect(try cut.client.receiveToEnd() == payload.prefix(1000), "\(scene)")
            try cut.client.send("still")
            #expect(try cut.server.receiveText(5) == "still")
            cut.client.shutdown()
            try scene.expectSuccess(cut.program)

            let reset = try Line(scene, "client:reset-after=1000")
            try reset.client.send(payload)
            #expect(try reset.server.receive(1000) == payload.prefix(1000), "\(scene)")
            #expect(try reset.server.waitForEnd() == ECONNRESET)
            #expect(try reset.client.waitForEnd() == ECONNRESET)
            _ = try reset.program.exit()

            let timed = try Line(scene, "reset-after=100ms")
            #expect(try timed.server.waitForEnd() == ECONNRESET)
            #expect(try timed.client.waitForEnd() == ECONNRESET)
            _ = try timed.program.exit()
        }
    }

    @Test("stall-after and slice")
    func stallsAndSlices() throws {
        try scene { scene in
            let stalled = try Line(scene, "client:stall-after=1000:300ms")
            let began = Date()
            try stalled.client.send(payload)
            #expect(try stalled.server.receive(1000) == payload.prefix(1000))
            scene.expect(try stalled.server.receive(payload.count - 1000), is: payload.dropFirst(1000))
            #expect(Date().timeIntervalSince(began) >= 0.299, "\(scene)")

            let forever = try Line(scene, "client:stall-after=1000")
            try forever.client.send(payload)
            #expect(try forever.server.receive(1000) == payload.prefix(1000))
            _ = try forever.program.output.event("fault")
            #expect(try !waitReady(forever.server.descriptor, POLLIN, Deadline(in: 0.2)), "\(scene)")
            forever.program.signal(SIGTERM)
            _ = try forever.program.exit()

            let sliced = try Line(scene, "server:slice=1000:2ms")
            let start = Date()
            try sliced.server.send(payload)
            scene.expect(try sliced.client.receive(payload.count), is: payload)
            #expect(Date().timeIntervalSince(start) >= 0.19, "\(scene)")
        }
    }

    @Test("corrupt: the same bytes for the same seed, however they come")
    func corrupt() throws {
        try scene { scene in
            var results: [Data] = []
            for (seed, piece) in [(7, 100_000), (7, 999), (8, 100_000)] {
                let line = try Line(scene, "client:corrupt=1e-3", seed: seed)
                for start in stride(from: 0, to: payload.count, by: piece) {
                    try line.client.send(payload[start..<min(start + piece, payload.count)])
                }
                line.client.shutdown()
                let got = try line.server.receiveToEnd()
                line.server.shutdown()
                try scene.expectSuccess(line.program)
                let changed = zip(got, payload).count { $0 != $1 }
                // 100 are expected, with a deviation of 10.
                #expect((40...160).contains(changed), "\(changed)")
                #expect(try line.faults().count == changed)
                results.append(got)
            }
            #expect(results[0] == results[1] && results[0] != results[2])
        }
    }

    @Test("refuse and share: so many connections, the same for the same seed")
    func chances() throws {
        try scene { scene in
            let server = try scene.sockctl("listen", "-k", "--echo", "127.0.0.1:0")
            let place = try server.listening()
            var outcomes: [[Int]] = []
            for _ in 0..<2 {
                let relay = try scene.sockctl(
                    "listen", "-kj", "127.0.0.1:0", "--to", "\(place)", "--fault", "refuse=40%", "--seed", "5"
                )
                let address = try relay.output.listeningPlace()
                for _ in 0..<40 {
                    let client = try Peer(connectingTo: address)
                    client.shutdown()
                    _ = try client.waitForEnd()
                }
                try poll(for: "all are closed") {
                    try relay.output.events().count { $0.name == "closed" && $0["leg"] == "client" } == 40
                }
                outcomes.append(
                    try relay.output.events().filter { $0.name == "fault" }.map { $0["connection"] ?? 0 })
                relay.signal(SIGTERM)
                _ = try relay.exit()
            }
            let refused = outcomes[0].count
            #expect(outcomes[0] == outcomes[1] && (6...27).contains(refused), "\(refused)")
        }
    }

    @Test("--faults FILE, read again on SIGHUP: what is wrong changes nothing")
    func file() throws {
        try scene { scene in
            let path = try scene.file("faults", Data("# none yet\n".utf8))
            let listener = try Listener(.inet(0))
            let relay = try scene.sockctl(
                "listen", "-j", "127.0.0.1:0", "--to", "\(listener.place)", "--faults", path)
            let client = try Peer(connectingTo: try relay.output.listeningPlace())
            let server = try listener.accept()
            try client.send("fast")
            #expect(try server.receiveText(4) == "fast")

            _ = try scene.file("faults", Data("nonsense\n".utf8))
            relay.signal(SIGHUP)
            let error = try relay.output.event("error")
            #expect(error.line.contains("line 1"), "\(error)")

            _ = try scene.file("faults", Data("client: latency=200ms\n".utf8))
            relay.signal(SIGHUP)
            try poll(for: "the faults are told again") {
                try relay.output.events().filter { $0.name == "faults" }.count == 2
            }
            let began = Date()
            try client.send("slow")
            #expect(try server.receiveText(4) == "slow")
            #expect(Date().timeIntervalSince(began) >= 0.199, "\(scene)")
            client.shutdown()
            server.shutdown()
            try scene.expectSuccess(relay)
        }
    }

    @Test(
        "nonsense is refused: 2",
        arguments: [
            "latecy=1s", "latency", "latency=x", "rate=0", "refuse=200%", "loss=1%", "cut-after=x", "slice=0",
            "latency=1s,latency=2s", "stall-after=1k:x", "corrupt=-1", "",
        ])
    func nonsense(_ fault: String) throws {
        try scene { scene in
            let program = try scene.sockctl("listen", "0", "--to", "127.0.0.1:1", "--fault", fault)
            #expect(try program.exit() == .status(2), "\(scene)")
            #expect(program.errors.text.contains("--fault"), "\(scene)")
        }
    }
}
