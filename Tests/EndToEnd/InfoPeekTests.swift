// `info --peek`: what a process has received and not read is shown as it is, and all of it is still its own: bytes,
// datagrams, pending errors, peek offsets, passed descriptors, flags.

import Foundation
import Glibc
import Testing

@Suite("info --peek")
struct InfoPeekTests {
    /// Owns sockets in every condition. On a line `check` it tells what it finds on each of them.
    private static let owner = #"""
        import fcntl, json, os, socket as S, struct, sys
        L = S.create_server(("127.0.0.1", 0)); k = {}; keep = []
        def pair(*kind):
            if kind: a, b = S.socketpair(*kind)
            else: a = S.create_connection(L.getsockname()); b, _ = L.accept()
            keep.append(a); return a, b
        def udp():
            s = S.socket(S.AF_INET, S.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); return s
        a, k["tcp"] = pair(); a.sendall(b"hello\x1b[31m\n\xff")
        a, k["big"] = pair(); a.sendall(b"0123456789" * 10000)
        a, k["eof"] = pair(); a.shutdown(1)
        a, k["empty"] = pair()
        a, k["reset"] = pair(); a.setsockopt(1, 13, struct.pack("ii", 1, 0)); a.close()
        a, k["mark"] = pair(); k["mark"].setsockopt(1, 18, 100); a.send(b"abc")
        k["listener"] = S.create_server(("127.0.0.1", 0)); keep.append(S.create_connection(k["listener"].getsockname()))
        k["fresh"] = S.socket()
        k["udp"] = udp(); a = udp()
        for d in (b"first", b"second", b"third"): a.sendto(d, k["udp"].getsockname())
        k["nothing"] = udp(); a.sendto(b"", k["nothing"].getsockname())
        k["failed"] = udp(); gone = udp(); k["failed"].connect(gone.getsockname()); gone.close(); k["failed"].send(b"x")
        a, k["passed"] = pair(S.AF_UNIX, S.SOCK_STREAM); S.send_fds(a, [b"with"], [0, 1]); a.send(b"more")
        a, k["packets"] = pair(S.AF_UNIX, S.SOCK_SEQPACKET); a.send(b"q1"); a.send(b"q22")
        a, k["offset"] = pair(S.AF_UNIX, S.SOCK_STREAM); a.send(b"abcdef"); k["offset"].setsockopt(1, 42, 2)
        k["netlink"] = S.socket(S.AF_NETLINK, S.SOCK_RAW, 0)
        flags = {n: fcntl.fcntl(s, fcntl.F_GETFL) for n, s in k.items()}
        print(json.dumps({n: s.fileno() for n, s in k.items()}), flush=True)
        def look(name, s):
            error = s.getsockopt(1, 4)
            if error: return os.strerror(error)
            if name in ("fresh", "listener", "netlink"): return ""
            s.setblocking(False)
            try:
                if name == "passed":
                    data, fds, _, _ = S.recv_fds(s, 100, 5); return f"{data.decode()} {len(fds)}"
                if name == "offset":
                    # At its offset, which moves on: 2, then 4.
                    return (s.recv(2, S.MSG_PEEK) + s.recv(9, S.MSG_PEEK)).decode()
                return s.recv(200000).decode("latin-1")
            except BlockingIOError: return "would block"
        for line in sys.stdin:
            same = [n for n, s in k.items() if fcntl.fcntl(s, fcntl.F_GETFL) != flags[n]]
            print(json.dumps(dict(changed=same, found={n: look(n, s) for n, s in k.items()})), flush=True)
        """#

    private func beside(_ body: (Scene, Program, _ target: (String) throws -> [String]) throws -> Void) throws
    {
        try scene { scene in
            let owner = try scene.run(.python3, ["-u", "-c", Self.owner], stdin: .pipe)
            #expect(owner.output.wait(until: { data, _ in data.contains(10) }), "\(scene)")
            let known = try Event(try #require(owner.output.lines.first, "\(scene)"))
            try body(scene, owner) { name in
                let number: Int = try #require(known[name], "\(name)")
                return ["info", "--peek", "--pid", "\(owner.pid)", "--fd", "\(number)"]
            }
        }
    }

    /// What is said of each, and what is printed and left.
    private static let rows: [(name: String, bytes: String, status: Int32, words: String, left: String)] = [
        ("tcp", "hello\u{1b}[31m\n\u{ff}", 0, "12 bytes waiting", "hello\u{1b}[31m\n\u{ff}"),
        ("eof", "", 1, "the peer has closed its sending side (EOF)", ""),
        ("empty", "", 1, "nothing is waiting to be read", "would block"),
        ("reset", "", 1, "an error is pending", "Connection reset by peer"),
        ("mark", "", 1, "3 bytes waiting, but its process waits for 100 (SO_RCVLOWAT)", "abc"),
        ("listener", "", 1, "it listens, and has no bytes to read; 1 connection to accept", ""),
        ("fresh", "", 1, "it is not connected", ""),
        ("udp", "first", 0, "the first datagram has 5 bytes; the queue takes", "first"),
        ("nothing", "", 0, "the first datagram has 0 bytes", ""),
        ("failed", "", 1, "an error is pending", "Connection refused"),
        (
            "passed", "with", 0, "8 bytes waiting, the first 4 are shown; descriptors or credentials come",
            "with 2"
        ),
        ("packets", "q1", 0, "the first datagram has 2 bytes", "q1"),
        ("offset", "", 1, "SO_PEEK_OFF is set (2)", "cdef"),
        ("netlink", "", 1, "sockets of this kind are not looked into", ""),
    ]

    @Test("what waits is shown, why nothing does is said, and everything stays where it is")
    func undisturbed() throws {
        try beside { scene, owner, target in
            // Twice: what the first took, the second would not find.
            for row in Self.rows + Self.rows {
                let program = try scene.run(.sockctl, try target(row.name))
                try scene.expect(program, ends: .status(row.status))
                let bytes = Data(row.bytes.unicodeScalars.map { UInt8($0.value) })
                #expect(program.output.bytes == bytes, "\(row.name): \(program)")
                #expect(program.errors.text.contains(row.words), "\(row.name): \(program)")
            }
            try owner.write("check\n")
            #expect(owner.output.wait(until: { data, _ in data.count { $0 == 10 } >= 2 }), "\(scene)")
            let check = try Event(owner.output.lines[1])
            let changed: [String] = try #require(check["changed"])
            #expect(changed.isEmpty, "\(check)")
            for row in Self.rows {
                let found: String? = check["found.\(row.name)"]
                #expect(found == row.left, "\(row.name): \(check)")
            }
        }
    }

    @Test("JSON has the identity of the socket, what waits, and the payload last")
    func json() throws {
        try beside { scene, owner, target in
            func event(_ name: String, _ options: String..., status: Int32 = 0) throws -> Event {
                let program = try scene.run(.sockctl, try target(name) + ["--json"] + options)
                try scene.expect(program, ends: .status(status))
                #expect(program.errors.text.isEmpty, "\(program)")
                return try Event(try #require(program.output.lines.first, "\(program)"))
            }
            let tcp = try event("tcp")
            #expect(
                tcp["event"] == "peek" && tcp["protocol"] == "IPPROTO_TCP" && tcp["state"] == "ESTABLISHED")
            #expect(tcp.has("local.port") && tcp.has("peer.port") && tcp.has("inode"), "\(tcp)")
            #expect(tcp["owner.pid"] == Int(owner.pid) && tcp["finding"] == "data" && tcp["waiting"] == 12)
            #expect(tcp.line.hasSuffix(#","size":12,"base64":"aGVsbG8bWzMxbQr/"}"#), "\(tcp)")
            #expect(!tcp.has("text") && !tcp.has("truncated") && !tcp.has("ancillary"), "\(tcp)")
            let big = try event("big", "--bytes", "10")
            #expect(big["waiting"] == 100_000 && big["truncated"] == true && big["size"] == 10, "\(big)")
            #expect(big.line.hasSuffix(#","size":10,"text":"0123456789"}"#), "\(big)")
            #expect(try event("big")["size"] == 65536)
            #expect(try event("big", "--bytes", "1G")["size"] == 100_000)
            let udp = try event("udp")
            let memory: Int = try #require(udp["queue_memory"], "\(udp)")
            #expect(udp["waiting"] == 5 && memory > 14 && udp["text"] == "first", "\(udp)")
            let nothing = try event("nothing")
            #expect(nothing["size"] == 0 && nothing["text"] == "", "\(nothing)")
            let passed = try event("passed")
            #expect(passed["ancillary"] == true && passed["text"] == "with", "\(passed)")
            for (name, finding) in [
                ("empty", "empty"), ("eof", "eof"), ("listener", "listening"), ("fresh", "unconnected"),
                ("mark", "low-water-mark"),
            ] {
                let found = try event(name, status: 1)
                #expect(found["finding"] == finding && found["size"] == 0 && !found.has("text"), "\(found)")
            }
        }
    }

    @Test("a hex dump, and on a terminal text that it does not obey")
    func forms() throws {
        try beside { scene, _, target in
            let hex = try scene.run(.sockctl, try target("tcp") + ["--hex", "--quiet"])
            try scene.expectSuccess(hex)
            #expect(
                hex.output.text == "00000000: 6865 6c6c 6f1b 5b33 316d 0aff            hello.[31m..\n",
                "\(scene)")
            #expect(hex.errors.text.isEmpty, "\(scene)")
            let verbose = try scene.run(.sockctl, try target("tcp") + ["-v"])
            try scene.expectSuccess(verbose)
            #expect(
                verbose.errors.text.contains(/state ESTABLISHED, inode [0-9]+, SO_PEEK_OFF not set/),
                "\(scene)")
            let terminal = try Terminal()
            let screen = try scene.run(.sockctl, try target("tcp"), stdout: .terminal(terminal))
            try scene.expectSuccess(screen)
            try writeAll(Data([4]), to: terminal.slave)
            let shown = String(decoding: try terminal.read { $0.last == 4 }.dropLast(), as: UTF8.self)
            // The prompt begins a line of its own.
            #expect(shown == "hello^[[31m\n\\xff\n", "\(scene)")
        }
    }

    @Test("of others it takes the rights of ptrace; a descriptor that is no socket has nothing to look at")
    func refused() throws {
        try beside { scene, owner, target in
            let file = try scene.sockctl("info", "--peek", "--pid", "\(owner.pid)", "--fd", "2")
            try scene.expect(file, ends: .status(1))
            #expect(file.errors.text.contains("is not a socket (ENOTSOCK)"), "\(scene)")
            try Need.root.require()
            let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"]
            let other = try scene.run(.setpriv, nobody + [try Tool.sockctl.require()] + target("tcp"))
            try scene.expect(other, ends: .status(9))
            #expect(other.errors.text.contains("CAP_SYS_PTRACE"), "\(scene)")
        }
    }

    @Test("a descriptor that was inherited")
    func inherited() throws {
        try scene { scene in
            let program = try scene.shell(
                """
                exec python3 -c 'import os, socket
                a, b = socket.socketpair(); a.send(b"waiting"); os.dup2(b.fileno(), 3)
                os.execv(os.environ["SOCKCTL"], ["sockctl", "info", "--peek", "--fd", "3"])'
                """)
            try scene.expectSuccess(program)
            #expect(program.output.text == "waiting", "\(scene)")
            #expect(program.errors.text.contains("fd 3 (u_str): 7 bytes waiting"), "\(scene)")
        }
    }

    @Test(
        "what it cannot be combined with",
        arguments: [
            ("--peek", "--peek needs --pid or --fd"), ("--peek --new tcp", "--peek needs --pid or --fd"),
            ("--hex", "--hex needs --peek"), ("--bytes 4", "--bytes needs --peek"),
            ("--peek --pid 1 --udp", "--peek and --udp cannot be combined"),
            ("--peek --pid 1 -4", "--peek and --ipv4 cannot be combined"),
            ("--peek --pid 1 --port 4", "--peek and --port cannot be combined"),
        ])
    func usage(words: String, message: String) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["info"] + words.split(separator: " ").map(String.init))
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.contains(message), "\(scene)")
        }
    }
}
