// unix-seqpacket: what is sent in one call is received in one call, whatever serves it; held against Python and socat.

import Foundation
import Glibc
import Testing

@Suite("unix-seqpacket")
struct SeqpacketTests {
    /// Connects or listens, sends a record of each length, and tells the length and the beginning of each that comes.
    private static let peer = #"""
        import socket, sys
        role, path = sys.argv[1:3]
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if role == "listen":
            l, s = s, None
            l.bind(path); l.listen(); print("listening", flush=True); s, _ = l.accept()
        else:
            s.connect(path)
        for number, word in enumerate(sys.argv[3:]): s.send(bytes([97 + number]) * int(word))
        s.shutdown(socket.SHUT_WR)
        while record := s.recv(1 << 20): print(len(record), record[:8].decode(), flush=True)
        """#

    private func peer(_ scene: Scene, _ role: String, _ path: String, _ lengths: [Int] = []) throws -> Program
    {
        let program = try scene.run(
            .python3, ["-u", "-c", Self.peer, role, path] + lengths.map(String.init), stdout: .collected)
        if role == "listen" { _ = try program.output.listeningPlace(.unix(path)) }
        return program
    }

    @Test("each DATA is a record, one longer than a buffer among them; an empty one is none")
    func data() throws {
        try scene { scene in
            let path = scene.path("s")
            let server = try peer(scene, "listen", path)
            let long = String(repeating: "l", count: 100_000)
            let program = try scene.sockctl("send", "-j", "unix-seqpacket:\(path)", "one", "", "three", long)
            try scene.expectSuccess(program)
            try scene.expectSuccess(server)
            #expect(server.output.lines == ["listening", "3 one", "5 three", "100000 llllllll"], "\(scene)")
            let closed = try program.output.event("closed")
            #expect(closed["sent.messages"] == 3 && closed["sent.bytes"] == 100_008, "\(scene)")
        }
    }

    @Test("each record is a message, an empty one is passed over", arguments: [false, true])
    func received(json: Bool) throws {
        try scene { scene in
            let path = scene.path("s")
            let program = try scene.run(.sockctl, ["recv", "unix-seqpacket:\(path)"] + (json ? ["-j"] : []))
            if !json {
                _ = try program.listening(.unix(path))
            } else {
                #expect(program.output.wait { data, _ in data.contains(10) })
            }
            // The second is empty, and so is the last; one is longer than any buffer that is lent.
            let client = try peer(scene, "connect", path, [3, 0, 300_00, 0, 150_000, 1, 0])
            try scene.expectSuccess(program)
            try scene.expectSuccess(client)
            guard json else {
                #expect(program.output.text.utf8.count == 3 + 30_000 + 150_000 + 1, "\(scene)")
                return
            }
            let events = try program.output.events()
            let sizes = events.filter { $0.name == "message" }.compactMap { $0["size"] as Int? }
            #expect(sizes == [3, 30_000, 150_000, 1], "\(scene)")
            #expect(try program.output.event("closed")["received.messages"] == 4, "\(scene)")
        }
    }

    @Test(
        "whatever serves it answers a record with a record",
        arguments: [
            ("--echo", ["3 aaa", "70000 bbbbbbbb", "1 c"]), ("--reply hi", ["2 hi", "2 hi", "2 hi"]),
        ])
    func served(_ way: String, _ answers: [String]) throws {
        try scene { scene in
            let path = scene.path("s")
            let words =
                ["listen", "-k", "unix-seqpacket:\(path)"] + way.split(separator: " ").map(String.init)
            let server = try scene.run(.sockctl, words, stdout: .null)
            _ = try server.listening(.unix(path))
            // All three are there before the first is read.
            let client = try peer(scene, "connect", path, [3, 70_000, 1])
            try scene.expectSuccess(client)
            #expect(client.output.lines == answers, "\(scene)")
        }
    }

    @Test("each line of stdin is a record for every peer, and each that comes a line")
    func lines() throws {
        try scene { scene in
            let path = scene.path("s")
            let server = try scene.sockctl(
                "listen", "-kv", "--frame", "line", "unix-seqpacket:\(path)", stdin: .pipe)
            _ = try server.listening(.unix(path))
            let clients = try (0..<2).map { _ in try peer(scene, "connect", path, [2, 3]) }
            #expect(server.output.wait { data, _ in data.count { $0 == 10 } == 4 }, "\(scene)")
            // Both have half-closed: they are sent what is said before that is seen.
            server.closeInput()
            for client in clients { try scene.expectSuccess(client) }
            #expect(server.output.lines.sorted() == ["aa", "aa", "bbb", "bbb"], "\(scene)")
            let other = try peer(scene, "listen", scene.path("t"))
            let sender = try scene.sockctl(
                "send", "--frame", "line", "unix-seqpacket:\(scene.path("t"))",
                stdin: .bytes(Data("one\n\ntwo\nlast".utf8)))
            try scene.expectSuccess(sender)
            try scene.expectSuccess(other)
            #expect(other.output.lines.dropFirst() == ["3 one", "3 two", "4 last"], "\(scene)")
        }
    }

    @Test("what one peer says to the others comes in its pieces")
    func chat() throws {
        try scene { scene in
            let path = scene.path("s")
            let server = try scene.sockctl("listen", "-kv", "--chat", "unix-seqpacket:\(path)")
            _ = try server.listening(.unix(path))
            let listener = try scene.sockctl("recv", "--connect", "-c", "3", "-j", "unix-seqpacket:\(path)")
            #expect(
                server.errors.wait { data, _ in
                    String(decoding: data, as: UTF8.self).contains("accepted")
                })
            let speaker = try peer(scene, "connect", path, [5, 6, 7])
            try scene.expectSuccess(listener)
            try scene.expectSuccess(speaker)
            let events = try listener.output.events().filter { $0.name == "message" }
            #expect(
                events.compactMap { $0["text"] as String? } == ["aaaaa", "bbbbbb", "ccccccc"], "\(scene)")
        }
    }

    @Test("a relay keeps records; a stream gets their bytes")
    func relayed() throws {
        try scene { scene in
            let (path, middle) = (scene.path("s"), scene.path("m"))
            for scheme in ["unix-seqpacket", "unix"] {
                let server = try scene.sockctl("listen", "--echo", "\(scheme):\(path)", stdout: .null)
                _ = try server.listening(.unix(path))
                let relay = try scene.sockctl(
                    "listen", "unix-seqpacket:\(middle)", "--to", "\(scheme):\(path)")
                _ = try relay.listening(.unix(middle))
                let client = try peer(scene, "connect", middle, [3, 70_000, 1])
                try scene.expectSuccess(client)
                try scene.expectSuccess(relay)
                let lengths = client.output.lines.map { Int($0.prefix { $0 != " " }) ?? 0 }
                if scheme == "unix" {
                    #expect(lengths.reduce(0, +) == 70_004, "\(scene)")
                } else {
                    #expect(lengths == [3, 70_000, 1], "\(scene)")
                }
            }
        }
    }

    @Test("socat's records are messages, and it gets each DATA by itself")
    func socat() throws {
        try scene { scene in
            let path = scene.path("s")
            let program = try scene.sockctl("listen", "--echo", "-j", "unix-seqpacket:\(path)")
            #expect(program.output.wait { data, _ in data.contains(10) })
            let socat = try scene.run(
                .socat, ["-t5", "-", "UNIX-CONNECT:\(path),socktype=5"], stdin: .bytes(Data("hello".utf8)))
            try scene.expectSuccess(socat)
            try scene.expectSuccess(program)
            #expect(socat.output.text == "hello", "\(scene)")
            #expect(try program.output.event("message")["size"] == 5, "\(scene)")
        }
    }

    @Test("a record that does not fit is an error that says what helps, and none is cut")
    func tooLong() throws {
        try scene { scene in
            let path = scene.path("s")
            let server = try peer(scene, "listen", path)
            let program = try scene.sockctl(
                "send", "-o", "SO_SNDBUF=5000", "unix-seqpacket:\(path)",
                String(repeating: "x", count: 20_000))
            #expect(try program.exit() != .status(0))
            #expect(program.errors.text.contains("EMSGSIZE"), "\(scene)")
            #expect(program.errors.lines.last?.contains("-o SO_SNDBUF=SIZE") == true, "\(scene)")
            _ = try server.exit()
            #expect(server.output.lines == ["listening"], "\(scene)")
        }
    }

    @Test("what was recorded of records is played back in them")
    func replay() throws {
        try scene { scene in
            let (path, recording) = (scene.path("s"), scene.path("recording"))
            let server = try scene.sockctl("recv", "--record", recording, "unix-seqpacket:\(path)")
            _ = try server.listening(.unix(path))
            let client = try peer(scene, "connect", path, [3, 150_000, 1])
            try scene.expectSuccess(client)
            try scene.expectSuccess(server)
            let listener = try peer(scene, "listen", scene.path("t"))
            let replay = try scene.sockctl("send", "--replay", recording, "unix-seqpacket:\(scene.path("t"))")
            try scene.expectSuccess(replay)
            try scene.expectSuccess(listener)
            #expect(listener.output.lines.dropFirst() == ["3 aaa", "150000 bbbbbbbb", "1 c"], "\(scene)")
        }
    }

    @Test("a record may be as long as --max-message", arguments: ["recv", "listen --echo"])
    func longest(_ command: String) throws {
        try scene { scene in
            let path = scene.path("s")
            for (length, status): (Int, Int32) in [(100, 0), (101, 11)] {
                let words = command.split(separator: " ").map(String.init)
                let program = try scene.run(
                    .sockctl,
                    words + ["--frame", "line", "--max-message", "100", "unix-seqpacket:\(path)"])
                _ = try program.listening(.unix(path))
                let client = try peer(scene, "connect", path, [length])
                #expect(try program.exit() == .status(status), "\(scene)")
                _ = try client.exit()
                #expect(program.errors.text.contains("--max-message allows 100") == (status != 0), "\(scene)")
            }
        }
    }

    @Test("it is tested, looked at, and explained where a stream is there instead")
    func looked() throws {
        try scene { scene in
            let path = scene.path("s")
            let server = try scene.sockctl("listen", "-k", "--discard", "unix-seqpacket:\(path)")
            _ = try server.listening(.unix(path))
            try scene.expectSuccess(try scene.sockctl("connect", "--check", "-q", "unix-seqpacket:\(path)"))
            let info = try scene.sockctl("info", "unix-seqpacket:\(path)")
            try scene.expectSuccess(info)
            #expect(info.output.text.contains("SOCK_SEQPACKET"), "\(scene)")
            let wrong = try scene.sockctl("send", "unix:\(path)", "x")
            #expect(try wrong.exit() != .status(0))
            #expect(wrong.errors.text.contains("unix-seqpacket:PATH keeps boundaries"), "\(scene)")
        }
    }

    @Test(
        "what does not go with records is refused: 2",
        arguments: [
            "send --tls unix-seqpacket:x y", "send tls:unix-seqpacket:x y", "send unix-seqpacket: y",
            "send --frame line:u8 unix-seqpacket:x y", "udp send unix-seqpacket:x y",
            "listen unix-seqpacket:x --to 1 --fault latency=1ms",
            "listen --tls --self-signed unix-seqpacket:x",
            "listen --mode 600 7000", "recv --mode 600 unix:@x", "recv --mode 888 unix:x",
            "send -s unix:x -p 3 unix:y z", "send -p 3 unix-seqpacket:y z", "send -s 127.0.0.1 unix:y z",
            "send -s unix:x 127.0.0.1:1 z", "udp send -s unix:x 127.0.0.1:1 z",
            "listen --allow 127.0.0.0/8 unix-seqpacket:x", "udp recv --deny ::1 unix:x",
        ])
    func refused(_ words: String) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, words.split(separator: " ").map(String.init))
            try scene.expect(program, ends: .status(2))
        }
    }
}

@Suite("The permissions and the names of Unix sockets")
struct UnixNameTests {
    @Test(
        "--mode is the mode of the file, whatever the umask",
        arguments: [("listen", "600"), ("recv", "0666"), ("udp recv", "770"), ("send --listen", "0")])
    func mode(_ command: String, _ mode: String) throws {
        try scene { scene in
            let path = scene.path("s")
            let data = command.hasPrefix("send") ? " x" : ""
            let program = try scene.shell(
                "umask 077; exec $SOCKCTL \(command) --mode \(mode) unix:\(path)\(data)")
            _ = try program.listening(.unix(path))
            var status = stat()
            #expect(lstat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == UInt32(mode, radix: 8), "\(scene)")
        }
    }

    @Test(
        "a client has a name of its own, and its file is gone at the end",
        arguments: ["unix", "unix-seqpacket"])
    func source(_ scheme: String) throws {
        try scene { scene in
            let (path, own) = (scene.path("s"), scene.path("own"))
            let server = try scene.sockctl("listen", "-kj", "--echo", "\(scheme):\(path)")
            #expect(server.output.wait { data, _ in data.contains(10) })
            for _ in 0..<2 {
                let client = try scene.sockctl("send", "-s", "unix:\(own)", "\(scheme):\(path)", "hello")
                try scene.expectSuccess(client)
                #expect(client.output.text == "hello", "\(scene)")
                #expect(access(own, F_OK) != 0, "\(scene)")
            }
            #expect(
                server.output.wait { data, _ in
                    String(decoding: data, as: UTF8.self).matches(of: /"closed"/).count == 2
                })
            #expect(try server.output.event("accepted")["peer.path"] == own, "\(scene)")
            // Nobody listens: the file goes, too.
            let refused = try scene.sockctl(
                "send", "-s", "unix:\(own)", "\(scheme):\(scene.path("gone"))", "x")
            #expect(try refused.exit() != .status(0))
            #expect(access(own, F_OK) != 0, "\(scene)")
        }
    }

    @Test("a datagram socket is answered at its name")
    func datagrams() throws {
        try scene { scene in
            let (path, own) = (scene.path("s"), scene.path("own"))
            let server = try scene.sockctl("udp", "recv", "-j", "--echo", "unix:\(path)")
            #expect(server.output.wait { data, _ in data.contains(10) })
            let client = try scene.sockctl(
                "udp", "send", "-s", "unix:\(own)", "--wait", "30s", "--replies", "1", "unix:\(path)", "hello"
            )
            try scene.expectSuccess(client)
            #expect(client.output.text == "hello", "\(scene)")
            #expect(try server.output.event("datagram")["peer.path"] == own, "\(scene)")
            #expect(access(own, F_OK) != 0, "\(scene)")
        }
    }
}
