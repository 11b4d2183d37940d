// Traffic shown as a hex dump, recorded, and played back.

import Foundation
import Glibc
import Testing

@Suite("--hex, --record and --replay")
struct TrafficTests {
    /// What xxd writes for these bytes, from this offset.
    private func dump(_ bytes: Data, from offset: Int = 0) -> [String] {
        stride(from: 0, to: bytes.count, by: 16).map { start in
            let line = Array(bytes.dropFirst(start).prefix(16))
            var hex = ""
            for (index, byte) in line.enumerated() {
                hex += (index % 2 == 0 && index > 0 ? " " : "") + String(format: "%02x", byte)
            }
            let text = line.map { (0x20...0x7e).contains($0) ? String(UnicodeScalar($0)) : "." }.joined()
            return String(format: "%08x: ", offset + start)
                + hex.padding(toLength: 39, withPad: " ", startingAt: 0)
                + "  " + text
        }
    }

    private func lines(_ text: String) -> (headers: [Substring], dump: [String]) {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("listening") }
        return (lines.filter { $0.contains("Z ") }, lines.filter { !$0.contains("Z ") }.map(String.init))
    }

    @Test("--hex shows both directions on stderr, and the payload is written as ever")
    func hex() throws {
        try scene { scene in
            let (program, peer) = try scene.session(.client, "--hex", stdin: .pipe)
            let bytes = Data((0..<37).map { UInt8($0 * 7) })
            try peer.send(bytes)
            #expect(program.output.wait { data, _ in data.count == bytes.count })
            try program.write("hello")
            #expect(try peer.receiveText(5) == "hello")
            try peer.send("more")
            peer.close()
            program.closeInput()
            try scene.expectSuccess(program)
            #expect(program.output.bytes == bytes + Data("more".utf8))
            let shown = lines(program.errors.text)
            #expect(shown.dump == dump(bytes) + dump(Data("hello".utf8)) + dump(Data("more".utf8), from: 37))
            #expect(shown.headers.count == 3, "\(scene)")
            let form = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z [<>] 127\.0\.0\.1:\d+ \d+ bytes/
            for header in shown.headers { #expect(header.wholeMatch(of: form) != nil, "\(header)") }
            #expect(shown.headers.map { $0.contains(" > ") } == [false, true, false])
        }
    }

    @Test("on a terminal the hex dump takes the place of the payload", arguments: ["recv", "listen"])
    func hexTerminal(_ command: String) throws {
        try scene { scene in
            let terminal = try Terminal()
            let program = try scene.sockctl(command, "127.0.0.1:0", "-x", stdout: .terminal(terminal))
            let peer = try Peer(connectingTo: try program.listening())
            try peer.send("payload\u{1b}[m")
            peer.shutdown()
            let shown = try terminal.read { String(decoding: $0, as: UTF8.self).contains("payload.[m\n") }
            #expect(!shown.contains(0x1b) && shown.starts(with: Data("20".utf8)), "\(printable(shown))")
            try scene.expectSuccess(program)
        }
    }

    @Test("many peers, each with offsets of its own")
    func hexMany() throws {
        try scene { scene in
            let program = try scene.sockctl("listen", "-k", "--echo", "-x", "127.0.0.1:0")
            let place = try program.listening()
            for _ in 0..<2 {
                let peer = try Peer(connectingTo: place)
                try peer.send("abc")
                #expect(try peer.receiveText(3) == "abc")
                peer.close()
            }
            program.signal(SIGTERM)
            try scene.expect(program, ends: .signal(SIGTERM))
            #expect(lines(program.errors.text).dump == Array(repeating: dump(Data("abc".utf8))[0], count: 4))
        }
    }

    @Test("what was recorded is every byte of both directions, and each side plays back")
    func replay() throws {
        try scene { scene in
            let record = scene.path("record.json")
            let server = try scene.sockctl(
                "listen", "127.0.0.1:0", "--record", record, "--reply", "answer", "-O", scene.path("received")
            )
            let place = try server.listening()
            let payload = Payload.bytes(100_000)
            let client = try scene.sockctl("send", "\(place)", stdin: .bytes(payload))
            try scene.expectSuccess(client)
            try scene.expectSuccess(server)

            let events = try String(contentsOfFile: record, encoding: .utf8).split(separator: "\n")
                .map { try Event(String($0)) }
            func bytes(_ direction: String) -> Data {
                events.filter { $0["direction"] == direction }.reduce(Data()) { $0 + ($1.payload ?? Data()) }
            }
            scene.expect(bytes("received"), is: payload)
            #expect(bytes("sent") == Data("answer".utf8))
            #expect(
                events.map(\.name).filter { $0 != "data" } == [
                    "listening", "accepted", "eof", "eof", "closed",
                ])
            #expect(!events.contains { !$0.isOrdered })

            let listener = try Listener()
            let asClient = try scene.sockctl("send", "--replay", record, "\(listener.place)")
            let peer = try listener.accept()
            scene.expect(try peer.receiveToEnd(), is: payload)
            peer.close()
            try scene.expectSuccess(asClient)

            let asServer = try scene.sockctl("listen", "--replay", record, "127.0.0.1:0")
            let other = try Peer(connectingTo: try asServer.listening())
            #expect(try other.receiveToEnd() == Data("answer".utf8))
            other.close()
            try scene.expectSuccess(asServer)
        }
    }

    @Test("a recording made by the client plays both sides, too, with its pacing")
    func pacing() throws {
        try scene { scene in
            let record = scene.path("record.json")
            let listener = try Listener()
            let client = try scene.sockctl(
                "send", "\(listener.place)", "--record", record, "--delay", "60ms", "a", "b", "c")
            let peer = try listener.accept()
            #expect(try peer.receiveToEnd() == Data("abc".utf8))
            try peer.send("thanks")
            peer.close()
            try scene.expectSuccess(client)

            let receiver = try scene.sockctl("recv", "--json", "127.0.0.1:0")
            let place = try receiver.output.listeningPlace()
            let replay = try scene.sockctl("send", "--replay", record, "\(place)")
            try scene.expectSuccess(replay)
            try scene.expectSuccess(receiver)
            let data = try receiver.output.events().filter { $0.name == "data" }
            #expect(data.map { $0["text"] as String? ?? "" } == ["a", "b", "c"], "\(scene)")
            let closed = try receiver.output.event("closed")
            #expect((closed["duration_us"] as Int? ?? 0) >= 120_000)

            let server = try scene.sockctl("listen", "--replay", record, "127.0.0.1:0")
            #expect(try Peer(connectingTo: try server.listening()).receiveToEnd() == Data("thanks".utf8))
        }
    }

    @Test(
        "a file that is no recording: 11, with its line",
        arguments: [
            ("hello\n", "line 1"), ("", "no connection"),
            ("{\"event\":\"eof\",\"time\":\"2026-11-21T00:00:00Z\"}\n", "no connection"),
            (
                """
                {"event":"connected","time":"2026-11-21T00:00:00.000000Z","connection":1}
                {"event":"data","time":"yesterday","connection":1,"direction":"sent","text":"x","size":1}

                """, "line 2"
            ),
        ])
    func malformed(_ contents: String, _ words: String) throws {
        try scene { scene in
            let file = try scene.file("record", Data(contents.utf8))
            let listener = try Listener()
            let program = try scene.sockctl("send", "--replay", file, "\(listener.place)")
            try scene.expect(program, ends: .status(11))
            #expect(program.errors.text.contains(words), "\(scene)")
        }
    }

    @Test("a record that cannot be written ends it with 10; one that cannot be opened begins nothing")
    func unwritable() throws {
        try scene { scene in
            let listener = try Listener()
            let full = try scene.sockctl("send", "\(listener.place)", "--record", "/dev/full", "hello")
            try scene.expect(full, ends: .status(10))
            #expect(full.errors.text.contains("/dev/full"))
            let none = try scene.sockctl(
                "send", "\(listener.place)", "--record", scene.path("no/such"), "hello")
            try scene.expect(none, ends: .status(10))
        }
    }
}
