// `connect --check`: what it says of ports whose state the test has made, the statuses, the limits, the interruptions.

import Foundation
import Glibc
import Testing

@Suite("connect --check tells the state of ports")
struct CheckTests {
    /// A port that is taken and does not listen: it refuses for sure.
    private func refusing() throws -> Listener { try Listener(listening: false) }

    /// A UDP port that takes everything and answers nothing.
    private func silent() throws -> DatagramPeer { try DatagramPeer() }

    /// Endpoint and state of each line of a table.
    private func states(_ program: Program) -> [String] {
        program.output.lines.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
    }

    @Test(
        "open: one line, and the server sees a connection that ends in order",
        arguments: [Place.inet(0), .inet6(0)])
    func open(_ place: Place) throws {
        try scene { scene in
            let listener = try Listener(place)
            let program = try scene.sockctl("connect", "--check", "\(listener.place)")
            let peer = try listener.accept()
            #expect(try peer.waitForEnd() == 0)
            try scene.expectSuccess(program)
            #expect(
                program.output.lines.count == 1 && states(program) == ["\(listener.place) open"], "\(scene)")
            #expect(program.errors.text.isEmpty, "\(scene)")
        }
    }

    @Test("refused: 4, nothing on stderr", arguments: [Place.inet(0), .inet6(0)])
    func refused(_ place: Place) throws {
        try scene { scene in
            let closed = try Listener(place, listening: false)
            let program = try scene.sockctl("connect", "-z", "\(closed.place)")
            try scene.expect(program, ends: .status(4))
            #expect(states(program) == ["\(closed.place) refused"], "\(scene)")
            #expect(program.errors.text.isEmpty, "\(scene)")
        }
    }

    @Test("Unix sockets: open, stale, missing")
    func unix() throws {
        try scene { scene in
            let listener = try Listener(.unix(scene.path("live")))
            _ = try Listener(.unix(scene.path("stale")))
            let program = try scene.sockctl(
                "connect", "-zj", "\(listener.place)", "unix:\(scene.path("stale"))",
                "unix:\(scene.path("missing"))")
            try scene.expect(program, ends: .status(4))
            // As they are decided: what accepts is looked at a little longer.
            let order = ["open", "refused", "failed"]
            let events = try program.output.events().sorted {
                order.firstIndex(of: $0["state"] ?? "") ?? 9 < order.firstIndex(of: $1["state"] ?? "") ?? 9
            }
            #expect(events.map { $0["state"] } == order, "\(scene)")
            #expect(events.map { $0["code"] } == [nil, "ECONNREFUSED", "ENOENT"], "\(scene)")
            #expect(
                events.allSatisfy { $0["transport"] == "unix" && !$0.has("port") && $0.isOrdered },
                "\(scene)")
        }
    }

    @Test("each as soon as it is decided, with several hosts and lists; --quiet leaves the status")
    func table() throws {
        try scene { scene in
            let (open, six, closed) = (try Listener(), try Listener(.inet6(0)), try refusing())
            let targets = ["[::1]:\(six.port)", "127.0.0.1", "\(closed.port),\(open.port)", "\(open.place)"]
            let program = try scene.run(.sockctl, ["connect", "-z"] + targets)
            try scene.expect(program, ends: .status(4))
            #expect(states(program).first == "endpoint state", "\(scene)")
            #expect(
                Set(states(program)) == [
                    "endpoint state", "[::1]:\(six.port) open", "127.0.0.1:\(closed.port) refused",
                    "127.0.0.1:\(open.port) open",
                ] && states(program).count == 5, "\(scene)")

            let quiet = try scene.run(.sockctl, ["connect", "-zq"] + targets)
            try scene.expect(quiet, ends: .status(4))
            #expect(quiet.output.text.isEmpty && quiet.errors.text.isEmpty, "\(scene)")
        }
    }

    @Test("the status is that of the first that is not open, in the order given")
    func status() throws {
        try scene { scene in
            let (open, closed) = (try Listener(), try refusing())
            let targets = [
                "open": "\(open.place)", "refused": "\(closed.place)",
                "missing": "unix:\(scene.path("missing"))",
                "unknown": "does-not-exist.invalid:80", "service": "127.0.0.1:no-such-service",
            ]
            for (names, status) in [
                ("open open", 0), ("open refused missing", 4), ("missing refused", 1), ("refused unknown", 4),
                ("unknown refused", 3), ("open service", 3),
            ] as [(String, Int32)] {
                let program = try scene.run(
                    .sockctl,
                    ["connect", "-z"] + names.split(separator: " ").compactMap { targets[String($0)] })
                try scene.expect(program, ends: .status(status))
                // Whatever could not be looked up, the others were tested.
                #expect(
                    program.output.text.contains(" open ") == names.contains("open"), "\(names)\n\(scene)")
                for unknown in ["does-not-exist.invalid", "no-such-service"] where names.contains(unknown) {
                    #expect(program.errors.text.contains(unknown), "\(scene)")
                }
            }
        }
    }

    @Test("UDP: an answer, a report, and silence, which is no proof of anything")
    func datagrams() throws {
        try scene { scene in
            let echo = try scene.sockctl("udp", "recv", "--echo", "127.0.0.1:0")
            let (open, silent) = (try echo.listening(), try silent())
            let closed = try DatagramPeer.freePort(.inet(0))
            let ports = "\(open)".split(separator: ":")[1] + ",\(silent.port),\(closed)"
            let program = try scene.sockctl("connect", "-zj", "--udp", "-w", "2s", "127.0.0.1", "\(ports)")
            try scene.expect(program, ends: .status(5))
            let states = Dictionary(
                uniqueKeysWithValues: try program.output.events().map { ($0["port"] ?? 0, $0) })
            #expect(states[Int(ports.split(separator: ",")[0])!]?["state"] == "open", "\(scene)")
            #expect(states[Int(closed)]?["state"] == "refused", "\(scene)")
            #expect(states[Int(closed)]?["reporter"] == "127.0.0.1", "\(scene)")
            #expect(states[Int(silent.port)]?["state"] == "no-answer", "\(scene)")
            // An empty datagram, and just one, is all that was sent.
            #expect(try silent.receive().isEmpty)

            let text = try scene.sockctl("connect", "-z", "--udp", "-w", "100ms", "127.0.0.1:\(silent.port)")
            try scene.expect(text, ends: .status(5))
            #expect(text.output.text.contains("open or filtered: UDP cannot tell"), "\(scene)")
            let refused = try scene.sockctl("connect", "-z", "--udp", "127.0.0.1:\(closed)")
            try scene.expect(refused, ends: .status(4))
            #expect(refused.output.text.contains("port unreachable, reported by 127.0.0.1"), "\(scene)")
        }
    }

    @Test("a listener whose backlog is full does not answer: 5", arguments: ["inet", "unix"])
    func full(_ family: String) throws {
        try scene { scene in
            let listener = try Listener(family == "inet" ? .inet(0) : .unix(scene.path("full")), backlog: 0)
            let first = try Peer(connectingTo: listener.place)
            let program = try scene.sockctl("connect", "-z", "-w", "300ms", "\(listener.place)")
            try scene.expect(program, ends: .status(5))
            #expect(states(program) == ["\(listener.place) no-answer"], "\(scene)")
            _ = first
        }
    }

    @Test("a socket that connected to itself is not an open port", arguments: [[], ["--udp"]])
    func itself(_ options: [String]) throws {
        try scene { scene in
            let port = try refusing().port
            let program = try scene.run(
                .sockctl, ["connect", "-z", "-s", "127.0.0.1:\(port)", "127.0.0.1", "\(port)"] + options)
            try scene.expect(program, ends: .status(4))
            #expect(states(program) == ["127.0.0.1:\(port) refused"], "\(scene)")
        }
    }

    @Test("without descriptors for all it takes longer, and nothing fails", arguments: ["16", "60"])
    func fewDescriptors(_ limit: String) throws {
        try scene { scene in
            let peers = try (0..<40).map { _ in try silent() }
            let ports = peers.map { "\($0.port)" }.joined(separator: ",")
            // Some are taken already, which the limit does not tell.
            let script = """
                if [ \(limit) = 60 ]; then for n in {10..40}; do eval "exec $n< /dev/null"; done; fi
                ulimit -n \(limit); exec "$0" connect -zj --udp -w 20ms 127.0.0.1:\(ports)
                """
            let program = try scene.run(.bash, ["-c", script, try Tool.sockctl.require()])
            try scene.expect(program, ends: .status(5))
            let events = try program.output.events()
            #expect(events.count == 40 && events.allSatisfy { $0["state"] == "no-answer" }, "\(scene)")
        }
    }

    @Test("--parallel is a limit")
    func parallel() throws {
        try scene { scene in
            let peers = try (0..<4).map { _ in try silent() }
            let ports = peers.map { "\($0.port)" }.joined(separator: ",")
            let start = DispatchTime.now().uptimeNanoseconds
            let program = try scene.sockctl(
                "connect", "-z", "--udp", "-w", "100ms", "--parallel", "1", "127.0.0.1:\(ports)")
            try scene.expect(program, ends: .status(5))
            // One after the other; what went before an attempt is part of its time.
            #expect(DispatchTime.now().uptimeNanoseconds - start >= 350_000_000)
        }
    }

    @Test("interrupted it shows what is known, and dies of the signal")
    func interrupted() throws {
        try scene { scene in
            let (open, full) = (try Listener(), try Listener(backlog: 0))
            let first = try Peer(connectingTo: full.place)
            let program = try scene.sockctl("connect", "-z", "-w", "1m", "\(full.place)", "\(open.place)")
            #expect(program.output.wait { data, _ in Lines.count(data) == 2 }, "\(scene)")
            program.signal(SIGINT)
            try scene.expect(program, ends: .signal(SIGINT))
            #expect(states(program) == ["endpoint state", "\(open.place) open"], "\(scene)")
            #expect(program.errors.text == "interrupted: 1 of 2 ports tested\n", "\(scene)")
            _ = first
        }
    }

    @Test("the deadline ends it: 5")
    func deadline() throws {
        try scene { scene in
            let (full, open) = (try Listener(backlog: 0), try Listener())
            let first = try Peer(connectingTo: full.place)
            let program = try scene.sockctl(
                "connect", "-z", "--deadline", "1s", "-w", "1m", "\(full.place)", "\(open.place)")
            try scene.expect(program, ends: .status(5))
            #expect(states(program) == ["endpoint state", "\(open.place) open"], "\(scene)")
            #expect(program.errors.text.contains("deadline of 1 s passed"), "\(scene)")
            _ = first
        }
    }

    @Test("a reader that has enough ends it quietly")
    func closedOutput() throws {
        try scene { scene in
            let closed = try refusing()
            let program = try scene.run(
                .sockctl, ["connect", "-zj"] + Array(repeating: "\(closed.place)", count: 3000), stdout: .held
            )
            #expect(try program.takeOutputLine().contains("refused"))
            program.closeOutput()
            #expect(try program.exit() == .status(0), "\(scene)")
            #expect(program.errors.text.isEmpty, "\(scene)")
        }
    }

    @Test(
        "what makes no sense is named: 2",
        arguments: [
            ("80-70", "80-70"), ("70000", "70000"), ("22,,80", "22,,80"), ("", "''"), ("host", "host"),
            ("127.0.0.1", "127.0.0.1"), ("*:22", "*:22"), ("a:22 80", "'80'"), ("1 --parallel 0", "'0'"),
            ("--udp unix:/x", "unix:/x"),
        ])
    func mistaken(_ line: String, _ named: String) throws {
        try scene { scene in
            let words = line.isEmpty ? [""] : line.split(separator: " ").map(String.init)
            let program = try scene.run(.sockctl, ["connect", "--check"] + words)
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.contains(named) && program.output.text.isEmpty, "\(scene)")
        }
    }
}
