// udp send, recv and connect: replies, refusals, losses, many peers, and how each ends.

import Foundation
import Glibc
import Testing

@Suite("udp")
struct UDPTests {
    @Test("each DATA is a datagram, also an empty one")
    func data() throws {
        try scene { scene in
            let peer = try DatagramPeer()
            let program = try scene.sockctl("udp", "send", peer.endpoint, "one", "", "two", "--repeat", "2")
            try scene.expectSuccess(program)
            let received = try (0..<6).map { _ in String(decoding: try peer.receive(), as: UTF8.self) }
            #expect(received == ["one", "", "two", "one", "", "two"])
        }
    }

    @Test("many equal ones each arrive with their boundary")
    func blocks() throws {
        try scene { scene in
            let peer = try DatagramPeer()
            let program = try scene.sockctl("udp", "send", peer.endpoint, "0123456789", "--repeat", "400")
            for _ in 0..<400 { #expect(try peer.receive() == Data("0123456789".utf8)) }
            try scene.expectSuccess(program)
        }
    }

    @Test("of a broadcast nobody has to answer: no reply is no loss")
    func unansweredBroadcast() throws {
        try scene { scene in
            let words = ["broadcast", "send", "--to", "127.255.255.255", "--wait", "100ms", "9", "x"]
            let text = try scene.run(.sockctl, words + ["--stats"])
            try scene.expect(text, ends: .status(5))
            #expect(text.errors.text.contains("\nno replies\n"), "\(scene)")
            let json = try scene.run(.sockctl, words + ["-j"])
            try scene.expect(json, ends: .status(5))
            let summary = try json.output.event("summary")
            #expect(summary["answered"] == 0 && !summary.has("lost"), "\(scene)")
        }
    }

    @Test("replies are written, and the command ends with the last one asked for")
    func replies() throws {
        try scene { scene in
            let peer = try DatagramPeer()
            let program = try scene.sockctl(
                "udp", "send", "-j", peer.endpoint, "hello", "--wait", "30s", "--replies", "2")
            try peer.echo(times: 2)
            try scene.expectSuccess(program)
            let events = try program.output.events()
            #expect(events.map(\.name) == ["datagram", "datagram", "summary"], "\(scene)")
            #expect(events[0]["text"] == "hello" && events[0]["answer_to"] == 1, "\(scene)")
            #expect((events[0]["rtt_us"] as Int?) ?? -1 >= 0, "\(scene)")
            #expect(events[2]["answered"] == 1 && events[2]["lost"] == 0, "\(scene)")
        }
    }

    @Test("replies to many at once are not lost for want of room")
    func manyReplies() throws {
        try scene { scene in
            let server = try scene.sockctl("udp", "recv", "127.0.0.1:0", "--echo", stdout: .null)
            let target = try server.listening()
            let program = try scene.sockctl(
                "udp", "send", "-j", "\(target)", "x", "--repeat", "400", "--wait", "30s", "--replies",
                "400")
            try scene.expectSuccess(program)
            let summary = try program.output.event("summary")
            #expect(summary["answered"] == 400 && summary["dropped"] == 0, "\(summary)")
        }
    }

    @Test("no answer is no answer: 5")
    func silence() throws {
        try scene { scene in
            let peer = try DatagramPeer()
            let program = try scene.sockctl("udp", "send", peer.endpoint, "hello", "--wait", "100ms")
            try scene.expect(program, ends: .status(5))
            #expect(program.errors.text.contains("no answer within 100 ms"), "\(scene)")
        }
    }

    @Test(
        "a refusal says who said what, of one address and of several: 4",
        arguments: [[], ["--wait", "30s"]],
        ["127.0.0.1:", ""])
    func refused(_ options: [String], of host: String) throws {
        try scene { scene in
            let port = try DatagramPeer.freePort(.inet(0))
            let program = try scene.run(.sockctl, ["udp", "send", "\(host)\(port)", "x"] + options)
            try scene.expect(program, ends: .status(4))
            let words = "connection refused: port unreachable, reported by 127.0.0.1 (ECONNREFUSED)"
            #expect(program.errors.text.contains(words), "\(scene)")
        }
    }

    @Test("a broadcast address without permission names the command that has it: 9")
    func broadcastDenied() throws {
        try scene { scene in
            let program = try scene.sockctl("udp", "send", "127.255.255.255:9", "x")
            try scene.expect(program, ends: .status(9))
            #expect(program.errors.text.contains("broadcast send"), "\(scene)")
        }
    }

    @Test("two peers of one echo each get their own, and one that has gone ends nothing")
    func echo() throws {
        try scene { scene in
            let program = try scene.sockctl("udp", "recv", "127.0.0.1:0", "--echo", stdout: .null)
            let target = try program.listening()
            let (first, second) = (try DatagramPeer(), try DatagramPeer())
            for round in 0..<20 {
                try first.send(Data("first \(round)".utf8), to: target)
                try second.send(Data("second \(round)".utf8), to: target)
                do { try DatagramPeer().send(Data("gone".utf8), to: target) }
                #expect(String(decoding: try first.receive(), as: UTF8.self) == "first \(round)")
                #expect(String(decoding: try second.receive(), as: UTF8.self) == "second \(round)")
            }
            #expect(try program.processorShare(during: 0.3) < 0.2)
            program.signal(SIGINT)
            try scene.expect(program, ends: .signal(SIGINT))
        }
    }

    @Test("--reply answers each")
    func reply() throws {
        try scene { scene in
            let program = try scene.sockctl("udp", "recv", "127.0.0.1:0", "--reply", "pong", "--count", "1")
            let peer = try DatagramPeer()
            try peer.send(Data("ping".utf8), to: try program.listening())
            #expect(String(decoding: try peer.receive(), as: UTF8.self) == "pong")
            try scene.expectSuccess(program)
            #expect(program.output.text == "ping")
        }
    }

    @Test("a cut datagram is reported with its true length: 11")
    func truncated() throws {
        try scene { scene in
            let program = try scene.sockctl(
                "udp", "recv", "-j", "127.0.0.1:0", "--size", "10", "--count", "2")
            let target = try program.output.listeningPlace()
            let peer = try DatagramPeer()
            try peer.send(Payload.bytes(10), to: target)
            try peer.send(Data("0123456789abc".utf8), to: target)
            try scene.expect(program, ends: .status(11))
            let events = try program.output.events().filter { $0.name == "datagram" }
            #expect(!events[0].has("truncated") && events[1]["truncated"] == true, "\(scene)")
            #expect(events[1]["size"] == 13 && events[1]["text"] == "0123456789", "\(scene)")
        }
    }

    @Test("what the kernel drops while the receiver stands still is counted", arguments: [[], ["--json"]])
    func dropped(_ options: [String]) throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl, ["udp", "recv", "127.0.0.1:0", "--stats"] + options,
                stdout: options.isEmpty ? .counted : .collected)
            let target = try options.isEmpty ? program.listening() : program.output.listeningPlace()
            program.signal(SIGSTOP)
            let peer = try DatagramPeer()
            let total = 100_000
            let payload = Payload.bytes(64)
            for _ in 1..<total { try peer.send(payload, to: target) }
            program.signal(SIGCONT)
            try waitDrained(target)
            // The next one says how many were dropped before it.
            try peer.send(payload, to: target)
            try waitDrained(target)
            program.signal(SIGTERM)
            try scene.expect(program, ends: .signal(SIGTERM))
            let (received, dropped): (Int, Int)
            if options.isEmpty {
                received = program.output.count / 64
                let words = program.errors.text.firstMatch(of: /kernel dropped (\d+)/)
                dropped = try #require(words.flatMap { Int($0.1) }, "\(scene)")
            } else {
                let summary = try program.output.event("summary")
                received = summary["received.messages"] ?? 0
                dropped = summary["dropped"] ?? 0
                let total: Int? = try program.output.events().last { $0.name == "dropped" }?["total"]
                #expect(total == dropped)
                let last = try program.output.events().last { $0.name == "datagram" }
                #expect(last?.has("dropped_before") == true)
            }
            #expect(dropped > 0)
            #expect(received + dropped == total)
        }
    }

    @Test("also what a sender hands over in blocks is counted one by one", arguments: [[], ["--json"]])
    func droppedBlocks(_ options: [String]) throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl, ["udp", "recv", "127.0.0.1:0", "--stats"] + options,
                stdout: options.isEmpty ? .counted : .collected)
            let target = try options.isEmpty ? program.listening() : program.output.listeningPlace()
            // Many at once, and calm again.
            try scene.expectSuccess(try scene.sockctl("udp", "send", "\(target)", "--repeat", "2000", "x"))
            try waitDrained(target)
            try poll(for: "it waits again") { try program.processorShare(during: 0.3) < 0.05 }
            program.signal(SIGSTOP)
            let payload = String(repeating: "x", count: 64)
            try scene.expectSuccess(
                try scene.sockctl("udp", "send", "\(target)", "--repeat", "100000", payload))
            program.signal(SIGCONT)
            try waitDrained(target)
            program.signal(SIGTERM)
            try scene.expect(program, ends: .signal(SIGTERM))
            let (received, dropped): (Int, Int)
            if options.isEmpty {
                let counts = program.errors.text.matches(of: /received (\d+) datagrams|kernel dropped (\d+)/)
                received = try #require(counts.compactMap { $0.1.flatMap { Int($0) } }.last, "\(scene)")
                dropped = try #require(counts.compactMap { $0.2.flatMap { Int($0) } }.last, "\(scene)")
            } else {
                let summary = try program.output.event("summary")
                received = summary["received.messages"] ?? 0
                dropped = summary["dropped"] ?? 0
            }
            #expect(dropped > 0 && received + dropped == 102_000, "\(program.errors.text)")
        }
    }

    @Test("connect: each line typed is a datagram, and what the peer sends is written")
    func connect() throws {
        try scene { scene in
            let peer = try DatagramPeer()
            let program = try scene.sockctl("udp", "connect", peer.endpoint, stdin: .pipe)
            for line in ["one\n", "two\n"] {
                try program.write(line)
                try peer.echo()
                #expect(program.output.wait { data, _ in data.suffix(4) == Data(line.utf8) }, "\(scene)")
            }
            #expect(program.output.text == "one\ntwo\n")
            program.signal(SIGTERM)
            try scene.expect(program, ends: .signal(SIGTERM))
        }
    }

    @Test("connect ends: refused, --exit-on-eof, --wait", arguments: ["refused", "eof", "wait"])
    func connectEnds(_ how: String) throws {
        try scene { scene in
            let peer = try DatagramPeer()
            let place = how == "refused" ? "127.0.0.1:\(try DatagramPeer.freePort(.inet(0)))" : peer.endpoint
            let options = ["refused": [], "eof": ["--exit-on-eof"], "wait": ["--wait", "100ms"]][how]!
            let program = try scene.run(
                .sockctl, ["udp", "connect", place] + options, stdin: .bytes(Data("x".utf8)))
            try scene.expect(program, ends: .status(how == "refused" ? 4 : 0))
            if how != "refused" { #expect(try peer.receive() == Data("x".utf8)) }
        }
    }

    @Test("Unix datagram sockets, by path and by name", arguments: ["path", "name"])
    func unix(_ kind: String) throws {
        try scene { scene in
            let place = kind == "path" ? "unix:\(scene.path("socket"))" : "unix:@\(scene.path("name"))"
            let server = try scene.sockctl("udp", "recv", place, "--echo", "--count", "1")
            #expect(
                server.errors.wait(for: "listening"))
            let payload = Payload.bytes(100_000)
            let client = try scene.sockctl(
                "udp", "send", place, "--wait", "30s", "--replies", "1", stdin: .bytes(payload))
            try scene.expectSuccess(client)
            try scene.expectSuccess(server)
            scene.expect(client.output.bytes, is: payload)
            scene.expect(server.output.bytes, is: payload)
            #expect(!FileManager.default.fileExists(atPath: scene.path("socket")))
        }
    }

    @Test(
        "the time limits: first datagram, idle, deadline",
        arguments: ["--timeout", "--idle-timeout", "--deadline"])
    func limits(_ option: String) throws {
        try scene { scene in
            let program = try scene.sockctl("udp", "recv", "127.0.0.1:0", option, "150ms")
            try scene.expect(program, ends: .status(5))
        }
    }

    @Test("a terminal sees who sent it, and no control sequences")
    func terminal() throws {
        try scene { scene in
            let terminal = try Terminal()
            let program = try scene.sockctl(
                "udp", "recv", "127.0.0.1:0", "--count", "1", stdout: .terminal(terminal))
            let peer = try DatagramPeer()
            try peer.send(Data("\u{1b}[2Jhi".utf8), to: try program.listening())
            try scene.expectSuccess(program)
            try writeAll(Data([4]), to: terminal.slave)
            let shown = String(decoding: try terminal.read { $0.last == 4 }.dropLast(), as: UTF8.self)
            #expect(shown.hasPrefix("127.0.0.1:\(peer.port) to ") && shown.hasSuffix("^[[2Jhi\n"), "\(shown)")
        }
    }

    @Test("on a Unix socket a peer that does not read loses its replies, and holds up nobody")
    func deafPeer() throws {
        try scene { scene in
            let program = try scene.sockctl(
                "udp", "recv", "--echo", "-j", "unix:\(scene.path("server"))", stdout: .collected)
            _ = try program.output.event("listening")
            let server = Place.unix(scene.path("server"))
            let deaf = try DatagramPeer(.unix(scene.path("deaf")))
            // A server that stands still fails the test, and does not stop it.
            var limit = timeval(tv_sec: Int(patience), tv_usec: 0)
            setsockopt(
                deaf.descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            for _ in 0..<2000 { try deaf.send(Data("x".utf8), to: server) }
            let other = try DatagramPeer(.unix(scene.path("other")))
            try other.send(Data("hello".utf8), to: server)
            #expect(try other.receive() == Data("hello".utf8))
            #expect(try program.processorShare(during: 0.3) < 0.2)
            program.signal(SIGTERM)
            try scene.expect(program, ends: .signal(SIGTERM))
            let summary = try program.output.event("summary")
            let (sent, unanswered): (Int, Int) = (summary["sent.messages"] ?? 0, summary["unanswered"] ?? 0)
            #expect(sent + unanswered == 2001 && unanswered > 0, "\(summary)")
        }
    }
}
