// stdin and stdout belong to the shell as well: after sockctl was killed in the middle they are as they were,
// blocking above all, and one that was closed stays out of the way.

import Foundation
import Glibc
import Testing

@Suite("Inherited descriptors keep their flags")
struct InheritedDescriptorTests {
    private func flags(_ descriptor: Int32) -> Int32 { fcntl(descriptor, F_GETFL) }

    @Test("pipes are still blocking after SIGKILL", arguments: Role.both)
    func pipes(_ role: Role) throws {
        try scene { scene in
            let input = try makePipe()
            let output = try makePipe()
            defer { [input.read, input.write, output.read, output.write].forEach { close($0) } }
            let before = (flags(input.read), flags(output.write))
            let (program, peer) = try scene.session(
                role, stdin: .descriptor(input.read), stdout: .descriptor(output.write))
            // Data in both directions, and stdout full, so that it was really at work.
            _ = "hello".withCString { write(input.write, $0, 5) }
            #expect(try peer.receiveText(5) == "hello")
            _ = try peer.flood()
            #expect(flags(input.read) == before.0 && flags(output.write) == before.1, "while it runs")
            program.signal(SIGKILL)
            try scene.expect(program, ends: .signal(SIGKILL))
            #expect(flags(input.read) == before.0 && flags(output.write) == before.1, "afterwards")
            #expect(flags(input.read) & O_NONBLOCK == 0)
        }
    }

    @Test("a terminal is still blocking, and its settings are the same, after SIGKILL")
    func terminal() throws {
        try scene { scene in
            let terminal = try Terminal()
            let before = (flags(terminal.slave), terminal.settings)
            let (program, peer) = try scene.session(
                .client, stdin: .terminal(terminal), stdout: .terminal(terminal))
            try terminal.type("hello\n")
            #expect(try peer.receiveText(6) == "hello\n")
            try peer.send("there\n")
            _ = try terminal.read { $0.contains(10) }
            program.signal(SIGKILL)
            try scene.expect(program, ends: .signal(SIGKILL))
            #expect(flags(terminal.slave) == before.0)
            #expect(terminal.settings == before.1)
        }
    }

    @Test("sockets are still blocking after SIGKILL")
    func sockets() throws {
        try scene { scene in
            let input = try Channel.socket.make()
            let output = try Channel.socket.make()
            defer { [input.read, input.write, output.read, output.write].forEach { close($0) } }
            let (program, peer) = try scene.session(
                .client, stdin: .descriptor(input.read), stdout: .descriptor(output.write))
            _ = "hello".withCString { write(input.write, $0, 5) }
            #expect(try peer.receiveText(5) == "hello")
            _ = try peer.flood()
            program.signal(SIGKILL)
            try scene.expect(program, ends: .signal(SIGKILL))
            #expect((flags(input.read) | flags(output.write)) & O_NONBLOCK == 0)
        }
    }

    @Test("with stdin and stdout closed the connection does not take their place")
    func closed() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl(
                "send", "\(listener.place)", "request", stdin: .closed, stdout: .closed, stderr: .closed)
            let peer = try listener.accept()
            try peer.send("reply")
            // What we send must not come back to us.
            #expect(try peer.receiveText(100) == "request")
            peer.close()
            _ = try program.exit()
        }
    }

    @Test("two processes share a stdin: what one leaves the other gets")
    func shared() throws {
        try scene { scene in
            let file = try scene.file("input", Data("one\ntwo\n".utf8))
            let program = try scene.shell(
                #"exec < "$1"; "$SOCKCTL" recv 127.0.0.1:0 > copy; cat"#, arguments: [file])
            let peer = try Peer(connectingTo: try program.listening())
            try peer.send("received")
            peer.close()
            try scene.expectSuccess(program)
            #expect(program.output.text == "one\ntwo\n", "recv never reads stdin")
            #expect(try scene.contents("copy") == Data("received".utf8))
        }
    }
}
