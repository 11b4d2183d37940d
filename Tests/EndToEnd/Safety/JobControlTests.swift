// A job of a shell with its own terminal: in the background it leaves the terminal alone, in the foreground it has
// it, and it can be ended in either.

import Foundation
import Glibc
import Testing

@Suite("Jobs of a shell")
struct JobControlTests {
    /// A shell that obeys what is typed.
    private func shell(
        _ scene: Scene, on terminal: Terminal, stdout: Output = .collected, stderr: Output = .collected
    ) throws -> Program {
        let variables = ["SOCKCTL": try Tool.sockctl.require(), "PS1": "", "HISTFILE": "/dev/null"]
        return try scene.run(
            .bash, ["--norc", "--noprofile", "--noediting", "-i"], stdin: .terminal(terminal), stdout: stdout,
            stderr: stderr, environment: variables)
    }

    /// A shell whose only job is a server in the background.
    private func job(
        _ scene: Scene, on terminal: Terminal, stdout: Output = .collected
    ) throws -> (Program, Place) {
        let shell = try shell(scene, on: terminal, stdout: stdout)
        try terminal.type("\"$SOCKCTL\" listen -k 127.0.0.1:0 &\n")
        return (shell, try shell.listening())
    }

    /// The same on a terminal that it may not write to from there, and a peer that has said "received".
    private func silencedJob(_ scene: Scene, on terminal: Terminal) throws -> Peer {
        let (_, place) = try job(scene, on: terminal, stdout: .terminal(terminal))
        try terminal.stopBackgroundOutput()
        let peer = try Peer(connectingTo: place)
        try peer.send("received\n")
        try peer.waitUntilAcknowledged()
        return peer
    }

    @Test("in the background nothing is read from the terminal, and 'kill %1' ends it")
    func reading() throws {
        try scene { scene in
            let terminal = try Terminal(controlling: true)
            let (shell, place) = try job(scene, on: terminal)
            // With a peer there is somebody to send to: now it wants the input.
            let peer = try Peer(connectingTo: place)
            try peer.send("received\n")
            #expect(shell.output.wait(for: "received\n"), "\(scene)")
            // What is typed is the shell's, however often the terminal has something to be read.
            for number in 1...5 { try terminal.type("echo line \(number)\n") }
            #expect(shell.output.wait(for: "line 5\n"), "\(scene)")
            try peer.send("again\n")
            #expect(shell.output.wait(for: "again\n"), "\(scene)")
            try terminal.type("kill %1; wait %1; echo ended with $?\n")
            #expect(shell.output.wait(for: "ended with 143\n"), "\(scene)")
            #expect(try peer.receiveToEnd().isEmpty)
        }
    }

    @Test("in the foreground it has the terminal")
    func foreground() throws {
        try scene { scene in
            let terminal = try Terminal(controlling: true)
            let (shell, place) = try job(scene, on: terminal)
            let peer = try Peer(connectingTo: place)
            try peer.send("received\n")
            #expect(shell.output.wait(for: "received\n"), "\(scene)")
            try terminal.type("echo shell; fg %1 > /dev/null\n")
            #expect(shell.output.wait(for: "shell\n"), "\(scene)")
            try terminal.type("hello\n")
            #expect(try peer.receiveText(6) == "hello\n")
            try terminal.type("\u{3}")
            // What is typed next is the shell's once that has gone.
            #expect(try peer.receiveToEnd().isEmpty)
            try terminal.type("echo ended with $?\n")
            #expect(shell.output.wait(for: "ended with 130\n"), "\(scene)")
        }
    }

    @Test("with 'stty tostop' nothing is written from the background, and 'kill %1' ends it")
    func writing() throws {
        try scene { scene in
            let terminal = try Terminal(controlling: true)
            let peer = try silencedJob(scene, on: terminal)
            defer { peer.close() }
            try terminal.type("echo shell\n")
            #expect(try terminal.read { $0.last == 10 } == Data("shell\n".utf8))
            try terminal.type("kill %1; wait %1; echo ended with $?\n")
            let shown = try terminal.read { $0.suffix(4) == Data("143\n".utf8) }
            #expect(shown == Data("ended with 143\n".utf8), "\(printable(shown))")
        }
    }

    @Test("what waits for the foreground is written there")
    func waiting() throws {
        try scene { scene in
            let terminal = try Terminal(controlling: true)
            let peer = try silencedJob(scene, on: terminal)
            defer { peer.close() }
            try terminal.type("fg %1 > /dev/null\n")
            // Below the heading that says who speaks.
            let shown = try terminal.read { $0.suffix(9) == Data("received\n".utf8) }
            #expect(shown.starts(with: Data("from peer 1, 127.0.0.1:".utf8)), "\(printable(shown))")
        }
    }

    @Test("what a terminal with 'stty tostop' is told last comes from the background, too")
    func lastWords() throws {
        try scene { scene in
            let terminal = try Terminal(controlling: true)
            try terminal.stopBackgroundOutput()
            let refusing = try Listener(listening: false)
            _ = try shell(scene, on: terminal, stderr: .terminal(terminal))
            try terminal.type("\"$SOCKCTL\" connect \(refusing.place) < /dev/null & wait\n")
            _ = try terminal.read { String(decoding: $0, as: UTF8.self).contains("ECONNREFUSED") }
        }
    }
}

extension Terminal {
    /// `stty tostop`.
    fileprivate func stopBackgroundOutput() throws {
        var attributes = termios()
        guard tcgetattr(slave, &attributes) == 0 else { throw Unexpected.call("tcgetattr") }
        attributes.c_lflag |= tcflag_t(TOSTOP)
        guard tcsetattr(slave, TCSANOW, &attributes) == 0 else { throw Unexpected.call("tcsetattr") }
    }
}
