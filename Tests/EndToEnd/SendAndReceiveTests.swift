// send and recv: operands as messages, repeated and delayed, the reply, the proof that all was taken, a number
// of messages or bytes, and each of them from the other side of the connection.

import Foundation
import Glibc
import Testing

@Suite("send and recv")
struct SendAndReceiveTests {
    private func send(_ scene: Scene, _ arguments: String..., stdin: Input = .null) throws -> (Program, Peer)
    {
        let listener = try Listener()
        let program = try scene.run(.sockctl, ["send", "\(listener.place)"] + arguments, stdin: stdin)
        return (program, try listener.accept())
    }

    @Test("DATA is sent as it is, then half-closed; the reply is printed")
    func reply() throws {
        try scene { scene in
            let (program, peer) = try send(scene, "hello", stdin: .bytes(Data("not this".utf8)))
            #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == "hello")
            try peer.send("and hello to you")
            peer.close()
            try scene.expectSuccess(program)
            #expect(program.output.text == "and hello to you")
        }
    }

    @Test("several DATA, --repeat and --delay")
    func messages() throws {
        try scene { scene in
            let start = Date()
            let (program, peer) = try send(scene, "one", "two", "--repeat", "3", "--delay", "50ms")
            #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == "onetwoonetwoonetwo")
            // Six messages have five delays between them.
            #expect(Date().timeIntervalSince(start) >= 0.25)
            peer.close()
            try scene.expectSuccess(program)
        }
    }

    @Test("stdin, where there is no DATA")
    func stdin() throws {
        try scene { scene in
            let payload = Payload.bytes(3 << 20)
            let (program, peer) = try send(scene, stdin: .bytes(payload))
            scene.expect(try peer.receiveToEnd(), is: payload)
            peer.close()
            try scene.expectSuccess(program)
        }
    }

    @Test("--no-reply does not wait for one")
    func noReply() throws {
        try scene { scene in
            let (program, peer) = try send(scene, "--no-reply", "hello")
            try scene.expectSuccess(program)
            #expect(try peer.receiveText(5) == "hello")
        }
    }

    @Test("--no-reply lets go whatever the peer says, and does not stop for it")
    func talkativePeer() throws {
        try scene { scene in
            let payload = Payload.bytes(8 << 20)
            let (program, peer) = try send(scene, "--no-reply", stdin: .bytes(payload))
            // More than fits into the buffers on the way.
            try peer.send(Payload.bytes(32 << 20))
            scene.expect(try peer.receiveToEnd(), is: payload)
            try scene.expectSuccess(program)
        }
    }

    @Test("--no-reply waits until every byte is acknowledged, and tells if it is not: 7")
    func unacknowledged() throws {
        try scene { scene in
            let listener = try Listener()
            listener.setReceiveBuffer(4096)
            // It fits into our own send buffer, so that only waiting for the peer tells the difference.
            let payload = Payload.bytes(400_000)
            let program = try scene.sockctl("send", "--no-reply", "\(listener.place)", stdin: .bytes(payload))
            let peer = try listener.accept()
            _ = try peer.receive(100)
            peer.reset()
            try scene.expect(program, ends: .status(7))
        }
    }

    @Test("send --listen serves the first peer, recv --connect fetches")
    func reversed() throws {
        try scene { scene in
            let server = try scene.sockctl("send", "--listen", "127.0.0.1:0", "the payload")
            let client = try scene.sockctl("recv", "--connect", "\(try server.listening())")
            try scene.expectSuccess(client)
            try scene.expectSuccess(server)
            #expect(client.output.text == "the payload")
        }
    }

    @Test("recv --bytes takes so many, and no more")
    func bytes() throws {
        try scene { scene in
            let program = try scene.sockctl("recv", "127.0.0.1:0", "--bytes", "1k")
            let peer = try Peer(connectingTo: try program.listening())
            let payload = Payload.bytes(5000)
            try peer.send(payload)
            try scene.expectSuccess(program)
            scene.expect(program.output.bytes, is: payload.prefix(1024))
        }
    }

    @Test("recv --count takes so many messages")
    func count() throws {
        try scene { scene in
            let program = try scene.sockctl("recv", "127.0.0.1:0", "--count", "2")
            let peer = try Peer(connectingTo: try program.listening())
            try peer.send("one")
            #expect(program.output.wait(forCount: 3), "\(scene)")
            #expect(program.isRunning)
            try peer.send("two")
            try scene.expectSuccess(program)
            #expect(program.output.text == "onetwo")
        }
    }

    @Test("recv takes one connection and ends with it")
    func one() throws {
        try scene { scene in
            let program = try scene.sockctl("recv", "127.0.0.1:0")
            let place = try program.listening()
            let peer = try Peer(connectingTo: place)
            peer.close()
            try scene.expectSuccess(program)
            #expect(throws: Unexpected.self) { try Peer(connectingTo: place) }
        }
    }

    @Test("HOST PORT, HOST:PORT, [V6]:PORT, a bare PORT, a service name", arguments: ["inet", "inet6"])
    func endpoints(_ family: String) throws {
        if family == "inet" { try Need.file("/etc/hosts").require() }
        try scene { scene in
            let listener = try Listener(family == "inet" ? .inet(0) : .inet6(0))
            let port = "\(listener.port)"
            let spellings =
                family == "inet"
                ? [
                    ["127.0.0.1", port], ["127.0.0.1:\(port)"], [port], ["localhost", port],
                    ["localhost:\(port)"],
                ]
                : [["::1", port], ["[::1]:\(port)"], ["[::1]", port]]
            for spelling in spellings {
                let program = try scene.run(.sockctl, ["connect"] + spelling)
                let peer = try listener.accept()
                try peer.send("hello")
                peer.close()
                try scene.expectSuccess(program)
                #expect(program.output.text == "hello")
            }
        }
    }
}
