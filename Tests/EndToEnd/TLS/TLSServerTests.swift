// sockctl as a TLS server of clients that others have written: what passes is whole, each direction ends alone, and a
// client that cannot be served ends alone.

import Foundation
import Glibc
import Testing

@Suite("TLS, as a server")
struct TLSServerTests {
    private let payload = Payload.bytes(2 << 20, seed: 61)

    private func server(
        _ scene: Scene, _ words: [String], _ options: [String]? = nil, stdin: Input = .null
    ) throws -> (program: Program, place: Place) {
        let program = try scene.run(
            .sockctl, words + (try options ?? TLSOptions.server()) + ["127.0.0.1:0"], stdin: stdin)
        let json = words.contains("--json")
        return (program, try (json ? program.output : program.errors).listeningPlace())
    }

    private static func only(_ version: TLSVersion) -> [String: Any] {
        ["least": version.rawValue, "most": version.rawValue]
    }

    // MARK: what passes

    @Test("what is sent is whole", arguments: TLSTool.allCases, TLSVersion.allCases)
    func sends(_ tool: TLSTool, _ version: TLSVersion) throws {
        try scene { scene in
            let file = try scene.file("payload", payload)
            let (server, place) = try server(
                scene, ["send", "--listen", "-f", file], TLSOptions.server(version))
            let client = try tool.client(scene, .receive, place, version)
            #expect(try client.exit() == .status(0), "\(scene)")
            scene.expect(client.output.bytes, is: payload)
            try scene.expect(server, ends: .status(0))
        }
    }

    @Test("what is received is whole", arguments: TLSTool.allCases, TLSVersion.allCases)
    func receives(_ tool: TLSTool, _ version: TLSVersion) throws {
        try scene { scene in
            // ncat ends its side of TCP before its last record is out: it stays open.
            let bounded = tool == .ncat ? ["--bytes", "\(payload.count)"] : []
            let (server, place) = try server(scene, ["recv"] + bounded, TLSOptions.server(version))
            let client = try tool.client(scene, .send, place, version)
            try client.write(payload)
            if tool != .ncat { client.closeInput() }
            try scene.expect(server, ends: .status(0))
            scene.expect(server.output.bytes, is: payload)
        }
    }

    @Test("both directions, and after the client's end we go on sending", arguments: TLSVersion.allCases)
    func halfClose(_ version: TLSVersion) throws {
        try scene { scene in
            let file = try scene.file("payload", payload)
            let (server, place) = try server(scene, ["listen"], stdin: .pipe)
            let client = try TLSPeer(
                client: scene, place, Self.only(version),
                [["handshake"], ["send", file], ["notify"], ["read"]])
            #expect(server.output.wait(forCount: payload.count), "\(scene)")
            _ = try client.told("notified")
            try server.write(payload)
            server.closeInput()
            try client.expectRead(payload, scene)
            try scene.expect(server, ends: .status(0))
            scene.expect(server.output.bytes, is: payload)
        }
    }

    @Test("after our end the client goes on sending", arguments: TLSVersion.allCases)
    func halfClosed(_ version: TLSVersion) throws {
        try scene { scene in
            let file = try scene.file("payload", payload)
            let (server, place) = try server(scene, ["listen"], stdin: .bytes(Data("first".utf8)))
            let client = try TLSPeer(
                client: scene, place, Self.only(version),
                [["handshake"], ["read"], ["send", file], ["notify"]])
            let read = try client.told("read")
            #expect(read["end"] == "notify" && read["text"] == "first", "\(scene)")
            try scene.expect(server, ends: .status(0))
            scene.expect(server.output.bytes, is: payload)
        }
    }

