// The promises for datagrams, over every command that moves them: a blocked output holds up receiving and nobody's
// time limits or signals, what has come is written, and each datagram is counted and recorded once.

import Foundation
import Glibc
import Testing

@Suite("Datagrams: one exchange")
struct ExchangeTests {
    private static let blockings = [
        "recv", "recv -j", "recv --echo", "recv -x 2>", "recv -O fifo", "recv --record fifo", "connect",
        "connect -j", "connect --record fifo", "send --wait 60s", "send -j --wait 60s",
        "send -x --wait 60s 2>",
    ]

    /// Starts a command with an output that nobody reads, and sends it more than fits in there.
    private func blocked(_ command: String, _ options: [String] = [], _ body: (Scene, Program) throws -> Void)
        throws
    {
        try scene { scene in
            #expect(mkfifo(scene.path("fifo"), 0o600) == 0)
            let fifo = try openFile(scene.path("fifo"), O_RDONLY | O_NONBLOCK)
            let errors = try makePipe()
            defer { for descriptor in [fifo, errors.read, errors.write] { close(descriptor) } }
            let peer = try DatagramPeer()
            let port = try DatagramPeer.freePort(.inet(0))
            var words = command.split(separator: " ").map(String.init)
            let blocksErrors = words.last == "2>"
            if blocksErrors { words.removeLast() }
            let isReceiver = words[0] == "recv"
            words.insert(isReceiver ? "127.0.0.1:\(port)" : peer.endpoint, at: 1)
            let payload = Payload.bytes(1000)
            let program = try scene.run(
                .sockctl, ["udp"] + words + options, stdin: isReceiver ? .null : .bytes(payload),
                stdout: blocksErrors || command.contains("fifo") ? .null : .held,
                stderr: blocksErrors ? .descriptor(errors.write) : .collected)
            if isReceiver {
                try waitBound(port)
                for _ in 0..<6000 { try peer.send(payload, to: .inet(port)) }
            } else {
                try peer.echo(times: 6000)
            }
            try body(scene, program)
        }
    }

    @Test("a blocked output: a signal ends it", arguments: blockings)
    func signal(_ command: String) throws {
        try blocked(command) { scene, program in
            program.signal(SIGTERM)
            try scene.expect(program, ends: .signal(SIGTERM))
        }
    }

    @Test("a blocked output: the deadline ends it", arguments: blockings)
    func deadline(_ command: String) throws {
        try blocked(command, ["--deadline", "500ms"]) { scene, program in
            try scene.expect(program, ends: .status(5))
        }
    }

    @Test("the idle time stands still while the output takes nothing, and begins anew after that")
    func idle() throws {
        try blocked("recv", ["-i", "400ms"]) { scene, program in
            usleep(1_200_000)
            let port = program.command.firstMatch(of: /:(\d+)/).flatMap { UInt16($0.1) } ?? 0
            #expect((try? DatagramPeer(.inet(port))) == nil, "it receives no more: \(scene)")
            program.release(keeping: false)
            try scene.expect(program, ends: .status(5))
            #expect(program.errors.text.contains("for 400 ms"), "\(scene)")
        }
    }

