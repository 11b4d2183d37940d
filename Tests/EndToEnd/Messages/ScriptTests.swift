// `--expect` and `--send`: conversations with real peers, and what is said of those that go another way.

import Foundation
import Glibc
import Testing

@Suite("Scripts: --expect and --send")
struct ScriptTests {
    private static let places: [@Sendable (Scene) -> Place] = [
        { _ in .inet(0) }, { _ in .inet6(0) }, { .unix($0.path("x.sock")) },
    ]

    @Test(
        "a dialogue, and then the input: of both commands, over TCP and Unix sockets",
        arguments: places.indices)
    func dialogue(_ index: Int) throws {
        try scene { scene in
            for command in ["connect", "send -f -"] {
                let listener = try Listener(Self.places[index](scene))
                let program = try scene.run(
                    .sockctl,
                    command.split(separator: " ").map(String.init) + [
                        "-v", "\(listener.place)", "--expect", "login: ", "--send", #"me\r\n"#, "--expect",
                        "assword: ", "--send", #"\x00\xff"#,
                    ], stdin: .pipe)
                let peer = try listener.accept()
                try program.write("input")
                try peer.send("Welcome\r\nlog")
                try peer.send("in: ")
                #expect(try peer.receiveText(4) == "me\r\n")
                try peer.send("Password: ")
                #expect(try peer.receive(7) == Data([0, 0xff] + "input".utf8))
                program.closeInput()
                #expect(try peer.receiveToEnd().isEmpty)
                try peer.send("done")
                peer.shutdown()
                try scene.expectSuccess(program)
                #expect(program.output.text == "Welcome\r\nlogin: Password: done", "\(scene)")
                #expect(
                    program.errors.lines.filter { $0.hasPrefix("step") } == [
                        "step 1 of 4: received 'login: '", "step 2 of 4: sent 4 bytes",
                        "step 3 of 4: received 'assword: '", "step 4 of 4: sent 2 bytes",
                    ], "\(scene)")
                unlink(scene.path("x.sock"))
            }
        }
    }

    @Test(
        "send reads no input, half-closes after the last step and receives the rest; DATA comes after the script"
    )
    func noInput() throws {
        try scene { scene in
            for data in [[], ["DATA"]] {
                let listener = try Listener()
                let program = try scene.run(
                    .sockctl,
                    ["send", "\(listener.place)"] + data + ["--send", "a", "--expect", "b", "--send", "c"],
                    stdin: .pipe)
                let peer = try listener.accept()
                #expect(try peer.receiveText(1) == "a")
                try peer.send("b")
                #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == "c" + data.joined())
                try peer.send("rest")
                peer.shutdown()
                try scene.expectSuccess(program)
                #expect(program.output.text == "brest", "\(scene)")
            }
        }
    }

    @Test("events, with messages; --crlf, --hex and --record see what the script sends")
    func events() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl(
                "send", "-j", "--frame", "line", "--record", scene.path("record"), "\(listener.place)",
                "--send",
                "one", "--expect", "w", "--send", "three")
            let peer = try listener.accept()
            #expect(try peer.receiveText(4) == "one\n")
            try peer.send("no\ntwo\n")
            #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == "three\n")
            peer.shutdown()
            try scene.expectSuccess(program)
            let events = try program.output.events()
            #expect(
                events.map(\.name) == [
                    "connected", "step", "message", "message", "step", "step", "eof", "eof", "closed",
                ], "\(scene)")
            let steps = events.filter { $0.name == "step" }
            #expect(steps.map { $0["direction"] ?? "" } == ["sent", "received", "sent"])
            #expect(
                steps.map { $0["number"] ?? 0 } == [1, 2, 3] && steps.map { $0["size"] ?? 0 } == [4, 1, 6])
            #expect(events.last?["sent.messages"] == 2 && events.last?["sent.bytes"] == 10, "\(scene)")
            let record = String(decoding: try scene.contents("record"), as: UTF8.self)
            #expect(
                record.contains(#""text":"one\n""#) && record.contains(#""text":"three\n""#), "\(record)")

            let lines = try scene.sockctl(
                "send", "--crlf", "--hex", "\(listener.place)", "--send", #"a\nb\r\n"#)
            let other = try listener.accept()
            #expect(String(decoding: try other.receiveToEnd(), as: UTF8.self) == "a\r\nb\r\n")
            other.shutdown()
            try scene.expectSuccess(lines)
            #expect(lines.errors.text.contains("610d 0a62 0d0a"), "\(scene)")
        }
    }

    /// What a peer does that does not say what is expected.
    enum Peering: String, CaseIterable { case silence, end, close, reset }

    @Test(
        "what does not come is 11, with the step, what was expected and what came",
        arguments: Peering.allCases)
    func unmet(_ peering: Peering) throws {
        try scene { scene in
            for place in Self.places.map({ $0(scene) }) {
                let listener = try Listener(place)
                let program = try scene.sockctl(
                    "connect", "\(listener.place)", "--expect", "a", "--send", "b", "--expect", "login: ",
                    "--expect-timeout", peering == .silence ? "200ms" : "30s", "-j", stdin: .pipe)
                let peer = try listener.accept()
                try peer.send("a")
                #expect(try peer.receiveText(1) == "b")
                try peer.send(Data([0x6e, 0x6f, 0xff]))
                _ = program.output.wait { data, _ in data.count { $0 == 10 } >= 5 }
                switch peering {
                case .silence: break
                case .end: peer.shutdown()
                case .close: peer.close()
                case .reset: peer.reset()
                }
                try scene.expect(program, ends: .status(11))
                let failure = try program.errors.event("failure")
                #expect(failure["error.operation"] == "expect" && failure["error.status"] == 11, "\(scene)")
                let words: String = failure["error.message"] ?? ""
                #expect(words.hasPrefix("step 3 of 3: expected 'login: ', but "), "\(words)")
                #expect(words.hasSuffix(#"received since step 1: 'no\xff'"#), "\(words)")
                let reason =
                    switch (peering, place.family) {
                    case (.silence, _): "it did not come within 200 ms"
                    case (.reset, AF_INET), (.reset, AF_INET6): "connection reset by peer"
                    default: "the peer closed"
                    }
                #expect(words.contains(reason), "\(words)")
                // What came was written all the same.
                let data = try program.output.events().filter { $0.name == "data" }.compactMap(\.payload)
                #expect(data.reduce(Data(), +) == Data("ano".utf8 + [0xff]), "\(scene)")
                unlink(scene.path("x.sock"))
            }
        }
    }

    @Test("a terminal's end of the connection does not hide what was not met")
    func terminal() throws {
        try scene { scene in
            for reset in [false, true] {
                let listener = try Listener()
                let terminal = try Terminal()
                let program = try scene.run(
                    .sockctl, ["connect", "\(listener.place)", "--expect", "x"], stdin: .terminal(terminal))
                let peer = try listener.accept()
                try peer.send("y")
                #expect(program.output.wait(for: "y"))
                if reset { peer.reset() } else { peer.close() }
                try scene.expect(program, ends: .status(11))
            }
        }
    }

    @Test("a peer that sends without end what never matches: memory is bounded, and it ends in time")
    func endless() throws {
        try scene { scene in
            let block = Data(repeating: UInt8(ascii: "z"), count: 3) + Data("y".utf8)
            let blocks = Data((0..<(1 << 18)).flatMap { _ in block })
            for timeout in ["30s", "500ms"] {
                let listener = try Listener()
                let program = try scene.sockctl(
                    "send", "\(listener.place)", "--expect", "zzzz", "--expect-timeout", timeout,
                    stdout: .null)
                let peer = try listener.accept()
                if timeout == "30s" {
                    for _ in 0..<48 { try peer.send(blocks) }
                    #expect(try program.peakMemory() < 32 << 20, "\(scene)")
                    peer.shutdown()
                } else {
                    while (try? peer.send(blocks)) != nil {}
                }
                try scene.expect(program, ends: .status(11))
                #expect(program.errors.text.contains("received, the last 64 of "), "\(scene)")
            }
        }
    }

    @Test("the time stands still while what has come waits for standard output")
    func blockedOutput() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl(
                "send", "\(listener.place)", "--expect", "END OF IT", "--expect-timeout", "200ms", "--send",
                "bye",
                stdout: .held)
            let peer = try listener.accept()
            let sent = try peer.flood()
            usleep(400_000)
            #expect(program.isRunning, "\(scene)")
            program.release()
            try peer.send("END OF IT")
            #expect(try peer.receiveText(3) == "bye")
            peer.shutdown()
            try scene.expectSuccess(program)
            #expect(program.output.count == sent.count + 9, "\(scene)")
        }
    }

    @Test("over TLS, and a server that is one: send --listen")
    func tls() throws {
        try scene { scene in
            let server = try scene.sockctl(
                "send", "--listen", "--tls", "--self-signed", "127.0.0.1:0", "--send", #"220 hi\r\n"#,
                "--expect",
                #"QUIT\r\n"#, "--send", #"221 bye\r\n"#)
            let place = try server.errors.listeningPlace()
            let client = try scene.sockctl(
                "send", "--tls", "--insecure", "\(place)", "--expect", "220 ", "--send", #"QUIT\r\n"#,
                "--expect", "221 ")
            try scene.expectSuccess(client)
            try scene.expectSuccess(server)
            #expect(client.output.text == "220 hi\r\n221 bye\r\n", "\(scene)")
            #expect(server.output.text == "QUIT\r\n", "\(scene)")
        }
    }

    @Test("with nc and socat")
    func others() throws {
        try scene { scene in
            for (tool, arguments) in [
                (Tool.nc, ["-l", "-U", scene.path("nc")]),
                (.socat, ["-", "UNIX-LISTEN:\(scene.path("socat"))"]),
            ] {
                let server = try scene.run(tool, arguments, stdin: .pipe)
                _ = try server.foundListening(.unix(scene.path("\(tool)")))
                let program = try scene.sockctl(
                    "send", "--wait", "10s", "unix:\(scene.path("\(tool)"))", "--send", "question",
                    "--expect", "answer")
                #expect(server.output.wait(for: "question"))
                try server.write("the answer")
                server.closeInput()
                try scene.expectSuccess(program)
                #expect(program.output.text == "the answer", "\(scene)")
            }
        }
    }

    @Test(
        "what makes no sense is 2",
        arguments: [
            "connect --expect=", #"send --expect a\q"#, "send --send=", "connect --expect a --recv-only",
            "connect --send a --recv-only", "connect --expect a --send-only", "connect -z --send a",
            "connect -z --expect a --expect b", "connect -z --expect a --expect-timeout 1s",
            "send --expect-timeout 1s",
            "send --expect a --no-reply", "send --expect a --http GET", "send --expect a --zero 1k",
            "connect --expect a --explain", "send --expect a --frame line --replies 1",
            "send --frame line --send a\\nb",
        ])
    func usage(_ line: String) throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl, line.split(separator: " ").map(String.init) + ["127.0.0.1:9"])
            // A message that its framing cannot express is one for `send` as a whole: 11.
            try scene.expect(program, ends: .status(line.hasSuffix("a\\nb") ? 11 : 2))
        }
    }
}
