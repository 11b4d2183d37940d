// Sockets that were inherited, `fd:N` and `fd:NAME`; a program that is started by its first connection, `--activate`; and
// READY=1 for the service manager.

import Foundation
import Glibc
import Testing

@Suite("Sockets passed from process to process")
struct ActivationTests {
    @Test(
        "systemd-socket-activate: by number, by name, one connection each, as standard input",
        arguments: [
            (["--fdname=web"], ["listen", "-k", "fd:3", "--echo"]),
            (["--fdname=web"], ["listen", "-k", "fd:web", "--echo"]),
            (["--accept"], ["listen", "fd:3", "--echo"]),
            (["--inetd", "--accept"], ["listen", "fd:0", "--echo"]),
            (["--fdname=web"], ["listen", "-k", "fd:web", "--exec", "cat"]),
        ])
    func systemd(_ options: [String], _ words: [String]) throws {
        try scene { scene in
            let place = Place.unix(scene.path("s"))
            let sockctl = try Tool.sockctl.require()
            let supervisor = try scene.run(
                .systemdSocketActivate, options + ["-l", scene.path("s"), sockctl] + words)
            _ = try supervisor.foundListening(place)
            for _ in 0..<(words.contains("-k") || options.contains("--accept") ? 2 : 1) {
                let peer = try Peer(connectingTo: place)
                try peer.send("hello")
                peer.shutdown()
                #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == "hello", "\(scene)")
            }
        }
    }

    @Test("--activate becomes the program at the first connection, which it has not accepted")
    func activates() throws {
        try scene { scene in
            let sockctl = try Tool.sockctl.require()
            for place in [Place.inet(0), .inet6(0), .unix(scene.path("s"))] {
                let program = try scene.sockctl(
                    "listen", "\(place)", "--activate", sockctl, "listen", "-j", "fd:3", "--exec", "env")
                let bound = try program.listening(place)
                let peer = try Peer(connectingTo: bound)
                let lines = String(decoding: try peer.receiveToEnd(), as: UTF8.self)
                #expect(!lines.contains("LISTEN_"), "\(lines)")
                peer.close()
                #expect(try program.exit() == .status(0), "\(scene)")
                #expect(try program.output.event("accepted")["connection"] == 1)
            }
        }
    }

    @Test("a bare port is passed in both families, and both are served by their name")
    func bothFamilies() throws {
        try scene { scene in
            let sockctl = try Tool.sockctl.require()
            let program = try scene.sockctl(
                "listen", "0", "--activate", sockctl, "listen", "-k", "fd:listener", "--echo")
            for place in [Place.inet6(0), .inet(0)] {
                let peer = try Peer(connectingTo: try program.listening(place))
                try peer.send("hello")
                #expect(try peer.receiveText(5) == "hello", "\(scene)")
            }
        }
    }

    @Test(
        "--backlog is that of a listener that was inherited; without it the listener keeps its own",
        arguments: [nil, "9"])
    func backlog(_ asked: String?) throws {
        try scene { scene in
            let sockctl = try Tool.sockctl.require()
            let program = try scene.run(
                .sockctl,
                ["listen", "127.0.0.1:0", "--backlog", "5", "--activate", sockctl, "listen", "-k", "--echo"]
                    + (asked.map { ["--backlog", $0] } ?? []) + ["fd:listener"])
            let peer = try Peer(connectingTo: try program.listening())
            try peer.send("x")
            #expect(try peer.receiveText(1) == "x")
            let list = try scene.sockctl("info", "--pid", "\(program.pid)", "--listening", "--tcp", "-j")
            try scene.expectSuccess(list)
            #expect(list.output.text.contains("\"backlog\":\(asked ?? "5")"), "\(scene)")
        }
    }

