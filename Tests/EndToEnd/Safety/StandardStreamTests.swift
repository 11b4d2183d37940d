// `-` where an option names a file: standard input or output, whichever it is that the option reads or writes.

import Foundation
import Glibc
import Testing

@Suite("- is standard input or output")
struct StandardStreamTests {
    /// A command line, what is given to it, what the peer gets of it, and what standard output then has.
    struct Line: Sendable, CustomTestStringConvertible {
        let words: String
        var stdin = ""
        var sent: String?
        let stdout: String

        init(_ words: String, stdin: String = "", sent: String? = nil, stdout: String) {
            (self.words, self.stdin, self.sent, self.stdout) = (words, stdin, sent, stdout)
        }

        var testDescription: String { words }
    }

    private static let recording = """
        {"event":"connected","time":"2026-11-21T00:00:00.000000Z","connection":1}
        {"event":"data","time":"2026-11-21T00:00:00.000000Z","connection":1,"direction":"sent","text":"ours","size":4}
        {"event":"data","time":"2026-11-21T00:00:00.000000Z","connection":1,"direction":"received","text":"their","size":5}

        """

    /// The peer says `reply`, and nothing else, to all of them.
    static let lines = [
        Line("send PLACE -f -", stdin: "input", sent: "input", stdout: "reply"),
        Line("send PLACE -f - --repeat 2", stdin: "in", sent: "inin", stdout: "reply"),
        Line("send PLACE data -O -", sent: "data", stdout: "reply"),
        Line("send PLACE -f - -O -", stdin: "input", sent: "input", stdout: "reply"),
        Line("send PLACE --replay -", stdin: recording, sent: "ours", stdout: "reply"),
        Line("send PLACE data --no-reply --record -", sent: "data", stdout: #""text":"data""#),
        Line("send PLACE data -O copy --record -", sent: "data", stdout: #""text":"reply""#),
        Line("connect PLACE -f -", stdin: "input", sent: "input", stdout: "reply"),
        Line("connect PLACE -O -", stdin: "input", sent: "input", stdout: "reply"),
        Line(
            "connect PLACE --send-only --record -", stdin: "input", sent: "input",
            stdout: #""text":"input""#),
        Line("connect PLACE -O copy --record -", stdin: "input", sent: "input", stdout: #""text":"reply""#),
        Line("recv --connect PLACE -O -", stdout: "reply"),
        Line("recv --connect PLACE -O copy --record -", stdout: #""text":"reply""#),
        Line("listen PLACE -f -", stdin: "input", sent: "input", stdout: "reply"),
        Line("listen PLACE -O -", stdin: "input", sent: "input", stdout: "reply"),
        Line("listen PLACE --replay -", stdin: recording, sent: "their", stdout: "reply"),
        Line("listen PLACE --reply @-", stdin: "input", sent: "input", stdout: "reply"),
        Line("listen PLACE --discard --record -", sent: "", stdout: #""text":"reply""#),
        Line("listen PLACE --echo --record -", sent: "reply", stdout: #""direction":"sent""#),
        Line("listen PLACE -O copy --record -", stdin: "input", sent: "input", stdout: #""text":"input""#),
    ]

    @Test(arguments: lines)
    func stream(_ line: Line) throws {
        try scene { scene in
            let isServer = line.words.hasPrefix("listen")
            let listener = try Listener()
            let place = isServer ? "127.0.0.1:0" : "\(listener.place)"
            let words = line.words.replacingOccurrences(of: "PLACE", with: place).split(separator: " ")
            // What is read twice has to be a file.
            let input: Input =
                line.words.contains("--repeat")
                ? .file(try scene.file("input", Data(line.stdin.utf8))) : .bytes(Data(line.stdin.utf8))
            let program = try scene.run(.sockctl, words.map(String.init), stdin: input)
            let peer = isServer ? try Peer(connectingTo: try program.listening()) : try listener.accept()
            try peer.send("reply")
            peer.shutdown()
            let sent = String(decoding: try peer.receiveToEnd(), as: UTF8.self)
            #expect(sent == line.sent ?? "", "\(scene)")
            peer.close()
            try scene.expectSuccess(program)
            let output = program.output.text
            if output.hasPrefix("{") {
                #expect(output.contains(line.stdout), "\(scene)")
                for text in program.output.lines { _ = try Event(text) }
            } else {
                #expect(output == line.stdout, "\(scene)")
            }
            #expect(access(scene.path("-"), F_OK) != 0, "a file of that name was made")
        }
    }

    @Test(
        "the system's names for them mean the same, also where they are sockets, which cannot be opened",
        arguments: [
            "send PLACE -f /dev/stdin -O /dev/stdout", "connect PLACE -f /dev/fd/0 -O /dev/fd/1",
            "listen PLACE -f /proc/self/fd/0 -O /proc/self/fd/1",
            "listen PLACE --reply @/dev/stdin -O /dev/stdout",
        ])
    func systemNames(_ line: String) throws {
        try scene { scene in
            let isServer = line.hasPrefix("listen")
            let listener = try Listener()
            let place = isServer ? "127.0.0.1:0" : "\(listener.place)"
            let words = line.replacing("PLACE", with: place).split(separator: " ").map(String.init)
            let program = try scene.run(
                .sockctl, words, stdin: .bytes(Data("input".utf8)), channel: .socket)
            let peer = isServer ? try Peer(connectingTo: try program.listening()) : try listener.accept()
            try peer.send("reply")
            peer.shutdown()
            #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == "input", "\(scene)")
            try scene.expectSuccess(program)
            #expect(program.output.text == "reply", "\(scene)")
        }
    }

    @Test("a standard output that is appended to keeps what it has")
    func appended() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.shell(
                "echo before > log; exec \"$SOCKCTL\" recv --connect \(listener.place) -O /dev/stdout >> log")
            try listener.accept().send("reply")
            try scene.expectSuccess(program)
            #expect(String(decoding: try scene.contents("log"), as: UTF8.self) == "before\nreply", "\(scene)")
        }
    }

    @Test("datagrams")
    func datagrams() throws {
        try scene { scene in
            let echo = try scene.sockctl("udp", "recv", "127.0.0.1:0", "--echo", stdout: .null)
            let endpoint = "\(try echo.listening())"
            let answered = ["--wait", "30s", "--replies", "1"]
            let sender = try scene.run(
                .sockctl, ["udp", "send", endpoint, "-f", "-", "-O", "-"] + answered,
                stdin: .bytes(Data("datagram".utf8)))
            try scene.expectSuccess(sender)
            #expect(sender.output.text == "datagram", "\(scene)")
            let recorder = try scene.run(.sockctl, ["udp", "send", endpoint, "x", "--record", "-"])
            try scene.expectSuccess(recorder)
            #expect(recorder.output.text.contains(#""event":"datagram""#), "\(scene)")
            let player = try scene.run(
                .sockctl, ["udp", "send", endpoint, "--replay", "-"] + answered,
                stdin: .bytes(recorder.output.bytes))
            try scene.expectSuccess(player)
            #expect(player.output.text == "x", "\(scene)")
            let server = try scene.run(
                .sockctl,
                ["udp", "recv", "127.0.0.1:0", "-c", "1", "--reply", "@-", "-O", "copy", "--record", "-"],
                stdin: .bytes(Data("answer".utf8)))
            let place = try server.listening()
            let client = try scene.run(.sockctl, ["udp", "send", "\(place)", "x"] + answered)
            try scene.expectSuccess(client)
            try scene.expectSuccess(server)
            #expect(client.output.text == "answer", "\(scene)")
            #expect(server.output.text.contains(#""text":"answer""#), "\(scene)")
        }
    }

    @Test("a reader who has seen enough of a recording ends it quietly")
    func head() throws {
        try scene { scene in
            let program = try scene.sockctl(
                "listen", "-k", "--echo", "127.0.0.1:0", "--record", "-", stdout: .held)
            let peer = try Peer(connectingTo: try program.listening())
            try peer.send("x")
            #expect(try program.takeOutputLine().contains("listening"))
            program.closeOutput()
            try peer.send("x")
            try scene.expectSuccess(program)
        }
    }

    @Test("whoever waits for @- at a terminal, or for a pipe with a name, can interrupt it")
    func interrupted() throws {
        try scene { scene in
            let terminal = try Terminal(controlling: true)
            mkfifo(scene.path("fifo"), 0o600)
            for words in [
                ["listen", "127.0.0.1:0", "--reply", "@-"], ["listen", "127.0.0.1:0", "--reply", "@fifo"],
                ["send", "127.0.0.1:9", "-f", "fifo"],
            ] {
                let program = try scene.run(.sockctl, words, stdin: .terminal(terminal))
                try poll(for: "it waits") { try program.isWaiting() }
                program.signal(SIGTERM)
                try scene.expect(program, ends: .signal(SIGTERM))
            }
        }
    }
}

extension Program {
    /// Whether it sleeps: it has no loop yet, so that is in the call that waits for somebody.
    fileprivate func isWaiting() throws -> Bool {
        let line = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        return line[(line.lastIndex(of: ")") ?? line.startIndex)...].hasPrefix(") S")
    }
}
