// Recordings of packets, read by tshark: it has nothing to complain about, the bytes are those that passed, and each connection ends as its
// peer saw it end.

import Foundation
import Glibc
import Testing

@Suite("--record pcapng:FILE")
struct PacketRecordingTests {
    private let payload = Payload.bytes(300_000, seed: 9)
    private let fin = "0x0011"
    private let rst = "0x0014"

    /// The segments that end something, as `port flags`.
    private func ends(_ shark: Tshark, stream: Int = 0) -> [String] {
        shark.packets.filter { $0[0] == "\(stream)" && [fin, rst].contains($0[2]) }.map {
            "\($0[1]) \($0[2])"
        }
    }

    private func place(_ family: String, _ scene: Scene) -> Place {
        switch family {
        case "ipv4": .inet(0)
        case "ipv6": .inet6(0)
        default: .unix(scene.path("socket"))
        }
    }

    private static let fields = ["tcp.stream", "tcp.srcport", "tcp.flags", "frame.comment"]

    @Test("both directions of a connection, and both ends", arguments: ["ipv4", "ipv6", "unix"])
    func connection(_ family: String) throws {
        try Need.program("tshark").require()
        try scene { scene in
            let place = place(family, scene)
            let file = scene.path("session.pcapng")
            let server = try scene.sockctl("listen", "\(place)", "--echo", "--record", file)
            let peer = try Peer(connectingTo: try server.listening(place))
            let sending = Thread { try? peer.send(payload) }
            sending.start()
            scene.expect(try peer.receive(payload.count), is: payload)
            peer.shutdown()
            scene.expect(try peer.receiveToEnd(), is: Data())
            try scene.expectSuccess(server)

            let shark = try Tshark(scene, file, Self.fields, following: 1)
            #expect(shark.complaints == [])
            try #require(shark.conversations.count == 1)
            scene.expect(shark.conversations[0].client, is: payload)
            scene.expect(shark.conversations[0].server, is: payload)
            #expect(shark.packets.prefix(3).map { $0[2] } == ["0x0002", "0x0012", "0x0010"])
            let (client, listening) = (shark.packets[0][1], shark.packets[1][1])
            #expect(ends(shark) == ["\(client) \(fin)", "\(listening) \(fin)"])
            #expect(shark.packets[0][3].contains("connection 1: accepted from "), "\(shark.packets[0])")
            #expect(shark.packets[0][3].contains("process \(server.pid): "))
            #expect(shark.packets.filter { $0[3] != "" }.count == 1)
            if family == "unix" { #expect(shark.packets[0][3].contains("at \(place)")) }
        }
    }

    @Test("what TLS carries is there as plaintext, at both sides")
    func tls() throws {
        try Need.program("tshark").require()
        try scene { scene in
            let server = try scene.sockctl(
                "listen", "127.0.0.1:0", "--echo", "--tls", "--self-signed", "--record", "pcapng:server")
            let place = try server.listening()
            let client = try scene.sockctl(
                "send", "\(place)", "--tls", "--insecure", "--record", "pcapng:client", "--output", "echo",
                stdin: .bytes(payload))
            try scene.expectSuccess(client)
            try scene.expectSuccess(server)
            for file in ["client", "server"] {
                let shark = try Tshark(scene, file, Self.fields, following: 1)
                #expect(shark.complaints == [])
                try #require(shark.conversations.count == 1)
                scene.expect(shark.conversations[0].client, is: payload, file)
                scene.expect(shark.conversations[0].server, is: payload, file)
                #expect(ends(shark).map { String($0.suffix(6)) } == [fin, fin], "\(file)")
                #expect(shark.packets[0][3].contains("plaintext of TLSv1.3"))
            }
        }
    }

    @Test("both legs of a relay are connections, on interfaces of their own")
    func relay() throws {
        try Need.program("tshark").require()
        try scene { scene in
            let listener = try Listener()
            let relay = try scene.sockctl(
                "listen", "127.0.0.1:0", "--to", "\(listener.place)", "--record", "pcapng:legs")
            let client = try Peer(connectingTo: try relay.listening())
            let server = try listener.accept()
            for (from, to) in [(client, server), (server, client)] {
                let sending = Thread { try? from.send(payload) }
                sending.start()
                scene.expect(try to.receive(payload.count), is: payload)
            }
            client.shutdown()
            scene.expect(try server.receiveToEnd(), is: Data())
            server.shutdown()
            scene.expect(try client.receiveToEnd(), is: Data())
            try scene.expectSuccess(relay)

            let shark = try Tshark(scene, "legs", Self.fields + ["frame.interface_name"], following: 2)
            #expect(shark.complaints == [])
            #expect(shark.conversations.count == 2)
            for conversation in shark.conversations {
                scene.expect(conversation.client, is: payload)
                scene.expect(conversation.server, is: payload)
            }
            let names = [0, 1].map { leg in Set(shark.packets.filter { $0[0] == "\(leg)" }.map { $0[4] }) }
            #expect(names == [["client"], ["server"]])
            for leg in [0, 1] {
                #expect(ends(shark, stream: leg).map { String($0.suffix(6)) } == [fin, fin])
            }
        }
    }

    @Test("a reset of the peer's, and one of ours", arguments: ["peer", "unread"])
    func resets(_ who: String) throws {
        try Need.program("tshark").require()
        try scene { scene in
            let listener = try Listener()
            let isPeer = who == "peer"
            let words = ["recv", "--connect", "\(listener.place)", "--record", "pcapng:reset"]
            let program = try scene.run(.sockctl, words + (isPeer ? [] : ["--bytes", "10"]))
            let peer = try listener.accept()
            if isPeer {
                try peer.send("x")
                #expect(program.output.wait { data, _ in data.count == 1 })
                peer.reset()
                try scene.expect(program, ends: .status(7))
            } else {
                try peer.send(payload)
                try scene.expectSuccess(program)
                #expect(try peer.waitForEnd() == ECONNRESET)
            }
            let shark = try Tshark(scene, "reset", Self.fields)
            #expect(shark.complaints == ["TCP Connection reset (RST)"])
            let ours = try #require(shark.packets.first)[1]
            #expect(ends(shark).last == "\(isPeer ? "\(listener.port)" : ours) \(rst)", "\(shark.packets)")
        }
    }

    @Test("many connections in one file, and a recording that is read as it comes")
    func many() throws {
        try Need.program("tshark").require()
        try scene { scene in
            let server = try scene.sockctl("listen", "127.0.0.1:0", "-k", "--echo", "--record", "pcapng:-")
            let place = try server.listening()
            let peers = try (0..<20).map { _ in try Peer(connectingTo: place) }
            for (index, peer) in peers.enumerated() { try peer.send("peer \(index)") }
            for (index, peer) in peers.enumerated().reversed() {
                #expect(try peer.receiveText("peer \(index)".count) == "peer \(index)")
                peer.shutdown()
                #expect(try peer.receiveToEnd() == Data())
            }
            server.signal(SIGTERM)
            try scene.expect(server, ends: .signal(SIGTERM))
            let file = try scene.file("many", server.output.bytes)
            let shark = try Tshark(scene, file, Self.fields, following: 20)
            #expect(shark.complaints == [])
            let sent = shark.conversations.map { String(decoding: $0.client, as: UTF8.self) }
            #expect(Set(sent) == Set((0..<20).map { "peer \($0)" }))
            #expect(shark.conversations.allSatisfy { $0.client == $0.server })
        }
    }

    @Test("datagrams", arguments: ["ipv4", "ipv6", "unix"])
    func datagrams(_ family: String) throws {
        try Need.program("tshark").require()
        try scene { scene in
            let isUnix = family == "unix"
            let bound = place(family, scene)
            let server = try scene.sockctl(
                "udp", "recv", "\(bound)", "-c", "2", "--echo", "--record", "pcapng:server", stdout: .null)
            let place = "\(try server.listening(bound))"
            // As long as it gets.
            let long = Payload.bytes(isUnix ? 150_000 : 60_000, seed: 3)
            for data in [Data("short".utf8), long] {
                let client = try scene.sockctl(
                    "udp", "send", place, "--wait", "10s", "--replies", "1", "--record", "pcapng:client",
                    stdin: .bytes(data), stdout: .null)
                try scene.expectSuccess(client)
            }
            try scene.expectSuccess(server)
            let fields = ["udp.payload", "ip.src", "ip.dst", "udp.srcport", "udp.dstport", "frame.comment"]
            for (file, data) in [("server", [Data("short".utf8), long]), ("client", [long])] {
                let shark = try Tshark(scene, file, fields)
                #expect(shark.complaints == [])
                let payloads = shark.packets.map { Tshark.bytes($0[0][...]) }
                #expect(payloads == data.flatMap { [$0, $0] }, "\(file)")
                #expect(shark.packets[0][5].contains("process "))
                for pair in stride(from: 0, to: shark.packets.count, by: 2) {
                    let (there, back) = (shark.packets[pair], shark.packets[pair + 1])
                    #expect(
                        [there[1], there[2], there[3], there[4]] == [back[2], back[1], back[4], back[3]])
                    if family == "ipv4" {
                        #expect(there[1] == "127.0.0.1" && there[2] == "127.0.0.1")
                    }
                    if isUnix { #expect(there[5].contains(" to \(bound)"), "\(there[5])") }
                }
            }
        }
    }

    @Test(
        "it is not played back: 2, before there is a connection where that can be seen",
        arguments: ["file", "stdin"])
    func replay(_ origin: String) throws {
        try scene { scene in
            let listener = try Listener()
            let recorder = try scene.sockctl("send", "\(listener.place)", "x", "--record", "pcapng:recording")
            let peer = try listener.accept()
            #expect(try peer.receiveToEnd() == Data("x".utf8))
            peer.close()
            try scene.expectSuccess(recorder)
            let bytes = try scene.contents("recording")
            for words in [["send"], ["udp", "send"]] {
                let program = try scene.run(
                    .sockctl,
                    words + ["\(listener.place)", "--replay", origin == "file" ? "recording" : "-"],
                    stdin: origin == "file" ? .null : .bytes(bytes))
                try scene.expect(program, ends: .status(2))
                #expect(program.errors.text.contains("it holds packets (pcapng), which are not played back"))
            }
        }
    }

    @Test("a terminal gets no binary, and what names no file is refused: 2")
    func refused() throws {
        try scene { scene in
            let terminal = try Terminal()
            let program = try scene.sockctl(
                "listen", "127.0.0.1:0", "--echo", "--record", "pcapng:-", stdout: .terminal(terminal))
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.contains("it is a terminal"))
            let nameless = try scene.sockctl("listen", "127.0.0.1:0", "--record", "pcapng:")
            try scene.expect(nameless, ends: .status(2))
            #expect(nameless.errors.text.contains("names no file"))
        }
    }
}
