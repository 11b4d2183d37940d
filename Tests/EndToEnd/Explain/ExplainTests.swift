// `connect --explain` in a network where connections fail for every reason there is: the verdict on each, whether it is
// sure, and that the exit status is that of connecting.

import Foundation
import Glibc
import Testing

@Suite("connect --explain", .serialized)
struct ExplainTests {
    /// One connection, and what is said of it.
    struct Row: Sendable {
        let host: String
        /// What stands between `connect` and the end of the line.
        let arguments: String
        let verdict: String
        let isSure: Bool
        let status: Int
        /// What the sentence has to say.
        var says = ""
        /// What runs the command: limits, capabilities.
        var under = ""

        /// Whether the kernel asks for a neighbour until it gives up.
        var isSlow: Bool { verdict == "neighbour-silent" && isSure }
    }

    private static let withoutBind = "setpriv --bounding-set=-net_bind_service --inh-caps=-net_bind_service"
    private static let withoutRights =
        "setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-dac_override,-dac_read_search"

    static let rows: [Row] = [
        // What is made.
        Row(host: "a", arguments: "10.2.0.2 7000", verdict: "connected", isSure: true, status: 0),
        Row(host: "a", arguments: "127.0.0.1 7014", verdict: "connected", isSure: true, status: 0),
        Row(
            host: "a", arguments: "127.0.0.1 7013", verdict: "connected", isSure: true, status: 0,
            says: "closes them at once"),
        Row(host: "a", arguments: "unix:live", verdict: "connected", isSure: true, status: 0),
        // Which of the two answers first is a matter of time.
        Row(
            host: "a", arguments: "both 7000", verdict: "connected", isSure: true, status: 0,
            says: ":7000 accepts connections"),
        // The name.
        Row(host: "a", arguments: "nonesuch 80", verdict: "name-unknown", isSure: true, status: 3),
        Row(
            host: "a", arguments: "-n four 80", verdict: "name-unknown", isSure: true, status: 3,
            says: "--numeric"),
        Row(host: "a", arguments: "-6 four 80", verdict: "no-address", isSure: true, status: 3),
        Row(host: "a", arguments: "four nosuch", verdict: "service-unknown", isSure: true, status: 3),
        Row(
            host: "a", arguments: "nonesuch.test 80", verdict: "name-service", isSure: false, status: 3,
            under: "unshare -m sh -c 'mount --bind dns /etc/nsswitch.conf; exec \"$@\"' sh"),
        Row(
            host: "a", arguments: "wrong 80", verdict: "neighbour-silent", isSure: true, status: 6,
            says: "10.1.0.78"),
        // This host.
        Row(
            host: "a", arguments: "-s 192.0.2.1 10.2.0.2 7000", verdict: "source-not-local", isSure: true,
            status: 8, says: "192.0.2.1"),
        Row(
            host: "a", arguments: "-s 127.0.0.1:40001 127.0.0.1 7011", verdict: "source-in-use", isSure: true,
            status: 8),
        Row(
            host: "a", arguments: "-s 127.0.0.1:81 127.0.0.1 7014", verdict: "port-not-permitted",
            isSure: true, status: 9, under: withoutBind),
        Row(
            host: "a", arguments: "-I nosuch 127.0.0.1 7014", verdict: "local-setting", isSure: true,
            status: 1),
        Row(
            host: "p", arguments: "127.0.0.1 7010", verdict: "ports-exhausted", isSure: true, status: 8,
            says: "the only ephemeral port"),
        Row(host: "s", arguments: "::1 80", verdict: "family-missing", isSure: true, status: 8),
        Row(host: "l", arguments: "127.0.0.1 80", verdict: "loopback-down", isSure: true, status: 6),
        // The route.
        Row(host: "n", arguments: "192.0.2.1 80", verdict: "no-route", isSure: true, status: 6),
        Row(
            host: "n", arguments: "10.5.0.2 80", verdict: "interface-down", isSure: true, status: 6,
            says: "eth0"),
        Row(host: "a", arguments: "10.8.1.1 80", verdict: "prohibited", isSure: true, status: 9),
        Row(host: "a", arguments: "10.8.2.1 80", verdict: "unreachable-route", isSure: true, status: 6),
        Row(host: "a", arguments: "10.8.3.1 80", verdict: "blackhole", isSure: true, status: 1),
        Row(host: "a", arguments: "10.2.0.2 7099", verdict: "prohibited", isSure: true, status: 9),
        Row(host: "a", arguments: "fd81::1 80", verdict: "prohibited", isSure: true, status: 9),
        Row(host: "a", arguments: "fd82::1 80", verdict: "unreachable-route", isSure: true, status: 6),
        Row(host: "a", arguments: "fd83::1 80", verdict: "blackhole", isSure: true, status: 1),
        Row(host: "n", arguments: "fd01::1 80", verdict: "no-route", isSure: true, status: 6),
        Row(host: "a", arguments: "ff05::1 80", verdict: "not-unicast", isSure: true, status: 6),
        Row(host: "a", arguments: "10.1.0.255 80", verdict: "not-unicast", isSure: true, status: 6),
        Row(host: "a", arguments: "fe80::1 80", verdict: "needs-interface", isSure: true, status: 1),
        // The link.
        Row(
            host: "a", arguments: "-w 300ms 10.3.0.9 80", verdict: "no-carrier", isSure: true, status: 5,
            says: "eth1"),
        Row(
            host: "a", arguments: "10.1.0.77 80", verdict: "neighbour-silent", isSure: true, status: 6,
            says: "10.1.0.77 does not answer ARP on eth0"),
        Row(
            host: "a", arguments: "10.4.0.1 80", verdict: "neighbour-silent", isSure: true, status: 6,
            says: "the gateway 10.1.0.253"),
        Row(
            host: "a", arguments: "-w 300ms 10.1.0.79 80", verdict: "neighbour-silent", isSure: false,
            status: 5),
        Row(
            host: "a", arguments: "fd01::77 80", verdict: "neighbour-silent", isSure: true, status: 6,
            says: "fd01::77 does not answer neighbour discovery on eth0"),
        // The network.
        Row(host: "a", arguments: "fd02::2 7000", verdict: "connected", isSure: true, status: 0),
        Row(host: "a", arguments: "fd02::2 80", verdict: "refused", isSure: false, status: 4),
        Row(
            host: "a", arguments: "-w 300ms fd91::1 80", verdict: "icmp-prohibited", isSure: true, status: 5,
            says: "fd01::fe forbids it"),
        Row(
            host: "a", arguments: "-w 300ms 10.9.1.1 80", verdict: "icmp-prohibited", isSure: true, status: 5,
            says: "10.1.0.254 forbids it"),
        Row(
            host: "a", arguments: "10.9.5.10 80", verdict: "icmp-prohibited", isSure: true, status: 6,
            says: "host prohibited"),
        Row(
            host: "a", arguments: "-w 300ms 10.9.2.1 80", verdict: "icmp-unreachable", isSure: true,
            status: 5, says: "10.1.0.254 cannot reach 10.9.2.1"),
        Row(host: "a", arguments: "10.9.5.0 80", verdict: "icmp-unreachable", isSure: true, status: 6),
        Row(
            host: "a", arguments: "10.9.5.3 80", verdict: "icmp-refused", isSure: true, status: 4,
            says: "10.1.0.254 rejects it"),
        Row(
            host: "a", arguments: "-w 300ms -o IP_TTL=1 10.2.0.2 7000", verdict: "hop-limit", isSure: false,
            status: 5),
        Row(host: "a", arguments: "10.2.0.2 80", verdict: "refused", isSure: false, status: 4),
        // With a mark another route may be taken: nothing is said of that.
        Row(host: "a", arguments: "-o SO_MARK=1 10.8.1.1 80", verdict: "other", isSure: false, status: 9),
        Row(host: "a", arguments: "-w 300ms 10.9.3.1 80", verdict: "no-answer", isSure: false, status: 5),
        Row(
            host: "a", arguments: "-w 300ms -s 10.7.0.1 10.2.0.2 7000", verdict: "no-answer", isSure: false,
            status: 5, says: "the gateway 10.1.0.254 is there"),
        Row(host: "a", arguments: "10.8.4.1 7000", verdict: "connected", isSure: true, status: 0),
        // Who listens here.
        Row(host: "a", arguments: "127.0.0.1 7007", verdict: "nothing-listens", isSure: true, status: 4),
        Row(
            host: "a", arguments: "10.1.0.1 7001", verdict: "other-address", isSure: true, status: 4,
            says: "127.0.0.1:7001"),
        Row(
            host: "a", arguments: "127.0.0.1 7002", verdict: "other-family", isSure: true, status: 4,
            says: "[::1]:7002"),
        Row(
            host: "a", arguments: "127.0.0.1 7003", verdict: "other-namespace", isSure: true, status: 4,
            says: "another: b"),
        Row(
            host: "a", arguments: "127.0.0.1 7004", verdict: "not-listening", isSure: true, status: 4,
            says: "python3"),
        Row(
            host: "a", arguments: "-w 300ms 127.0.0.1 7005", verdict: "backlog-full", isSure: true, status: 5,
            says: "1 connections wait, its backlog is 0"),
        Row(
            host: "a", arguments: "127.0.0.1 7006", verdict: "other-interface", isSure: true, status: 4,
            says: "eth0"),
        Row(
            host: "a", arguments: "-w 300ms 127.0.0.1 7008", verdict: "listener-silent", isSure: false,
            status: 5),
        // TLS.
        Row(
            host: "a", arguments: "-w 900ms tls:127.0.0.1:7009", verdict: "path-mtu", isSure: false,
            status: 5),
        Row(host: "a", arguments: "-w 500ms tls:127.0.0.1:7011", verdict: "tls", isSure: false, status: 5),
        Row(
            host: "a", arguments: "tls:127.0.0.1:7014", verdict: "tls", isSure: true, status: 12, says: "SSH"),
        Row(host: "a", arguments: "127.0.0.1 7012", verdict: "tls-expected", isSure: true, status: 0),
        // Unix sockets.
        Row(
            host: "a", arguments: "unix:none/x", verdict: "no-such-path", isSure: true, status: 1,
            says: "'none'"),
        Row(host: "a", arguments: "unix:none", verdict: "no-such-path", isSure: true, status: 1),
        Row(host: "a", arguments: "unix:file/x", verdict: "no-such-path", isSure: true, status: 1),
        Row(host: "a", arguments: "unix:dangling", verdict: "dangling-link", isSure: true, status: 1),
        Row(
            host: "a", arguments: "unix:closed/x", verdict: "not-permitted", isSure: true, status: 9,
            says: "'closed'", under: withoutRights),
        Row(
            host: "a", arguments: "unix:locked", verdict: "not-permitted", isSure: true, status: 9,
            under: withoutRights),
        Row(host: "a", arguments: "unix:file", verdict: "not-a-socket", isSure: true, status: 4),
        Row(host: "a", arguments: "unix:stale", verdict: "stale-socket", isSure: true, status: 4),
        Row(
            host: "a", arguments: "unix:bound", verdict: "not-listening", isSure: true, status: 4,
            says: "python3"),
        Row(host: "a", arguments: "unix:@none", verdict: "nothing-listens", isSure: true, status: 4),
        Row(host: "a", arguments: "unix:datagram", verdict: "wrong-type", isSure: true, status: 1),
        Row(
            host: "a", arguments: "-w 300ms unix:full", verdict: "backlog-full", isSure: true, status: 5,
            says: "python3"),
    ]

