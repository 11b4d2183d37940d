// sockctl as a TLS client of servers that others have written: what passes is whole in both directions, each direction
// ends alone, and what was agreed on is told.

import Foundation
import Glibc
import Testing

@Suite("TLS, as a client")
struct TLSClientTests {
    private let payload = Payload.bytes(2 << 20, seed: 31)

    private func client(
        _ scene: Scene, _ words: [String], _ place: Place, _ options: [String], stdin: Input = .null
    )
        throws -> Program
    {
        try scene.run(.sockctl, words + options + ["\(place)"], stdin: stdin)
    }

    // MARK: what passes

    @Test("what is received is whole", arguments: TLSTool.allCases, TLSVersion.allCases)
    func receives(_ tool: TLSTool, _ version: TLSVersion) throws {
        try scene { scene in
            let (server, place) = try tool.server(scene, .send)
            let client = try client(
                scene, ["recv", "--connect", "-v", "--bytes", "\(payload.count)"], place,
                try TLSOptions.client(version))
            // s_server is stuck if there is something to be read before its handshake.
            #expect(client.errors.wait(for: "verified"), "\(scene)")
            try server.write(payload)
            try scene.expectSuccess(client)
            scene.expect(client.output.bytes, is: payload)
        }
    }

    @Test(
        "what is sent is whole, and the server sees its end", arguments: TLSTool.allCases, TLSVersion.allCases
    )
    func sends(_ tool: TLSTool, _ version: TLSVersion) throws {
        try scene { scene in
            let (server, place) = try tool.server(scene, .receive)
            let file = try scene.file("payload", payload)
            // ncat's server says no close_notify.
            let lenient = tool == .ncat ? ["--ignore-unexpected-eof"] : []
            let client = try client(
                scene, ["send", "-f", file] + lenient, place, try TLSOptions.client(version))
            try scene.expectSuccess(client)
            _ = try server.exit()
            scene.expect(server.output.bytes, is: payload)
        }
    }

    @Test("after our end the server goes on sending", arguments: TLSVersion.allCases)
    func halfClose(_ version: TLSVersion) throws {
        try scene { scene in
            let file = try scene.file("payload", payload)
            let server = try TLSPeer(
                server: scene, [:],
                [["handshake"], ["read"], ["wait"], ["send", file], ["notify"], ["raw"]])
            let client = try client(
                scene, ["connect"], server.place, try TLSOptions.client(version), stdin: .file(file))
            try server.expectRead(payload, scene)
            #expect(client.isRunning && client.output.count == 0)
            try server.go()
            try scene.expectSuccess(client)
            scene.expect(client.output.bytes, is: payload)
        }
    }

    @Test("after the server's end we go on sending", arguments: TLSVersion.allCases)
    func halfClosed(_ version: TLSVersion) throws {
        try scene { scene in
            let server = try TLSPeer(
                server: scene, [:], [["handshake"], ["say", "first"], ["notify"], ["read"]])
            let client = try client(
                scene, ["connect", "--json"], server.place, try TLSOptions.client(version), stdin: .pipe)
            _ = try client.output.event("eof")
            try client.write(payload)
            client.closeInput()
            try server.expectRead(payload, scene)
            try scene.expectSuccess(client)
        }
    }

    @Test("both directions at the same time", arguments: TLSVersion.allCases)
    func both(_ version: TLSVersion) throws {
        try scene { scene in
            // An echo: a relay of socat to a server of ours.
            let echo = try scene.sockctl("listen", "--echo", "127.0.0.1:0")
            let files = try TLSPeer.pair("server")
            let relay = try scene.run(
                .socat,
                [
                    "-t30", "OPENSSL-LISTEN:0,bind=127.0.0.1,cert=\(files[0]),key=\(files[1]),verify=0",
                    "TCP4:\(try echo.listening())",
                ])
            let client = try client(
                scene, ["connect"], relay.foundListening(.inet(0)), try TLSOptions.client(version),
                stdin: .bytes(payload))
            try scene.expectSuccess(client)
            scene.expect(client.output.bytes, is: payload)
        }
    }

    @Test("messages and what is shown of them are those within")
    func framing() throws {
        try scene { scene in
            let server = try TLSPeer(
                server: scene, [:], [["handshake"], ["say", "one\ntwo\n"], ["notify"], ["read"]])
            let client = try client(
                scene, ["connect", "--json", "--frame", "line"], server.place, try TLSOptions.client(),
                stdin: .bytes(Data("three\n".utf8)))
            try scene.expectSuccess(client)
            let messages = try client.output.events().filter { $0.name == "message" }
            let received = messages.filter { $0["direction"] == "received" }.compactMap(\.payload)
            #expect(received == [Data("one".utf8), Data("two".utf8)], "\(scene)")
            #expect(try server.told("read")["text"] == "three\n")
            let closed = try client.output.event("closed")
            #expect(closed["received.bytes"] == 8 && closed["sent.bytes"] == 6, "\(closed)")

            let shown = try TLSPeer(
                server: scene, [:], [["handshake"], ["say", "seen in the dump"], ["notify"], ["read"]])
            let text = try dump(scene, shown.place)
            #expect(text.contains("seen in the dump"), "\(scene)")
        }
    }

