// Measuring a connection: zeros for a size or a time, over several connections, what is told meanwhile and in the end.

import Foundation
import Glibc
import Testing

@Suite("send --zero and --for, recv --discard, --interval, SIGUSR1")
struct ThroughputTests {
    @Test("--zero SIZE arrives whole, and recv --discard counts it", arguments: ["plain", "TLS", "Unix"])
    func zeros(_ way: String) throws {
        try scene { scene in
            let place = way == "Unix" ? "unix:\(scene.path("s"))" : "127.0.0.1:0"
            let secure = way == "TLS"
            let server = try scene.run(
                .sockctl,
                ["recv", "--discard", "--json", place] + (secure ? ["--tls", "--self-signed"] : []))
            let port: Int? = try server.output.event("listening")["address.port"]
            let target = way == "Unix" ? place : "127.0.0.1:\(try #require(port))"
            let client = try scene.run(
                .sockctl,
                ["send", "--zero", "20M", "--json", target] + (secure ? ["--tls", "--insecure"] : []))
            try scene.expectSuccess(client)
            try scene.expectSuccess(server)
            let size = 20 << 20
            let (sent, received) = (try client.output.events(), try server.output.events())
            #expect(sent.last?.name == "total" && sent.last?["sent.bytes"] == size, "\(scene)")
            #expect(sent.last?["connections"] == 1 && (sent.last?["processor_us"] ?? 0) > 0, "\(scene)")
            #expect(received.first { $0.name == "closed" }?["received.bytes"] == size, "\(scene)")
            #expect(!received.contains { $0.name == "data" }, "\(scene)")

            guard way == "plain" else { return }
            let writer = try scene.sockctl("recv", "127.0.0.1:0")
            let plain = try scene.sockctl("send", "--zero", "1000003", "\(try writer.listening())")
            try scene.expectSuccess(plain)
            try scene.expectSuccess(writer)
            #expect(writer.output.bytes == Data(count: 1_000_003))
            #expect(plain.errors.text.hasPrefix("total of 1 connection in "), "\(scene)")
        }
    }

    @Test("--for, over several connections: each is told, and the sum is that of the other end")
    func parallel() throws {
        try scene { scene in
            let server = try scene.run(
                .sockctl, ["listen", "-k", "--discard", "--json", "--stats", "127.0.0.1:0"])
            let port: Int = try #require(try server.output.event("listening")["address.port"])
            let client = try scene.sockctl(
                "send", "--for", "600ms", "--interval", "200ms", "--parallel", "3", "--json",
                "127.0.0.1:\(port)")
            try scene.expectSuccess(client)
            server.signal(SIGTERM)
            try scene.expect(server, ends: .signal(SIGTERM))
            let events = try client.output.events()
            let closed = events.filter { $0.name == "closed" }
            let bytes: [Int] = closed.compactMap { $0["sent.bytes"] }
            #expect(bytes.count == 3 && bytes.allSatisfy { $0 > 0 }, "\(scene)")
            let (total, theirs) = (try #require(events.last), try #require(try server.output.events().last))
            #expect(total.name == "total" && theirs.name == "total", "\(scene)")
            #expect(
                total["sent.bytes"] == bytes.reduce(0, +) && theirs["received.bytes"] == bytes.reduce(0, +),
                "\(scene)")
            #expect(total["connections"] == 3 && theirs["connections"] == 3, "\(scene)")
            let peers: [[String: Any]] = total["peer_processes"] ?? []
            #expect(peers.map { $0["pid"] as? Int } == [Int(server.pid)], "\(scene)")
            #expect(
                peers.allSatisfy {
                    ($0["processor_us"] as? Int ?? 0) > 0 && $0["process"] as? String == "sockctl"
                })
            let time: Int = total["duration_us"] ?? 0
            #expect(time >= 600_000, "\(scene)")
            let rate: Int = total["sent.rate"] ?? 0
            #expect(
                abs(Double(rate) - Double(bytes.reduce(0, +)) / Double(time) * 1e6) <= Double(rate) / 1000)

