// Who reads payload on a terminal sees where it ends and who spoke; a pipe gets nothing but the payload.

import Foundation
import Glibc
import Testing

@Suite("Payload on a terminal")
struct TerminalPayloadTests {
    /// What a terminal shows of a program when all is over.
    private func shown(
        _ scene: Scene, _ arguments: [String], stdout: Bool = true, stderr: Bool = true,
        _ body: (Program, Terminal) throws -> Void
    ) throws -> String {
        let terminal = try Terminal()
        let program = try scene.run(
            .sockctl, arguments, stdout: stdout ? .terminal(terminal) : .collected,
            stderr: stderr ? .terminal(terminal) : .collected)
        try body(program, terminal)
        _ = try program.exit()
        try writeAll(Data([4]), to: terminal.slave)
        return String(decoding: try terminal.read { $0.last == 4 }.dropLast(), as: UTF8.self)
    }

    /// A peer, once somebody listens; that is said on a terminal, if at all.
    private func connect(to path: String) throws -> Peer {
        var peer: Peer?
        try poll(for: "a listener") {
            peer = try? Peer(connectingTo: .unix(path))
            return peer != nil
        }
        return try #require(peer)
    }

    /// Has a peer send this and end.
    private func receive(_ scene: Scene, _ payload: String, _ arguments: [String], stdout: Bool = true) throws
        -> (terminal: String, output: Data)
    {
        let path = scene.path("socket")
        var output = Data()
        let text = try shown(scene, arguments + ["unix:\(path)"], stdout: stdout) { program, _ in
            let peer = try connect(to: path)
            try peer.send(payload)
            peer.close()
            _ = try program.exit()
            if !stdout { output = program.output.bytes }
        }
        return (text, output)
    }

    @Test(
        "a report begins a line of its own, and only where the payload did not end with one",
        arguments: [["recv", "-v"], ["recv", "-v", "--raw"], ["listen", "--stats"]])
    func report(_ arguments: [String]) throws {
        for (payload, lines) in [("abc", "abc\n"), ("abc\n", "abc\n"), ("abc\n\n", "abc\n\n")] {
            try scene { scene in
                let (text, _) = try receive(scene, payload, arguments)
                let rest = try #require(text.range(of: lines), "\(text)")
                let after = text[rest.upperBound...]
                #expect(after.hasPrefix("unix"), "\(text)")
            }
        }
    }

    @Test("what is typed ends the line, too")
    func typed() throws {
        try scene { scene in
            let listener = try Listener()
            let terminal = try Terminal(echo: true)
            let program = try scene.run(
                .sockctl, ["connect", "-v", "\(listener.place)"], stdin: .terminal(terminal),
                stdout: .terminal(terminal), stderr: .terminal(terminal))
            let peer = try listener.accept()
            try peer.send("login: ")
            var shown = try terminal.read { $0.suffix(7) == Data("login: ".utf8) }
            try terminal.type("me\n")
            #expect(try peer.receive(3) == Data("me\n".utf8))
            peer.close()
            _ = try program.exit()
            try writeAll(Data([4]), to: terminal.slave)
            shown += try terminal.read { $0.last == 4 }
            let text = String(decoding: shown, as: UTF8.self)
            #expect(text.contains("login: me\n127.0.0.1"), "\(text)")
        }
    }

    @Test("where stdout or stderr is no terminal, nothing changes")
    func elsewhere() throws {
        try scene { scene in
            let (text, output) = try receive(scene, "abc", ["recv", "-v"], stdout: false)
            #expect(output == Data("abc".utf8) && !text.contains("\n\n") && text.hasPrefix("listening"))
        }
        try scene { scene in
            let path = scene.path("socket")
            let text = try shown(scene, ["recv", "-v", "unix:\(path)"], stderr: false) { program, _ in
                let peer = try connect(to: path)
                try peer.send("abc")
                peer.close()
                _ = try program.exit()
                #expect(!program.errors.text.contains("\n\n"), "\(scene)")
            }
            #expect(text == "abc")
        }
    }

