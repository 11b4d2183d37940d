// The options that change what is sent, in which direction, and when it is over.

import Foundation
import Glibc
import Testing

@Suite("Options of a session")
struct OptionTests {
    @Test("--no-half-close: the end of stdin is not told", arguments: Role.both)
    func noHalfClose(_ role: Role) throws {
        try scene { scene in
            let (program, peer) = try scene.session(role, "--no-half-close", stdin: .pipe)
            try program.write("question")
            program.closeInput()
            #expect(try peer.receiveText(8) == "question")
            for number in 1...3 {
                try peer.send("answer")
                #expect(program.output.wait(forCount: 6 * number), "\(scene)")
                #expect(!peer.isAtEnd, "half-closed")
            }
            peer.shutdown()
            try scene.expectSuccess(program)
        }
    }

    @Test("--exit-on-eof: the first end of either side ends it", arguments: Role.both)
    func exitOnEnd(_ role: Role) throws {
        try scene { scene in
            let payload = Payload.bytes(1 << 20)
            let (ours, peer) = try scene.session(role, "--exit-on-eof", stdin: .bytes(payload))
            scene.expect(try peer.receiveToEnd(), is: payload)
            try scene.expectSuccess(ours)

            let (theirs, other) = try scene.session(role, "--exit-on-eof", stdin: .pipe)
            try other.send(payload)
            other.shutdown()
            try scene.expectSuccess(theirs)
            scene.expect(theirs.output.bytes, is: payload)
        }
    }

    @Test("--send-only and --recv-only use one direction", arguments: Role.both)
    func oneDirection(_ role: Role) throws {
        try scene { scene in
            let (sender, reader) = try scene.session(role, "--send-only", stdin: .pipe)
            try reader.send("not wanted")
            try sender.write("wanted")
            #expect(try reader.receiveText(6) == "wanted")
            sender.closeInput()
            #expect(try reader.receiveToEnd().isEmpty)
            reader.close()
            try scene.expectSuccess(sender)
            #expect(sender.output.count == 0)

            let (receiver, writer) = try scene.session(role, "--recv-only", stdin: .pipe)
            try? receiver.write("not wanted")
            try writer.send("wanted")
            writer.shutdown()
            try scene.expectSuccess(receiver)
            #expect(receiver.output.text == "wanted")
            #expect(try writer.receiveToEnd().isEmpty)
        }
    }

    @Test("--crlf: a line feed gets its carriage return, one that has it is left alone")
    func crlf() throws {
        try scene { scene in
            let (program, peer) = try scene.session(.client, "--crlf", stdin: .pipe)
            // The last pair is cut in two by two writes, and by whatever reads them.
            for (written, expected) in [
                ("a\nb\r\nc\n\nd", "a\r\nb\r\nc\r\n\r\nd"), ("e\r", "e\r"), ("\nf", "\nf"), ("\n", "\r\n"),
            ] {
                try program.write(written)
                #expect(try peer.receiveText(expected.utf8.count) == expected)
            }
            // What is received is not changed.
            try peer.send("x\ny\r\n")
            peer.shutdown()
            program.closeInput()
            #expect(try peer.receiveToEnd().isEmpty)
            try scene.expectSuccess(program)
            #expect(program.output.text == "x\ny\r\n")
        }
    }

    @Test("an HTTP request by hand")
    func http() throws {
        try scene { scene in
            let page = try scene.file("page.txt", Data("the page\n".utf8))
            let server = try scene.run(
                .python3, ["-m", "http.server", "--bind", "127.0.0.1", "--directory", scene.directory, "0"])
            let place = try server.foundListening(.inet(0))
            let program = try scene.sockctl(
                "connect", "--crlf", "\(place)",
                stdin: .bytes(Data("GET /page.txt HTTP/1.0\nHost: localhost\n\n".utf8)))
            try scene.expectSuccess(program)
            #expect(program.output.text.hasPrefix("HTTP/1.0 200 OK\r\n"), "\(scene)")
            #expect(program.output.text.hasSuffix("\r\n\r\nthe page\n"), "\(page)\n\(scene)")
        }
    }

    @Test("curl talks to a listener that replies")
    func curl() throws {
        try scene { scene in
            let reply = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
            let server = try scene.sockctl("listen", "127.0.0.1:0", "--reply", reply)
            let place = try server.listening()
            let client = try scene.run(.curl, ["-sS", "--noproxy", "*", "http://\(place)/"])
            try scene.expectSuccess(client)
            #expect(client.output.text == "hello", "\(scene)")
            try scene.expectSuccess(server)
        }
    }

    @Test("--source-port binds before connecting")
    func source() throws {
        try scene { scene in
            let listener = try Listener()
            let free = try Listener(listening: false).port
            let program = try scene.sockctl(
                "connect", "-s", "127.0.0.2", "-p", "\(free)", "\(listener.place)")
            let peer = try listener.accept()
            #expect(peer.remote == "127.0.0.2:\(free)", "\(scene)")
            peer.close()
            try scene.expectSuccess(program)
        }
    }

    @Test("--option sets a socket option before the connection is made")
    func option() throws {
        try scene { scene in
            let (program, peer) = try scene.session(.client, "-o", "SO_RCVBUF=4096", "-o", "TCP_NODELAY")
            peer.close()
            try scene.expectSuccess(program)
            let wrong = try scene.sockctl("connect", "127.0.0.1:9", "-o", "SO_RCVBUFF=1")
            try scene.expect(wrong, ends: .status(2))
            #expect(wrong.errors.text.contains("SO_RCVBUF"), "\(scene)")
            let forgotten = try scene.sockctl("connect", "127.0.0.1:9", "-o", "SO_RCVBUF")
            try scene.expect(forgotten, ends: .status(2))
            #expect(forgotten.errors.text.contains("SO_RCVBUF=64k"), "\(scene)")
        }
    }

    @Test(
        "--quiet: nothing on stderr of peers that only test the port",
        arguments: [["--reply", "hi"], ["--echo"], ["--discard"], ["--chat"]])
    func quietOfChecks(_ way: [String]) throws {
        try scene { scene in
            let place = "127.0.0.1:\(try Listener(listening: false).port)"
            let server = try scene.run(.sockctl, ["listen", "-kq", place] + way)
            for _ in 0..<20 {
                let check = try scene.sockctl("connect", "-zq", "--wait", "\(patience)s", place)
                try scene.expectSuccess(check)
            }
            server.signal(SIGINT)
            try scene.expect(server, ends: .signal(SIGINT))
            #expect(server.errors.text.isEmpty, "\(scene)")
        }
    }

    @Test("--quiet: nothing on stderr when nothing fails")
    func quiet() throws {
        try scene { scene in
            let path = scene.path("socket")
            let server = try scene.sockctl("listen", "-q", "unix:\(path)")
            _ = try server.foundListening(.unix(path))
            let client = try scene.sockctl("connect", "-q", "unix:\(path)")
            try scene.expectSuccess(client)
            try scene.expectSuccess(server)
            #expect(server.errors.text.isEmpty && client.errors.text.isEmpty, "\(scene)")
        }
    }
}