    private func dump(_ scene: Scene, _ place: Place) throws -> String {
        let program = try client(scene, ["connect", "--hex"], place, try TLSOptions.client())
        #expect(try program.exit() == .status(0), "\(scene)")
        return program.output.text + program.errors.text
    }

    // MARK: what is agreed on

    @Test("the event says what was agreed on, and shows the chain", arguments: TLSVersion.allCases)
    func event(_ version: TLSVersion) throws {
        try scene { scene in
            let server = try TLSPeer(server: scene, [:], [["handshake"], ["notify"], ["read"]])
            let client = try client(
                scene, ["connect", "--json"], server.place, try TLSOptions.client(version))
            try scene.expectSuccess(client)
            let event = try client.output.event("tls")
            let theirs = try server.told("handshake")
            #expect(event["version"] == version.name)
            #expect(event["cipher"] == theirs["cipher"] as String?)
            #expect(((event["group"] as String?) ?? "").count > 3, "\(event)")
            #expect(event["alpn"] as String? == nil)
            #expect(event["sni"] == "good.test" && theirs["sni"] == "good.test")
            #expect(event["resumed"] == false)
            #expect((event["handshake_us"] ?? 0) > 0)
            #expect(event["connection"] == 1)

            let chain: [[String: Any]] = event["chain"] ?? []
            #expect(chain.map { $0["from"] as? String } == ["peer", "peer", "store"], "\(event)")
            let leaf = try #require(chain.first)
            let subject = leaf["subject"] as? String ?? ""
            #expect(subject.contains("good.test"), "\(event)")
            #expect((leaf["issuer"] as? String ?? "").contains("intermediate of the tests"), "\(event)")
            #expect(
                leaf["names"] as? [String] == ["DNS:good.test", "DNS:localhost", "IP:127.0.0.1", "IP:::1"],
                "\(event)")
            #expect((leaf["not_before"] as? String ?? "").hasPrefix("2024-01-01T00:00:00"), "\(event)")
            #expect((leaf["not_after"] as? String ?? "").hasPrefix("2044-01-01T00:00:00"), "\(event)")
            let days = Date(timeIntervalSince1970: 2_335_219_200).timeIntervalSinceNow / 86400
            #expect(abs(Double(leaf["days_left"] as? Int ?? 0) - days) <= 1, "\(event)")
            #expect(leaf["key"] as? String == "EC P-256", "\(event)")
            #expect(leaf["signature"] as? String == "ecdsa-with-SHA256", "\(event)")

            let openssl = try scene.run(
                .openssl,
                [
                    "x509", "-noout", "-serial", "-fingerprint", "-sha256", "-in",
                    try Certificates.file("server"),
                ])
            try scene.expectSuccess(openssl)
            let serial = (leaf["serial"] as? String ?? "?").replacing(":", with: "").lowercased()
            let digest = (leaf["sha256"] as? String ?? "?").replacing(":", with: "").lowercased()
            let expected = openssl.output.text.lowercased().replacing(":", with: "")
            #expect(expected.contains("serial=\(serial)\n"), "\(event)\n\(expected)")
            #expect(expected.contains("fingerprint=\(digest)\n"), "\(event)\n\(expected)")
        }
    }

    @Test("--verbose tells the same on stderr, in visible form")
    func verbose() throws {
        try scene { scene in
            let server = try TLSPeer(
                server: scene,
                ["certificates": [[try Certificates.chain("painted"), try Certificates.key("leaf")]]],
                [["handshake"], ["notify"], ["read"]], [["handshake"], ["notify"], ["read"]])
            let place = try server.place
            let client = try client(scene, ["connect", "-v"], place, try TLSOptions.client())
            #expect(try client.exit() == .status(0), "\(scene)")
            for words in ["TLSv1.3", "TLS_AES", "good.test", "intermediate of the tests", "2044"] {
                #expect(client.errors.text.contains(words), "\(words)\n\(scene)")
            }
            #expect(!client.errors.bytes.contains(0x1b) && !client.errors.bytes.contains(7), "\(scene)")
            #expect(client.output.bytes.isEmpty, "\(scene)")
            let quiet = try self.client(scene, ["connect", "-q"], place, try TLSOptions.client())
            #expect(try quiet.exit() == .status(0), "\(scene)")
            #expect(quiet.errors.text.isEmpty, "\(scene)")
        }
    }

    @Test("--alpn: what the server picks, and a server that has none of it")
    func alpn() throws {
        try scene { scene in
            let script: [TLSStep] = [["handshake"], ["notify"], ["read"]]
            let server = try TLSPeer(server: scene, ["alpn": ["http/1.1", "h2"]], script, script)
            let cases = [("h2,http/1.1", "http/1.1"), ("h2", "h2")]
            for (number, (offered, chosen)) in cases.enumerated() {
                let client = try client(
                    scene, ["connect", "--json", "--alpn", offered], server.place, try TLSOptions.client())
                try scene.expectSuccess(client)
                #expect(try client.output.event("tls")["alpn"] == chosen, "\(scene)")
                #expect(try server.told("handshake", number)["alpn"] == chosen, "\(scene)")
            }

            let files = try TLSPeer.pair("server")
            let other = try scene.run(
                .openssl,
                [
                    "s_server", "-quiet", "-accept", "127.0.0.1:0", "-cert", files[0], "-key", files[1],
                    "-alpn", "imap",
                ],
                stdin: .pipe)
            let client = try client(
                scene, ["connect", "--json", "--alpn", "h2"], other.foundListening(.inet(0)),
                try TLSOptions.client())
            try scene.expect(client, ends: .status(12))
            let failure = try client.errors.event("failure")
            let code: String = failure["error.code"] ?? ""
            #expect(code.contains("NO_APPLICATION_PROTOCOL"), "\(failure)")
        }
    }

    @Test("no version in common: 12", arguments: TLSVersion.allCases)
    func version(_ version: TLSVersion) throws {
        try scene { scene in
            let other = version == .v12 ? "1.3" : "1.2"
            let server = try TLSPeer(server: scene, ["least": other, "most": other], [["handshake"]])
            let client = try client(
                scene, ["connect", "--json"], server.place, try TLSOptions.client(version))
            try scene.expect(client, ends: .status(12))
            let failure = try client.errors.event("failure")
            let message: String = failure["error.message"] ?? ""
            #expect(message.localizedCaseInsensitiveContains("version"), "\(failure)")
            #expect(client.output.text.contains("\"event\":\"tls\"") == false, "\(scene)")
        }
    }

    @Test("--ciphers: what is used, and none in common: 12")
    func ciphers() throws {
        try scene { scene in
            let cipher = "ECDHE-ECDSA-AES256-GCM-SHA384"
            let server = try TLSPeer(
                server: scene, ["ciphers": cipher, "most": "1.2"],
                [["handshake"], ["notify"], ["read"]], [["handshake"]])
            let place = try server.place
            let good = try client(
                scene, ["connect", "--json", "--ciphers", "\(cipher):ECDHE-ECDSA-AES128-GCM-SHA256"], place,
                try TLSOptions.client())
            try scene.expectSuccess(good)
            #expect(try good.output.event("tls")["cipher"] == cipher, "\(scene)")
            let bad = try client(
                scene, ["connect", "--ciphers", "ECDHE-ECDSA-CHACHA20-POLY1305"], place,
                try TLSOptions.client(.v12))
            try scene.expect(bad, ends: .status(12))
        }
    }

    // MARK: who is asked for

    @Test("a host's own name is asked for and checked; an address is not asked for")
    func names() throws {
        try Need.file("/etc/hosts").require()
        try scene { scene in
            let script: [TLSStep] = [["handshake"], ["notify"], ["read"]]
            let server = try TLSPeer(server: scene, [:], script, script, script)
            let place = try server.place
            let ca = ["--ca", try Certificates.file("root")]
            let cases: [([String], String?)] = [
                (["--tls", "localhost:\(place.port)"], "localhost"),
                (["tls:localhost:\(place.port)"], "localhost"),
                (["--tls", "127.0.0.1:\(place.port)"], nil),
            ]
            for (number, (words, name)) in cases.enumerated() {
                let client = try scene.run(.sockctl, ["connect", "-4"] + ca + words)
                try scene.expectSuccess(client)
                #expect(try server.told("handshake", number)["sni"] == name, "\(scene)")
            }
        }
    }

    @Test(
        "client certificates: shown, missing, of a stranger, and not needed", arguments: TLSVersion.allCases)
    func clientCertificates(_ version: TLSVersion) throws {
        try scene { scene in
            let script: [TLSStep] = [["handshake"], ["say", "welcome"], ["notify"], ["read"]]
            let root = try Certificates.file("root")
            let required = try TLSPeer(server: scene, ["ca": root], script, script, script)
            let optional = try TLSPeer(server: scene, ["ca": root, "optional": true], script)
            let options = try TLSOptions.client(version)
            let good = try client(scene, ["connect"], required.place, options + TLSOptions.pair("client"))
            try scene.expectSuccess(good)
            #expect(good.output.text == "welcome", "\(scene)")
            #expect(try required.told("handshake")["peer"] == "the client", "\(scene)")

            // In 1.3 the server says no when the client's handshake is already done.
            let none = try client(scene, ["connect", "--json"], required.place, options)
            try scene.expect(none, ends: .status(12))
            let failure = try none.errors.event("failure")
            if version == .v13 {
                #expect(
                    ((failure["error.code"] as String?) ?? "").contains("CERTIFICATE_REQUIRED"), "\(failure)")
            }
            let message: String = failure["error.message"] ?? ""
            #expect(message.localizedCaseInsensitiveContains("certificate") || version == .v12, "\(failure)")
            let stranger = try client(
                scene, ["connect"], required.place, options + TLSOptions.pair("stranger"))
            try scene.expect(stranger, ends: .status(12))
            #expect(none.output.text.contains("welcome") == false && stranger.output.text.isEmpty, "\(scene)")

            let unasked = try client(scene, ["connect"], optional.place, options)
            try scene.expectSuccess(unasked)
            #expect(unasked.output.text == "welcome", "\(scene)")
        }
    }

    // MARK: other commands

    @Test("--check makes the handshake, and --min-days asks for more")
    func check() throws {
        try scene { scene in
            let script: [TLSStep] = [["handshake"], ["raw"]]
            let server = try TLSPeer(server: scene, [:], script, script, script)
            let options = try TLSOptions.client()
            let place = try server.place
            let good = try client(scene, ["connect", "--check"], place, options)
            try scene.expectSuccess(good)
            #expect(good.output.text.contains("open"), "\(scene)")
            let few = try client(
                scene, ["connect", "--check", "--json", "--min-days", "100000"], place, options)
            #expect(try few.exit() == .status(12), "\(scene)")
            #expect(few.output.text.contains("\"state\":\"tls\""), "\(scene)")
            let enough = try client(scene, ["connect", "--check", "--min-days", "30"], place, options)
            try scene.expectSuccess(enough)

            let expired = try TLSPeer(
                server: scene, ["certificates": [try TLSPeer.pair("expired")]], script)
            let bad = try client(scene, ["connect", "--check"], expired.place, options)
            #expect(try bad.exit() == .status(12), "\(scene)")
            #expect((bad.output.text + bad.errors.text).contains("expired"), "\(scene)")
        }
    }

    @Test("info of a TLS endpoint")
    func info() throws {
        try scene { scene in
            let script: [TLSStep] = [["handshake"], ["raw"]]
            let server = try TLSPeer(server: scene, [:], script, script)
            let place = try server.place
            let info = try client(scene, ["info"], place, try TLSOptions.client())
            try scene.expectSuccess(info)
            #expect(info.output.text.contains("TLSv1.3"), "\(scene)")
            let object = try client(scene, ["info", "--json"], place, try TLSOptions.client())
            try scene.expectSuccess(object)
            let event = try object.output.event("socket")
            #expect(event["tls.version"] == "TLSv1.3" && event["tls.verify.ok"] == true, "\(event)")
        }
    }

    @Test(
        "what makes no sense is a usage error",
        arguments: [
            "udp send --tls 127.0.0.1:9 x", "connect --udp --check --tls 127.0.0.1:9",
            "connect --sni a.test 127.0.0.1:9", "connect --insecure 127.0.0.1:9",
            "connect --pin x 127.0.0.1:9",
            "connect --tls --key /dev/null 127.0.0.1:9", "connect --tls --cert a --key b --key c 127.0.0.1:9",
            "connect --tls --pin sha256//short 127.0.0.1:9", "connect --tls --pin md5//AAAA 127.0.0.1:9",
            "connect --tls --tls-version 1.1 127.0.0.1:9", "connect --tls --tls-version 4 127.0.0.1:9",
            "connect --tls --starttls gopher 127.0.0.1:9",
            "connect --tls --alpn , 127.0.0.1:9", "listen --tls 127.0.0.1:0",
            "listen --to 127.0.0.1:9 --alpn h2 127.0.0.1:0", "listen --to 127.0.0.1:9 --cert a 127.0.0.1:0",
            "listen --to tls:127.0.0.1:9 --insecure --alpn client:h2 127.0.0.1:0",
            "listen --tls --self-signed --to 127.0.0.1:9 --cert server:a 127.0.0.1:0",
            "listen --to 127.0.0.1:9 --ignore-unexpected-eof 127.0.0.1:0",
            "listen --to 127.0.0.1:9 --ca x 127.0.0.1:0",
            "listen --self-signed --cert a --key b 127.0.0.1:0",
            "connect --tls --self-signed 127.0.0.1:9", "connect --min-days 3 127.0.0.1:9",
        ])
    func usage(_ words: String) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, words.split(separator: " ").map(String.init))
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.hasPrefix("sockctl: "), "\(scene)")
        }
    }
}
