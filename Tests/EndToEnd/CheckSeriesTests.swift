// `connect --check --repeat`: the account of a target that comes and goes, the gates, the pace, and what is seen of it.

import Foundation
import Glibc
import Testing

@Suite("connect --check --repeat measures connecting")
struct CheckSeriesTests {
    @Test(
        "each probe is told with its number and times, and the summary agrees with them",
        arguments: ["inet", "inet6", "unix"])
    func account(_ family: String) throws {
        try scene { scene in
            let place: Place =
                family == "unix" ? .unix(scene.path("s")) : family == "inet" ? .inet(0) : .inet6(0)
            let listener = try Listener(place, backlog: 100)
            let program = try scene.sockctl(
                "connect", "-zj", "--repeat", "20", "--interval", "5ms", "--histogram", "\(listener.place)")
            try scene.expectSuccess(program)
            let events = try program.output.events()
            #expect(events.count == 21 && events.allSatisfy(\.isOrdered), "\(scene)")
            let probes = events.dropLast()
            #expect(probes.map { $0["number"] } == Array(1...20), "\(scene)")
            #expect(probes.allSatisfy { $0.name == "check" && $0["state"] == "open" && $0.has("late_us") })
            #expect(probes.allSatisfy { $0.has("rtt_us") == (family != "unix") }, "\(scene)")
            let times: [Int] = probes.compactMap { $0["connect_us"] }.sorted()
            let summary = try #require(events.last)
            #expect(
                summary.name == "summary" && summary["probes"] == 20 && summary["open_count"] == 20,
                "\(scene)")
            #expect(summary["lost"] == 0 && summary["loss"] == 0.0 && summary["changes"] == 0, "\(scene)")
            #expect(
                summary["connect.min_us"] == times.first && summary["connect.max_us"] == times.last,
                "\(scene)")
            #expect(
                summary["connect.p50_us"] == times[9] && summary["connect.p95_us"] == times[18], "\(scene)")
            let bars: [[String: Any]] = summary["histogram"] ?? []
            #expect(bars.compactMap { $0["count"] as? Int }.reduce(0, +) == 20, "\(scene)")
        }
    }

    @Test(
        "a target that goes and comes back: the changes, the longest outage, the loss; the last probe decides"
    )
    func outage() throws {
        try scene { scene in
            var listener: Listener? = try Listener(backlog: 1000)
            let port = try #require(listener).port
            let program = try scene.sockctl(
                "connect", "-zj", "--repeat", "forever", "--interval", "10ms", "127.0.0.1:\(port)",
                stdout: .collected)
            func wait(_ words: String, _ count: Int) throws {
                let came = program.output.wait { data, _ in
                    String(decoding: data, as: UTF8.self).components(separatedBy: words).count > count
                }
                #expect(came, "\(scene)")
            }
            try wait(#""state":"open""#, 3)
            listener = nil
            try wait(#""state":"refused""#, 3)
            listener = try Listener(.inet(port), backlog: 1000)
            let known = program.output.text.components(separatedBy: #""state":"open""#).count
            try wait(#""state":"open""#, known + 2)
            program.signal(SIGINT)
            try scene.expect(program, ends: .signal(SIGINT))
            let summary = try #require(try program.output.events().last)
            #expect(
                summary.name == "summary" && summary["changes"] == 2 && summary["state"] == "open", "\(scene)"
            )
            let probes = try program.output.events().dropLast()
            let lost = probes.count { $0["state"] == "refused" }
            #expect(summary["lost"] == lost && lost >= 3 && summary["probes"] == probes.count, "\(scene)")
            #expect((summary["longest_outage_us"] ?? 0) >= 20_000 && summary.has("outage_from"), "\(scene)")
            let changes: [[String: Any]] = summary["recent_changes"] ?? []
            #expect(changes.map { $0["to"] as? String } == ["refused", "open"], "\(scene)")
            _ = listener
        }
    }

    @Test(
        "gates and statuses",
        arguments: [
            ("open", [], 0), ("refused", [], 4), ("open refused", [], 4), ("open missing", [], 1),
            ("open", ["--max-rtt", "60s", "--max-loss", "0"], 0), ("open", ["--max-loss", "0"], 0),
            ("refused", ["--max-loss", "99.9%"], 5),
            ("refused", ["--max-loss", "100"], 0),
            ("open refused", ["--max-loss", "10"], 5), ("open", ["--max-rtt", "1us"], 5),
            ("open", ["--max-rtt", "10s"], 0),
            ("refused", ["--max-rtt", "10s"], 5),
        ] as [(String, [String], Int32)])
    func gates(_ names: String, _ options: [String], _ status: Int32) throws {
        try scene { scene in
            let (open, closed) = (try Listener(backlog: 100), try Listener(listening: false))
            let places = [
                "open": "\(open.place)", "refused": "\(closed.place)", "missing": "unix:\(scene.path("x"))",
            ]
            let targets = names.split(separator: " ").compactMap { places[String($0)] }
            let program = try scene.run(
                .sockctl, ["connect", "-z", "--repeat", "3", "--interval", "3ms"] + options + targets)
            try scene.expect(program, ends: .status(status))
            let isTold = program.output.text.contains("--max-")
            #expect(isTold == (status == 5), "\(scene)")
            #expect(program.output.lines.count { $0.contains(" probes in ") } == targets.count, "\(scene)")
            let json = try scene.run(
                .sockctl, ["connect", "-zj", "--repeat", "3", "--interval", "3ms"] + options + targets)
            try scene.expect(json, ends: .status(status))
            let missed = try json.output.events().filter { $0.name == "summary" && $0.has("message") }
            #expect(missed.isEmpty == (status != 5) && missed.allSatisfy { $0["status"] == 5 }, "\(scene)")
            let quiet = try scene.run(
                .sockctl, ["connect", "-zq", "--repeat", "3", "--interval", "3ms"] + options + targets)
            try scene.expect(quiet, ends: .status(status))
            #expect(quiet.output.text.isEmpty && quiet.errors.text.isEmpty, "\(scene)")
        }
    }

    @Test("one that takes longer than the interval delays only its own next, and that is told")
    func late() throws {
        try scene { scene in
            let (full, open) = (try Listener(backlog: 0), try Listener(backlog: 1000))
            let first = try Peer(connectingTo: full.place)
            let program = try scene.sockctl(
                "connect", "-zj", "-w", "200ms", "--repeat", "4", "--interval", "50ms", "\(full.place)",
                "\(open.place)")
            try scene.expect(program, ends: .status(5))
            let events = try program.output.events().filter { $0.name == "check" }
            let slow = events.filter { $0["endpoint"] == "\(full.place)" }
            #expect(slow.allSatisfy { $0["state"] == "no-answer" }, "\(scene)")
            #expect(slow.dropFirst().allSatisfy { ($0["late_us"] ?? 0) > 100_000 }, "\(scene)")
            // The other one was done before the second of the slow one.
            let order: [String] = events.compactMap { $0["endpoint"] }
            #expect(order.lastIndex(of: "\(open.place)")! < order.lastIndex(of: "\(full.place)")!, "\(scene)")
            _ = first
        }
    }

    @Test("UDP, TLS, names looked up anew, few at a time")
    func kinds() throws {
        try scene { scene in
            let echo = try scene.sockctl("udp", "recv", "--echo", "127.0.0.1:0")
            let datagrams = try scene.sockctl(
                "connect", "-zj", "--udp", "--repeat", "3", "--interval", "5ms", "\(try echo.listening())")
            try scene.expectSuccess(datagrams)
            #expect(
                try datagrams.output.events().allSatisfy { !$0.has("rtt_us") && $0["state"] == "open" },
                "\(scene)")

            let asked = try scene.sockctl(
                "udp", "send", "--wait", "5s", "--repeat", "4", "--replies", "4", "--delay", "2ms",
                "--histogram",
                "--json", "\(try echo.listening())", "ping")
            try scene.expectSuccess(asked)
            let summary = try #require(try asked.output.events().last)
            let bars: [[String: Any]] = summary["histogram"] ?? []
            #expect(bars.compactMap { $0["count"] as? Int }.reduce(0, +) == 4, "\(scene)")
            #expect(
                ["p50_us", "p95_us", "p99_us", "stddev_us", "jitter_us"].allSatisfy {
                    summary.has("rtt.\($0)")
                }, "\(scene)")

            let listener = try Listener(backlog: 100)
            let named = try scene.sockctl(
                "connect", "-zj", "-4", "--repeat", "3", "--interval", "5ms", "--resolve-each", "--parallel",
                "1",
                "localhost", "\(listener.port)")
            try scene.expectSuccess(named)
            #expect(
                try named.output.events().dropLast().allSatisfy { $0["address.host"] == "127.0.0.1" },
                "\(scene)")
            let later = try scene.sockctl(
                "connect", "-zj", "--repeat", "3", "--interval", "5ms", "--resolve-each", "nowhere.invalid:1")
            try scene.expect(later, ends: .status(3))
            let lines = try later.output.events()
            #expect(lines.map(\.name) == ["error", "error", "error", "summary"], "\(scene)")
            #expect(
                lines.last?["state"] == "failed" && lines.last?["probes"] == 3 && lines.last?["lost"] == 3,
                "\(scene)")
            let unknown = try scene.sockctl(
                "connect", "-zj", "--repeat", "2", "--interval", "5ms", "nowhere.invalid:1",
                "\(listener.place)")
            try scene.expect(unknown, ends: .status(3))
            #expect(try unknown.output.events().count == 3, "\(scene)")
        }
    }

    @Test("SIGUSR1 has the account so far told, and it goes on")
    func signalled() throws {
        try scene { scene in
            let listener = try Listener(backlog: 1000)
            let program = try scene.sockctl(
                "connect", "-zj", "--repeat", "forever", "--interval", "10ms", "\(listener.place)")
            func count(_ words: String) -> Int {
                program.output.text.components(separatedBy: words).count - 1
            }
            #expect(program.output.wait { data, _ in Lines.count(data) > 2 }, "\(scene)")
            program.signal(SIGUSR1)
            try poll(for: "a summary") { count(#""event":"summary""#) == 1 }
            let known = count(#""event":"check""#)
            try poll(for: "more") { count(#""event":"check""#) > known }
            program.signal(SIGTERM)
            try scene.expect(program, ends: .signal(SIGTERM))
            #expect(count(#""event":"summary""#) == 2, "\(scene)")
        }
    }

    @Test(
        "what makes no sense is named: 2",
        arguments: [
            ("--repeat 0", "'0'"), ("--repeat x", "'x'"), ("--interval 1s", "--repeat"),
            ("--repeat 2 --max-loss 101", "'101'"),
            ("--repeat 2 --interval 0", "'0'"), ("--repeat 2 --interval 1ms", "470"),
            ("--repeat 2 --any", "--any"),
            ("--repeat 2 --wait 1s", "--wait"), ("--expect-http nonsense", "nonsense"),
            ("--udp --banner", "--banner"),
            ("--wait 1s --wait-closed 1s", "--wait-closed"),
            ("--expect a --expect-http 200", "--expect-http"),
        ])
    func mistaken(_ options: String, _ named: String) throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl,
                ["connect", "-z"] + options.split(separator: " ").map(String.init) + ["127.0.0.1:1"])
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.contains(named) && program.output.text.isEmpty, "\(scene)")
        }
    }

    @Test(
        "a terminal: a row for each target that fits, and the summary in the end", arguments: [40, 80, 140])
    func screen(_ columns: Int) throws {
        try scene { scene in
            let (open, closed) = (try Listener(backlog: 1000), try Listener(listening: false))
            let tmux = try Tmux(
                scene,
                "trap : INT; LC_ALL=C.UTF-8 TERM=xterm-256color $SOCKCTL connect -z --repeat forever --interval 20ms \(open.place) \(closed.place)",
                columns: columns, rows: 30)
            let lines = try tmux.lines("rows") { lines in
                lines.contains { $0.contains("refused") && $0.contains("100%") }
                    && lines.contains { $0.contains("open") }
            }
            #expect(lines.count == 3 && lines.allSatisfy { $0.count <= columns }, "\(lines)")
            #expect(lines.line(0).contains("p95") == (columns == 140), "\(lines)")
            #expect(lines.line(0).contains("avg") == (columns >= 80), "\(lines)")
            try tmux("send-keys", "C-c")
            let end = try tmux.lines("the summary") { $0.contains { $0.contains("100% lost") } }
            #expect(!end.contains { $0.hasPrefix("target") }, "\(end)")
        }
    }
}
