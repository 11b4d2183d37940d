// `info --watch` as a stream: what comes, goes and changes is told, each once, with the bytes that went.

import Foundation
import Glibc
import Testing

// One after the other: the closings of one could be too many for the kernel to tell another.
@Suite("info --watch: the stream", .serialized)
struct WatchTests {
    /// A watch of the sockets at a listener's port, which has begun.
    private func watch(_ scene: Scene, _ listener: Listener, _ options: String...) throws -> Program {
        let program = try scene.run(
            .sockctl, ["info", "--watch", "100ms", "--json", "--port", "\(listener.port)"] + options)
        _ = try program.output.event("sample")
        return program
    }

    private func endsOnInterrupt(_ program: Program) throws {
        program.signal(SIGINT)
        let exit = try program.exit()
        #expect(exit == .signal(SIGINT))
    }

    @Test("a connection that stays is opened, sampled and closed, with the bytes of both ends")
    func long() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try watch(scene, listener)
            let client = try Peer(connectingTo: listener.place)
            let server = try listener.accept()
            let opened = try program.output.events(2) { $0.name == "opened" }
            #expect(opened.allSatisfy { $0["owner_source"] == "seen" && $0["state"] == "ESTABLISHED" })
            try client.sendZeros(300_000)
            #expect(try server.skip(300_000) == 300_000)
            try server.send("answer")
            #expect(try client.receiveText(6) == "answer")
            _ = try program.output.events(2) { ($0["received.rate"] ?? 0) + ($0["sent.rate"] ?? 0) > 0 }
            client.shutdown()
            _ = try program.output.events(1) { $0.name == "changed" && $0["state"] == "CLOSE_WAIT" }
            server.close()
            client.close()
            let closed = try program.output.events(2) { $0.name == "closed" }
            for event in closed {
                let isServer = event["local.port"] == Int(listener.port)
                #expect(event["received.bytes"] == (isServer ? 300_000 : 6), "\(event)")
                #expect(event["sent.bytes"] == (isServer ? 6 : 300_000), "\(event)")
                #expect((event["duration_us"] ?? 0) > 0, "\(event)")
                #expect(event["established"] == true, "\(event)")
                #expect(!event.has("how") && !event.has("connection"), "\(event)")
                let owners: [[String: Any]] = event["owners"] ?? []
                #expect(owners.first?["pid"] as? Int == Int(getpid()), "\(event)")
            }
            try endsOnInterrupt(program)
        }
    }

    @Test("connections between two looks are each told once, the accepted ones with who listens")
    func short() throws {
        try scene { scene in
            let listener = try Listener(backlog: 1024)
            let program = try scene.run(
                .sockctl, ["info", "--watch", "1h", "--json", "--port", "\(listener.port)"])
            _ = try program.output.event("sample")
            let count = 500
            for _ in 0..<count {
                let client = try Peer(connectingTo: listener.place)
                let server = try listener.accept()
                try client.send("hello")
                client.shutdown()
                _ = try server.receiveToEnd()
                server.close()
                _ = try client.waitForEnd()
                client.close()
            }
            let closed = try program.output.events(2 * count) { $0.name == "closed" }
            let cookies = Set(closed.compactMap { $0["cookie"] as String? })
            #expect(cookies.count == 2 * count)
            for event in closed {
                let isServer = event["local.port"] == Int(listener.port)
                #expect(event["owner_source"] == (isServer ? "listener" : "unknown"), "\(event)")
                #expect(event["received.bytes"] == (isServer ? 5 : 0), "\(event)")
                #expect(event["sent.bytes"] == (isServer ? 0 : 5), "\(event)")
                #expect(!event.has("duration_us"), "\(event)")
            }
            #expect(!program.output.text.contains("\"event\":\"missed\""))
            try endsOnInterrupt(program)
        }
    }

    @Test("more closings than the kernel keeps are counted")
    func missed() throws {
        try scene { scene in
            let listener = try Listener(backlog: 1024)
            let program = try watch(scene, listener)
            let stays = try Peer(connectingTo: listener.place)
            let accepted = try listener.accept()
            _ = try program.output.events(2) { $0.name == "opened" }
            program.signal(SIGSTOP)
            func pair() throws {
                let client = try Peer(connectingTo: listener.place)
                let server = try listener.accept()
                client.reset()
                server.close()
            }
            while drops(of: program.pid) == 0 { for _ in 0..<200 { try pair() } }
            stays.close()
            accepted.close()
            let before = drops(of: program.pid)
            while drops(of: program.pid) < before + 4 { try pair() }
            program.signal(SIGCONT)
            let event = try program.output.event("missed")
            #expect((event["count"] ?? 0) > 0)
            // The list finds that these are gone.
            let untold = try program.output.events(2) { $0.name == "closed" && $0["told"] == false }
            #expect(!untold.isEmpty)
            try endsOnInterrupt(program)
        }
    }

    /// How many closings the kernel could not tell this process.
    private func drops(of pid: pid_t) -> Int {
        kernelTable("netlink").filter { $0.count > 8 && $0[2] == "\(pid)" && $0[3] == "0000000f" }
            .compactMap { Int($0[8]) }.reduce(0, +)
    }

    @Test("a connection that gives up before it was accepted was never established")
    func neverEstablished() throws {
        try scene { scene in
            let listener = try Listener(backlog: 0)
            let program = try watch(scene, listener)
            // The queue is full with the first; later ones get no answer.
            let first = try Peer(connectingTo: listener.place)
            var waiting: [Int32] = []
            for _ in 0..<3 {
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
                _ = listener.place.withAddress { connect(descriptor, $0, $1) }
                waiting.append(descriptor)
            }
            _ = try program.output.events(1) { $0.name == "opened" && $0["state"] == "SYN_SENT" }
            for descriptor in waiting { close(descriptor) }
            _ = try program.output.events(1) { $0.name == "closed" && $0["established"] == false }
            first.close()
            try endsOnInterrupt(program)
        }
    }

    @Test("a connection that is reset: each end is told once, with the figures of the last list")
    func ownReset() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try watch(scene, listener)
            let client = try Peer(connectingTo: listener.place)
            let server = try listener.accept()
            try client.sendZeros(5000)
            _ = try server.skip(5000)
            _ = try program.output.events(1) { $0.name == "sample" && $0["sent.bytes"] == 5000 }
            client.reset()
            let closed = try program.output.events(2) { $0.name == "closed" && $0["told"] == false }
            let port = Int(listener.port)
            let ours = closed.first { $0["peer.port"] == port }
            let theirs = closed.first { $0["local.port"] == port }
            #expect(ours?["sent.bytes"] == 5000 && theirs?["received.bytes"] == 5000, "\(scene)")
            // It was over before.
            server.close()
            let last = try Peer(connectingTo: listener.place)
            _ = try program.output.events(2) { $0.name == "opened" && $0["local.port"] == port }
            last.close()
            let cookie: String? = theirs?["cookie"]
            let all = try program.output.events().filter { $0.name == "closed" && $0["cookie"] == cookie }
            #expect(all.count == 1, "\(scene)")
            try endsOnInterrupt(program)
        }
    }

    @Test("--by sums up, and --count ends it", arguments: ["process", "peer", "port"])
    func groups(_ grouping: String) throws {
        try scene { scene in
            let listener = try Listener()
            let client = try Peer(connectingTo: listener.place)
            let server = try listener.accept()
            defer {
                client.close()
                server.close()
            }
            let program = try scene.run(
                .sockctl,
                [
                    "info", "--watch", "50ms", "--count", "3", "--json", "--by", grouping, "--port",
                    "\(listener.port)",
                ])
            try scene.expectSuccess(program)
            // The kernel drops what it tells of closings wherever on the machine too many close at once.
            let events = try program.output.events().filter { $0.name != "missed" }
            #expect(Set(events.map(\.name)) == ["group"])
            #expect(events.allSatisfy { $0["by"] == grouping })
            if grouping == "port" {
                #expect(events.allSatisfy { $0["name"] == "\(listener.port)" && $0["sockets"] == 3 })
                // The first look, and three rounds.
                #expect(events.count == 4)
            }
        }
    }

    @Test("datagram and Unix sockets come and go as well", arguments: ["--udp", "--unix"])
    func others(_ kind: String) throws {
        try scene { scene in
            // One that is there when the watch begins.
            let kept = try scene.run(
                .sockctl,
                kind == "--udp" ? ["udp", "recv", "127.0.0.1:0"] : ["listen", "unix:\(scene.path("kept"))"])
            #expect(kept.errors.wait(for: "listening on"))
            let program = try scene.run(.sockctl, ["info", "--watch", "50ms", "--json", kind])
            _ = try program.output.event("sample")
            let other = try scene.run(
                .sockctl,
                kind == "--udp"
                    ? ["udp", "recv", "127.0.0.1:0"] : ["listen", "unix:\(scene.path("socket"))"])
            #expect(other.errors.wait(for: "listening on"))
            func isOther(_ event: Event) -> Bool {
                let owners: [[String: Any]] = event["owners"] ?? []
                return owners.contains { $0["pid"] as? Int == Int(other.pid) }
            }
            _ = try program.output.events(1) { $0.name == "opened" && isOther($0) }
            other.signal(SIGINT)
            _ = try other.exit()
            let closed = try program.output.events(1) { $0.name == "closed" && isOther($0) }
            #expect(closed.allSatisfy { !$0.has("received") && !$0.has("tcp") })
            try endsOnInterrupt(program)
        }
    }

    /// A load of which everything is known, in two namespaces at once: each end of each connection is told once, with
    /// its bytes and with its owner, or as unknown.
    @Test("it tells the truth of short connections and long ones")
    func truth() throws {
        try Need.program("python3").require()
        try scene { scene in
            let script =
                URL(fileURLWithPath: #filePath).pathComponents.dropLast(3).joined(separator: "/")
                + "/Watch/truth.py"
            let program = try Network.run(
                scene,
                Network.hosts + """
                    on a python3 \(script) $SOCKCTL 1500 40 > a & A=$!
                    on d python3 \(script) $SOCKCTL 1500 40 > d & D=$!
                    wait $A || status=1
                    wait $D || status=1
                    cat a d
                    exit ${status:-0}
                    """)
            try scene.expectSuccess(program)
            #expect(program.output.lines.count { $0.hasSuffix(" 0 wrong") } == 2, "\(scene)")
        }
    }

    @Test("text in a pipe is a line for each thing")
    func text() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.run(.sockctl, ["info", "--watch", "50ms", "--port", "\(listener.port)"])
            #expect(program.output.wait(for: "LISTEN\n"))
            let client = try Peer(connectingTo: listener.place)
            let server = try listener.accept()
            #expect(program.output.wait(for: "  opened   tcp  127.0.0.1:\(listener.port)  127.0.0.1:"))
            try client.sendZeros(2048)
            _ = try server.skip(2048)
            client.close()
            server.close()
            #expect(program.output.wait(for: "received 2 KiB  sent 0 bytes  after "), "\(scene)")
            let isLine = { (line: String) in line.contains(#/^[0-9]{4}-[0-9-]+T[0-9:.]+Z  [a-z]+ +tcp  /#) }
            #expect(program.output.lines.allSatisfy(isLine), "\(scene)")
            try endsOnInterrupt(program)
        }
    }

    @Test(
        "a process cannot forge a line or move a cursor by its name", arguments: [[], ["--by", "process"]])
    func hostileName(_ options: [String]) throws {
        try Need.program("python3").require()
        try scene { scene in
            let listener = try scene.run(
                .python3,
                [
                    "-c",
                    """
                    import socket, sys
                    open('/proc/self/comm', 'wb').write(b'\\x1b[2J\\nF\\xff')
                    s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()
                    print(s.getsockname()[1], flush=True)
                    sys.stdin.read()
                    """,
                ], stdin: .pipe)
            #expect(listener.output.wait(for: "\n"))
            let port = try #require(listener.output.lines.first)
            let program = try scene.run(
                .sockctl, ["info", "--watch", "50ms", "--count", "1", "--port", port] + options)
            try scene.expectSuccess(program)
            #expect(program.output.text.contains("^[[2J^JF"), "\(scene)")
            #expect(!program.output.text.contains("\u{1b}"), "\(scene)")
            #expect(program.output.lines.allSatisfy { $0.hasPrefix("20") }, "\(scene)")
            let json = try scene.run(
                .sockctl,
                ["info", "--watch", "50ms", "--count", "1", "--json", "--port", port] + options)
            try scene.expectSuccess(json)
            let name = Data([0x1b]) + Data("[2J\nF".utf8) + Data([0xff])
            #expect(
                json.output.text.contains("\"name_base64\":\"\(name.base64EncodedString())\""), "\(scene)")
        }
    }

    @Test("a listener that closes is no connection that failed")
    func listenerCloses() throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["info", "--watch", "50ms", "--json", "--tcp"])
            let other = try scene.sockctl("listen", "-k", "127.0.0.1:0")
            #expect(other.errors.wait(for: "listening on"))
            let pid = Int(other.pid)
            func isOther(_ event: Event) -> Bool {
                let owners: [[String: Any]] = event["owners"] ?? []
                return owners.contains { $0["pid"] as? Int == pid }
            }
            _ = try program.output.events(1, isOther)
            other.signal(SIGINT)
            _ = try other.exit()
            let closed = try program.output.events(1) { $0.name == "closed" && isOther($0) }
            let event = try #require(closed.first)
            #expect(!event.has("established") && !event.has("received") && !event.has("tcp"), "\(event)")
            try endsOnInterrupt(program)
        }
    }

    @Test(
        "what makes no sense is a usage error",
        arguments: [
            (["--watch", "1h", "x"], "unexpected operand"), (["--watch", "fast"], "INTERVAL"),
            (["--watch", "1ms"], "shortest interval"), (["--count", "3"], "--watch"),
            (["--by", "port"], "--watch"), (["--deadline", "1s"], "--watch"),
            (["--watch", "--by", "colour"], "one of connection, process, peer, port"),
            (["--watch", "--state", "time-wait"], "has closed"), (["--watch", "--new", "tcp"], "--new"),
            (["--watch", "-v"], "--verbose"),
        ])
    func usage(_ arguments: [String], _ words: String) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["info"] + arguments)
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.contains(words), "\(scene)")
        }
    }

    @Test("a reader who leaves ends it quietly")
    func closedOutput() throws {
        try scene { scene in
            let program = try scene.shell("\"$SOCKCTL\" info --watch 10ms --json | head -n 1")
            try scene.expectSuccess(program)
            #expect(program.output.lines.count == 1)
        }
    }

    @Test(
        "a stdout that nobody reads: it holds no more than before, and a signal ends it",
        arguments: [true, false])
    func blockedOutput(_ isJSON: Bool) throws {
        try scene { scene in
            let listener = try Listener(backlog: 1024)
            let program = try scene.run(
                .sockctl,
                ["info", "--watch", "10ms", "--port", "\(listener.port)"] + (isJSON ? ["--json"] : []),
                stdout: .held)
            try poll(for: "a watch") { hasNetlink(program.pid) }
            let before = try program.peakMemory()
            for _ in 0..<4000 {
                let client = try Peer(connectingTo: listener.place)
                let server = try listener.accept()
                client.shutdown()
                server.close()
                client.close()
            }
            #expect(try program.peakMemory() < before + 32 << 20, "\(scene)")
            program.signal(SIGTERM)
            let exit = try program.exit()
            #expect(exit == .signal(SIGTERM), "\(scene)")
        }
    }

    /// Whether it hears of closings.
    private func hasNetlink(_ pid: pid_t) -> Bool {
        kernelTable("netlink").contains { $0.count > 8 && $0[2] == "\(pid)" && $0[3] == "0000000f" }
    }
}

extension Collector {
    /// Waits for so many events of a kind.
    func events(_ count: Int, _ isWanted: (Event) -> Bool) throws -> [Event] {
        var found: [Event] = []
        var parsed = 0
        _ = wait { data, _ in
            // Each line once, however often more comes.
            let rest = data.dropFirst(parsed)
            guard let end = rest.lastIndex(of: 10) else { return false }
            parsed += rest.distance(from: rest.startIndex, to: end) + 1
            found += String(decoding: rest[...end], as: UTF8.self).split(separator: "\n")
                .compactMap { try? Event(String($0)) }.filter(isWanted)
            return found.count >= count
        }
        guard found.count >= count else { throw Unexpected("\(found.count) of \(count) events: \(text)") }
        return found
    }
}
