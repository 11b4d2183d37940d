// Every door through which what a stranger has chosen can come to a terminal: payload of each command and
// format, names of sockets and of processes, in messages and in listings.

import Foundation
import Glibc
import Testing

@Suite("every way to a terminal")
struct TerminalDoorsTests {
    /// A title to set, a screen to clear, controls as bytes and in UTF-8, a reversed direction, a hidden tag.
    private static let hostile =
        Data("\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{7f}\u{202e}\u{2028}\u{e0041}\u{feff}".utf8)
        + Data([0x9b, 0x33, 0x31, 0x6d, 0xc0, 0x9b])
    private static let text = String(decoding: hostile.dropLast(6), as: UTF8.self)
    private static let json = ["-j", "-kj", "--record"]
    private static let mark = Data("|end".utf8)

    /// What a terminal would obey, or not show, of what it got.
    private func obeyed(_ shown: Data) -> [String] {
        guard let text = String(validating: shown, as: UTF8.self) else { return ["not UTF-8"] }
        return text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control: !"\n\r\t".unicodeScalars.contains(scalar)
            case .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
            default: scalar.properties.isDefaultIgnorableCodePoint
            }
        }.map { String($0.value, radix: 16) }
    }

    private func expectSafe(
        _ shown: Data, _ scene: Scene, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(obeyed(shown) == [], "\(printable(shown))\n\(scene)", sourceLocation: sourceLocation)
    }

    @Test(
        "payload, by every command and in every format",
        arguments: [
            ["recv"], ["recv", "-j"], ["recv", "-O", "TTY"], ["recv", "-v"],
            ["listen"], ["listen", "-k"], ["listen", "-kj"], ["listen", "-k", "-O", "TTY"],
            ["listen", "--reply", "x"], ["listen", "-kj", "--echo"],
            ["recv", "--hex"], ["recv", "--hex", "-O", "TTY"], ["recv", "--record", "TTY"],
            ["recv", "--frame", "line"], ["recv", "-j", "--frame", "line"],
            ["listen", "-k", "--frame", "line"],
            ["connect"], ["connect", "-j"], ["send"], ["recv", "--connect"],
        ])
    func payload(_ command: [String]) throws {
        try scene { scene in
            let terminal = try Terminal()
            let arguments = command.map { $0 == "TTY" ? terminal.name : $0 }
            let connects = ["connect", "send"].contains(command[0]) || command.contains("--connect")
            let listener = try Listener()
            let place = connects ? "\(listener.place)" : "127.0.0.1:0"
            // With a file of its own the payload is all that the terminal gets.
            let program = try scene.run(
                .sockctl, arguments + [place], stdin: .null,
                stdout: command.contains("TTY") ? .collected : .terminal(terminal))
            let peer =
                try connects
                ? listener.accept()
                : Peer(
                    connectingTo: try command.contains(where: ["-j", "-kj"].contains)
                        ? listeningPlace(of: program, terminal, command) : program.listening())
            // Bytes that are no text come as base64.
            if command.contains(where: Self.json.contains) {
                try peer.send(Data(Self.text.utf8) + Self.mark + "\n".utf8)
            } else if command.contains("--hex") {
                try peer.send(Self.hostile)
            } else {
                for byte in Self.hostile + Self.mark + "\n".utf8 { try peer.send(Data([byte])) }
            }
            if command.contains("--hex") {
                // In a dump of their own they are not cut in two.
                expectSafe(try terminal.read { $0.range(of: Data("6d".utf8)) != nil && $0.last == 10 }, scene)
                try peer.send(Self.mark)
            }
            let shown = try terminal.read { $0.range(of: Self.mark) != nil }
            expectSafe(shown, scene)
            peer.shutdown()
        }
    }

    /// Where it listens, from the event on stdout.
    private func listeningPlace(of program: Program, _ terminal: Terminal, _ command: [String]) throws
        -> Place
    {
        guard !command.contains("TTY") else { return try program.output.listeningPlace() }
        let line = try terminal.read { $0.last == 10 }
        let event = try Event(String(decoding: line.dropLast(), as: UTF8.self))
        return .inet(UInt16(try #require(event["address.port"] as Int?)))
    }

    @Test(
        "datagrams",
        arguments: [
            ["recv"], ["recv", "-q"], ["recv", "-v"], ["recv", "-j"], ["recv", "-O", "TTY"],
            ["recv", "-q", "-O", "TTY"],
        ])
    func datagrams(_ command: [String]) throws {
        try scene { scene in
            let terminal = try Terminal()
            let program = try scene.run(
                .sockctl,
                ["udp"] + command.map { $0 == "TTY" ? terminal.name : $0 } + ["unix:\(scene.path("socket"))"],
                stdout: command.contains("TTY") ? .collected : .terminal(terminal),
                stderr: .terminal(terminal))
            try poll(for: "a socket") { access(scene.path("socket"), F_OK) == 0 }
            let sender = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            defer { close(sender) }
            let datagram = (command.contains("-j") ? Data(Self.text.utf8) : Self.hostile) + Self.mark
            try poll(for: "a receiver") {
                Place.unix(scene.path("socket")).withAddress { address, length in
                    datagram.withUnsafeBytes { sendto(sender, $0.baseAddress, $0.count, 0, address, length) }
                } == datagram.count
            }
            let shown = try terminal.read { $0.range(of: Self.mark) != nil }
            expectSafe(shown, scene)
            program.signal(SIGINT)
        }
    }

    @Test(
        "the name of a peer's socket, in messages and events",
        arguments: [["-v", "--stats"], ["-j"], ["-v", "--raw"]])
    func peerName(_ options: [String]) throws {
        try scene { scene in
            let terminal = try Terminal()
            let program = try scene.run(
                .sockctl, ["listen", "unix:\(scene.path("socket"))"] + options, stdin: .null,
                stdout: .terminal(terminal), stderr: .terminal(terminal))
            try poll(for: "a socket") { access(scene.path("socket"), F_OK) == 0 }
            let peer = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(peer) }
            // A name in the abstract namespace may have any bytes: also those of a line of its own.
            let name = "\(Self.text)\nsockctl: forged\(program.pid)"
            #expect(Place.abstract(name).withAddress { bind(peer, $0, $1) } == 0)
            try poll(for: "a connection") {
                Place.unix(scene.path("socket")).withAddress { connect(peer, $0, $1) } == 0
            }
            Glibc.shutdown(peer, Int32(SHUT_WR))
            #expect(try program.exit() == .status(0))
            let end = Data("\u{4}".utf8)
            try writeAll(end, to: terminal.slave)
            let shown = try terminal.read { $0.last == end.last }.dropLast()
            expectSafe(Data(shown), scene)
            let text = String(decoding: shown, as: UTF8.self)
            #expect(text.contains("forged"), "\(text)")
            #expect(!text.contains("\nsockctl: forged"), "\(text)")
        }
    }

    @Test(
        "names of sockets and of processes, in listings",
        arguments: [
            ["info", "--unix", "--listening"], ["info", "-v", "--unix", "--listening"],
            ["info", "-j", "--unix", "--listening"], ["info", "--pid", "PID"],
            ["info", "-v", "--pid", "PID"],
            ["info", "-j", "--pid", "PID"], ["info", "getsockname", "--pid", "PID"],
            ["info", "getsockname", "-j", "--pid", "PID"],
        ])
    func listings(_ command: [String]) throws {
        try scene { scene in
            let script = """
                import os, socket, sys
                open("/proc/self/comm", "wb").write(b"\\x1b[31m\\n\\xc2\\x9b8m\\x9b")
                server = socket.socket(socket.AF_UNIX)
                server.bind(b"\\0" + os.fsencode(sys.argv[1]))
                server.listen()
                print("ready", flush=True)
                sys.stdin.read()
                """
            let owner = try scene.run(
                .python3, ["-c", script, "\(Self.text)\nforged\(getpid())\(command.hashValue)"], stdin: .pipe)
            #expect(owner.output.wait { data, _ in data.contains(10) }, "\(scene)")
            let terminal = try Terminal()
            terminal.resize(columns: 200)
            let reader = Background { try terminal.read { $0.last == 4 } }
            let program = try scene.run(
                .sockctl, command.map { $0 == "PID" ? "\(owner.pid)" : $0 }, stdout: .terminal(terminal),
                environment: ["NO_COLOR": ""])
            try scene.expectSuccess(program)
            try writeAll(Data([4]), to: terminal.slave)
            // Colours of our own are no danger.
            let shown = String(decoding: try reader.value().dropLast(), as: UTF8.self)
                .replacing(/\u{1b}\[[0-9]+m/, with: "")
            #expect(shown.contains("owned"), "\(shown)\n\(scene)")
            expectSafe(Data(shown.utf8), scene)
            #expect(!shown.split(separator: "\n").contains { $0.hasPrefix("forged") }, "\(shown)")
        }
    }

    @Test("what the user wrote, in messages about it")
    func ownWords() throws {
        try scene { scene in
            for arguments in [
                ["\u{1b}[2J"], ["send", "--\u{1b}[2J"], ["send", "\u{9b}2J:9"], ["recv", "-j", "\u{9b}:9"],
            ] {
                let terminal = try Terminal()
                let program = try scene.run(.sockctl, arguments, stderr: .terminal(terminal))
                #expect(try program.exit() != .status(0))
                try writeAll(Data([4]), to: terminal.slave)
                expectSafe(Data(try terminal.read { $0.last == 4 }.dropLast()), scene)
            }
        }
    }

    @Test("payload beside events goes to no terminal, unless as it is")
    func besideEvents() throws {
        try scene { scene in
            let terminal = try Terminal()
            for command in [["recv"], ["udp", "recv"], ["listen", "-k"]] {
                let program = try scene.run(
                    .sockctl, command + ["127.0.0.1:0", "-j", "-O", terminal.name])
                #expect(try program.exit() == .status(2))
                #expect(program.errors.text.contains("--raw"), "\(scene)")
            }
        }
    }
}