    @Test(
        "what comes in one piece with the end of the handshake is read at once", arguments: [[], ["-k"]])
    func behindTheHandshake(_ options: [String]) throws {
        try scene { scene in
            let (_, place) = try server(scene, ["listen", "--echo"] + options)
            let client = try TLSPeer(
                client: scene, place, Self.only(.v13), [["handshake", "hello"], ["read", "5"]])
            #expect(try client.told("read")["text"] == "hello", "\(scene)")
        }
    }

    @Test("a web server for curl", arguments: TLSVersion.allCases)
    func curl(_ version: TLSVersion) throws {
        try scene { scene in
            let (server, place) = try server(
                scene, ["listen", "-k", "--frame", "http", "--reply", "hello from here"],
                TLSOptions.server(version))
            let curl = try scene.run(
                .curl,
                [
                    "-sS", "--noproxy", "*", "--cacert", try Certificates.file("root"), "--resolve",
                    "good.test:\(place.port):127.0.0.1", "--data-binary", "@-",
                    "https://good.test:\(place.port)/",
                ], stdin: .bytes(payload.prefix(100_000)))
            try scene.expectSuccess(curl)
            #expect(curl.output.text == "hello from here", "\(scene)")
            let sent = payload.prefix(100_000)
            #expect(server.output.wait { data, _ in data.suffix(100_000) == sent }, "\(scene)")
        }
    }

    @Test("many at the same time, each with its echo")
    func many() throws {
        try scene { scene in
            let (server, place) = try server(scene, ["listen", "-k", "--echo"])
            let file = try scene.file("payload", payload.prefix(50_000))
            let clients = try (0..<6).map { number in
                try TLSPeer(
                    client: scene, place, Self.only(number % 2 == 0 ? .v12 : .v13),
                    [["handshake"], ["wait"], ["send", file], ["notify"], ["read"]])
            }
            for client in clients { _ = try client.told("handshake") }
            for client in clients { try client.go() }
            let digest = try sha256(payload.prefix(50_000), scene)
            for client in clients { #expect(try client.told("read")["sha256"] == digest, "\(scene)") }
            #expect(server.isRunning)
        }
    }

    // MARK: what is agreed on

    @Test("the event of an accepted connection", arguments: TLSVersion.allCases)
    func event(_ version: TLSVersion) throws {
        try scene { scene in
            let (server, place) = try server(
                scene, ["listen", "--json"], try TLSOptions.server(version) + ["--alpn", "h2,http/1.1"])
            let client = try TLSPeer(
                client: scene, place, ["alpn": ["http/1.1"]],
                [["handshake"], ["say", "hello"], ["notify"], ["read"]])
            try scene.expect(server, ends: .status(0))
            let events = try server.output.events()
            let event = try #require(events.first { $0.name == "tls" }, "\(scene)")
            let theirs = try client.told("handshake")
            #expect(
                event["version"] == version.name && event["cipher"] == theirs["cipher"] as String?, "\(event)"
            )
            #expect(event["sni"] == "good.test" && event["alpn"] == "http/1.1", "\(event)")
            #expect(theirs["alpn"] == "http/1.1", "\(scene)")
            let names = events.map(\.name)
            let position = try #require(names.firstIndex(of: "tls"))
            #expect(names.firstIndex(of: "accepted") ?? .max < position, "\(names)")
            #expect(names.firstIndex(of: "data") ?? -1 > position, "\(names)")
        }
    }

    @Test("SNI picks the certificate; of a name that none has, and of no name, it is the first")
    func names() throws {
        try scene { scene in
            let pairs = try TLSOptions.pair("server") + TLSOptions.pair("second")
            let (_, place) = try server(scene, ["listen", "-k", "--echo"], ["--tls"] + pairs)
            let cases: [(name: String?, subject: String)] = [
                ("second.test", "second.test"), ("SECOND.test", "second.test"), ("good.test", "good.test"),
                ("unknown.test", "good.test"), (nil, "good.test"),
            ]
            for (name, subject) in cases {
                let client = try scene.run(
                    .openssl,
                    ["s_client", "-connect", "\(place)"]
                        + (name.map { ["-servername", $0] } ?? ["-noservername"]))
                try scene.expect(client, ends: .status(0))
                let shown = client.output.text.split(separator: "\n").first { $0.hasPrefix("subject=") } ?? ""
                #expect(shown.hasSuffix(subject), "\(name ?? "-"): \(shown)")
            }
        }
    }

