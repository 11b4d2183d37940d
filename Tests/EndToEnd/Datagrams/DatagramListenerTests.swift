// udp listen: stdin goes to whoever has spoken last, or to all; and whom udp listens to at all.

import Foundation
import Testing

@Suite("udp listen, and who may send")
struct DatagramListenerTests {
    private func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }

    @Test(
        "stdin waits for a first peer, and goes to the one that has spoken last",
        arguments: [Place.inet(0), .inet6(0)])
    func last(_ place: Place) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["udp", "listen", "\(place)"], stdin: .pipe)
            let target = try program.errors.listeningPlace(place)
            try program.write("early")
            let (first, second) = (try DatagramPeer(place), try DatagramPeer(place))
            try first.send(Data("a".utf8), to: target)
            #expect(text(try first.receive()) == "early", "\(scene)")
            try second.send(Data("b".utf8), to: target)
            #expect(program.output.wait { data, _ in data == Data("ab".utf8) }, "\(scene)")
            try program.write("late")
            #expect(text(try second.receive()) == "late", "\(scene)")
            program.signal(SIGINT)
            _ = try program.exit()
        }
    }

    @Test("--all sends each line to all who have spoken; --exit-on-eof ends it with the input")
    func all() throws {
        try scene { scene in
            let program = try scene.sockctl(
                "udp", "listen", "-j", "--all", "--frame", "line", "--exit-on-eof", "127.0.0.1:0",
                stdin: .pipe)
            let target = try program.output.listeningPlace()
            let peers = try (0..<3).map { _ in try DatagramPeer() }
            for (number, peer) in peers.enumerated() {
                try peer.send(Data("hello \(number)".utf8), to: target)
                #expect(program.output.wait { data, _ in data.count { $0 == 10 } == number + 2 }, "\(scene)")
            }
            try program.write("one\ntwo\n")
            for peer in peers {
                let lines = [text(try peer.receive()), text(try peer.receive())]
                #expect(lines == ["one", "two"], "\(scene)")
            }
            program.closeInput()
            try scene.expectSuccess(program)
            let summary = try program.output.event("summary")
            #expect(summary["sent.messages"] == 6 && summary["received.messages"] == 3, "\(summary)")
        }
    }

    @Test("it talks with udp connect over Unix sockets, and loses nothing that is piped")
    func unix() throws {
        try scene { scene in
            let path = scene.path("s")
            let lines = (0..<2000).map { "line \($0)\n" }.joined()
            let program = try scene.sockctl(
                "udp", "listen", "--frame", "line", "--exit-on-eof", "unix:\(path)",
                stdin: .bytes(Data(lines.utf8)))
            _ = try program.listening(.unix(path))
            let client = try scene.sockctl(
                "udp", "connect", "--frame", "line", "-i", "500ms", "unix:\(path)",
                stdin: .bytes(Data("hi\n".utf8)))
            try scene.expectSuccess(program)
            try scene.expect(client, ends: .status(5))
            #expect(client.output.text == lines, "\(scene)")
            #expect(program.output.text == "hi\n", "\(scene)")
        }
    }

    @Test("whoever is not allowed is dropped, and told of once")
    func refused() throws {
        try scene { scene in
            let program = try scene.sockctl(
                "udp", "recv", "-j", "127.0.0.1:0", "--deny", "127.0.0.1", "--echo", "-c", "1")
            let target = try program.output.listeningPlace()
            let peer = try DatagramPeer()
            for _ in 0..<50 { try peer.send(Data("no".utf8), to: target) }
            #expect(program.output.wait { data, _ in data.count { $0 == 10 } >= 2 }, "\(scene)")
            let other = try scene.run(
                .sockctl,
                ["udp", "send", "-s", "127.0.0.2", "--wait", "30s", "--replies", "1", "\(target)", "yes"])
            try scene.expectSuccess(other)
            try scene.expectSuccess(program)
            let events = try program.output.events()
            #expect(events.map(\.name) == ["listening", "refused", "datagram", "summary"], "\(scene)")
            #expect(events[1]["reason"] == "denied by --deny" && events[2]["text"] == "yes", "\(scene)")
        }
    }

    @Test("a relay asks it of clients, and not of the server")
    func relayed() throws {
        try scene { scene in
            let server = try scene.sockctl("udp", "recv", "127.0.0.1:0", "--echo", stdout: .null)
            let relay = try scene.sockctl(
                "udp", "recv", "127.0.0.1:0", "--allow", "127.0.0.2", "--to", "\(try server.listening())")
            let target = try relay.listening()
            let client = try scene.run(
                .sockctl,
                ["udp", "send", "-s", "127.0.0.2", "--wait", "30s", "--replies", "1", "\(target)", "x"])
            try scene.expectSuccess(client)
            try DatagramPeer().send(Data("no".utf8), to: target)
            #expect(relay.errors.wait { data, _ in text(data).contains("not among --allow") }, "\(scene)")
        }
    }

    @Test("-m 1 takes the first peer alone")
    func most() throws {
        try scene { scene in
            let program = try scene.sockctl("udp", "listen", "-m", "1", "-c", "2", "127.0.0.1:0")
            let target = try program.listening()
            let (first, second) = (try DatagramPeer(), try DatagramPeer())
            try first.send(Data("1".utf8), to: target)
            try second.send(Data("2".utf8), to: target)
            #expect(
                program.errors.wait { data, _ in text(data).contains("1 peer is there already") }, "\(scene)")
            try first.send(Data("3".utf8), to: target)
            try scene.expectSuccess(program)
            #expect(program.output.text == "13", "\(scene)")
        }
    }
}
