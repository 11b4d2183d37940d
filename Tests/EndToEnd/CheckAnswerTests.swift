// `connect --check`: what a port says and does once it has accepted, lists of which one is enough, waiting for ports to
// close, and how results are shown.

import Foundation
import Glibc
import Synchronization
import Testing

@Suite("connect --check looks at what accepts")
struct CheckAnswerTests {
    /// A server that does this with each peer; it ends with the process.
    private func server(_ body: @escaping @Sendable (Peer) throws -> Void) throws -> Listener {
        let listener = try Listener(backlog: 100)
        let descriptor = dup(listener.descriptor)
        Thread.detachNewThread {
            while true {
                let peer = accept(descriptor, nil, nil)
                guard peer >= 0 else { return }
                let one = Peer(peer)
                try? body(one)
                one.close()
            }
        }
        return listener
    }

    @Test("--banner, --expect, --expect-http, and one that closes at once")
    func answers() throws {
        try scene { scene in
            let ssh = try server {
                try $0.send("SSH-2.0-\u{1b}[31mtest\r\nmore")
                _ = try $0.waitForEnd()
            }
            let web = try server {
                _ = try $0.receive(16)
                try $0.send("HTTP/1.1 503 Sorry\r\n\r\n")
                _ = try $0.waitForEnd()
            }
            let closing = try server { _ in }
            let silent = try Listener(backlog: 10)
            let places = [ssh, web, closing, silent].map { "\($0.place)" }
            func check(_ options: [String], _ status: Int32) throws -> [String: Event] {
                let program = try scene.run(.sockctl, ["connect", "-zj", "-w", "400ms"] + options + places)
                try scene.expect(program, ends: .status(status))
                return Dictionary(
                    uniqueKeysWithValues: try program.output.events().map { ($0["endpoint"] ?? "", $0) })
            }
            let banners = try check(["--banner"], 0)
            #expect(banners[places[0]]?["banner"] == "SSH-2.0-\u{1b}[31mtest", "\(scene)")
            #expect(
                banners[places[1]]?.has("banner") == false && banners[places[3]]?.has("banner") == false,
                "\(scene)")
            #expect(banners[places[2]]?.has("closed_after_us") == true, "\(scene)")

            let texts = try check(["--expect", "test\r\nmore"], 11)
            #expect(
                places.map { texts[$0]?["state"] } == ["open", "unexpected", "unexpected", "unexpected"],
                "\(scene)")
            #expect(texts[places[2]]?["message"] == "it closed without a word", "\(scene)")
            let said = try check(["--expect", "FTP"], 11)
            #expect(
                said[places[0]]?["message"] == "it said 'SSH-2.0-\u{1b}[31mtest' and not 'FTP'", "\(scene)")

            let http = try check(["--expect-http", "2xx"], 11)
            #expect(http[places[1]]?["message"] == "it answered 503 Sorry, and not 2xx", "\(scene)")
            #expect(
                try check(["--expect-http", "503:/x", "--any"], 0)[places[1]]?["state"] == "open", "\(scene)")

            // On a terminal nothing of it acts.
            let terminal = try Terminal()
            let text = try scene.run(
                .sockctl, ["connect", "-z", "--banner", "-w", "400ms"] + places, stdout: .terminal(terminal))
            let shown = try terminal.read { $0.count { $0 == 10 } >= 5 }
            #expect(!shown.contains(0x1b) && String(decoding: shown, as: UTF8.self).contains("^[[31mtest"))
            try scene.expectSuccess(text)
            let plain = try scene.run(.sockctl, ["connect", "-z"] + places)
            try scene.expectSuccess(plain)
            #expect(plain.output.text.contains("it accepted and closed at once"), "\(scene)")
        }
    }

    @Test("interim answers of HTTP are passed over; one that resets at once had accepted")
    func interim() throws {
        try scene { scene in
            let web = try server {
                _ = try $0.receive(16)
                try $0.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
                try $0.send("HTTP/1.1 200 OK\r\n\r\n")
                _ = try $0.waitForEnd()
            }
            let program = try scene.sockctl("connect", "-z", "--expect-http", "200", "\(web.place)")
            try scene.expectSuccess(program)
            let resetting = try server { $0.reset() }
            for _ in 0..<20 {
                let check = try scene.sockctl("connect", "-zj", "\(resetting.place)")
                try scene.expectSuccess(check)
                #expect(try check.output.events().first?.has("closed_after_us") == true, "\(scene)")
                let expecting = try scene.sockctl("connect", "-zj", "--expect", "x", "\(resetting.place)")
                try scene.expect(expecting, ends: .status(11))
            }
        }
    }

    @Test("a port that wants TLS says so")
    func wantsTLS() throws {
        try scene { scene in
            let secure = try server {
                _ = try $0.receive(16)
                // A fatal alert, handshake_failure.
                try $0.send(Data([0x15, 3, 1, 0, 2, 2, 40]))
                _ = try $0.waitForEnd()
            }
            let check = try scene.sockctl(
                "connect", "-zj", "--expect-http", "200", "-w", "500ms", "\(secure.place)")
            try scene.expect(check, ends: .status(11))
            #expect(
                try check.output.events().first?["message"] == "it wants TLS: --tls speaks that", "\(scene)")
        }
    }

    @Test("a block of addresses is summed up as a host is")
    func blocks() throws {
        try scene { scene in
            let closed = try Listener(listening: false)
            let program = try scene.sockctl("connect", "-z", "127.0.0.0/26:\(closed.port)")
            try scene.expect(program, ends: .status(4))
            #expect(program.output.lines.isEmpty, "\(scene)")
            #expect(
                program.errors.lines == [
                    "not shown of 127.0.0.0/26:\(closed.port): 62 refused (--verbose shows all)"
                ],
                "\(scene)")
        }
    }

    @Test("banners that are no text, or without an end, are cut and kept in base64")
    func binary() throws {
        try scene { scene in
            let noise = try server {
                try $0.send(Data(repeating: 0xff, count: 100_000))
                _ = try $0.waitForEnd()
            }
            let program = try scene.sockctl("connect", "-zj", "--banner", "\(noise.place)")
            try scene.expectSuccess(program)
            let banner: String? = try program.output.events().first?["banner_base64"]
            #expect(
                banner.flatMap { Data(base64Encoded: $0) } == Data(repeating: 0xff, count: 256), "\(scene)")
            let missing = try scene.sockctl("connect", "-z", "--expect", "needle", "\(noise.place)")
            try scene.expect(missing, ends: .status(11))
        }
    }

    @Test("--wait: what is unexpected is tried again, all have to be there, or with --any one")
    func waiting() throws {
        try scene { scene in
            let count = Mutex(0)
            let late = try server {
                let isReady = count.withLock {
                    $0 += 1
                    return $0 > 2
                }
                _ = try $0.receive(16)
                try $0.send(isReady ? "HTTP/1.1 200 OK\r\n\r\n" : "HTTP/1.1 503 Not yet\r\n\r\n")
                _ = try $0.waitForEnd()
            }
            let program = try scene.sockctl(
                "connect", "-zj", "--wait", "10s", "--expect-http", "200", "\(late.place)")
            try scene.expectSuccess(program)
            #expect(count.withLock { $0 } == 3)

            let (open, closed) = (try Listener(backlog: 10), try Listener(listening: false))
            let any = try scene.sockctl(
                "connect", "-zj", "--wait", "20s", "--any", "\(closed.place)", "\(open.place)")
            try scene.expectSuccess(any)
            #expect(try any.output.events().map { $0["state"] } == ["open"], "\(scene)")
            let all = try scene.sockctl(
                "connect", "-z", "--wait", "200ms", "\(closed.place)", "\(open.place)")
            try scene.expect(all, ends: .status(5))
        }
    }

    @Test("--wait-closed: 0 once none accepts, 5 if one still does")
    func waitClosed() throws {
        try scene { scene in
            var going: Listener? = try Listener(backlog: 100)
            let (staying, closed) = (try Listener(backlog: 100), try Listener(listening: false))
            let program = try scene.sockctl(
                "connect", "-z", "-v", "--wait-closed", "10s", "\(closed.place)",
                "\(try #require(going).place)")
            #expect(program.errors.wait { data, _ in Lines.count(data) > 0 }, "\(scene)")
            #expect(program.errors.text.contains("still open"), "\(scene)")
            going = nil
            try scene.expectSuccess(program)
            #expect(program.output.lines.count { $0.contains("refused") } == 2, "\(scene)")
            let vain = try scene.sockctl("connect", "-zj", "--wait-closed", "200ms", "\(staying.place)")
            try scene.expect(vain, ends: .status(5))
            #expect(try vain.output.events().first?["message"] == "still open", "\(scene)")
            // Silence is no proof, of a port or of TLS behind it.
            let full = try Listener(backlog: 0)
            let first = try Peer(connectingTo: full.place)
            for options in [["\(full.place)"], ["--tls", "\(staying.place)"]] {
                let silent = try scene.run(
                    .sockctl, ["connect", "-zj", "-w", "100ms", "--wait-closed", "400ms"] + options)
                try scene.expect(silent, ends: .status(5))
            }
            _ = first
            let gone = try scene.sockctl("connect", "-z", "--wait-closed", "1s", "unix:\(scene.path("gone"))")
            try scene.expectSuccess(gone)
            let datagrams = try scene.sockctl("connect", "-z", "--udp", "--wait-closed", "1s", "127.0.0.1:1")
            try scene.expect(datagrams, ends: .status(2))
        }
    }

    @Test("silent ports of one host hold up no other, and what is open is told at once")
    func fair() throws {
        try scene { scene in
            let silent = try (0..<8).map { _ in try DatagramPeer() }
            let echo = try scene.sockctl("udp", "recv", "--echo", "127.0.0.1:0")
            let ports = silent.map { "\($0.port)" }.joined(separator: ",")
            let program = try scene.sockctl(
                "connect", "-zj", "--udp", "-w", "30s", "--parallel", "4", "127.0.0.1:\(ports)",
                "\(try echo.listening())")
            #expect(
                program.output.wait { data, _ in
                    String(decoding: data, as: UTF8.self).contains(#""state":"open""#)
                },
                "\(scene)")
            program.signal(SIGINT)
            try scene.expect(program, ends: .signal(SIGINT))
        }
    }

    @Test("a terminal has the table in the order given, and how far it has come meanwhile")
    func screen() throws {
        try scene { scene in
            let (full, open) = (try Listener(backlog: 0), try Listener(backlog: 10))
            let first = try Peer(connectingTo: full.place)
            let tmux = try Tmux(
                scene,
                "LC_ALL=C.UTF-8 TERM=xterm-256color $SOCKCTL connect -z -w 1500ms \(full.place) \(open.place)",
                columns: 80)
            let live = try tmux.lines("progress") {
                $0.contains { $0.contains("1 of 2 ports tested, 1 open") }
            }
            #expect(live.contains { $0.contains("\(open.place)") && $0.contains("open") }, "\(live)")
            let end = try tmux.lines("the table") { $0.contains { $0.contains("no-answer") } }
            let rows = end.filter { $0.contains("127.0.0.1") }
            #expect(rows.count == 2 && rows[0].contains("no-answer") && rows[1].contains("open"), "\(end)")
            #expect(!end.contains { $0.contains("ports tested") }, "\(end)")
            _ = first
        }
    }
}
