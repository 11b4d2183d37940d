// Who may come, how many at once, and what becomes of the file of a Unix socket.

import Foundation
import Glibc
import Testing

@Suite("A listener")
struct ListenerTests {
    @Test("--deny and --allow: a refused peer gets a reset and an event")
    func access() throws {
        try scene { scene in
            for options in [["--deny", "127.0.0.0/8"], ["--allow", "10.0.0.0/8"]] {
                let program = try scene.run(
                    .sockctl, ["listen", "-k", "-j", "--echo", "127.0.0.1:0"] + options)
                let peer = try Peer(connectingTo: try program.output.listeningPlace())
                let port = localPort(of: peer.descriptor)
                #expect(try peer.waitForEnd() == ECONNRESET, "\(scene)")
                let event = try program.output.event("refused")
                #expect(event["peer.host"] == "127.0.0.1", "\(event)")
                #expect(event["peer.port"] == Int(port) || port == 0, "\(event)")
                #expect(program.isRunning, "\(scene)")
            }
            for options in [
                ["--allow", "127.0.0.1"], ["--allow", "127.0.0.0/8"], ["--deny", "10.0.0.0/8"],
            ] {
                let program = try scene.run(.sockctl, ["listen", "-k", "--echo", "127.0.0.1:0"] + options)
                let peer = try Peer(connectingTo: try program.listening())
                try peer.send("hello")
                #expect(try peer.receiveText(5) == "hello", "\(scene)")
            }
        }
    }

    @Test(
        "--allow of networks that cannot reach the loopback is told, where no address was given",
        arguments: [
            ("listen --allow 10.0.0.0/8 0", true), ("recv --allow 2001:db8::/32 0", true),
            ("send --listen --allow 10.0.0.1 0 x", true), ("udp recv --allow 10.0.0.0/8 0", true),
            ("udp listen --allow 10.0.0.0/8 0", true), ("listen --allow 10.0.0.0/8 --allow ::1 0", false),
            ("listen --allow 127.0.0.2 0", false), ("listen --allow 0.0.0.0/0 0", false),
            ("listen --allow 10.0.0.0/8 127.0.0.1:0", false), ("udp recv --deny 10.0.0.0/8 0", false),
        ])
    func unreachable(line: String, isTold: Bool) throws {
        try scene { scene in
            let words = line.split(separator: " ").map(String.init)
            let program = try scene.run(.sockctl, words + ["--deadline", "100ms"])
            try scene.expect(program, ends: .status(5))
            #expect(program.errors.text.contains("'*:0' is every interface") == isTold, "\(scene)")
        }
    }

    @Test("a refused peer is not the one connection that listen waits for")
    func refusedDoesNotCount() throws {
        try scene { scene in
            let program = try scene.sockctl("listen", "--deny", "127.0.0.2", "127.0.0.1:0")
            let place = try program.listening()
            let stranger = try Peer(connectingTo: place, from: "127.0.0.2")
            #expect(try stranger.waitForEnd() == ECONNRESET, "\(scene)")
            let friend = try Peer(connectingTo: place)
            try friend.send("hello")
            friend.shutdown()
            try scene.expectSuccess(program)
            #expect(program.output.text == "hello")
        }
    }

    @Test("--max-connections: the rest waits and is served in turn")
    func maximum() throws {
        try scene { scene in
            let program = try scene.sockctl("listen", "-k", "-j", "-m", "2", "--echo", "127.0.0.1:0")
            let place = try program.output.listeningPlace()
            let peers = try (0..<5).map { _ in try Peer(connectingTo: place) }
            for peer in peers { try peer.send("hello") }
            for peer in peers.prefix(2) { #expect(try peer.receiveText(5) == "hello") }
            for peer in peers.dropFirst(2) {
                #expect(try !waitReady(peer.descriptor, POLLIN, Deadline(in: 0.05)), "served too early")
            }
            try poll(for: "two are accepted") {
                try program.output.events().filter { $0.name == "accepted" }.count == 2
            }
            peers[0].close()
            #expect(try peers[2].receiveText(5) == "hello", "\(scene)")
            for peer in peers { peer.close() }
            try poll(for: "all were served") {
                try program.output.events().filter { $0.name == "closed" }.count == 5
            }
        }
    }

    @Test("a bare port listens on loopback only, in both families")
    func loopback() throws {
        try scene { scene in
            let program = try scene.sockctl("listen", "-k", "--echo", "0")
            for place in [Place.inet(0), .inet6(0)] {
                let peer = try Peer(connectingTo: try program.listening(place))
                try peer.send("hello")
                #expect(try peer.receiveText(5) == "hello")
            }
            let ports = try [program.listening(.inet(0)), program.listening(.inet6(0))]
            #expect("\(ports[0])".split(separator: ":").last == "\(ports[1])".split(separator: ":").last)
        }
    }

    @Test("the socket's file goes with the listener, however it ends")
    func unixFile() throws {
        try scene { scene in
            let path = scene.path("socket")
            for way in ["served", "signal", "deadline"] {
                let options = way == "deadline" ? ["--deadline", "200ms"] : []
                let program = try scene.run(.sockctl, ["listen", "unix:\(path)"] + options)
                _ = try program.listening(.unix(path))
                if way == "served" { try Peer(connectingTo: .unix(path)).shutdown() }
                if way == "signal" { program.signal(SIGTERM) }
                _ = try program.exit()
                #expect(!FileManager.default.fileExists(atPath: path), "\(way)\n\(scene)")
            }
        }
    }

    @Test("a stale socket file is replaced")
    func stale() throws {
        try scene { scene in
            let path = scene.path("socket")
            _ = try Listener(.unix(path))  // closed at once, the file stays
            #expect(FileManager.default.fileExists(atPath: path))
            let program = try scene.sockctl("recv", "unix:\(path)")
            _ = try program.listening(.unix(path))
            let peer = try Peer(connectingTo: .unix(path))
            try peer.send("hello")
            peer.close()
            try scene.expectSuccess(program)
            #expect(program.output.text == "hello")
        }
    }

    @Test("a live socket is not taken: 8")
    func live() throws {
        try scene { scene in
            let path = scene.path("socket")
            let listener = try Listener(.unix(path))
            let program = try scene.sockctl("listen", "unix:\(path)")
            try scene.expect(program, ends: .status(8))
            #expect(program.errors.text.contains("(EADDRINUSE)"), "\(scene)")
            _ = try Peer(connectingTo: listener.place)
        }
    }

    @Test("a file that is no socket is never touched", arguments: ["listen", "recv"])
    func regular(_ command: String) throws {
        try scene { scene in
            let path = try scene.file("precious", Data("data".utf8))
            let program = try scene.sockctl(command, "unix:\(path)")
            try scene.expect(program, ends: .status(8))
            #expect(try scene.contents("precious") == Data("data".utf8))
        }
    }
}