    @Test("each has its verdict, and the exit status of connecting")
    func scenarios() throws {
        try scene { scene in
            _ = try Tool.python3.require()
            _ = try Tool.setpriv.require()
            _ = try scene.file("holder.py", Data(ExplainStage.holder.utf8))
            // Those that take the kernel three seconds go on beside the others.
            let order = Self.rows.indices.sorted { Self.rows[$0].isSlow && !Self.rows[$1].isSlow }
            var script = ExplainStage.network + "clients=; slow=\n"
            for (place, number) in order.enumerated() {
                let row = Self.rows[number]
                let clients = row.isSlow ? "slow" : "clients"
                script += """
                    { status=0; on \(row.host) \(row.under) $SOCKCTL connect --explain -j \(row.arguments) \
                    > json\(number) 2> errors\(number) || status=$?; echo $status > status\(number); } & \
                    \(clients)="$\(clients) $!"

                    """
                if row.status != 0 {
                    script += """
                        { status=0; on \(row.host) \(row.under) $SOCKCTL connect \(row.arguments) < /dev/null \
                        > plain\(number) 2> hint\(number) || status=$?; echo $status > connect\(number); } & \
                        \(clients)="$\(clients) $!"

                        """
                }
                if place % 16 == 15 { script += "wait $clients; clients=\n" }
            }
            script += "wait $clients $slow\n"
            let program = try Network.run(scene, script)
            #expect(try program.exit(within: 4 * patience) == .status(0), "\(scene)")
            for (number, row) in Self.rows.enumerated() {
                if row.arguments == "both 7000" {
                    // glibc's table is that of RFC 3484, in which all of IPv6 has a higher precedence.
                    let name = try Event(String(try text(scene, "json\(number)").prefix { $0 != "\n" }))
                    let order: [[String: Any]] = name["order"] ?? []
                    #expect(order.map { $0["rule"] as? Int } == [6], "\(name)")
                    let seen: String = name["seen"] ?? ""
                    #expect(seen.contains("fd02::2 before 10.2.0.2: rule 6, higher precedence"), "\(name)")
                }
                let events = try text(scene, "json\(number)").split(separator: "\n").map {
                    try Event(String($0))
                }
                let errors = try text(scene, "errors\(number)")
                let verdict = try #require(events.last, "\(row.arguments): \(errors)")
                let all =
                    "\(row.host) \(row.arguments)\n\(events.map(\.line).joined(separator: "\n"))\n\(errors)"
                #expect(verdict["verdict"] == row.verdict, "\(all)")
                #expect(verdict["sure"] == row.isSure, "\(all)")
                #expect(verdict["status"] == row.status, "\(all)")
                let message: String = verdict["message"] ?? ""
                #expect(row.says.isEmpty || message.contains(row.says), "\(all)")
                #expect(try text(scene, "status\(number)") == "\(row.status)\n", "\(all)")
                #expect(errors.isEmpty, "\(all)")
                guard row.status != 0 else { continue }
                #expect(try text(scene, "connect\(number)") == "\(row.status)\n", "\(all)")
                // One line of what happened, and one of why at most.
                let lines = try text(scene, "hint\(number)").split(separator: "\n")
                #expect(lines.count <= 2, "\(lines)\n\(all)")
            }
        }
    }