    @Test("--client-ca: who has a certificate is served, and shown", arguments: TLSVersion.allCases)
    func clientCertificates(_ version: TLSVersion) throws {
        try scene { scene in
            let (server, place) = try server(
                scene, ["listen", "-k", "--json", "--reply", "welcome"],
                try TLSOptions.server() + ["--client-ca", try Certificates.file("root")])
            let script: [TLSStep] = [["handshake"], ["say", "hello"], ["read", "7"]]
            func client(_ name: String?) throws -> TLSPeer {
                let own: [String: Any] = try name.map { ["certificates": [try TLSPeer.pair($0)]] } ?? [:]
                return try TLSPeer(client: scene, place, Self.only(version).merging(own) { $1 }, script)
            }
            for name in [nil, "stranger", "server"] {
                let refused = try client(name)
                _ = try refused.told("done")
                #expect(!refused.program.output.text.contains("welcome"), "\(name ?? "-")\n\(scene)")
                #expect(server.isRunning, "\(scene)")
            }
            let good = try client("client")
            _ = try good.told("done")
            #expect(good.program.output.text.contains("welcome"), "\(scene)")
            #expect(server.output.wait(for: "\"ok\":true"), "\(scene)")
            let shown = try #require(
                try server.output.events().last { $0.name == "tls" && $0["verify.ok"] == true }, "\(scene)")
            let chain: [[String: Any]] = shown["chain"] ?? []
            let subject = chain.first?["subject"] as? String ?? ""
            #expect(subject.contains("the client"), "\(shown)")

            let (_, optional) = try self.server(
                scene, ["listen", "-k", "--reply", "welcome"],
                try TLSOptions.server() + ["--client-ca", try Certificates.file("root"), "--client-optional"])
            let unknown = try TLSPeer(client: scene, optional, Self.only(version), script)
            _ = try unknown.told("done")
            #expect(unknown.program.output.text.contains("welcome"), "\(scene)")
        }
    }

    @Test("--self-signed: the fingerprint is printed, and the key can be pinned")
    func selfSigned() throws {
        try Need.program("openssl").require()
        try scene { scene in
            let (server, place) = try server(scene, ["listen", "-k", "--echo"], ["--tls", "--self-signed"])
            let show = try scene.shell(
                """
                openssl s_client -connect \(place) < /dev/null 2> /dev/null > shown
                openssl x509 -in shown -noout -fingerprint -sha256 | sed 's/.*=//'
                openssl x509 -in shown -pubkey -noout | openssl pkey -pubin -outform DER |
                    openssl dgst -sha256 -binary | openssl base64
                """)
            try scene.expect(show, ends: .status(0))
            let lines = show.output.lines
            try #require(lines.count == 2, "\(scene)")
            let printed = server.errors.text.replacing(":", with: "").lowercased()
            #expect(printed.contains(lines[0].replacing(":", with: "").lowercased()), "\(scene)")

            for (options, status) in [
                (["--insecure", "--pin", "sha256//\(lines[1])"], Int32(0)), ([], 12),
                (["--insecure", "--pin", try Certificates.pin("server")], 12),
            ] {
                let client = try scene.run(
                    .sockctl, ["connect", "--tls"] + options + ["\(place)"], stdin: .bytes(Data("echo".utf8)))
                #expect(try client.exit() == .status(status), "\(options)\n\(scene)")
                #expect(client.output.text == (status == 0 ? "echo" : ""), "\(scene)")
            }
            #expect(place.port != 0 && server.isRunning)
        }
    }
}
