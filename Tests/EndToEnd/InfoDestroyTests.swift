// `info destroy`: exactly the sockets that match are closed, in a network namespace made for the test; and nothing is
// where the command line does not say which, or where rights are missing.

import Foundation
import Glibc
import Testing

@Suite("info destroy")
struct InfoDestroyTests {
    /// Owns sockets. A line on its stdin makes it tell what it finds on each.
    private static let owner = """
        mkfifo ask; exec 9<>ask
        python3 -c '
        import os, socket as S, sys
        k = {}
        L = S.create_server(("127.0.0.1", 8081)); M = S.create_server(("::1", 8082), family=S.AF_INET6)
        def pair(listener):
            c = S.create_connection(listener.getsockname()[:2]); s, _ = listener.accept(); return c, s
        k["client"], k["server"] = pair(L)
        k["client6"], k["server6"] = pair(M)
        c, k["waiting"] = pair(L); c.close()
        c, s = pair(L); c.close(); s.close()
        k["udp"] = S.socket(S.AF_INET, S.SOCK_DGRAM); k["udp"].bind(("127.0.0.1", 5353))
        k["connected"] = S.socket(S.AF_INET, S.SOCK_DGRAM); k["connected"].connect(("127.0.0.1", 5353))
        for i in range(4):
            k[f"group{i}"] = S.socket(); k[f"group{i}"].setsockopt(1, 15, 1)
            k[f"group{i}"].bind(("127.0.0.1", 9090)); k[f"group{i}"].listen()
        k["bound"] = S.socket(); k["bound"].bind(("127.0.0.1", 7070))
        k["unix"], mate = S.socketpair()
        full = S.socket(); full.bind(("127.0.0.1", 8090)); full.listen(0)
        for i in range(3): c = S.socket(); c.setblocking(False); c.connect_ex(("127.0.0.1", 8090)); k[f"syn{i}"] = c
        k["listener"] = L
        print("listening", flush=True)
        for line in sys.stdin:
            for name, s in k.items():
                s.setblocking(False)
                try: (s.accept if name == "listener" or name.startswith("group") else lambda: s.recv(10))(); r = "end"
                except OSError as e: r = e.errno
                print(name, r, flush=True)
            print("done", flush=True)' < ask > owner & OWNER=$!
        ready owner
        d() { echo "[$*]"; $SOCKCTL info destroy "$@" 2>&1 && echo "status 0" || echo "status $?"; }
        ask() { echo >&9; until grep -qs done owner; do sleep 0.02; done; cat owner; }

        """

    /// Runs a script beside the owner, and returns what it wrote, cut where each command begins.
    private func beside(_ script: String, _ body: (Scene, [String: String]) throws -> Void) throws {
        try scene { scene in
            let program = try Network.run(scene, Self.owner + script + "\nkill $OWNER")
            try scene.expectSuccess(program)
            var parts: [String: String] = [:]
            for part in program.output.text.split(separator: "\n[") {
                let pieces = part.split(separator: "]\n", maxSplits: 1)
                if pieces.count == 2 {
                    parts[String(pieces[0].drop { $0 == "[" })] = String(pieces[1])
                }
            }
            try body(scene, parts)
        }
    }

