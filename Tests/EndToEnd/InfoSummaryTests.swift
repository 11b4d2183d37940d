// `info --summary`: what is counted is what is there, each finding is found, and the command that it comes with runs
// and shows it.

import Foundation
import Glibc
import Testing

@Suite("info --summary")
struct InfoSummaryTests {
    /// A process with a fault of every kind, in a network namespace where nobody else has any.
    private static let faults = """
        mkfifo hold; exec 9<>hold
        python3 -c '
        import socket as S, sys, time
        full = S.create_server(("127.0.0.1", 8080), backlog=1); keep = []
        for i in range(4): c = S.socket(); c.setblocking(False); c.connect_ex(("127.0.0.1", 8080)); keep.append(c)
        named = S.socket(S.AF_UNIX); named.bind("\\0full"); named.listen(0)
        c = S.socket(S.AF_UNIX); c.connect("\\0full"); keep.append(c)
        L = S.create_server(("127.0.0.1", 8081))
        def pair():
            c = S.create_connection(L.getsockname()); s, _ = L.accept(); return c, s
        for i in range(7): c, s = pair(); c.close(); keep.append(s)
        for i in range(20): c, s = pair(); c.close(); s.close()
        u = S.socket(S.AF_INET, S.SOCK_DGRAM); u.bind(("127.0.0.1", 5353)); u.setsockopt(1, 8, 2048)
        v = S.socket(S.AF_INET, S.SOCK_DGRAM)
        for i in range(100): v.sendto(b"x" * 500, ("127.0.0.1", 5353))
        a, b = pair(); keep += [a, b]; info = 0
        print("listening", flush=True); sys.stdin.readline()
        a.send(b"lost")
        while not a.getsockopt(6, 11, 232)[100]: time.sleep(0.02)
        print("lost", flush=True); sys.stdin.read()' < hold > owner & OWNER=$!
        ready owner
        if command -v nft > /dev/null; then
            nft -f - <<END
        table ip t { chain c { type filter hook input priority 0; tcp dport 8081 drop; }; }
        END
            echo >&9; until grep -qs lost owner; do sleep 0.02; done
            nft delete table ip t
        fi

        """