    /// Two peers that take turns, and what is shown of them.
    private func dialogue(_ scene: Scene, _ options: [String], stdout: Bool = true) throws
        -> (text: String, places: [String], output: Data)
    {
        let path = scene.path("socket")
        var (places, output) = ([String](), Data())
        let text = try shown(scene, ["listen", "-k", "unix:\(path)"] + options, stdout: stdout) {
            program, terminal in
            let peers = try (0..<2).map { _ in try connect(to: path) }
            for (index, words) in [(0, "one"), (1, "two\n"), (1, "three\n"), (0, "four\n")] {
                try peers[index].send(words)
                try peers[index].waitUntilAcknowledged()
            }
            peers.forEach { $0.close() }
            program.signal(SIGTERM)
            _ = try program.exit()
            if !stdout { output = program.output.bytes }
        }
        places = ["unix peer 1", "unix peer 2"]
        return (text, places, output)
    }

    @Test("of several peers a heading says who speaks, when another one does")
    func speakers() throws {
        try scene { scene in
            let (text, _, _) = try dialogue(scene, [])
            #expect(
                text.hasSuffix(
                    """
                    from peer 1:
                    one
                    from peer 2:
                    two
                    three
                    from peer 1:
                    four

                    """), "\(text)")
        }
        try scene { scene in
            let (text, _, _) = try dialogue(scene, ["--frame", "line"])
            let heads = text.split(separator: "\n").filter { $0.hasPrefix("from ") }
            #expect(heads == ["from peer 2:", "from peer 1:"] && text.contains("\nonefour\n"))
        }
    }

    @Test("not with --quiet or --raw, and not in a pipe", arguments: ["-q", "--raw", "pipe"])
    func noSpeakers(_ option: String) throws {
        try scene { scene in
            let options = option == "pipe" ? [] : [option]
            let (text, _, output) = try dialogue(scene, options, stdout: option != "pipe")
            #expect(!text.contains("from "), "\(text)")
            let payload = "onetwo\nthree\nfour\n"
            if option == "pipe" {
                #expect(output == Data(payload.utf8))
            } else {
                #expect(text.hasSuffix(payload))
            }
        }
    }

    @Test("each of many datagrams stands below who sent it")
    func datagrams() throws {
        try scene { scene in
            let path = scene.path("socket")
            let count = 20
            let text = try shown(scene, ["udp", "recv", "unix:\(path)", "--count", "\(count)"]) {
                program, _ in
                try poll(for: "a socket") { access(path, F_OK) == 0 }
                let sender = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
                defer { close(sender) }
                // All of them wait when it goes on, so that one call takes many.
                program.signal(SIGSTOP)
                for number in 0..<min(count, 10) { try send(number, from: sender, to: path) }
                program.signal(SIGCONT)
                for number in min(count, 10)..<count { try send(number, from: sender, to: path) }
            }
            let lines = text.split(separator: "\n").filter { !$0.hasPrefix("listening") }
            #expect(lines.count == 2 * count, "\(text)")
            for (index, line) in lines.enumerated() {
                #expect(
                    index % 2 == 0 ? line.contains(" to unix:") : line == "number \(index / 2)", "\(line)")
            }
        }
    }

    private func send(_ number: Int, from sender: Int32, to path: String) throws {
        let datagram = Data("number \(number)".utf8)
        try poll(for: "room for a datagram") {
            Place.unix(path).withAddress { address, length in
                datagram.withUnsafeBytes { sendto(sender, $0.baseAddress, $0.count, 0, address, length) }
            } == datagram.count
        }
    }

    @Test("who runs a chat takes part: what is typed goes to all, and what they say stands under a heading")
    func chatOperator() throws {
        try scene { scene in
            let path = scene.path("socket")
            let terminal = try Terminal()
            let program = try scene.run(
                .sockctl, ["listen", "-kv", "--chat", "unix:\(path)"], stdin: .terminal(terminal),
                stdout: .terminal(terminal))
            let peers = try (0..<2).map { _ in try connect(to: path) }
            #expect(program.errors.wait(for: "unix peer 2"))
            try terminal.type("welcome\n")
            for peer in peers { #expect(try peer.receiveText(8) == "welcome\n") }
            try peers[0].send("hello\n")
            #expect(try peers[1].receiveText(6) == "hello\n")
            try peers[1].send("hi\n")
            // What peers get is what was said, and nothing more.
            #expect(try peers[0].receiveText(3) == "hi\n")
            let shown = try terminal.read { $0.suffix(3) == Data("hi\n".utf8) }
            #expect(String(decoding: shown, as: UTF8.self) == "from peer 1:\nhello\nfrom peer 2:\nhi\n")
            peers.forEach { $0.close() }
            program.signal(SIGTERM)
            _ = try program.exit()
        }
    }

    @Test("a terminal that takes nothing holds up nobody in a chat, and is told what it has missed")
    func stoppedOperator() throws {
        try scene { scene in
            let path = scene.path("socket")
            let terminal = try Terminal()
            let program = try scene.run(
                .sockctl, ["listen", "-kv", "--chat", "unix:\(path)"], stdout: .terminal(terminal))
            let peers = try (0..<2).map { _ in try connect(to: path) }
            #expect(program.errors.wait(for: "unix peer 2"))
            // More than the terminal and what waits for it hold.
            let said = Data(repeating: UInt8(ascii: "x"), count: 8 << 20)
            let speaker = Background { try peers[0].send(said) }
            #expect(try peers[1].receive(said.count) == said)
            try speaker.value()
            // Once it takes more, it is told.
            let reader = Background { _ = try terminal.read { $0.suffix(5) == Data("done\n".utf8) } }
            try poll(for: "what was not shown") {
                try peers[0].send("done\n")
                _ = try peers[1].receiveText(5)
                return program.errors.text.contains("not shown, because the terminal took no more: ")
            }
            try reader.value()
            peers.forEach { $0.close() }
            program.signal(SIGTERM)
            _ = try program.exit()
        }
    }

    @Test("a chat takes its input from a pipe, goes on after its end, and writes nothing to one")
    func chatInput() throws {
        try scene { scene in
            let path = scene.path("socket")
            try Data("news\n".utf8).write(to: URL(filePath: scene.path("news")))
            let program = try scene.run(
                .sockctl, ["listen", "-k", "--chat", "unix:\(path)"], stdin: .file(scene.path("news")))
            let first = try connect(to: path)
            #expect(try first.receiveText(5) == "news\n")
            let second = try connect(to: path)
            try poll(for: "the second is in the chat") {
                try first.send("x")
                return try waitReady(second.descriptor, POLLIN, Deadline(in: 0.1))
            }
            program.signal(SIGTERM)
            _ = try program.exit()
            #expect(program.output.text.isEmpty)
        }
    }

    @Test("a person is told when the connection is there, and what it waits for if that takes long")
    func awaited() throws {
        try scene { scene in
            let listener = try Listener()
            let terminal = try Terminal()
            let program = try scene.run(
                .sockctl, ["connect", "--tls", "--insecure", "-w", "2s", "\(listener.place)"],
                stdin: .terminal(terminal), stdout: .terminal(terminal), stderr: .terminal(terminal))
            let silent = try listener.accept()
            let shown = try terminal.read { $0.last == 10 }
            #expect(
                String(decoding: shown, as: UTF8.self)
                    == "waiting for the TLS handshake, after \(listener.place) has accepted, 2 s at most; Ctrl-C ends it\n"
            )
            silent.close()
            _ = try program.exit()
        }
        try scene { scene in
            let listener = try Listener()
            let terminal = try Terminal()
            let program = try scene.run(
                .sockctl, ["connect", "\(listener.place)"], stdin: .terminal(terminal),
                stdout: .terminal(terminal), stderr: .terminal(terminal))
            let peer = try listener.accept()
            let shown = try terminal.read { $0.last == 10 }
            #expect(
                String(decoding: shown, as: UTF8.self).hasPrefix(
                    "connected to \(listener.place) from 127.0.0.1:"))
            peer.close()
            _ = try program.exit()
        }
    }
}

