// `--via`: connections through a SOCKS5 and an HTTP proxy, of every command that connects.

import Foundation
import Glibc
import Testing

@Suite("Through a proxy")
struct ViaTests {
    /// The endpoint is for the proxy to look up, and nobody else knows it.
    private static let endpoint = "nowhere.invalid:7777"

    @Test(
        "what is sent and what comes, with what came in one segment with the answer",
        arguments: ProxyKind.allCases, [Place.inet(0), .inet6(0)])
    func payload(_ kind: ProxyKind, _ place: Place) throws {
        try scene { scene in
            let listener = try Listener(place)
            let url = kind.url(listener.place)
            let program = try scene.sockctl(
                "connect", "-v", "--via", url, Self.endpoint, stdin: .bytes(Data("question".utf8)))
            let peer = try listener.accept()
            #expect(try peer.hearRequest(kind) == Self.endpoint)
            try peer.send(kind.consent + Data("first ".utf8))
            #expect(try peer.receiveToEnd() == Data("question".utf8))
            try peer.send("second")
            peer.close()
            try scene.expectSuccess(program)
            #expect(program.output.text == "first second", "\(scene)")
            #expect(program.errors.text.contains("connected to \(Self.endpoint) via \(url)"), "\(scene)")
        }
    }

    @Test("each command that connects", arguments: ProxyKind.allCases, ["send", "recv", "listen"])
    func commands(_ kind: ProxyKind, _ command: String) throws {
        try scene { scene in
            let listener = try Listener()
            let via = ["--via", kind.url(listener.place)]
            let program: Program
            var client: Peer?
            switch command {
            case "send": program = try scene.run(.sockctl, ["send"] + via + [Self.endpoint, "question"])
            case "recv": program = try scene.run(.sockctl, ["recv", "--connect"] + via + [Self.endpoint])
            default:
                program = try scene.run(.sockctl, ["listen", "127.0.0.1:0", "--to", Self.endpoint] + via)
                client = try Peer(connectingTo: try program.listening())
                try client?.send("question")
                client?.shutdown()
            }
            let peer = try listener.accept()
            #expect(try peer.hearRequest(kind) == Self.endpoint)
            try peer.send(kind.consent + Data("answer".utf8))
            if command != "recv" { #expect(try peer.receiveToEnd() == Data("question".utf8)) }
            peer.close()
            if let client { #expect(try client.receiveToEnd() == Data("answer".utf8)) }
            try scene.expectSuccess(program)
            if client == nil { #expect(program.output.text == "answer", "\(scene)") }
        }
    }

    @Test(
        "what the event says, and what is recorded and dumped", arguments: ProxyKind.allCases,
        ["recording", "recording.pcapng"])
    func events(_ kind: ProxyKind, _ file: String) throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl(
                "send", "-j", "--hex", "--record", scene.path(file), "--via",
                kind.url(listener.place, "me:secret@"), Self.endpoint, "question")
            let peer = try listener.accept()
            #expect(try peer.hearRequest(kind) == Self.endpoint)
            try peer.send(kind.consent)
            #expect(try peer.receiveToEnd() == Data("question".utf8))
            peer.close()
            try scene.expect(program, ends: .status(0))
            let connected = try program.output.event("connected")
            #expect(connected["endpoint"] == Self.endpoint && connected["via"] == kind.url(listener.place))
            #expect(connected["peer.port"] == Int(listener.port), "\(connected)")
            let closed = try program.output.event("closed")
            #expect(closed["sent.bytes"] == 8 && closed["received.bytes"] == 0, "\(closed)")
            let recording = String(decoding: try scene.contents(file), as: UTF8.self)
            let hidden = ["secret", "CONNECT", Data("me:secret".utf8).base64EncodedString()]
            for word in hidden {
                #expect(!(program.output.text + program.errors.text + recording).contains(word), "\(scene)")
            }
            #expect(program.errors.text.contains("> \(Self.endpoint) 8 bytes"), "\(scene)")
        }
    }

    /// From a file, from the environment, in the URL: and only there it is reported.
    @Test(
        "user and password", arguments: ProxyKind.allCases, ["file", "environment", "URL", "readable file"])
    func credentials(_ kind: ProxyKind, _ source: String) throws {
        try scene { scene in
            let listener = try Listener()
            let file = try scene.file("auth", Data("me:secret\nmore\n".utf8))
            chmod(file, source == "file" ? 0o600 : 0o644)
            var words = ["send", "--via", kind.url(listener.place, source == "URL" ? "me:secret@" : "")]
            if source.hasSuffix("file") { words += ["--via-auth", "@\(file)"] }
            let program = try scene.run(
                .sockctl, words + [Self.endpoint, "x"],
                environment: source == "environment" ? ["SOCKCTL_PROXY_AUTH": "me:secret"] : [:])
            let peer = try listener.accept()
            #expect(try peer.hearRequest(kind) == Self.endpoint)
            try peer.send(kind.consent)
            #expect(try peer.receiveToEnd() == Data("x".utf8))
            peer.close()
            try scene.expect(program, ends: .status(0))
            let expected = ["URL": "list of processes", "readable file": "chmod 600"]
            #expect(
                program.errors.text.contains(expected[source] ?? "") || expected[source] == nil, "\(scene)")
            #expect(expected[source] != nil || !program.errors.text.contains("password"), "\(scene)")
            #expect(!program.errors.text.contains("secret"), "\(scene)")
        }
    }

