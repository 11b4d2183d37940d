// Clients that are none, as a TLS server sees them: each ends alone, with a word about it, while others are served.

import Foundation
import Glibc
import Testing

@Suite("TLS, with a client that is none")
struct TLSServerTroubleTests {
    private func server(_ scene: Scene, _ options: String...) throws -> (program: Program, place: Place) {
        let program = try scene.run(
            .sockctl, ["listen", "-k", "--json", "--echo"] + TLSOptions.server() + options + ["127.0.0.1:0"])
        return (program, try program.output.listeningPlace())
    }

    /// That a good client is served.
    private func expectServed(
        _ scene: Scene, _ place: Place, sourceLocation: SourceLocation = #_sourceLocation
    )
        throws
    {
        let client = try scene.run(
            .sockctl, ["connect"] + TLSOptions.client() + ["\(place)"], stdin: .bytes(Data("served".utf8)))
        try scene.expectSuccess(client, sourceLocation: sourceLocation)
        #expect(client.output.text == "served", "\(scene)", sourceLocation: sourceLocation)
    }

    @Test(
        "it speaks in plain text: an error of its connection",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP"), ("CONNECT a:443 HTTP/1.1\r\n\r\n", "HTTP"),
            ("EHLO client.test\r\n", ""), ("\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}", ""),
        ])
    func plain(_ said: String, _ words: String) throws {
        try scene { scene in
            let (server, place) = try server(scene)
            let peer = try Peer(connectingTo: place)
            try peer.send(said)
            _ = try peer.waitForEnd()
            let error = try server.output.event("error")
            #expect(error["error.operation"] == "tls" && error["error.status"] == 12, "\(error)")
            let message: String = error["error.message"] ?? ""
            #expect(words.isEmpty || message.contains(words), "\(error)")
            let data = try server.output.events().filter { $0.name == "data" }
            #expect(data.isEmpty, "\(scene)")
            try expectServed(scene, place)
        }
    }

    @Test("it stalls in the handshake: ended by --setup-timeout, and others are served meanwhile")
    func stalls() throws {
        try scene { scene in
            let (server, place) = try server(scene, "--setup-timeout", "1s")
            let hello = Data([22, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])
            let peers = try [Data(), hello.prefix(1), hello].map { part in
                let peer = try Peer(connectingTo: place)
                try peer.send(part)
                return peer
            }
            try expectServed(scene, place)
            let began = Date()
            for peer in peers { _ = try peer.waitForEnd() }
            #expect(Date().timeIntervalSince(began) < 10, "\(scene)")
            try poll(for: "three errors") {
                try server.output.events().filter { $0.name == "error" }.count == 3
            }
            let errors = try server.output.events().filter { $0.name == "error" }
            #expect(errors.allSatisfy { $0["error.status"] == 5 || $0["error.status"] == 12 }, "\(scene)")
            try expectServed(scene, place)
        }
    }

    @Test("it comes and goes, or resets: no connection, no end of the server")
    func leaves() throws {
        try scene { scene in
            let (server, place) = try server(scene)
            let before = try server.openDescriptors()
            for _ in 0..<5 {
                try Peer(connectingTo: place).close()
                let peer = try Peer(connectingTo: place)
                try peer.send(Data([22, 3, 1, 2, 0, 1]))
                peer.reset()
            }
            try expectServed(scene, place)
            try poll(for: "closed") { try server.openDescriptors() <= before }
        }
    }

    @Test("without --keep-open who fails the handshake is not the one that listen waits for")
    func notTheOne() throws {
        try scene { scene in
            let server = try scene.run(.sockctl, ["listen"] + TLSOptions.server() + ["127.0.0.1:0"])
            let place = try server.listening()
            let stranger = try Peer(connectingTo: place)
            try stranger.send("GET / HTTP/1.0\r\n\r\n")
            _ = try stranger.waitForEnd()
            let client = try TLSPeer(
                client: scene, place, [:], [["handshake"], ["say", "hello"], ["notify"], ["read"]])
            _ = try client.told("done")
            #expect(try server.exit() == .status(0), "\(scene)")
            #expect(server.output.text == "hello", "\(scene)")
        }
    }

    @Test("nothing in common: version, cipher, protocol")
    func nothingInCommon() throws {
        try scene { scene in
            let cases: [(options: [String], settings: [String: Any])] = [
                (["--tls-version", "1.3"], ["most": "1.2"]), (["--tls-version", "1.2"], ["least": "1.3"]),
                (
                    ["--tls-version", "1.2", "--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256"],
                    ["ciphers": "ECDHE-ECDSA-AES256-GCM-SHA384", "most": "1.2"]
                ),
                (["--alpn", "h2"], ["alpn": ["imap"]]),
            ]
            for (options, settings) in cases {
                let server = try scene.run(
                    .sockctl,
                    ["listen", "-k", "--json", "--echo"] + TLSOptions.server() + options + ["127.0.0.1:0"])
                let place = try server.output.listeningPlace()
                let client = try TLSPeer(client: scene, place, settings, [["handshake"], ["read"]])
                #expect(try client.told("failed")["step"] == "handshake", "\(scene)")
                let error = try server.output.event("error")
                #expect(error["error.status"] == 12, "\(error)")
                #expect(server.isRunning)
            }
        }
    }

    @Test("its stream ends without close_notify: 7, with everything written", arguments: TLSVersion.allCases)
    func truncated(_ version: TLSVersion) throws {
        try scene { scene in
            for (options, status) in [([String](), Int32(7)), (["--ignore-unexpected-eof"], 0)] {
                let server = try scene.run(
                    .sockctl, ["listen"] + TLSOptions.server() + options + ["127.0.0.1:0"])
                let client = try TLSPeer(
                    client: scene, try server.listening(),
                    ["least": version.rawValue, "most": version.rawValue],
                    [["handshake"], ["say", "all of it"], ["shutdown"], ["raw"]])
                #expect(try server.exit() == .status(status), "\(scene)")
                #expect(server.output.text == "all of it", "\(scene)")
                _ = client
            }
        }
    }

    @Test("it sends plain text within its session: none of it is payload", arguments: TLSVersion.allCases)
    func plainWithin(_ version: TLSVersion) throws {
        try scene { scene in
            let (server, place) = try server(scene)
            let client = try TLSPeer(
                client: scene, place, ["least": version.rawValue, "most": version.rawValue],
                [["handshake"], ["say", "encrypted"], ["plain", "and this is not"], ["shutdown"], ["raw"]])
            _ = try client.told("done")
            _ = try server.output.event("closed")
            let data = try server.output.events().filter {
                $0.name == "data" && $0["direction"] == "received"
            }
            #expect(data.compactMap(\.payload).reduce(Data(), +) == Data("encrypted".utf8), "\(scene)")
            try expectServed(scene, place)
        }
    }
}
