// --exec and --shell: a program for each connection, with the connection as its standard input and output.

import Foundation
import Glibc
import Testing

@Suite("A program for each connection")
struct ProgramTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let words: [String]
        let sent: String
        let reply: String
        var status: Int32 = 0
        var testDescription: String { words.joined(separator: " ") }
    }

    @Test(
        "what the peer sends is its input, what it writes goes to the peer, its status is ours",
        arguments: [
            Row(words: ["--exec", "cat"], sent: "hello", reply: "hello"),
            // Every word that follows is the program's.
            Row(words: ["--exec", "echo", "--json", "--", "-x"], sent: "", reply: "--json -- -x\n"),
            Row(words: ["--exec=echo", "a b", "c"], sent: "", reply: "a b c\n"),
            Row(
                words: ["--shell", "read line; echo \"<$line>\"; exit 3"], sent: "x\n", reply: "<x>\n",
                status: 3),
            Row(words: ["--shell", "echo out; kill -KILL $$"], sent: "", reply: "out\n", status: 137),
            // It need not read what is sent.
            Row(
                words: ["--shell", "exec <&-; sleep 0.3; echo done"],
                sent: String(repeating: "x", count: 300_000),
                reply: "done\n"),
            Row(
                words: ["--frame", "line:u32be", "--exec", "cat"], sent: "\0\0\0\u{2}hi",
                reply: "\0\0\0\u{2}hi"),
            Row(words: ["--crlf", "--exec", "echo", "a"], sent: "", reply: "a\r\n"),
        ])
    func serves(_ row: Row) throws {
        try scene { scene in
            for place in [Place.inet(0), .inet6(0), .unix(scene.path("s"))] {
                let program = try scene.run(.sockctl, ["listen", "\(place)"] + row.words)
                let peer = try Peer(connectingTo: try program.listening(place))
                try peer.send(row.sent)
                peer.shutdown()
                #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == row.reply, "\(scene)")
                #expect(try program.exit() == .status(row.status), "\(scene)")
            }
        }
    }

    @Test("connect has one, too; its answer arrives although the peer never ends")
    func connecting() throws {
        try scene { scene in
            let listener = try Listener(.inet(0))
            let program = try scene.sockctl("connect", "\(listener.place)", "--exec", "echo", "hello")
            let peer = try listener.accept()
            // Bytes that the program never reads do not turn the end into a reset.
            try peer.send("unread")
            #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == "hello\n", "\(scene)")
            #expect(try program.exit() == .status(0), "\(scene)")
        }
    }

    @Test("there is no such program: status 1 before anything listens, and what to type")
    func missing() throws {
        try scene { scene in
            let file = try scene.file("plain", Data("x".utf8))
            let rows: [([String], Int32, String)] = [
                (["--exec", "no-such-program"], 1, "exec no-such-program: no such program in PATH"),
                (["--exec", "/nowhere/x"], 1, "exec /nowhere/x: no such file or directory (ENOENT)"),
                (["--exec", file], 1, "permission denied (EACCES)"),
                (["--exec", "/"], 1, "exec /: it is a directory"),
                (["--exec", "tr a b"], 1, "--shell 'tr a b'"),
                (["--exec"], 2, "--exec expects a program, and then its arguments"),
                (["--exec", ""], 2, "--exec: '' is not a program, and then its arguments"),
                (["--shell"], 2, "--shell expects a command line for sh"),
                (["--echo", "--exec", "cat"], 2, "--echo and --exec cannot be combined"),
                (["-f", "x", "--shell", "cat"], 2, "cannot be combined"),
                (["--to", "1", "--exec", "cat"], 2, "cannot be combined"),
            ]
            for (words, status, message) in rows {
                let program = try scene.run(.sockctl, ["listen", "127.0.0.1:0"] + words)
                #expect(try program.exit() == .status(status), "\(words)")
                #expect(program.errors.text.contains(message), "\(program)")
                #expect(!program.errors.text.contains("listening"), "\(program)")
            }
            let program = try scene.sockctl("connect", "-z", "1", "--exec", "cat")
            #expect(try program.exit() == .status(2), "\(program)")
        }
    }

    @Test("its environment says who the peer is, and holds nothing that is ours alone")
    func environment() throws {
        try scene { scene in
            let own = [
                "LISTEN_FDS": "1", "LISTEN_PID": "1", "NOTIFY_SOCKET": "/x", "SSLKEYLOGFILE": "/dev/null",
                "SOCKCTL_PROXY_AUTH": "u:p", "https_proxy": "http://u:p@h:1", "http_proxy": "http://h:1",
                "KEPT": "1",
            ]
            let program = try scene.run(
                .sockctl, ["listen", "-k", "127.0.0.1:0", "--exec", "env"], environment: own)
            let place = try program.listening()
            let peer = try Peer(connectingTo: place)
            let lines = String(decoding: try peer.receiveToEnd(), as: UTF8.self).split(separator: "\n").map(
                String.init)
            let port = localPort(of: peer.descriptor)
            for line in [
                "PROTO=TCP", "TCPREMOTEIP=127.0.0.1", "TCPREMOTEPORT=\(port)", "TCPLOCALIP=127.0.0.1",
                "TCPLOCALPORT=\("\(place)".split(separator: ":").last!)", "SOCKCTL_CONNECTION=1",
                "SOCKCTL_PEER=127.0.0.1:\(port)", "http_proxy=http://h:1", "KEPT=1",
            ] {
                #expect(lines.contains(line), "\(line) in \(lines)")
            }
            for name in own.keys where !["KEPT", "http_proxy"].contains(name) {
                #expect(!lines.contains { $0.hasPrefix(name + "=") }, "\(name) in \(lines)")
            }
        }
    }

    @Test("it has three descriptors, default signals, none blocked, and a group of its own")
    func surroundings() throws {
        try scene { scene in
            let script = """
                ls /proc/self/fd | wc -l; grep -E 'Sig(Blk|Ign)' /proc/self/status; \
                ps -o pgid= -p $$ | tr -d ' '; echo $$; head -c 1 >/dev/null
                """
            let program = try scene.run(
                .sockctl, ["listen", "-k", "127.0.0.1:0", "--shell", script])
            let place = try program.listening()
            let peers = try (0..<3).map { _ in try Peer(connectingTo: place) }
            for peer in peers {
                peer.shutdown()
                let lines = String(decoding: try peer.receiveToEnd(), as: UTF8.self).split(separator: "\n")
                // 0, 1, 2, and the one of ls itself.
                #expect(lines.first == "4", "\(lines)")
                // Two are libc's own: SIGCANCEL and SIGSETXID.
                let masks = lines[1...2].compactMap { UInt64($0.suffix(16), radix: 16) }
                #expect(masks.allSatisfy { $0 & ~(3 << 31) == 0 }, "\(lines)")
                #expect(lines.count == 5 && lines[3] == lines[4], "\(lines)")
            }
        }
    }

    @Test(
        "a group is ended: SIGTERM, then SIGKILL; when the peer is gone, and when the command ends",
        arguments: ["reset", "signal", "deadline"])
    func ends(_ way: String) throws {
        try scene { scene in
            // One that says no to SIGTERM, and started another that does as well.
            let script =
                "trap 'echo term >> \(scene.path("log"))' TERM; (trap '' TERM; sleep 100 & wait; sleep 100) & echo $$; cat; while :; do sleep 0.05; done"
            let words = way == "deadline" ? ["--deadline", "500ms"] : []
            let program = try scene.run(
                .sockctl, ["listen", "-k", "-j", "127.0.0.1:0"] + words + ["--shell", script])
            let peer = try Peer(connectingTo: try program.output.listeningPlace())
            var text = ""
            while !text.hasSuffix("\n") { text += try peer.receiveText(1) }
            let group = try #require(Int32(text.dropLast()))
            switch way {
            case "reset": peer.reset()
            case "signal": program.signal(SIGTERM)
            default: break
            }
            if way == "reset" {
                try poll(for: "closed") { try program.output.events().contains { $0.name == "closed" } }
                let closed = try program.output.event("closed")
                #expect(closed["exit_status"] == 137 && closed["exit_signal"] == "SIGKILL", "\(closed)")
                #expect(program.isRunning)
            } else {
                _ = try program.exit()
            }
            #expect(living(in: group).isEmpty, "\(way)")
            #expect(String(decoding: try scene.contents("log"), as: UTF8.self) == "term\n")
        }
    }

    @Test("a program that cannot be started ends its peer alone; without -m a hundred run at a time")
    func limits() throws {
        try scene { scene in
            // Found, and executable, but no program.
            let file = try scene.file("broken", Data([0x7f, 0x45, 0x4c, 0x46, 1, 2, 3]))
            chmod(file, 0o755)
            let program = try scene.sockctl("listen", "-k", "-j", "127.0.0.1:0", "--exec", file)
            let place = try program.output.listeningPlace()
            for _ in 0..<2 {
                let peer = try Peer(connectingTo: place)
                #expect(try peer.waitForEnd() == ECONNRESET)
            }
            let error = try program.output.event("error")
            #expect(error["error.operation"] == "exec" && error["error.code"] == "ENOEXEC", "\(error)")
            #expect(program.isRunning)

            // What there are no descriptors for waits.
            let few = try scene.shell("ulimit -n 24; exec $SOCKCTL listen -k 127.0.0.1:0 --exec cat")
            let door = try few.listening()
            for round in 0..<2 {
                let peers = try (0..<12).map { _ in try Peer(connectingTo: door) }
                for peer in peers {
                    try peer.send("x")
                    peer.shutdown()
                }
                for peer in peers { #expect(try peer.receiveText(1) == "x", "\(round)") }
            }

            let many = try scene.sockctl("listen", "-k", "127.0.0.1:0", "--exec", "cat")
            let target = try many.listening()
            let peers = try (0..<101).map { _ in try Peer(connectingTo: target) }
            for peer in peers { try peer.send("x") }
            for peer in peers.prefix(100) { #expect(try peer.receiveText(1) == "x") }
            #expect(try !waitReady(peers[100].descriptor, POLLIN, Deadline(in: 0.05)), "served too early")
            peers[0].close()
            #expect(try peers[100].receiveText(1) == "x")
        }
    }

    @Test("what came before the peer's end is read by a program that has closed its output")
    func lateReader() throws {
        try scene { scene in
            let bytes = Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            for framing in [[], ["--frame", "fixed:1000"]] {
                let path = scene.path("upload")
                let program = try scene.run(
                    .sockctl,
                    ["listen", "127.0.0.1:0"] + framing + [
                        "--shell", "exec >&-; sleep 0.2; cat > \(path).part; mv \(path).part \(path)",
                    ])
                let peer = try Peer(connectingTo: try program.listening())
                try peer.send(bytes)
                peer.shutdown()
                try scene.expectSuccess(program)
                #expect(try scene.contents("upload") == bytes)
            }
        }
    }

    /// The processes of a group that have not ended, `/proc/PID/stat`.
    private func living(in group: Int32) -> [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.filter { Int32($0) != nil }.filter { entry in
            let stat = (try? String(contentsOfFile: "/proc/\(entry)/stat", encoding: .utf8)) ?? ""
            let fields = (stat.split(separator: ")").last ?? "").split(separator: " ")
            return fields.count > 2 && fields[0] != "Z" && Int32(fields[2]) == group
        }
    }
}