@Suite("Colors")
struct ColorTests {
    /// What of a failure on stderr and of a table on stdout is in colour.
    private func colored(
        _ options: [String], _ environment: [String: String], terminal: Bool
    ) throws -> (output: Bool, errors: Bool) {
        var result = (false, false)
        try scene { scene in
            let listener = try Listener()
            let ends = [try Terminal(), try Terminal()]
            var variables = ["NO_COLOR": "", "CLICOLOR_FORCE": "", "TERM": "xterm"]
            variables.merge(environment) { $1 }
            let program = try scene.run(
                .sockctl,
                ["connect", "-z", "127.0.0.1:\(listener.port)", "no-host.invalid:1", "-n"] + options,
                stdout: terminal ? .terminal(ends[0]) : .collected,
                stderr: terminal ? .terminal(ends[1]) : .collected, environment: variables)
            try scene.expect(program, ends: .status(3))
            var texts = [program.output.text, program.errors.text]
            if terminal {
                texts = try ends.map { end in
                    try writeAll(Data([4]), to: end.slave)
                    return String(decoding: try end.read { $0.last == 4 }.dropLast(), as: UTF8.self)
                }
            }
            #expect(texts[0].contains("open") && texts[1].contains("no-host.invalid"), "\(texts)")
            result = (
                texts[0].contains("\u{1b}[32mopen\u{1b}[0m"), texts[1].contains("\u{1b}[31msockctl\u{1b}[0m")
            )
            if !result.0 { #expect(!texts[0].contains("\u{1b}"), "\(texts)") }
            if !result.1 { #expect(!texts[1].contains("\u{1b}"), "\(texts)") }
        }
        return result
    }

    @Test(
        "on a terminal, unless the environment or --color says otherwise",
        arguments: [
            ([], [:], true), ([], ["NO_COLOR": "1"], false), ([], ["TERM": "dumb"], false),
            (["--color", "always"], ["NO_COLOR": "1", "TERM": "dumb"], true), (["--color=never"], [:], false),
            (["--color", "auto"], ["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], false),
        ] as [([String], [String: String], Bool)])
    func terminal(options: [String], environment: [String: String], isColored: Bool) throws {
        let (output, errors) = try colored(options, environment, terminal: true)
        #expect(output == isColored && errors == isColored)
    }

    @Test(
        "elsewhere only where they are asked for",
        arguments: [
            ([], [:], false), (["--color", "auto"], [:], false),
            (["--color", "always"], ["NO_COLOR": "1"], true),
            ([], ["CLICOLOR_FORCE": "1"], true), ([], ["CLICOLOR_FORCE": "0"], false),
            (["--color", "never"], ["CLICOLOR_FORCE": "1"], false),
        ] as [([String], [String: String], Bool)])
    func pipe(options: [String], environment: [String: String], isColored: Bool) throws {
        let (output, errors) = try colored(options, environment, terminal: false)
        #expect(output == isColored && errors == isColored)
    }

    @Test("never in JSON or in payload")
    func never() throws {
        try scene { scene in
            for words in [
                ["info", "--new", "tcp"], ["info"], ["resolve", "-n", "127.0.0.1"], ["resolve", "-n", "x"],
            ] {
                let program = try scene.run(
                    .sockctl, words + ["--json", "--color", "always"], environment: ["CLICOLOR_FORCE": "1"])
                _ = try program.exit()
                #expect(!(program.output.text + program.errors.text).contains("\u{1b}"), "\(scene)")
            }
            let listener = try Listener()
            let program = try scene.sockctl("recv", "--connect", "\(listener.place)", "--color", "always")
            let peer = try listener.accept()
            try peer.send("plain")
            peer.close()
            try scene.expectSuccess(program)
            #expect(program.output.text == "plain")
        }
    }

    @Test("a value of another kind is a usage error")
    func wrong() throws {
        try scene { scene in
            let program = try scene.sockctl("info", "--color", "sometimes")
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.contains("one of auto, always, never"), "\(scene)")
        }
    }
}

@Suite("Help on the command line")
struct HelpFormTests {
    @Test("-h is a summary, --help is everything, and nothing at all is the summary on stderr: 2")
    func forms() throws {
        try scene { scene in
            let summary = try scene.sockctl("listen", "-h")
            let full = try scene.sockctl("listen", "--help")
            let program = try scene.sockctl("-h")
            let bare = try scene.sockctl()
            for run in [summary, full, program] { try scene.expectSuccess(run) }
            try scene.expect(bare, ends: .status(2))
            #expect(summary.output.lines.count <= 24 && summary.output.text.contains("--help"), "\(scene)")
            #expect(
                full.output.lines.count > 40 && full.output.text.contains("man sockctl-listen"), "\(scene)")
            #expect(bare.errors.text == program.output.text && bare.output.text.isEmpty, "\(scene)")
        }
    }
}