    @Test("what is found, and what shows it")
    func findings() throws {
        try Need.program("nft").require()
        try scene { scene in
            let program = try Network.run(
                scene,
                Self.faults + """
                    $SOCKCTL info --summary --json > json
                    $SOCKCTL info --summary
                    $SOCKCTL info --summary --port 8081 | head -n 3 > port
                    $SOCKCTL info --summary --port 9 && exit 1
                    # Each command as it stands there.
                    $SOCKCTL info --summary | sed -n 's/^  sockctl //p' | while read -r line; do
                        echo "[$line]"; $SOCKCTL $line || echo "status $?"
                    done > shown
                    kill $OWNER
                    """)
            try scene.expectSuccess(program)
            let event = try Event(
                String(decoding: try scene.contents("json"), as: UTF8.self).trimmingCharacters(in: .newlines))
            #expect(event.name == "system" && event["hidden"] == 0, "\(event)")
            let protocols: [[String: Any]] = try #require(event["protocols"])
            #expect(protocols.compactMap { $0["name"] as? String } == ["tcp", "udp", "unix"], "\(event)")
            let states = try #require(protocols[0]["states"] as? [String: Int])
            #expect(
                states["CLOSE_WAIT"] == 7 && states["TIME_WAIT"] == 20 && states["LISTEN"] == 2, "\(event)")
            #expect(event["sockets"] == protocols.reduce(0) { $0 + ($1["sockets"] as? Int ?? 0) }, "\(event)")
            let processes: [[String: Any]] = try #require(event["processes"])
            #expect(processes.count == 1 && (processes[0]["pids"] as? [Int])?.count == 1, "\(event)")
            let overflows: Int = try #require(event["network.listen_overflows"])
            #expect(overflows > 0 && event.has("network.segments_sent"), "\(event)")
            #expect(
                event["network.receive_buffer_errors"].map { (count: Int) in count > 50 } == true, "\(event)")
            let findings: [[String: Any]] = try #require(event["findings"])
            let found = Dictionary(
                uniqueKeysWithValues: findings.map { ($0["finding"] as? String ?? "", $0) })
            #expect(
                Set(found.keys) == [
                    "accept-queue", "listen-drops", "close-wait", "drops", "retransmissions", "time-wait",
                ], "\(event)")
            #expect(found["accept-queue"]?["count"] as? Int == 2, "\(event)")
            #expect(found["close-wait"]?["count"] as? Int == 7, "\(event)")
            #expect(
                found["time-wait"]?["count"] as? Int == 20 && found["time-wait"]?["warning"] as? Bool == false
            )
            let shown = String(decoding: try scene.contents("shown"), as: UTF8.self)
            let parts = shown.split(separator: "[info ").map(String.init)
            #expect(parts.count == 6 && !shown.contains("status"), "\(shown)")
            for pattern in [
                #"--listening --tcp --unix\]\n(?s:.*)LISTEN +2 +1 +127.0.0.1:8080(?s:.*)LISTEN +1 +0 +@full"#,
                #"-v --listening --tcp --port 8080\]\n(?s:.*)drops [0-9]+"#,
                #"--state close-wait --tcp --port 8081\]\n(?s:.*CLOSE-WAIT){7}"#,
                #"-v --udp --port 5353\]\n(?s:.*)drops [0-9]+"#,
                #"-v --state established --tcp[^\n]*\]\n(?s:.*)retransmitted"#,
                #"--state time-wait --tcp\]\n(?s:.*TIME-WAIT){20}"#,
            ] {
                let regex = try Regex(pattern)
                #expect(parts.contains { $0.contains(regex) }, "\(pattern): \(shown)")
            }
            let text = program.output.text
            #expect(text.contains("! 2 listeners have a full accept queue\n"), "\(scene)")
            #expect(text.contains("tcp 127.0.0.1:8080, 2 waiting, backlog 1, python3 pid="), "\(scene)")
            #expect(text.contains(/python3: 7 sockets, pid [0-9]+\n/), "\(scene)")
            #expect(
                text.contains("- 20 connections in TIME_WAIT hold an ephemeral port; to 127.0.0.1:8081 20 of")
            )
            #expect(text.hasSuffix("sockets  0\n\nnothing conspicuous\n"), "\(scene)")
            // With a filter, what the whole namespace has counted is left out.
            let port = String(decoding: try scene.contents("port"), as: UTF8.self)
            #expect(!port.contains("counted by") && port.contains("tcp "), "\(port)")
        }
    }

    @Test("an ordinary user has it as well, with the number of owners that are not visible")
    func ordinaryUser() throws {
        try Need.root.require()
        try scene { scene in
            let server = try PythonServer(scene)
            let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", try Tool.sockctl.require()]
            let program = try scene.run(.setpriv, nobody + ["info", "--summary"])
            try scene.expectSuccess(program)
            #expect(program.output.text.contains(/\(hidden\) +[0-9]+ sockets?: .*needs root/), "\(scene)")
            _ = server
        }
    }

    @Test("the name of a process may be any bytes")
    func names() throws {
        try scene { scene in
            let script = """
                import ctypes, socket, sys
                ctypes.CDLL(None).prctl(15, b"m\\xfe"); s = socket.create_server(("127.0.0.1", 0))
                print(s.getsockname()[1], flush=True); sys.stdin.read()
                """
            let owner = try scene.run(.python3, ["-c", script], stdin: .pipe)
            #expect(owner.output.wait(until: { data, _ in data.contains(10) }), "\(scene)")
            let port = try #require(owner.output.lines.first, "\(scene)")
            let program = try scene.sockctl("info", "--summary", "--json", "--port", port)
            try scene.expectSuccess(program)
            let event = try Event(try #require(program.output.lines.first, "\(scene)"))
            let processes: [[String: Any]] = try #require(event["processes"])
            #expect(processes.first?["name_base64"] as? String == "bf4=", "\(event)")
            // The whole namespace has counted more than that.
            #expect(event["sockets"] == 1 && !event.has("network"), "\(event)")
        }
    }

    @Test("a narrow terminal breaks no line but those that are to be pasted")
    func narrow() throws {
        try scene { scene in
            let server = try PythonServer(scene)
            let terminal = try Terminal()
            var size = winsize(ws_row: 24, ws_col: 40, ws_xpixel: 0, ws_ypixel: 0)
            #expect(ioctl(terminal.slave, UInt(TIOCSWINSZ), &size) == 0)
            let program = try scene.run(.sockctl, ["info", "--summary"], stdout: .terminal(terminal))
            try scene.expectSuccess(program)
            try writeAll(Data([4]), to: terminal.slave)
            let shown = String(decoding: try terminal.read { $0.last == 4 }.dropLast(), as: UTF8.self)
            for line in shown.split(separator: "\n") where !line.hasPrefix("  sockctl ") {
                #expect(
                    line.count <= 40 || !line.trimmingCharacters(in: .whitespaces).contains(" "), "\(line)")
            }
            #expect(shown.hasPrefix("sockets "), "\(scene)")
            _ = server
        }
    }

    @Test(
        "it is of the list, not of one socket",
        arguments: ["--new tcp", "--pid 1", "--fd 3", "localhost 22", "--peek --fd 3"])
    func usage(words: String) throws {
        try scene { scene in
            let words = ["info", "--summary"] + words.split(separator: " ").map(String.init)
            let program = try scene.run(.sockctl, words)
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.contains("cannot be combined"), "\(scene)")
        }
    }
}
