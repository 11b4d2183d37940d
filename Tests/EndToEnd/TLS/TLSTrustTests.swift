// What a client trusts: its own authorities or the system's, a pinned key, anything; and the files that it is given.

import Foundation
import Glibc
import Testing

@Suite("TLS, what is trusted")
struct TLSTrustTests {
    private static let greeting: [TLSStep] = [["handshake"], ["say", "hello"], ["notify"], ["read"]]

    private func connect(
        _ scene: Scene, _ place: Place, _ options: [String], environment: [String: String] = [:]
    )
        throws -> Program
    {
        try scene.run(.sockctl, ["connect", "--tls"] + options + ["\(place)"], environment: environment)
    }

    @Test(
        "--ca is a file or a directory of hashes, and stands for the system's; else SSL_CERT_FILE and SSL_CERT_DIR do"
    )
    func authorities() throws {
        try scene { scene in
            let server = try TLSPeer(
                server: scene, [:], Self.greeting, Self.greeting, Self.greeting, Self.greeting,
                [["handshake"]],
                [["handshake"]])
            let place = try server.place
            let root = try Certificates.file("root")
            let other = try Certificates.file("other")
            let hash = try scene.run(.openssl, ["x509", "-hash", "-noout", "-in", root])
            try scene.expectSuccess(hash)
            let folder = scene.path("authorities")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            let name = hash.output.text.trimmingCharacters(in: .whitespacesAndNewlines) + ".0"
            try FileManager.default.copyItem(atPath: root, toPath: "\(folder)/\(name)")

            let named = ["--sni", "good.test"]
            let good: [([String], [String: String])] = [
                (["--ca", root], [:]), (["--ca", folder], [:]),
                ([], ["SSL_CERT_FILE": root, "SSL_CERT_DIR": "/nonexistent"]),
                ([], ["SSL_CERT_DIR": folder, "SSL_CERT_FILE": "/nonexistent"]),
            ]
            for (options, environment) in good {
                let client = try connect(scene, place, named + options, environment: environment)
                try scene.expectSuccess(client)
                #expect(client.output.text == "hello", "\(scene)")
            }
            // The system's authorities, and another than the one who signed it.
            let ours = ["SSL_CERT_FILE": root, "SSL_CERT_DIR": folder]
            for (options, environment) in [([], [:]), (["--ca", other], ours)] {
                let client = try connect(scene, place, named + options, environment: environment)
                try scene.expect(client, ends: .status(12))
                #expect(client.output.text.isEmpty, "\(scene)")
            }
        }
    }

    @Test("--pin: the key as well as the chain, or with --insecure the key alone")
    func pins() throws {
        try scene { scene in
            let right = try Certificates.pin("server")
            let wrong = try Certificates.pin("second")
            let trusted = ["--ca", try Certificates.file("root"), "--sni", "good.test"]
            let distrusted = ["--ca", try Certificates.file("other"), "--sni", "good.test"]
            let cases: [(options: [String], status: Int32)] = [
                (trusted + ["--pin", right], 0), (trusted + ["--pin", wrong], 12),
                (distrusted + ["--pin", right], 12), (distrusted + ["--insecure", "--pin", right], 0),
                (distrusted + ["--insecure", "--pin", wrong], 12),
                (trusted + ["--insecure", "--pin", wrong], 12),
                (["--insecure", "--pin", right], 0),
            ]
            let settings: [String: Any] = [:]
            for (options, status) in cases {
                let server = try TLSPeer(server: scene, settings, Self.greeting)
                let client = try connect(scene, server.place, options)
                #expect(try client.exit() == .status(status), "\(options)\n\(scene)")
                #expect(client.output.text == (status == 0 ? "hello" : ""), "\(options)\n\(scene)")
                if options.contains(wrong) {
                    #expect(client.errors.text.localizedCaseInsensitiveContains("pin"), "\(scene)")
                    // What to type if that key is the right one.
                    #expect(client.errors.text.contains(right), "\(scene)")
                }
            }
            // curl's --pinnedpubkey takes the same.
            for (pin, status) in [(right, Int32(0)), (wrong, 90)] {
                let server = try TLSPeer(
                    server: scene, settings,
                    [["handshake"], ["say", "HTTP/1.0 200 OK\r\n\r\n"], ["notify"], ["read"]])
                let port = try server.place.port
                let curl = try scene.run(
                    .curl,
                    ["-sSk", "--noproxy", "*", "--pinnedpubkey", pin, "https://127.0.0.1:\(port)/"])
                #expect(try curl.exit() == .status(status), "\(scene)")
            }
        }
    }

