// The progress of a file: a line on a terminal that fits it and is gone, or whole, in the end, and nothing
// anywhere else. The peer decides how fast it goes: it takes some, and the rest when the line was seen.

import Foundation
import Glibc
import Testing

@Suite("the progress of a file")
struct ProgressTests {
    private static let xterm = ["TERM": "xterm"]

    /// Takes a little of what is sent, then waits until the terminal shows progress, or `satisfied`.
    private func begin(
        _ listener: Listener, _ terminal: Terminal,
        until satisfied: (Data) -> Bool = { (data: Data) in data.contains(UInt8(ascii: "%")) }
    ) throws -> (peer: Peer, count: Int, shown: Data) {
        let peer = try listener.accept()
        let count = try peer.skip(1 << 20)
        return (peer, count, try terminal.read(until: satisfied))
    }

    private func slowListener() throws -> Listener {
        let listener = try Listener()
        listener.setReceiveBuffer(64 << 10)
        return listener
    }

    @Test(
        "it fits the terminal and leaves a whole line", arguments: [UInt16(200), 80, 40, 20, 10, 0],
        [true, false])
    func fits(_ columns: UInt16, redirected: Bool) throws {
        try scene { scene in
            let terminal = try Terminal()
            terminal.resize(columns: columns)
            let listener = try slowListener()
            let file = try Fixture.big.path
            let program = try scene.run(
                .sockctl, ["send", "\(listener.place)"] + (redirected ? [] : ["-f", file]),
                stdin: redirected ? .file(file) : .null, stderr: .terminal(terminal),
                environment: Self.xterm)
            let (peer, count, shown) = try begin(listener, terminal)
            #expect(try count + peer.skip(.max) == 50 << 20)
            peer.close()
            try scene.expectSuccess(program)
            let screen = try terminal.rest(after: shown)
            #expect(screen.widest <= (columns == 0 ? 80 : columns), "\(screen)")
            #expect(screen.isClean && screen.strange.isEmpty, "\(screen)")
            #expect(screen.lines.count == 2 && screen.lines[0].contains("50 MiB"), "\(screen)")
            #expect(!screen.bars.isEmpty, "\(screen)")
            if columns >= 80 {
                #expect(screen.lines[0].contains(/^sent 50 MiB in .*s, .*B\/s$/), "\(screen)")
                #expect(
                    screen.bars[0].contains(/^sent +\d+%  \[=*>? *\] .* of 50 MiB .*\/s .*(left|stalled)$/),
                    "\(screen)")
            }
        }
    }

    @Test("what is received into a file", arguments: ["--output", "redirected"], [[], ["--bytes", "3M"]])
    func receiving(_ way: String, _ options: [String]) throws {
        try scene { scene in
            let terminal = try Terminal()
            let program = try scene.run(
                .sockctl, ["recv", "127.0.0.1:0"] + options + (way == "--output" ? ["-O", "copy"] : []),
                stdout: way == "--output" ? .null : .file(scene.path("copy")), stderr: .terminal(terminal),
                environment: Self.xterm)
            let announced = try terminal.read { $0.last == 10 }
            let port = try #require(String(decoding: announced, as: UTF8.self).split(separator: ":").last)
            let place = Place.inet(try #require(UInt16(port.dropLast())))
            let peer = try Peer(connectingTo: place)
            let payload = Payload.bytes(3 << 20)
            try peer.send(payload.prefix(1 << 20))
            let shown = try terminal.read { String(decoding: $0, as: UTF8.self).contains("1 MiB") }
            try peer.send(payload.dropFirst(1 << 20))
            peer.shutdown()
            try scene.expectSuccess(program)
            scene.expect(try scene.contents("copy"), is: payload)
            let screen = try terminal.rest(after: shown)
            #expect(screen.isClean, "\(screen)")
            #expect(screen.lines[0].hasPrefix("received 3 MiB in "), "\(screen)")
            #expect(screen.bars.isEmpty == options.isEmpty, "\(screen)")
        }
    }

    @Test(
        "nothing of it for who does not look, or cannot",
        arguments: [["-q"], ["-j"], ["TERM=dumb"], ["TERM="], ["pipe"], ["--raw"]])
    func unseen(_ options: [String]) throws {
        try scene { scene in
            let terminal = try Terminal()
            let listener = try slowListener()
            var environment = Self.xterm
            if let name = options[0].split(separator: "=", omittingEmptySubsequences: false).last,
                options[0].hasPrefix("TERM=")
            {
                environment["TERM"] = String(name)
            }
            let screen = try Terminal()
            let program = try scene.run(
                .sockctl,
                ["send", "\(listener.place)", "-f", try Fixture.big.path]
                    + options.filter { $0.hasPrefix("-") },
                stdout: options == ["--raw"] ? .terminal(screen) : .collected,
                stderr: options == ["pipe"] ? .collected : .terminal(terminal), environment: environment)
            let peer = try listener.accept()
            let deadline = Deadline(in: 1)
            var count = 0
            while !deadline.isOver {
                count += try peer.skip(256 << 10)
                usleep(20_000)
            }
            #expect(try count + peer.skip(.max) == 50 << 20)
            peer.close()
            try scene.expectSuccess(program)
            #expect(try terminal.rest().lines == [""])
            #expect(program.errors.text == "", "\(scene)")
        }
    }

    @Test("what does not take long shows nothing")
    func short() throws {
        try scene { scene in
            let terminal = try Terminal()
            let listener = try Listener()
            let program = try scene.sockctl(
                "send", "\(listener.place)", "-f", try Fixture.single.path, stderr: .terminal(terminal),
                environment: Self.xterm)
            let peer = try listener.accept()
            #expect(try peer.receiveToEnd().count == 1)
            peer.close()
            try scene.expectSuccess(program)
            #expect(try terminal.rest().lines == [""])
        }
    }

    @Test("Ctrl-C: how far it came, on a line of its own")
    func interrupted() throws {
        try scene { scene in
            let terminal = try Terminal(controlling: true, echo: true)
            terminal.resize(columns: 80)
            let listener = try slowListener()
            let program = try scene.sockctl(
                "send", "\(listener.place)", "-f", try Fixture.big.path, stderr: .terminal(terminal),
                environment: Self.xterm)
            let (peer, _, shown) = try begin(listener, terminal)
            try terminal.type("\u{3}")
            try scene.expect(program, ends: .signal(SIGINT))
            let screen = try terminal.rest(after: shown)
            #expect(screen.isClean && screen.widest <= 80, "\(screen)")
            #expect(screen.lines.count == 2, "\(screen)")
            #expect(screen.lines[0].contains(/^sent .* of 50 MiB in .*\/s$/), "\(screen)")
            peer.close()
        }
    }

    @Test("an error begins on a line of its own, and so does what --verbose says")
    func failure() throws {
        try scene { scene in
            let terminal = try Terminal()
            let listener = try slowListener()
            let program = try scene.sockctl(
                "send", "-v", "\(listener.place)", "-f", try Fixture.big.path, stderr: .terminal(terminal),
                environment: Self.xterm)
            let (peer, _, shown) = try begin(listener, terminal)
            peer.reset()
            try scene.expect(program, ends: .status(7))
            let screen = try terminal.rest(after: shown)
            #expect(screen.isClean, "\(screen)")
            #expect(screen.lines.contains { $0.contains(/^sent .* of 50 MiB in/) }, "\(screen)")
            #expect(screen.lines.contains { $0.hasPrefix("sockctl: ") }, "\(screen)")
            #expect(!screen.lines.contains { $0.contains("%") }, "\(screen)")
        }
    }

    @Test("what is said meanwhile goes above it; with --stats the summary takes its place")
    func diagnostics() throws {
        try scene { scene in
            let terminal = try Terminal()
            terminal.resize(columns: 80)
            let listener = try slowListener()
            let program = try scene.sockctl(
                "connect", "-v", "--stats", "\(listener.place)", "-f", try Fixture.big.path,
                stderr: .terminal(terminal), environment: Self.xterm)
            let (peer, count, early) = try begin(listener, terminal)
            peer.shutdown()
            let note = Data("closed its sending side (EOF)\n".utf8)
            // The line comes back after it.
            let late = try terminal.read { shown in
                shown.range(of: note).map { shown[$0.upperBound...].contains(UInt8(ascii: "%")) } ?? false
            }
            #expect(try count + peer.skip(.max) == 50 << 20)
            try scene.expectSuccess(program)
            let screen = try terminal.rest(after: early + late)
            #expect(screen.isClean, "\(screen)")
            #expect(screen.lines.contains { $0.hasSuffix("closed its sending side (EOF)") }, "\(screen)")
            #expect(!screen.lines.contains { $0.contains("[=") || $0.hasPrefix("sent ") }, "\(screen)")
            #expect(screen.lines.contains { $0.contains(", sent 50 MiB in ") }, "\(screen)")
        }
    }

    @Test("a reply on the same terminal takes its place for good")
    func reply() throws {
        try scene { scene in
            let terminal = try Terminal()
            let listener = try slowListener()
            let program = try scene.sockctl(
                "send", "\(listener.place)", "-f", try Fixture.big.path, stdout: .terminal(terminal),
                stderr: .terminal(terminal), environment: Self.xterm)
            let (peer, count, early) = try begin(listener, terminal)
            try peer.send("no end of line")
            let late = try terminal.read { $0.suffix(4) == Data("line".utf8) }
            let deadline = Deadline(in: 0.5)
            var more = 0
            while !deadline.isOver {
                more += try peer.skip(64 << 10)
                usleep(20_000)
            }
            #expect(try count + more + peer.skip(.max) == 50 << 20)
            peer.shutdown()
            try scene.expectSuccess(program)
            let screen = try terminal.rest(after: early + late)
            #expect(screen.lines == ["no end of line"], "\(screen)")
        }
    }

    @Test("a terminal that was stopped does not stop the transfer")
    func stopped() throws {
        try scene { scene in
            let terminal = try Terminal()
            let listener = try slowListener()
            let program = try scene.sockctl(
                "send", "\(listener.place)", "-f", try Fixture.big.path, stderr: .terminal(terminal),
                environment: Self.xterm)
            let (peer, count, shown) = try begin(listener, terminal)
            try terminal.type("\u{13}")
            #expect(try count + peer.skip(.max) == 50 << 20)
            try terminal.type("\u{11}")
            peer.close()
            try scene.expectSuccess(program)
            #expect(try terminal.rest(after: shown).isClean)
        }
    }
}