    @Test("a line for each step, then the verdict and what to do; with --quiet only these")
    func lines() throws {
        try scene { scene in
            let bound = try Listener(listening: false)
            let program = try scene.sockctl("connect", "--explain", "\(bound.place)")
            try scene.expect(program, ends: .status(4))
            let names = program.output.lines.map { $0.prefix { $0 != " " } }
            #expect(
                names == ["name", "route", "handshake", "listener", "verdict", "to"], "\(scene)")
            #expect(program.output.text.contains("has bound \(bound.place) and does not listen"), "\(scene)")
            #expect(program.errors.text.isEmpty, "\(scene)")

            let quiet = try scene.sockctl("connect", "--explain", "-q", "\(bound.place)")
            try scene.expect(quiet, ends: .status(4))
            #expect(quiet.output.lines.map { $0.prefix { $0 != " " } } == ["verdict", "to"], "\(scene)")
        }
    }

    @Test("each of several addresses has its steps, and the one that is told of in a failure its verdict")
    func addresses() throws {
        try scene { scene in
            let program = try scene.sockctl("connect", "--explain", "-j", "1")
            let exit = try program.exit()
            let events = try program.output.events()
            try #require(events.last?.name == "verdict", "\(scene)")
            let routes = events.filter { $0["step"] == "route" }.compactMap { $0["address.host"] as String? }
            #expect(routes == ["::1", "127.0.0.1"], "\(scene)")
            let status: Int = events.last?["status"] ?? -1
            #expect(exit == .status(Int32(status)) && status == 4, "\(scene)")
            let text = try scene.sockctl("connect", "--explain", "1")
            try scene.expect(text, ends: .status(4))
            #expect(
                text.output.lines.contains("[::1]:1") && text.output.lines.contains("127.0.0.1:1"), "\(scene)"
            )
        }
    }

    @Test("what a peer says by itself is shown, and nothing is sent to it")
    func greeting() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl("connect", "--explain", "\(listener.place)")
            let peer = try listener.accept()
            try peer.send("220 \u{1b}[31mready\r\nmore\r\n")
            #expect(try peer.waitForEnd() == 0, "\(scene)")
            try scene.expectSuccess(program)
            let line = program.output.lines.first { $0.hasPrefix("greeting") }
            #expect(line == "greeting   '220 ^[[31mready'", "\(scene)")
            #expect(
                program.output.lines.last == "verdict    \(listener.place) accepts connections", "\(scene)")
        }
    }

    @Test("a limit on descriptors is told")
    func descriptors() throws {
        try scene { scene in
            // How many it has open before the socket is its own affair.
            let program = try scene.shell(
                """
                for limit in 5 6 7 8 9 10 11 12; do
                    (ulimit -n $limit; exec $SOCKCTL connect --explain -j 127.0.0.1 1) > json$limit 2> errors || true
                    if grep -q '"verdict":"descriptors"' json$limit; then cat json$limit; exit 0; fi
                done
                exit 1
                """)
            try scene.expectSuccess(program)
            let events = try program.output.events()
            #expect(events.last?["sure"] == true && events.last?["status"] == 1, "\(scene)")
            #expect(events.contains { $0["step"] == "limits" && $0["code"] == "EMFILE" }, "\(scene)")
        }
    }

    @Test("interrupted, it shows what is known so far and dies of the signal")
    func interrupted() throws {
        try scene { scene in
            // Nobody accepts, and its queue has room for one.
            let full = try Listener(backlog: 0)
            let waiting = try Peer(connectingTo: full.place)
            let program = try scene.sockctl("connect", "--explain", "\(full.place)", stdout: .held)
            #expect(try program.takeOutputLine().hasPrefix("name "), "\(scene)")
            program.signal(SIGINT)
            program.release()
            #expect(try program.exit() == .signal(SIGINT), "\(scene)")
            #expect(program.output.text.contains("handshake  no answer after"), "\(scene)")
            #expect(program.output.text.contains("1 wait to be accepted, backlog 0"), "\(scene)")
            #expect(!program.output.text.contains("verdict"), "\(scene)")
            #expect(program.errors.lines == ["interrupted: there is no verdict yet"], "\(scene)")
            _ = waiting
        }
    }

    @Test("output that nobody takes any more, or that has no room, ends it")
    func outputs() throws {
        try scene { scene in
            let full = try scene.sockctl("connect", "--explain", "127.0.0.1", "1", stdout: .file("/dev/full"))
            #expect(try full.exit() != .status(0), "\(scene)")
            #expect(full.errors.text.contains("ENOSPC"), "\(scene)")
            let head = try scene.shell("$SOCKCTL connect --explain 127.0.0.1 1 | head -n 1")
            try scene.expectSuccess(head)
            #expect(head.output.lines.count == 1 && head.errors.text.isEmpty, "\(scene)")
        }
    }

    @Test("on 40 columns no line is longer, and nothing is coloured without colours")
    func narrow() throws {
        try scene { scene in
            let terminal = try Terminal()
            terminal.resize(columns: 40)
            let program = try scene.sockctl(
                "connect", "--explain", "127.0.0.1", "1", stdout: .terminal(terminal))
            try scene.expect(program, ends: .status(4))
            try writeAll(Data([4]), to: terminal.slave)
            let shown = String(decoding: try terminal.read { $0.last == 4 }.dropLast(), as: UTF8.self)
            let lines = shown.split(separator: "\n")
            #expect(lines.count > 4 && lines.allSatisfy { $0.count <= 40 }, "\(shown)")
            #expect(!shown.contains("\u{1b}"), "\(shown)")
        }
    }

    @Test(
        "what does not go with it is refused, with what to type",
        arguments: [
            ("--udp 127.0.0.1 53", "sockctl connect --check --udp"), ("--check 127.0.0.1 53", "--check"),
            ("--wait 1s 127.0.0.1 53", "--wait"), ("--interval 1s 127.0.0.1 53", "--interval"),
            ("-f x 127.0.0.1 53", "--file"),
            ("127.0.0.1 53 54", "54"), ("*:53", "name a host to connect to"), ("/run/x", "unix:/run/x"),
        ])
    func usage(_ words: String, _ says: String) throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl, ["connect", "--explain"] + words.split(separator: " ").map(String.init))
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.contains(says), "\(scene)")
            #expect(program.output.text.isEmpty, "\(scene)")
        }
    }

    private func text(_ scene: Scene, _ name: String) throws -> String {
        String(decoding: try scene.contents(name), as: UTF8.self)
    }
}