    private static let refusals: [(ProxyKind, Data, Int32, String)] = [
        (.socks5, Data([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]), 4, "ECONNREFUSED"),
        (.socks5, Data([5, 2]), 9, "does not allow"),
        (.socks5, Data(), 7, "closed the connection"),
        (.http, Data("HTTP/1.1 407 No\r\n\r\n".utf8), 9, "--via-auth @FILE"),
        (.http, Data("HTTP/1.1 503 No\r\n\r\n".utf8), 6, "503 No"),
        (.http, Data("HTTP/1.1 20".utf8), 7, "closed the connection"),
        (.http, Data("220 mail ESMTP\r\n".utf8), 11, "'220 mail ESMTP'"),
    ]

    @Test("a proxy that refuses", arguments: refusals)
    func refusal(_ kind: ProxyKind, _ answer: Data, _ status: Int32, _ words: String) throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl("send", "--via", kind.url(listener.place), Self.endpoint, "x")
            let peer = try listener.accept()
            _ = try peer.hearRequest(kind)
            try peer.send(answer)
            peer.close()
            try scene.expect(program, ends: .status(status))
            #expect(program.output.text.isEmpty && program.errors.text.contains(words), "\(scene)")
            #expect(program.errors.text.contains("sockctl: connect \(Self.endpoint): the proxy"), "\(scene)")
        }
    }

    @Test("a proxy that is silent, one that is not there, and one that is tried again")
    func silence() throws {
        try scene { scene in
            let listener = try Listener()
            let place = "socks5://\(listener.place)"
            let program = try scene.sockctl("send", "-w", "200ms", "--via", place, Self.endpoint, "x")
            let peer = try listener.accept()
            _ = try peer.hearRequest(.socks5)
            try scene.expect(program, ends: .status(5))
            let late = "sockctl: connect \(Self.endpoint): the proxy \(place) did not answer in time"
            #expect(program.errors.text.contains(late), "\(scene)")

            let closed = try Listener(listening: false)
            let refused = try scene.sockctl(
                "send", "--via", "http://\(closed.place)", Self.endpoint, "x")
            try scene.expect(refused, ends: .status(4))
            #expect(refused.errors.text.contains("the proxy http://\(closed.place) cannot be reached"))

            let waiting = try scene.sockctl("send", "--wait", "10s", "--via", place, Self.endpoint, "x")
            let first = try listener.accept()
            _ = try first.hearRequest(.socks5)
            try first.send(Data([5, 5]))
            let second = try listener.accept()
            _ = try second.hearRequest(.socks5)
            try second.send(ProxyKind.socks5.consent)
            #expect(try second.receiveToEnd() == Data("x".utf8))
            second.close()
            try scene.expectSuccess(waiting)
        }
    }

    @Test("TLS with the endpoint, through the proxy", arguments: ProxyKind.allCases)
    func tls(_ kind: ProxyKind) throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.run(
                .sockctl,
                ["send", "--via", kind.url(listener.place), "tls:\(Self.endpoint)", "hello"]
                    + (try TLSOptions.client()))
            let peer = try listener.accept()
            #expect(try peer.hearRequest(kind) == Self.endpoint)
            try peer.send(kind.consent)
            #expect(try peer.secure(as: .server, within: patience))
            #expect(try peer.receiveToEnd() == Data("hello".utf8))
            peer.close()
            try scene.expectSuccess(program)
        }
    }

    @Test(
        "what cannot be",
        arguments: [
            (["connect", "-z", "--via", "socks5://h:1", "h", "1"], "--via"),
            (["connect", "--explain", "--via", "socks5://h:1", "h", "1"], "--via"),
            (["send", "--via", "socks5://h:1", "unix:/x"], "no proxy leads there"),
            (["send", "--via", "socks5://h", "h", "1"], "write socks5://h:PORT"),
            (["send", "--via-auth", "@x", "h", "1"], "--via-auth needs --via"),
            (["send", "--via", "http://h:1", "--via-auth", "me:secret", "h", "1"], "--via-auth @FILE"),
            (
                ["send", "--via", "http://me:secret@h:1", "--via-auth", "@x", "h", "1"],
                "--via-auth gives them"
            ),
            (["listen", "--via", "http://h:1", "0"], "--via needs --to"),
            (["recv", "--via", "http://h:1", "0"], "--via needs --connect"),
            (["udp", "send", "--via", "http://h:1", "0"], "no option --via"),
            (["connect", "http://me:secret@h:1"], "a URL"),
            (["connect", "-X", "5", "h", "1"], "--via socks5://HOST:PORT"),
        ])
    func usage(_ words: [String], _ expected: String) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, words)
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.contains(expected), "\(scene)")
            #expect(!program.errors.text.contains("secret"), "\(scene)")
        }
    }
}
