// `udp recv --to`: datagrams between clients and a server, each client with a socket of its own, and what `--fault` does
// to them.

import Foundation
import Glibc
import Testing

@Suite("A relay of datagrams")
struct DatagramRelayTests {
    /// A server that echoes, and a relay to it.
    private func relay(
        _ scene: Scene, _ host: String = "127.0.0.1", _ options: String..., server: String? = nil
    ) throws -> (relay: Program, port: Int) {
        let echo = try scene.sockctl("udp", "recv", "--echo", "-j", "\(host):0")
        let port: Int = try echo.output.event("listening")["address.port"] ?? 0
        let relay = try scene.run(
            .sockctl, ["udp", "recv", "-j", "\(host):0", "--to", "\(server ?? host):\(port)"] + options)
        return (relay, try relay.output.event("listening")["address.port"] ?? 0)
    }

    /// What comes back for these datagrams.
    private func ask(_ scene: Scene, _ place: String, _ data: [String], wait: String = "10s") throws
        -> [Event]
    {
        let client = try scene.run(
            .sockctl,
            ["udp", "send", "-j", "--wait", wait, "--replies", "\(data.count)", place] + data)
        _ = try client.exit()
        return try client.output.events().filter { $0.name == "datagram" }
    }

    @Test("each client gets its answers, whole", arguments: ["127.0.0.1", "[::1]"])
    func answers(_ host: String) throws {
        try scene { scene in
            let (relay, port) = try relay(scene, host)
            for name in ["first", "second"] {
                let answers = try ask(scene, "\(host):\(port)", [name, "\(name) again", ""])
                #expect(
                    answers.map { $0.payload ?? Data() }
                        == ["\(name)", "\(name) again", ""].map { Data($0.utf8) })
            }
            let seen = try relay.output.events().filter { $0.name == "datagram" }
            #expect(seen.count == 12, "\(scene)")
            #expect(
                seen.map { $0["connection"] ?? 0 }.sorted() == Array(repeating: 1, count: 6)
                    + Array(repeating: 2, count: 6))
            #expect(seen.count { $0["leg"] == "client" } == 6)
            #expect(seen.allSatisfy { $0["direction"] == "received" })
        }
    }

    @Test("the largest datagram passes")
    func largest() throws {
        try scene { scene in
            let (_, port) = try relay(scene)
            let file = try scene.file("payload", Payload.bytes(65_507, seed: 9))
            let client = try scene.sockctl(
                "udp", "send", "--wait", "10s", "--replies", "1", "-f", file, "127.0.0.1:\(port)")
            #expect(try client.exit() == .status(0), "\(scene)")
            scene.expect(client.output.bytes, is: Payload.bytes(65_507, seed: 9))
        }
    }

    @Test("a name whose first address refuses: the next one gets the datagram")
    func nextAddress() throws {
        try scene { scene in
            let (_, port) = try relay(scene, "127.0.0.1", server: "localhost")
            #expect(try ask(scene, "127.0.0.1:\(port)", ["hello"]).count == 1, "\(scene)")
        }
    }

    @Test("a server that is not there: an event, and the relay goes on")
    func refused() throws {
        try scene { scene in
            let port = try Listener(.inet(0), listening: false).port
            let relay = try scene.sockctl("udp", "recv", "-j", "127.0.0.1:0", "--to", "127.0.0.1:\(port)")
            let place: Int = try relay.output.event("listening")["address.port"] ?? 0
            let client = try scene.sockctl("udp", "send", "127.0.0.1:\(place)", "hello")
            _ = try client.exit()
            let error = try relay.output.event("error")
            #expect(error["error.code"] == "ECONNREFUSED", "\(error)")
            #expect(relay.isRunning)
        }
    }

    @Test("a client that was silent for --idle-timeout is forgotten")
    func idle() throws {
        try scene { scene in
            let (relay, port) = try relay(scene, "127.0.0.1", "-i", "50ms")
            func descriptors() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: "/proc/\(relay.pid)/fd").count
            }
            let before = try descriptors()
            #expect(try ask(scene, "127.0.0.1:\(port)", ["hello"]).count == 1)
            try poll(for: "its socket is closed") { try descriptors() == before }
        }
    }

    @Test("loss, duplicate, reorder, latency, and the same for the same seed")
    func faults() throws {
        try scene { scene in
            let data = (1...100).map { "datagram \($0)" }
            var lost: [[Int]] = []
            for _ in 0..<2 {
                let (relay, port) = try relay(scene, "127.0.0.1", "--fault", "client:loss=20%", "--seed", "3")
                let answers = try ask(scene, "127.0.0.1:\(port)", data, wait: "1s")
                let faults = try relay.output.events().filter { $0.name == "fault" }
                lost.append(faults.map { $0["number"] ?? 0 })
                #expect(answers.count == 100 - faults.count, "\(scene)")
                #expect((5...40).contains(faults.count), "\(faults.count)")
            }
            #expect(lost[0] == lost[1])

            let (_, twice) = try relay(scene, "127.0.0.1", "--fault", "server:duplicate=100%")
            let client = try scene.sockctl(
                "udp", "send", "--wait", "10s", "--replies", "2", "127.0.0.1:\(twice)", "again ")
            _ = try client.exit()
            #expect(client.output.text == "again again ", "\(scene)")

            let (_, late) = try relay(scene, "127.0.0.1", "--fault", "latency=100ms")
            let answer = try ask(scene, "127.0.0.1:\(late)", ["hello"])
            #expect(answer.first?["rtt_us"] ?? 0 >= 200_000, "\(scene)")

            let (_, other) = try relay(scene, "127.0.0.1", "--fault", "client:reorder=100%")
            let order = try ask(scene, "127.0.0.1:\(other)", ["a", "b"])
            #expect(order.map { $0.payload ?? Data() } == [Data("b".utf8), Data("a".utf8)], "\(scene)")
        }
    }
}