    @Test("connections, listeners, groups and datagram sockets are closed, each by its cookie")
    func destroyed() throws {
        try beside(
            """
            d --port 8081 --state close-wait
            d --port 8081 --state time-wait
            d --port 8081 --yes
            d --port 8082 --yes --ipv6
            d --port 8081 --listening
            d --port 5353
            d --port 5353 --listening
            d --port 9090 --listening --yes
            d --port 8090 --yes
            echo "[owner]"; ask
            """
        ) { scene, parts in
            func count(_ words: String, _ command: String) throws -> Int {
                let part = try #require(parts[command], "\(command): \(scene)")
                return part.matches(of: try Regex(words)).count
            }
            #expect(try count("\nclosed: tcp 127.0.0.1:8081 peer", "--port 8081 --state close-wait") == 1)
            // Nobody owns it, and it goes as well.
            #expect(try count("\n(closed|the kernel does not close)", "--port 8081 --state time-wait") == 1)
            #expect(try count("(closed|already gone): tcp", "--port 8081 --yes") == 2)
            #expect(try count("(closed|already gone): tcp \\[::1\\]", "--port 8082 --yes --ipv6") == 2)
            #expect(try count("\nclosed: tcp 127.0.0.1:8081\n", "--port 8081 --listening") == 1)
            #expect(try count("\nclosed: udp 127.0.0.1:[0-9]+ peer", "--port 5353") == 1)
            #expect(try count("\nclosed: udp 127.0.0.1:5353\n", "--port 5353 --listening") == 1)
            #expect(try count("closed: tcp 127.0.0.1:9090\n", "--port 9090 --listening --yes") == 4)
            #expect(try count("(closed|already gone): tcp", "--port 8090 --yes") >= 3)
            for (command, text) in parts where command != "owner" {
                #expect(text.hasSuffix("status 0") || text.contains("status 0\n"), "\(command): \(scene)")
            }
            let owner = try #require(parts["owner"], "\(scene)")
            for name in ["client", "server", "client6", "server6", "udp", "connected"] {
                // One of two ends is reset by the other.
                #expect(
                    owner.contains("\n\(name) \(ECONNABORTED)\n")
                        || owner.contains("\n\(name) \(ECONNRESET)\n"),
                    "\(name): \(scene)")
            }
            for name in ["listener", "group0", "group1", "group2", "group3"] {
                #expect(owner.contains("\n\(name) \(EINVAL)\n"), "\(name): \(scene)")
            }
            // What was not meant is as it was.
            #expect(owner.contains("\nunix \(EAGAIN)\n"), "\(scene)")
        }
    }

    @Test("nothing is closed without being meant")
    func refused() throws {
        try beside(
            """
            d
            d --tcp --state established
            d --port 8081
            d --port 8081 --dry-run
            d --port 8082 --process python3 --dry-run --json
            d --port 7070
            d --pid $OWNER --listening --udp --dry-run
            d --pid $OWNER --dry-run
            d --process nosuchprocess
            d --port 8081 --pid 1
            d --inode 0 --yes
            echo "[owner]"; ask
            """
        ) { scene, parts in
            for (command, words, status) in [
                ("--tcp --state established", "protocol, state and user alone are not enough", 2),
                ("--port 8081", "5 sockets match, and nothing was closed", 2),
                (
                    "--port 8081 --dry-run",
                    "1 socket that waits for peers matches, too: --listening closes it", 0
                ),
                ("--port 7070", "1 socket that is only bound matches, too: the kernel cannot close it", 1),
                ("--process nosuchprocess", "no such sockets", 1),
                ("--port 8081 --pid 1", "no such sockets", 1),
                ("--inode 0 --yes", "every connection that no process holds has it", 2),
            ] {
                let text = try #require(parts[command], "\(command): \(scene)")
                #expect(text.contains(words) && text.contains("status \(status)"), "\(command): \(scene)")
            }
            let all = try #require(
                parts.first { $0.key.hasSuffix(" --dry-run") && $0.value.contains("Unix") }?.value)
            #expect(all.contains("2 Unix sockets match, too: the kernel cannot close them"), "\(scene)")
            #expect(all.contains("only bound") && all.contains("--listening closes them"), "\(scene)")
            let owner = try #require(parts["owner"], "\(scene)")
            for name in ["client", "server", "client6", "udp", "connected", "listener", "group0", "unix"] {
                #expect(
                    owner.contains("\n\(name) \(EAGAIN)\n") || owner.hasPrefix("\(name) \(EAGAIN)\n"),
                    "\(scene)")
            }
        }
    }

    @Test("what cannot be shown before is not closed")
    func notShown() throws {
        try beside(
            """
            $SOCKCTL info destroy --port 8081 --yes > /dev/full || echo "[full]
            status $?"
            d --port 8081 --dry-run
            """
        ) { scene, parts in
            #expect(parts["full"]?.contains("status 10") == true, "\(scene)")
            let left = try #require(parts["--port 8081 --dry-run"], "\(scene)")
            #expect(left.split(separator: "\n").count { $0.hasPrefix("tcp ") } == 5, "\(scene)")
        }
    }

    @Test("the other filters name sockets, too")
    func filters() throws {
        try beside(
            """
            d --local 127.0.0.1:8081 --dry-run
            d --peer [::1]:8082 --dry-run
            d --local :5353 -u -l --dry-run
            d --user 0 --tcp
            d --address 127.0.0.1
            c=$($SOCKCTL info -j --local [::1]:8082 --state established | sed 's/.*"cookie":"\\([0-9]*\\)".*/\\1/')
            $SOCKCTL info destroy --cookie $c && $SOCKCTL info destroy --cookie $c || echo "[again]
            status $?"
            """
        ) { scene, parts in
            for (command, count) in [
                ("--local 127.0.0.1:8081 --dry-run", 2), ("--peer [::1]:8082 --dry-run", 1),
                ("--local :5353 -u -l --dry-run", 1),
            ] {
                let rows = try #require(parts[command], "\(command): \(scene)").split(separator: "\n")
                #expect(
                    rows.count { $0.hasPrefix("tcp ") || $0.hasPrefix("udp ") } == count,
                    "\(command): \(scene)")
            }
            for command in ["--user 0 --tcp", "--address 127.0.0.1"] {
                #expect(parts[command]?.contains("are not enough") == true, "\(command): \(scene)")
            }
            #expect(parts["again"]?.contains("status 1") == true, "\(scene)")
        }
    }

    @Test("JSON tells of each socket what it was, and whether it was gone before")
    func json() throws {
        try beside("$SOCKCTL info destroy --json --port 8081 --yes --tcp > json; cat json") { scene, _ in
            let lines = String(decoding: try scene.contents("json"), as: UTF8.self).split(separator: "\n")
            let events = try lines.map { try Event(String($0)) }
            #expect(events.count { $0.name == "socket" } == 5, "\(scene)")
            let destroyed = events.filter { $0.name == "destroyed" }
            #expect(destroyed.count == 5 && destroyed.contains { $0["gone"] == true }, "\(scene)")
            for event in destroyed {
                #expect(event["socket.protocol"] == "tcp" && event.has("socket.cookie"), "\(event)")
                #expect(event.has("socket.local.port") && event.has("socket.peer.port"), "\(event)")
            }
        }
    }

    @Test("an ordinary user may look, and is told what closing takes")
    func notPermitted() throws {
        try Need.root.require()
        try scene { scene in
            let server = try PythonServer(scene)
            let port: Int = try #require(server.ready["port"])
            let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", try Tool.sockctl.require()]
            let words = ["info", "destroy", "--port", "\(port)", "--listening"]
            let look = try scene.run(.setpriv, nobody + words + ["--dry-run"])
            try scene.expectSuccess(look)
            #expect(look.output.lines.count == 2, "\(scene)")
            let program = try scene.run(.setpriv, nobody + words)
            try scene.expect(program, ends: .status(9))
            #expect(program.errors.text.contains("closing sockets needs CAP_NET_ADMIN (EPERM)"), "\(scene)")
            #expect(program.errors.text.contains("run it with sudo"), "\(scene)")
            #expect(try server.check()["received"] == "y", "\(scene)")
        }
    }
}
