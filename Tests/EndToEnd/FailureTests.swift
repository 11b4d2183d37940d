// What goes wrong with a connection, each with the message and the exit status of the contract: refused,
// unknown, taken, not permitted, reset, broken.

import Foundation
import Glibc
import Testing

@Suite("A failure has its message and its status")
struct FailureTests {
    /// A port that is taken and does not listen: it refuses for sure.
    private func refusingPort() throws -> Listener { try Listener(listening: false) }

    @Test("connection refused: 4")
    func refused() throws {
        try scene { scene in
            let closed = try refusingPort()
            for command in ["connect", "send"] {
                let program = try scene.sockctl(command, "127.0.0.1", "\(closed.port)")
                try scene.expect(program, ends: .status(4))
                #expect(
                    program.errors.lines.first
                        == "sockctl: connect 127.0.0.1:\(closed.port): connection refused (ECONNREFUSED)")
                #expect(program.output.text.isEmpty)
            }
        }
    }

    @Test("to connect to itself is not to be connected: 4")
    func itself() throws {
        try scene { scene in
            let port = try Listener(listening: false).port
            let program = try scene.sockctl(
                "connect", "-s", "127.0.0.1:\(port)", "127.0.0.1:\(port)", stdin: .bytes(Data("echo?".utf8)))
            try scene.expect(program, ends: .status(4))
            #expect(program.output.text.isEmpty, "\(scene)")
        }
    }

    @Test("no such Unix socket, and one that nobody listens on any more")
    func unixRefused() throws {
        try scene { scene in
            let missing = try scene.sockctl("connect", "unix:\(scene.path("missing"))")
            #expect(try missing.exit() != .status(0), "\(scene)")
            #expect(missing.errors.text.contains("ENOENT"), "\(scene)")

            _ = try Listener(.unix(scene.path("stale")))
            let stale = try scene.sockctl("connect", "unix:\(scene.path("stale"))")
            try scene.expect(stale, ends: .status(4))
            #expect(stale.errors.text.contains("ECONNREFUSED"), "\(scene)")
        }
    }

    @Test("what stands in the way of a Unix socket is told: no firewall, no port")
    func unixHints() throws {
        try scene { scene in
            let directory = scene.directory
            let file = try scene.file("file", Data())
            let ourName = try String(contentsOfFile: "/proc/self/comm", encoding: .utf8).dropLast()
            let listener = try Listener(.unix(scene.path("live")))
            let cases = [
                (["listen", "unix:\(directory)"], "what is there is no socket, and is not replaced"),
                (["listen", "unix:\(file)"], "what is there is no socket, and is not replaced"),
                (["udp", "recv", "unix:\(file)"], "what is there is no socket, and is not replaced"),
                (["recv", "\(listener.place)"], "\(ourName) (pid \(getpid())) listens there"),
                (["listen", "unix:\(scene.path("none/socket"))"], "there is no such directory"),
                (["connect", "unix:\(file)"], "what is there is no socket"),
                (
                    ["connect", "unix:@\(directory)"],
                    "nobody listens there: 'sockctl info --unix --listening' shows who listens where"
                ),
                (["udp", "send", "unix:\(directory)", "x"], "what is there is no socket"),
                (
                    ["udp", "send", "\(listener.place)", "x"],
                    "unix:PATH is a stream socket, unix-seqpacket:PATH keeps boundaries; 'sockctl udp' is for "
                        + "datagram sockets"
                ),
            ]
            for (words, hint) in cases {
                let program = try scene.run(.sockctl, words)
                #expect(try program.exit() != .status(0))
                // Who it is is looked for as long as it takes a few milliseconds.
                let vague = "  another process listens there"
                let isTold = program.errors.lines.last.map { [vague, "  " + hint].contains($0) } ?? false
                #expect(isTold, "\(program)")
            }
        }
    }

    @Test(
        "unknown name or service: 3",
        arguments: [["does-not-exist.invalid", "80"], ["127.0.0.1", "no-such"]])
    func unresolved(_ operands: [String]) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["connect"] + operands)
            try scene.expect(program, ends: .status(3))
            #expect(program.errors.text.hasPrefix("sockctl: "), "\(scene)")
            let unknown = operands.first { $0.contains("-") }!
            #expect(program.errors.lines.first?.contains(unknown) == true, "\(scene)")
        }
    }

    @Test("address in use: 8", arguments: ["listen", "recv"])
    func inUse(_ command: String) throws {
        try scene { scene in
            let taken = try Listener()
            let program = try scene.sockctl(command, "\(taken.place)")
            try scene.expect(program, ends: .status(8))
            #expect(
                program.errors.lines.first?.hasPrefix("sockctl: bind \(taken.place): ") == true, "\(scene)")
            #expect(program.errors.lines.first?.hasSuffix("(EADDRINUSE)") == true, "\(scene)")
        }
    }

    @Test(
        "who listens there is named, over TCP and UDP, on one address and on all", arguments: ["tcp", "udp"])
    func occupant(_ transport: String) throws {
        try scene { scene in
            let type = transport == "udp" ? "SOCK_DGRAM" : "SOCK_STREAM"
            let holder = try scene.run(
                .python3,
                [
                    "-uc",
                    """
                    import socket, sys
                    held = socket.socket(type=socket.\(type)); held.bind(("127.0.0.1", 0))
                    if "\(transport)" == "tcp": held.listen()
                    print(held.getsockname()[1]); sys.stdin.read()
                    """,
                ], stdin: .pipe)
            #expect(holder.output.wait { data, _ in data.contains(10) }, "\(scene)")
            let port = try #require(holder.output.lines.first)
            let name = try String(contentsOfFile: "/proc/\(holder.pid)/comm", encoding: .utf8).dropLast()
            for place in ["127.0.0.1:\(port)", "*:\(port)"] {
                let command = transport == "udp" ? ["udp", "recv"] : ["listen"]
                let program = try scene.run(.sockctl, command + [place])
                try scene.expect(program, ends: .status(8))
                #expect(
                    program.errors.lines.last == "  \(name) (pid \(holder.pid)) listens there", "\(scene)")
            }
        }
    }

    @Test("what has an address in use is told by what it does there")
    func useOfAnAddress() throws {
        try scene { scene in
            let holder = try scene.run(
                .python3,
                [
                    "-uc",
                    """
                    import os, socket, sys
                    server = socket.create_server(("127.0.0.1", 0)); place = server.getsockname()
                    client = socket.create_connection(place); peer, _ = server.accept()
                    over = socket.create_connection(place); other, _ = server.accept()
                    name = over.getsockname(); over.close(); other.close()
                    bound = socket.socket(); bound.bind(("127.0.0.1", 0))
                    unix = socket.socket(socket.AF_UNIX); unix.bind("\\0bound-%d" % os.getpid())
                    print(place[1], bound.getsockname()[1], client.getsockname()[1], name[1])
                    sys.stdin.read()
                    """,
                ], stdin: .pipe)
            #expect(holder.output.wait { data, _ in data.contains(10) }, "\(scene)")
            let ports = try #require(holder.output.lines.first).split(separator: " ").map(String.init)
            let comm = try String(contentsOfFile: "/proc/\(holder.pid)/comm", encoding: .utf8).dropLast()
            let name = "\(comm) (pid \(holder.pid))"
            let hints = [
                "\(name) listens there", "\(name) has bound it", "\(name) has a connection from there",
                "a connection that ended less than a minute ago still holds it (TIME_WAIT)",
            ]
            for (port, hint) in zip(ports, hints) {
                let commands = [
                    ["listen", "127.0.0.1:\(port)"], ["connect", "-s", "127.0.0.1:\(port)", "127.0.0.1:9"],
                    ["connect", "-p", port, "127.0.0.1:9"], ["recv", "*:\(port)"],
                ]
                for words in commands {
                    let program = try scene.run(.sockctl, words)
                    try scene.expect(program, ends: .status(8))
                    // Who it is is looked for as long as it takes a few milliseconds.
                    let vague = hint.replacing(name, with: "another process")
                    let last = program.errors.lines.last
                    #expect(last == "  " + hint || last == "  " + vague, "\(words) \(program)")
                }
            }
            let unix = try scene.sockctl("connect", "unix:@bound-\(holder.pid)")
            try scene.expect(unix, ends: .status(4))
            #expect(
                unix.errors.lines.last == "  \(name) has bound it and does not listen yet"
                    || unix.errors.lines.last?.contains("nobody listens there") == true, "\(unix)")
        }
    }

    @Test(
        "an address without its interface, and an interface that is not there, are told",
        arguments: [
            (["connect", "fe80::1", "80"], "ADDRESS%INTERFACE"),
            (["listen", "fe80::1", "8080"], "ADDRESS%INTERFACE"),
            (["connect", "[fe80::1%nosuch]:80"], "there is no interface 'nosuch'"),
            (["connect", "fe80::1%nosuch", "80"], "there is no interface 'nosuch'"),
            (["connect", "--check", "[fe80::1%nosuch]:80,81"], "there is no interface 'nosuch'"),
            (["connect", "-s", "[fe80::1%nosuch]:80", "::1", "80"], "there is no interface 'nosuch'"),
            (["send", "--http", "GET", "http://[fe80::1%25nosuch]/"], "there is no interface 'nosuch'"),
            (["resolve", "fe80::1%nosuch"], "there is no interface 'nosuch'"),
        ])
    func scopes(words: [String], text: String) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, words)
            #expect(try program.exit() != .status(0))
            #expect(program.errors.text.contains(text), "\(scene)")
        }
    }

    @Test("an address that is not ours: 8")
    func notAvailable() throws {
        try scene { scene in
            let program = try scene.sockctl("listen", "192.0.2.1", "0")
            try scene.expect(program, ends: .status(8))
            #expect(program.errors.lines.first?.hasSuffix("(EADDRNOTAVAIL)") == true, "\(scene)")
        }
    }

    @Test("not permitted: 9")
    func notPermitted() throws {
        try scene { scene in
            let closed = scene.path("closed")
            try FileManager.default.createDirectory(atPath: closed, withIntermediateDirectories: false)
            chmod(closed, 0o555)
            defer { chmod(closed, 0o755) }
            // Root is not root any more without its capabilities.
            let program = try scene.shell(
                """
                test "$(id -u)" = 0 && exec setpriv --bounding-set=-all --inh-caps=-all \
                    "$SOCKCTL" listen "unix:$1"
                exec "$SOCKCTL" listen "unix:$1"
                """, arguments: ["\(closed)/socket"])
            try scene.expect(program, ends: .status(9))
            #expect(program.errors.lines.first?.hasSuffix("(EACCES)") == true, "\(scene)")
        }
    }

    @Test("reset by the peer: 7, after what was received was written", arguments: Role.both)
    func reset(_ role: Role) throws {
        try scene { scene in
            let payload = Payload.bytes(100_000)
            // Nobody reads stdout until the reset has come, so that a part of it is still in the kernel.
            let (program, peer) = try scene.session(role, stdin: .pipe, stdout: .held)
            try peer.send(payload)
            try peer.waitUntilAcknowledged()
            peer.reset()
            program.release()
            try scene.expect(program, ends: .status(7))
            scene.expect(program.output.bytes, is: payload)
            #expect(program.errors.text.contains("(ECONNRESET)"), "\(scene)")
        }
    }

    @Test("the peer is gone while we send: 7", arguments: Role.both)
    func broken(_ role: Role) throws {
        try scene { scene in
            let (program, peer) = try scene.session(role, stdin: .pipe)
            peer.close()
            // The first write is answered by a reset, and the next finds the pipe broken.
            try? poll(for: "the end") {
                try program.write("more")
                return !program.isRunning
            }
            try scene.expect(program, ends: .status(7))
            let named =
                program.errors.text.contains("(EPIPE)") || program.errors.text.contains("(ECONNRESET)")
            #expect(named, "\(scene)")
        }
    }

    @Test("gone in the middle of a file: 7")
    func brokenFile() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl("send", "\(listener.place)", "-f", try Fixture.big.path)
            let peer = try listener.accept()
            _ = try peer.receive(100_000)
            peer.reset()
            try scene.expect(program, ends: .status(7))
        }
    }

    @Test("a Unix peer that is gone: 7")
    func brokenUnix() throws {
        try scene { scene in
            let listener = try Listener(.unix(scene.path("socket")))
            let program = try scene.sockctl("connect", "\(listener.place)", stdin: .pipe)
            let peer = try listener.accept()
            try peer.send("last words")
            peer.close()
            try? poll(for: "the end") {
                try program.write("more")
                return !program.isRunning
            }
            try scene.expect(program, ends: .status(7))
            #expect(program.output.text == "last words")
        }
    }
}