    @Test("what the program finds: its own number, as many sockets, their flags, its signals and descriptors")
    func handsOver() throws {
        try scene { scene in
            let script = """
                echo "$LISTEN_FDS $(test "$LISTEN_PID" = $$ && echo mine) $KEPT $LISTEN_FDNAMES"
                ls /proc/self/fd | tr '\\n' ' '; echo
                grep ^flags /proc/self/fdinfo/3 /proc/self/fdinfo/4
                grep -E 'Sig(Blk|Ign)' /proc/self/status
                """
            let program = try scene.run(
                .sockctl, ["listen", "0", "--activate", "sh", "-c", script],
                environment: ["KEPT": "kept", "LISTEN_FDNAMES": "old", "PATH": "/bin:/usr/bin"])
            let peer = try Peer(connectingTo: try program.listening())
            #expect(try program.exit() == .status(0), "\(scene)")
            peer.close()
            let lines = program.output.lines
            #expect(lines.first == "2 mine kept listener:listener", "\(lines)")
            #expect(lines[1] == "0 1 2 3 4 5 ", "\(lines)")
            let flags = lines[2...3].compactMap {
                $0.split(separator: "\t").last.flatMap { Int32($0, radix: 8) }
            }
            #expect(
                flags.count == 2 && flags.allSatisfy { $0 & O_NONBLOCK == 0 && $0 & O_CLOEXEC == 0 },
                "\(lines)")
            // Two are libc's own: SIGCANCEL and SIGSETXID.
            let masks = lines[4...].compactMap { UInt64($0.suffix(16), radix: 16) }
            #expect(masks.count == 2 && masks.allSatisfy { $0 & ~(3 << 31) == 0 }, "\(lines)")
        }
    }

    @Test("a connection that the shell made goes on, and its flags are as before")
    func connected() throws {
        try scene { scene in
            let listener = try Listener(.inet(0))
            _ = try Tool.bash.require()
            let script = """
                exec 3<>/dev/tcp/127.0.0.1/\(listener.port)
                grep ^flags /proc/self/fdinfo/3; echo hello | $SOCKCTL connect fd:3; grep ^flags /proc/self/fdinfo/3
                """
            let shell = try scene.shell("exec bash -c \"$1\"", arguments: [script])
            let peer = try listener.accept()
            #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == "hello\n")
            try peer.send("answer\n")
            peer.close()
            try scene.expectSuccess(shell)
            let lines = shell.output.lines
            #expect(lines.count == 3 && lines[0] == lines[2] && lines[1] == "answer", "\(lines)")
        }
    }

    @Test("what is no such socket is refused, with what it is")
    func refused() throws {
        try scene { scene in
            let rows: [([String], [String: String], Int32, String)] = [
                (["listen", "fd:99"], [:], 1, "descriptor 99 is not open here (not inherited)"),
                (["listen", "fd:1"], [:], 1, "descriptor 1 is not a socket"),
                (["connect", "-s", "127.0.0.1", "fd:3"], [:], 2, "come too late"),
                (["connect", "fd:99"], [:], 1, "not inherited"),
                (["listen", "fd:"], [:], 2, "no descriptor"),
                (
                    ["listen", "--accept-proxy", "::1", "0", "--activate", "cat"], [:], 2,
                    "cannot be combined"
                ),
                (["listen", "fd:web"], ["LISTEN_FDS": "-1", "LISTEN_PID": "1"], 1, "LISTEN_FDS is '-1'"),
                (["listen", "fd:web"], [:], 1, "LISTEN_FDS and LISTEN_PID are not set"),
                (["listen", "fd:web"], ["LISTEN_FDS": "1", "LISTEN_PID": "1"], 1, "those of process 1"),
                (["udp", "recv", "fd:3"], [:], 2, "can be used by listen, connect, send and recv"),
                (["connect", "-z", "fd:3"], [:], 2, "fd:3"),
                (["listen", "--to", "fd:3", "0"], [:], 2, "fd:3"),
                (["listen", "0", "--activate", "no-such-program"], [:], 1, "no such program in PATH"),
                (
                    ["listen", "-k", "0", "--activate", "cat"], [:], 2,
                    "--activate and --keep-open cannot be combined"
                ),
                (
                    ["listen", "--tls", "0", "--activate", "cat"], [:], 2,
                    "--activate and --tls cannot be combined"
                ),
            ]
            for (words, environment, status, message) in rows {
                let program = try scene.run(.sockctl, words, environment: environment)
                #expect(try program.exit() == .status(status), "\(program)")
                #expect(program.errors.text.contains(message), "\(program)")
            }
            let script = "exec 3<>/dev/udp/127.0.0.1/9; exec \"$SOCKCTL\" listen fd:3"
            let datagrams = try scene.shell("exec bash -c \"$1\"", arguments: [script])
            #expect(try datagrams.exit() == .status(1), "\(datagrams)")
            #expect(datagrams.errors.text.contains("is no stream socket"), "\(datagrams)")
        }
    }

    @Test(
        "READY=1 once it listens",
        arguments: [["listen", "127.0.0.1:0"], ["recv", "[::1]:0"], ["udp", "recv", "127.0.0.1:0"]])
    func ready(_ words: [String]) throws {
        try scene { scene in
            let path = scene.path("notify")
            let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            defer { Glibc.close(socket) }
            _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
            #expect(Place.unix(path).withAddress { bind(socket, $0, $1) } == 0)
            let program = try scene.run(.sockctl, words, environment: ["NOTIFY_SOCKET": path])
            #expect(try waitReady(socket, POLLIN, Deadline()))
            var bytes = [UInt8](repeating: 0, count: 100)
            let count = recv(socket, &bytes, bytes.count, 0)
            #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "READY=1")
            #expect(program.isRunning)
        }
    }
}
