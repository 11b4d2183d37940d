// How a session ends when it is not the peer that ends it: a full disk, a reader that has enough, a signal, a
// time limit.

import Foundation
import Glibc
import Testing

@Suite("A session ends, and says why")
struct EndingTests {
    @Test("the disk is full: 10", arguments: Role.both)
    func full(_ role: Role) throws {
        try scene { scene in
            let (program, peer) = try scene.session(role, stdin: .pipe, stdout: .file("/dev/full"))
            try peer.send("something")
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.text.contains("(ENOSPC)"), "\(scene)")
        }
    }

    @Test("the disk is full for what is not payload: 10", arguments: ["--version", "--help"])
    func fullForText(_ option: String) throws {
        try scene { scene in
            let program = try scene.sockctl(option, stdout: .file("/dev/full"))
            try scene.expect(program, ends: .status(10))
        }
    }

    @Test("an input that cannot be read, an output that cannot be made: 10")
    func unreadable() throws {
        try scene { scene in
            let listener = try Listener()
            let missing = try scene.sockctl("send", "\(listener.place)", "-f", scene.path("missing"))
            try scene.expect(missing, ends: .status(10))
            #expect(missing.errors.text.contains("(ENOENT)"), "\(scene)")
            let folder = try scene.sockctl("send", "\(listener.place)", "-f", scene.directory)
            try scene.expect(folder, ends: .status(10))
            #expect(folder.errors.text.contains("(EISDIR)"), "\(scene)")
            let output = try scene.sockctl("recv", "127.0.0.1:0", "-O", scene.path("no/file"))
            try scene.expect(output, ends: .status(10))
        }
    }

    @Test("the reader of stdout has enough: quiet, 0", arguments: [Role.client, .server])
    func enough(_ role: Role) throws {
        try scene { scene in
            let (program, peer) = try scene.session(role, stdin: .pipe, stdout: .held)
            let sender = Background { try? peer.send(Payload.bytes(30 << 20)) }
            _ = try program.takeOutput(10)
            program.closeOutput()
            try scene.expectSuccess(program)
            let complaints = program.errors.lines.filter { !$0.contains("listening on") }
            #expect(complaints.isEmpty, "\(scene)")
            peer.close()
            try sender.value()
        }
    }

    @Test("the reader of the events has enough: quiet, 0")
    func enoughEvents() throws {
        try scene { scene in
            let program = try scene.sockctl("listen", "-k", "-j", "--echo", "127.0.0.1:0", stdout: .held)
            let line = try program.takeOutputLine()
            let port = try #require(try Event(line)["address.port"] as Int?)
            program.closeOutput()
            let peer = try? Peer(connectingTo: .inet(UInt16(port)))
            try scene.expectSuccess(program)
            #expect(program.errors.text.isEmpty, "\(scene)")
            peer?.close()
        }
    }

    @Test(
        "the reader of stdout is gone, and nobody says anything: it is noticed all the same",
        arguments: [["connect"], ["connect", "-j"], ["listen", "-k"], ["listen", "-k", "-j"]])
    func goneUnnoticed(_ command: [String]) throws {
        try scene { scene in
            let listener = try Listener()
            let connects = command[0] == "connect"
            let program = try scene.run(
                .sockctl, command + [connects ? "\(listener.place)" : "127.0.0.1:0"], stdin: .pipe,
                stdout: .held)
            if command.contains("-j") {
                _ = try program.takeOutputLine()
            } else if !connects {
                _ = try program.listening()
            }
            let peer = connects ? try listener.accept() : nil
            program.closeOutput()
            try scene.expectSuccess(program)
            peer?.close()
        }
    }

    @Test("the disk is full for events: 10")
    func fullForEvents() throws {
        try scene { scene in
            let program = try scene.sockctl("listen", "-j", "127.0.0.1:0", stdout: .file("/dev/full"))
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.text.contains("ENOSPC"), "\(scene)")
        }
    }

    @Test("head has enough, in a shell")
    func head() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.shell(
                #"{ "$SOCKCTL" connect "$1"; echo $? >&2; } | head -c 10"#, arguments: ["\(listener.place)"],
                stdin: .pipe)
            let peer = try listener.accept()
            let sender = Background { try? peer.send(Payload.bytes(30 << 20)) }
            try scene.expectSuccess(program)
            #expect(program.output.count == 10)
            #expect(program.errors.text == "0\n", "\(scene)")
            peer.close()
            try sender.value()
        }
    }

    @Test(
        "SIGINT and SIGTERM: what was received is written, then it dies of the signal",
        arguments: [SIGINT, SIGTERM])
    func signals(_ number: Int32) throws {
        try scene { scene in
            for role in Role.both {
                let (program, peer) = try scene.session(role, "--stats", stdin: .pipe)
                let payload = Payload.bytes(200_000)
                try peer.send(payload)
                #expect(program.output.wait(forCount: payload.count), "\(scene)")
                program.signal(number)
                try scene.expect(program, ends: .signal(number))
                scene.expect(program.output.bytes, is: payload)
                #expect(program.errors.text.contains("received "), "no summary\n\(scene)")
            }
        }
    }

    @Test("a signal while nobody has come, or nobody reads", arguments: [SIGINT, SIGTERM])
    func signalsWhileWaiting(_ number: Int32) throws {
        try scene { scene in
            let waiting = try scene.sockctl("listen", "127.0.0.1:0")
            _ = try waiting.listening()
            waiting.signal(number)
            try scene.expect(waiting, ends: .signal(number))

            let (stuck, peer) = try scene.session(.client, stdin: .pipe, stdout: .held)
            _ = try peer.flood()
            stuck.signal(number)
            try scene.expect(stuck, ends: .signal(number))
        }
    }

    @Test("Ctrl-C at the terminal")
    func interrupt() throws {
        try scene { scene in
            let terminal = try Terminal(controlling: true)
            let (program, peer) = try scene.session(
                .client, stdin: .terminal(terminal), stdout: .terminal(terminal), stderr: .collected)
            try peer.send("hello\n")
            _ = try terminal.read { $0.contains(10) }
            try terminal.type("\u{3}")
            try scene.expect(program, ends: .signal(SIGINT))
        }
    }

    @Test("the other side is done, and stdin is a terminal: the session ends")
    func terminalEnds() throws {
        try scene { scene in
            let terminal = try Terminal()
            let (program, peer) = try scene.session(.client, stdin: .terminal(terminal))
            try peer.send("bye\n")
            peer.shutdown()
            try scene.expectSuccess(program)
            #expect(program.output.text == "bye\n")
        }
    }
}
