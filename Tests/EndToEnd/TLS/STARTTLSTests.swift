// `--starttls`: connections that begin in plain text, with servers that consent, refuse, or try to have something
// taken for encrypted that was not. The server, Tests/TLS/starttls.py, tells all that it was sent in plain text.

import Foundation
import Glibc
import Testing

enum PlainProtocol: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case smtp, imap, postgres

    var testDescription: String { rawValue }

    /// Whether a client may say no more than this in plain text.
    func allows(_ text: String) -> Bool {
        switch self {
        case .smtp: text.wholeMatch(of: /(EHLO [^\r\n]+\r\n)?(STARTTLS\r\n)?(QUIT\r\n)?/) != nil
        case .imap:
            text.wholeMatch(
                of: /([A-Za-z0-9.]+ (CAPABILITY|STARTTLS|LOGOUT)\r\n)*/.matchingSemantics(.unicodeScalar))
                != nil
        case .postgres: ["", "\u{0}\u{0}\u{0}\u{8}\u{4}\u{D2}\u{16}/"].contains(text)
        }
    }
}

@Suite("STARTTLS")
struct STARTTLSTests {
    private static let secret = "the payload\n"

    /// A server that behaves so, and a client that has something to send to it.
    private func session(
        _ scene: Scene, _ plain: PlainProtocol, _ behavior: String, _ options: String...,
        name: String = "good.test"
    ) throws -> (client: Program, server: Program, place: String) {
        let server = try scene.run(
            .python3,
            [TLSPeer.script("starttls.py"), plain.rawValue, behavior] + (try TLSPeer.pair("server")))
        guard server.output.wait(for: "\n"), let port: Int = try server.output.events()[0]["port"] else {
            throw Unexpected("no port: \(server)")
        }
        let place = "127.0.0.1:\(port)"
        let client = try scene.run(
            .sockctl,
            ["connect", "--starttls", plain.rawValue, "--ca", try Certificates.file("root")]
                + ["--sni", name] + options + [place], stdin: .bytes(Data(Self.secret.utf8)))
        return (client, server, place)
    }

    /// What the server told of this.
    private func told(_ server: Program, _ did: String) throws -> Event? {
        try server.output.events().first { $0["did"] == did }
    }

    @Test("a server that consents", arguments: PlainProtocol.allCases, ["consent", "slow", "lines"])
    func consent(_ plain: PlainProtocol, _ behavior: String) throws {
        try scene { scene in
            let (client, server, _) = try session(scene, plain, behavior)
            try scene.expectSuccess(client)
            #expect(client.output.text == "encrypted greeting\n", "\(scene)")
            try scene.expectSuccess(server)
            #expect(try told(server, "read")?["text"] == Self.secret, "\(scene)")
            let text: String = try told(server, "plain")?["text"] ?? "?"
            #expect(plain.allows(text), "\(scene)")
        }
    }

    @Test("the events of a server that consents", arguments: PlainProtocol.allCases)
    func events(_ plain: PlainProtocol) throws {
        try scene { scene in
            let (client, _, _) = try session(scene, plain, "consent", "--json")
            #expect(try client.exit() == .status(0), "\(scene)")
            let shown = try client.output.event("tls")
            #expect(shown["verify.ok"] == true && shown["sni"] == "good.test", "\(shown)")
            let data = try client.output.events().filter { $0.name == "data" }.compactMap(\.payload)
            #expect(data.reduce(Data(), +) == Data("encrypted greeting\n".utf8), "\(scene)")
        }
    }

    @Test(
        "a server that does not make it: 12, and the payload is not sent",
        arguments: PlainProtocol.allCases,
        ["absent", "refuse", "injected", "plain", "error", "close"])
    func refusal(_ plain: PlainProtocol, _ behavior: String) throws {
        try scene { scene in
            let (client, server, place) = try session(scene, plain, behavior)
            try scene.expect(client, ends: .status(12))
            #expect(client.output.text.isEmpty, "\(scene)")
            #expect(client.errors.text.hasPrefix("sockctl: "), "\(scene)")
            #expect(client.errors.text.contains(place), "\(scene)")
            // The server's own words, where it had some.
            let words: [String: [PlainProtocol: String]] = [
                "refuse": [.smtp: "454 TLS not available", .imap: "not now"],
                "error": [.smtp: "554 no service", .imap: "no service", .postgres: "no TLS here"],
                "absent": [.smtp: "STARTTLS", .imap: "STARTTLS"],
            ]
            if let words = words[behavior]?[plain] { #expect(client.errors.text.contains(words), "\(scene)") }
            try scene.expectSuccess(server)
            let text: String = try told(server, "plain")?["text"] ?? "?"
            #expect(!text.contains(Self.secret), "\(scene)")
            // With "plain" the handshake has begun.
            if behavior != "plain" { #expect(plain.allows(text), "\(scene)") }
        }
    }

    @Test(
        "--insecure does not make a refusal an agreement", arguments: PlainProtocol.allCases,
        ["refuse", "injected"])
    func insecure(_ plain: PlainProtocol, _ behavior: String) throws {
        try scene { scene in
            let (client, server, _) = try session(scene, plain, behavior, "--insecure")
            try scene.expect(client, ends: .status(12))
            #expect(client.output.text.isEmpty, "\(scene)")
            try scene.expectSuccess(server)
            let text: String = try told(server, "plain")?["text"] ?? "?"
            #expect(!text.contains(Self.secret), "\(scene)")
        }
    }

    @Test("an answer without an end is given up", arguments: PlainProtocol.allCases)
    func endless(_ plain: PlainProtocol) throws {
        try scene { scene in
            let (client, _, _) = try session(scene, plain, "endless")
            try scene.expect(client, ends: .status(12))
            #expect(client.output.text.isEmpty, "\(scene)")
        }
    }

    @Test("a server that is silent: 5, and what was waited for", arguments: PlainProtocol.allCases)
    func silent(_ plain: PlainProtocol) throws {
        try scene { scene in
            let (client, _, _) = try session(scene, plain, "silent", "--timeout", "300ms")
            try scene.expect(client, ends: .status(5))
            #expect(client.errors.text.localizedCaseInsensitiveContains("starttls"), "\(scene)")
        }
    }

    @Test("a certificate that is wrong is refused there, too", arguments: PlainProtocol.allCases)
    func certificate(_ plain: PlainProtocol) throws {
        try scene { scene in
            let (client, _, _) = try session(scene, plain, "consent", name: "other.test")
            try scene.expect(client, ends: .status(12))
            #expect(client.errors.text.contains("(HOSTNAME_MISMATCH)"), "\(scene)")
            #expect(client.output.text.isEmpty, "\(scene)")
        }
    }
}