    @Test("--insecure goes on, and says what is wrong")
    func insecure() throws {
        try scene { scene in
            let server = try TLSPeer(
                server: scene, ["certificates": [try TLSPeer.pair("expired")]], Self.greeting, Self.greeting,
                [["handshake"]])
            let place = try server.place
            let options = ["--ca", try Certificates.file("root"), "--sni", "good.test"]
            let client = try connect(scene, place, options + ["--insecure"])
            #expect(try client.exit() == .status(0), "\(scene)")
            #expect(client.output.text == "hello", "\(scene)")
            #expect(client.errors.text.contains("expired"), "\(scene)")
            #expect(client.errors.lines.count <= 3, "\(scene)")

            let all = try connect(scene, place, ["--sni", "other.test", "--insecure", "--json"])
            #expect(try all.exit() == .status(0), "\(scene)")
            let event = try all.output.event("tls")
            let problems: [[String: Any]] = event["verify.problems"] ?? []
            let codes = Set(problems.compactMap { $0["code"] as? String })
            #expect(codes.isSuperset(of: ["CERT_HAS_EXPIRED", "HOSTNAME_MISMATCH"]), "\(event)")
            #expect(codes.contains { $0.hasPrefix("UNABLE_TO_") || $0.hasPrefix("SELF_SIGNED") }, "\(event)")

            let refused = try connect(scene, place, options)
            try scene.expect(refused, ends: .status(12))
            let first = refused.errors.lines.first ?? ""
            #expect(
                first.hasPrefix("sockctl: tls \(place): ") && first.hasSuffix("(CERT_HAS_EXPIRED)"),
                "\(scene)")
            #expect(first.contains("2024"), "when it expired: \(first)")
            #expect(refused.errors.lines.count >= 2, "no hint\n\(scene)")
        }
    }

    @Test("a name that does not match: which names the certificate has")
    func names() throws {
        try scene { scene in
            let server = try TLSPeer(server: scene, [:], [["handshake"]])
            let client = try connect(
                scene, server.place, ["--ca", try Certificates.file("root"), "--sni", "other.test"])
            try scene.expect(client, ends: .status(12))
            for words in ["(HOSTNAME_MISMATCH)", "other.test", "good.test"] {
                #expect(client.errors.text.contains(words), "\(words)\n\(scene)")
            }
        }
    }

    @Test(
        "files that are missing, empty or of another key are named"
    )
    func files() throws {
        try scene { scene in
            let pair = try TLSPeer.pair("client")
            let missing = scene.path("missing.pem")
            let empty = try scene.file("empty.pem", Data())
            let cases: [(options: [String], named: String)] = [
                (["--ca", missing], missing), (["--ca", empty], empty), (["--ca", pair[1]], pair[1]),
                (["--cert", missing, "--key", pair[1]], missing),
                (["--cert", pair[0], "--key", missing], missing),
                (["--cert", empty, "--key", pair[1]], empty),
                (
                    ["--cert", pair[0], "--key", try Certificates.key("server")],
                    try Certificates.key("server")
                ),
            ]
            let listener = try Listener()
            for (options, file) in cases {
                let client = try scene.run(
                    .sockctl, ["connect", "--tls"] + options + ["\(listener.place)"])
                let exit = try client.exit()
                #expect(exit != .status(0) && exit != .status(2), "\(scene)")
                #expect(client.errors.text.contains(file), "\(scene)")
            }
        }
    }

    @Test("the passphrase of a key is asked for on the terminal", arguments: ["secret", "wrong", "\u{3}"])
    func passphrase(_ typed: String) throws {
        try scene { scene in
            let terminal = try Terminal(controlling: true)
            let server = try scene.run(
                .sockctl, try encrypted(scene), stdin: .terminal(terminal))
            _ = try terminal.read { String(decoding: $0, as: UTF8.self).contains("passphrase of") }
            try terminal.type(typed + "\n")
            if typed == "secret" {
                _ = try server.listening()
            } else {
                try scene.expect(server, ends: .status(1))
            }
            #expect(!server.errors.text.contains(typed == "\u{3}" ? "\u{3}" : typed), "\(scene)")
        }
    }

    @Test("without a terminal nobody is asked: the key is named")
    func noTerminal() throws {
        try scene { scene in
            let words = try encrypted(scene).map { "'\($0)'" }.joined(separator: " ")
            let server = try scene.shell("setsid -w '\(try Tool.sockctl.require())' \(words) < /dev/null")
            try scene.expect(server, ends: .status(1))
            #expect(
                server.errors.text.contains("encrypted.key") && server.errors.text.contains("terminal"),
                "\(scene)")
        }
    }

    /// Listens with an encrypted key.
    private func encrypted(_ scene: Scene) throws -> [String] {
        let pair = try TLSPeer.pair("server")
        let encrypted = scene.path("encrypted.key")
        let openssl = try scene.run(
            .openssl,
            ["pkcs8", "-topk8", "-in", pair[1], "-out", encrypted, "-passout", "pass:secret"])
        try scene.expectSuccess(openssl)
        return ["listen", "--tls", "--cert", pair[0], "--key", encrypted, "127.0.0.1:0"]
    }

    @Test("a key that others can read: a warning")
    func readableKey() throws {
        try scene { scene in
            let pair = try TLSPeer.pair("client")
            let key = try scene.file("open.key", try Data(contentsOf: URL(fileURLWithPath: pair[1])))
            for (mode, warned) in [(mode_t(0o644), true), (0o600, false)] {
                chmod(key, mode)
                let server = try TLSPeer(
                    server: scene, ["ca": try Certificates.file("root")], Self.greeting)
                let client = try connect(
                    scene, server.place,
                    [
                        "--ca", try Certificates.file("root"), "--sni", "good.test", "--cert", pair[0],
                        "--key", key,
                    ])
                #expect(try client.exit() == .status(0), "\(scene)")
                #expect(client.errors.text.contains(key) == warned, "\(scene)")
            }
        }
    }
}