    @Test("what has come when a signal does is written", arguments: [[], ["-j"]])
    func rest(_ options: [String]) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["udp", "recv", "127.0.0.1:0"] + options)
            let target = try options.isEmpty ? program.listening() : program.output.listeningPlace()
            program.signal(SIGSTOP)
            let peer = try DatagramPeer()
            for _ in 0..<100 { try peer.send(Data("x".utf8), to: target) }
            program.signal(SIGTERM)
            program.signal(SIGCONT)
            try scene.expect(program, ends: .signal(SIGTERM))
            if options.isEmpty {
                #expect(program.output.count == 100)
            } else {
                #expect(try program.output.event("summary")["received.messages"] == 100)
            }
        }
    }

    @Test("a recording has every datagram that is counted, once", arguments: ["send", "connect", "recv"])
    func recording(_ command: String) throws {
        try scene { scene in
            let record = scene.path("record")
            let options = ["-j", "--record", record]
            let echo = command == "recv" ? options : ["-j"]
            let server = try scene.run(
                .sockctl, ["udp", "recv", "--echo", "127.0.0.1:0", "--count", "3"] + echo)
            let place = "\(try server.output.listeningPlace())"
            let clientCommand = command == "connect" ? "connect" : "send"
            let client = try scene.run(
                .sockctl,
                ["udp", clientCommand, place, "--frame", "line", "--wait", "2s"]
                    + (command == "recv" ? ["-j"] : options), stdin: .bytes(Data("one\n\nthree\n".utf8)))
            try scene.expectSuccess(server)
            try scene.expectSuccess(client)
            let recorded = try String(contentsOfFile: record, encoding: .utf8).split(separator: "\n")
                .map { try Event(String($0)) }
            let datagrams = recorded.filter { $0.name == "datagram" }
            let summary = try (command == "recv" ? server : client).output.event("summary")
            for direction in ["sent", "received"] {
                let some = datagrams.filter { $0["direction"] == direction }
                #expect(some.map { $0["text"] } == ["one", "", "three"], "\(recorded)")
                #expect(some.map { $0["number"] } == [1, 2, 3])
                #expect(summary["\(direction).messages"] == some.count)
            }
            #expect(datagrams.allSatisfy { $0.has("peer.port") && $0.isOrdered })
            #expect(recorded.last?.name == "summary")
        }
    }

    @Test("a block that the kernel cuts is recorded datagram by datagram")
    func recordedBlock() throws {
        try scene { scene in
            let peer = try DatagramPeer()
            let record = scene.path("record")
            let program = try scene.sockctl(
                "udp", "send", peer.endpoint, "--repeat", "300", "ab", "cd", "--record", record)
            try scene.expectSuccess(program)
            let recorded = try String(contentsOfFile: record, encoding: .utf8).split(separator: "\n")
                .map { try Event(String($0)) }.filter { $0.name == "datagram" }
            #expect(
                recorded.map { $0["text"] } == Array(repeating: ["ab", "cd"], count: 300).flatMap(\.self))
        }
    }

    @Test(
        "--replay sends each datagram again, with its boundary and the pauses", arguments: ["send", "recv"])
    func replay(_ recorder: String) throws {
        try scene { scene in
            let record = scene.path("record")
            let options = ["--record", record]
            let server = try scene.run(
                .sockctl,
                ["udp", "recv", "--reply", "no", "127.0.0.1:0", "--count", "3"]
                    + (recorder == "recv" ? options : []))
            let place = "\(try server.listening())"
            let client = try scene.run(
                .sockctl,
                [
                    "udp", "send", place, "--delay", "150ms", "--wait", "30s", "--replies", "3", "one", "",
                    "\u{e9}",
                ]
                    + (recorder == "send" ? options : []))
            try scene.expectSuccess(client)
            try scene.expectSuccess(server)

            let receiver = try scene.sockctl("udp", "recv", "-j", "127.0.0.1:0", "--count", "3")
            let target = try receiver.output.listeningPlace()
            try scene.expectSuccess(try scene.sockctl("udp", "send", "--replay", record, "\(target)"))
            try scene.expectSuccess(receiver)
            let events = try receiver.output.events().filter { $0.name == "datagram" }
            #expect(events.map { $0["text"] } == ["one", "", "\u{e9}"], "\(scene)")
            let times = events.map { event in
                seconds(of: event["timestamp"] ?? "")
            }
            try #require(times.count == 3)
            #expect(times[2] - times[0] >= 0.29, "\(times)")
        }
    }

    /// Those since the hour began.
    private func seconds(of timestamp: String) -> Double {
        let parts = timestamp.dropLast().split(separator: ":").map(String.init)
        guard parts.count == 3, let minutes = Double(parts[1]), let seconds = Double(parts[2]) else {
            return 0
        }
        return minutes * 60 + seconds
    }

    @Test("what is no recording of datagrams: 11", arguments: ["hello\n", ""])
    func noRecording(_ contents: String) throws {
        try scene { scene in
            let file = try scene.file("record", Data(contents.utf8))
            let program = try scene.sockctl("udp", "send", "127.0.0.1:9", "--replay", file)
            try scene.expect(program, ends: .status(11))
            #expect(program.errors.text.contains(contents.isEmpty ? "no datagram" : "line 1"), "\(scene)")
        }
    }

    @Test("udp send --frame sends each message when it is complete, not when the input ends")
    func streaming() throws {
        try scene { scene in
            let peer = try DatagramPeer()
            let program = try scene.sockctl("udp", "send", peer.endpoint, "--frame", "line", stdin: .pipe)
            for line in ["one", "two"] {
                try program.write(line + "\n")
                #expect(try peer.receive() == Data(line.utf8))
            }
            try program.write("rest")
            program.closeInput()
            #expect(try peer.receive() == Data("rest".utf8))
            try scene.expectSuccess(program)
        }
    }
}