            // What each interval has is what has been added.
            for connection in 1...3 {
                let intervals = events.filter { $0.name == "interval" && $0["connection"] == connection }
                #expect(intervals.count >= 2 && intervals.allSatisfy(\.isOrdered), "\(scene)")
                #expect(
                    intervals.allSatisfy {
                        $0.has("tcp.rtt_us") && $0.has("retransmits") && $0.has("sent.rate")
                    })
                let sum: Int = intervals.compactMap { $0["sent.bytes"] }.reduce(0, +)
                let all: Int = closed.first { $0["connection"] == connection }?["sent.bytes"] ?? 0
                #expect(sum <= all && sum > 0, "\(scene)")
            }
        }
    }

    @Test("a relay tells of both legs, a server of each peer; text says what limits")
    func legs() throws {
        try scene { scene in
            let echo = try scene.sockctl("listen", "-k", "--echo", "127.0.0.1:0")
            let relay = try scene.sockctl(
                "listen", "--interval", "50ms", "--json", "--to", "\(try echo.listening())", "127.0.0.1:0")
            let port: Int = try #require(try relay.output.event("listening")["address.port"])
            let peer = try Peer(connectingTo: .inet(UInt16(port)))
            try peer.send("hello")
            #expect(try peer.receiveText(5) == "hello")
            let both = relay.output.wait { data, _ in
                let text = String(decoding: data, as: UTF8.self)
                return ["client", "server"].allSatisfy {
                    text.contains(#""event":"interval""#)
                        && text.contains("\"leg\":\"\($0)\",\"duration_us\"")
                }
            }
            #expect(both, "\(scene)")
            peer.close()
            try scene.expectSuccess(relay)
            let first = try relay.output.events().filter { $0.name == "interval" && $0["leg"] == "client" }
            #expect(first.contains { $0["received.bytes"] == 5 && $0["sent.bytes"] == 5 }, "\(scene)")
        }
    }

    @Test(
        "SIGUSR1 has the statistics written once, and nothing else",
        arguments: ["connect", "send", "listen", "recv"])
    func signalled(_ command: String) throws {
        try scene { scene in
            let isServer = command == "listen" || command == "recv"
            let listener = try Listener()
            let options = command == "listen" ? ["-k", "--discard"] : command == "recv" ? ["--discard"] : []
            let program = try scene.run(
                .sockctl, [command] + options + [isServer ? "127.0.0.1:0" : "\(listener.place)"], stdin: .pipe
            )
            let peer = isServer ? try Peer(connectingTo: try program.listening()) : try listener.accept()
            let asked = 5000
            if isServer {
                try peer.sendZeros(asked)
            } else {
                try program.write(String(repeating: "x", count: asked))
            }
            if isServer { try peer.waitUntilAcknowledged() } else { _ = try peer.receive(asked) }
            try program.waitUntilIdle(within: patience)
            program.signal(SIGUSR1)
            let line = program.errors.wait { data, _ in
                String(decoding: data, as: UTF8.self).contains("4.88 KiB")
            }
            #expect(line, "\(scene)")
            #expect(program.isRunning)
            if isServer {
                peer.close()
            } else {
                program.closeInput()
                peer.close()
            }
            if command == "listen" {
                program.signal(SIGTERM)
                try scene.expect(program, ends: .signal(SIGTERM))
            } else {
                try scene.expectSuccess(program)
            }
            #expect(program.errors.lines.count { $0.contains("4.88 KiB") } == 1, "\(scene)")
        }
    }

    @Test("SIGUSR1 has datagrams counted, and receiving goes on")
    func datagrams() throws {
        try scene { scene in
            let program = try scene.sockctl("udp", "recv", "127.0.0.1:0")
            let place = try program.listening()
            for words in ["hello", "again"] {
                try scene.expectSuccess(try scene.sockctl("udp", "send", "\(place)", words))
                #expect(
                    program.output.wait { data, _ in String(decoding: data, as: UTF8.self).hasSuffix(words) })
                program.signal(SIGUSR1)
                let count =
                    words == "hello" ? "received 1 datagram, 5 bytes" : "received 2 datagrams, 10 bytes"
                #expect(
                    program.errors.wait { data, _ in String(decoding: data, as: UTF8.self).contains(count) },
                    "\(scene)")
            }
            program.signal(SIGTERM)
            try scene.expect(program, ends: .signal(SIGTERM))
        }
    }

    @Test("--interval of datagrams: the lines add up to the summary", arguments: ["text", "JSON"])
    func datagramIntervals(_ format: String) throws {
        try scene { scene in
            let words = format == "JSON" ? ["--json"] : []
            let program = try scene.run(
                .sockctl, ["udp", "recv", "127.0.0.1:0", "--interval", "50ms", "--count", "40"] + words)
            let place = try format == "JSON" ? program.output.listeningPlace() : program.listening()
            try scene.expectSuccess(
                try scene.sockctl("udp", "send", "\(place)", "--repeat", "40", "--delay", "5ms", "hello"))
            try scene.expectSuccess(program)
            guard format == "JSON" else {
                let lines = program.errors.lines.filter { $0.contains("ms: received ") && $0.contains("/s)") }
                return #expect(lines.count > 1, "\(scene)")
            }
            let intervals = try program.output.events().filter { $0.name == "interval" }
            let sum: Int = intervals.map { $0["received.messages"] ?? 0 }.reduce(0, +)
            #expect(intervals.count > 1 && sum <= 40 && sum > 20, "\(scene)")
            #expect(
                intervals.allSatisfy { $0["dropped"] == 0 && $0["received.rate"] != Int?.none }, "\(scene)")
        }
    }

    @Test("--for ends although nobody reads; one that fails fails all", .timeLimit(.minutes(1)))
    func troubled() throws {
        try scene { scene in
            let listener = try Listener()
            let stalled = try scene.sockctl("send", "--for", "200ms", "--deadline", "2s", "\(listener.place)")
            let peer = try listener.accept()
            try scene.expect(stalled, ends: .status(5))
            #expect(stalled.errors.text.contains("the peer has not taken all yet"), "\(scene)")
            peer.close()
            // What waits in our own buffer is not counted, and who is waited for is said.
            let slow = try Listener()
            var size: Int32 = 1 << 12
            setsockopt(slow.descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
            let program = try scene.sockctl(
                "send", "--for", "10s", "--interval", "200ms", "--json", "--deadline", "1500ms",
                "\(slow.place)")
            let reader = try slow.accept()
            try scene.expect(program, ends: .status(5))
            let intervals = try program.output.events().filter { $0.name == "interval" }
            let later = intervals.dropFirst()
            #expect(later.count >= 3 && later.allSatisfy { ($0["sent.bytes"] ?? .max) < 10_000 }, "\(scene)")
            #expect(later.contains { $0["sent.limited_by"] == "receiver" }, "\(scene)")
            #expect((intervals.first?["sent.bytes"] ?? .max) < 200_000, "\(scene)")
            reader.close()
            let closed = try Listener(listening: false)
            let taker = try scene.sockctl("listen", "--discard", "127.0.0.1:0")
            let quiet = try scene.sockctl("send", "--zero", "1M", "-q", "\(try taker.listening())")
            try scene.expectSuccess(quiet)
            #expect(quiet.errors.text.isEmpty, "\(scene)")
            let refused = try scene.sockctl("send", "--zero", "1M", "--parallel", "3", "\(closed.place)")
            try scene.expect(refused, ends: .status(4))
            #expect(refused.errors.lines.count { $0.contains("refused") } == 1, "\(scene)")
        }
    }

    @Test(
        "what makes no sense is named: 2",
        arguments: [
            ("send --zero 0 1", "'0'"), ("send --zero 1M 1 data", "--zero"),
            ("send --for 1s -f x 1", "--for"),
            ("send --parallel 2 1 x", "--parallel"), ("send --zero 1M --frame line 1", "--frame"),
            ("send --zero 1M --parallel 2 --listen 1", "--listen"), ("recv --discard -O x 1", "--output"),
            ("recv --discard --frame line 1", "--frame"), ("connect --check --interval 1s 1", "--repeat"),
            ("listen --interval 0 1", "'0'"),
        ])
    func mistaken(_ line: String, _ named: String) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, line.split(separator: " ").map(String.init))
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.contains(named) && program.output.text.isEmpty, "\(scene)")
        }
    }
}
