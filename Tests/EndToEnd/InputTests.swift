// Inputs that are no use, refused before there is a peer: what cannot be read, and what never ends where it has to be
// held in memory.

import Foundation
import Glibc
import Testing

@Suite("Inputs that are no use are refused at the start")
struct InputTests {
    @Test(
        "a directory",
        arguments: [
            "listen 127.0.0.1:0", "listen -k 127.0.0.1:0", "listen -j 127.0.0.1:0", "listen -f - 127.0.0.1:0",
            "listen --frame line 127.0.0.1:0", "listen -f / 127.0.0.1:0", "listen -k -f / 127.0.0.1:0",
            "listen --replay / 127.0.0.1:0", "listen --reply @/ 127.0.0.1:0", "listen unix:socket",
            "send --listen 127.0.0.1:0", "send PEER", "send -f / PEER", "connect PEER", "connect -j PEER",
            "connect -f / PEER", "udp send 127.0.0.1:9", "udp connect -f / 127.0.0.1:9",
        ])
    func directory(line: String) throws {
        try scene { scene in
            let listener = try Listener()
            let words = line.replacing("PEER", with: "\(listener.place)").split(separator: " ")
            let program = try scene.run(.sockctl, words.map(String.init), stdin: .file("/"))
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.text.contains("EISDIR"), "\(scene)")
            #expect(!(program.errors.text + program.output.text).contains("listening"), "\(scene)")
            #expect(try !waitReady(listener.descriptor, POLLIN, Deadline(in: 0)), "it connected\n\(scene)")
        }
    }

    @Test("a socket that listens")
    func listener() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl(
                "listen", "127.0.0.1:0", stdin: .descriptor(listener.descriptor))
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.text.contains("ENOTCONN"), "\(scene)")
            withExtendedLifetime(listener) {}
        }
    }

    @Test("where it is not read it may be anything")
    func unread() throws {
        try scene { scene in
            let program = try scene.sockctl("recv", "127.0.0.1:0", stdin: .file("/"))
            try Peer(connectingTo: try program.listening()).shutdown()
            try scene.expectSuccess(program)
        }
    }

    @Test(
        "a file without an end that has to be held",
        arguments: [
            ("listen 127.0.0.1:0 --reply @/dev/zero", "--file FILE"),
            ("listen -k 127.0.0.1:0 --reply @- --frame line", "--file FILE"),
            ("send --http POST http://127.0.0.1:9/ --data @/dev/zero", "--file FILE"),
            ("udp recv 127.0.0.1:0 --reply @/dev/zero", "do not fit into a datagram"),
            ("udp send 127.0.0.1:9", "do not fit into a datagram"),
        ])
    func endless(line: String, hint: String) throws {
        try scene { scene in
            let words = line.split(separator: " ").map(String.init)
            let program = try scene.run(.sockctl, words, stdin: .file("/dev/zero"))
            try scene.expect(program, ends: .status(11))
            #expect(program.errors.text.contains(hint), "\(scene)")
        }
    }
}
