// `listen --to` with TLS on one leg or on both: what came encrypted goes on in plain text, and the other way round.

import Foundation
import Glibc
import Testing

@Suite("TLS on the legs of a relay")
struct TLSRelayTests {
    private let payload = Payload.bytes(1 << 20, seed: 51)

    private func relay(_ scene: Scene, _ options: [String], to endpoint: String) throws -> Program {
        try scene.run(.sockctl, ["listen", "-k", "--json", "127.0.0.1:0", "--to", endpoint] + options)
    }

    private func serverOptions() throws -> [String] {
        ["--ca", try Certificates.file("root"), "--sni", "good.test"]
    }

    @Test("--to tls:… wraps", arguments: TLSVersion.allCases)
    func wraps(_ version: TLSVersion) throws {
        try scene { scene in
            let file = try scene.file("payload", payload)
            let server = try TLSPeer(
                server: scene, ["least": version.rawValue, "most": version.rawValue],
                [["handshake"], ["read"], ["send", file], ["notify"], ["raw"]])
            let relay = try relay(scene, serverOptions(), to: "tls:\(server.place)")
            let client = try Peer(connectingTo: try relay.output.listeningPlace())
            let sent = payload
            let sending = Background {
                try client.send(sent)
                client.shutdown()
            }
            scene.expect(try client.receiveToEnd(), is: payload)
            _ = try sending.value()
            try server.expectRead(payload, scene)
            let event = try relay.output.event("tls")
            #expect(event["leg"] == "server" && event["version"] == version.name, "\(event)")
            #expect(event["verify.ok"] == true && event["connection"] == 1, "\(event)")
        }
    }

    @Test(
        "a greeting that comes in one piece with the end of the handshake is relayed at once",
        arguments: TLSVersion.allCases)
    func greeting(_ version: TLSVersion) throws {
        try scene { scene in
            let server = try TLSPeer(
                server: scene, ["least": version.rawValue, "most": version.rawValue],
                [["handshake", "welcome"], ["raw"]])
            let relay = try relay(scene, serverOptions(), to: "tls:\(server.place)")
            let client = try Peer(connectingTo: try relay.output.listeningPlace())
            #expect(try client.receive(7) == Data("welcome".utf8), "\(scene)")
        }
    }

    @Test("--tls unwraps", arguments: TLSVersion.allCases)
    func unwraps(_ version: TLSVersion) throws {
        try scene { scene in
            let file = try scene.file("payload", payload)
            let listener = try Listener()
            let relay = try relay(scene, TLSOptions.server(), to: "\(listener.place)")
            let client = try TLSPeer(
                client: scene, try relay.output.listeningPlace(),
                ["least": version.rawValue, "most": version.rawValue],
                [["handshake"], ["send", file], ["notify"], ["read"]])
            let server = try listener.accept()
            scene.expect(try server.receiveToEnd(), is: payload)
            try server.send(payload)
            server.shutdown()
            try client.expectRead(payload, scene)
            let event = try relay.output.event("tls")
            #expect(event["leg"] == "client" && event["version"] == version.name, "\(event)")
        }
    }

    @Test("both legs: seen in the clear between them")
    func both() throws {
        try scene { scene in
            let server = try TLSPeer(
                server: scene, [:], [["handshake"], ["say", "answer\n"], ["read"], ["notify"], ["raw"]])
            let relay = try relay(
                scene, try TLSOptions.server() + serverOptions() + ["--frame", "line"],
                to: "tls:\(server.place)")
            let client = try TLSPeer(
                client: scene, try relay.output.listeningPlace(), [:],
                [["handshake"], ["say", "question\n"], ["notify"], ["read"]])
            #expect(try client.told("read")["text"] == "answer\n", "\(scene)")
            #expect(try server.told("read")["text"] == "question\n", "\(scene)")
            _ = try relay.output.event("closed")
            let events = try relay.output.events()
            let legs = Set(events.filter { $0.name == "tls" }.compactMap { $0["leg"] as String? })
            #expect(legs == ["client", "server"], "\(scene)")
            let messages = events.filter { $0.name == "message" }.compactMap(\.payload)
            #expect(Set(messages) == [Data("question".utf8), Data("answer".utf8)], "\(scene)")
        }
    }

    @Test("a server that cannot be trusted gets nothing of the client, and the relay goes on")
    func distrusted() throws {
        try scene { scene in
            let server = try TLSPeer(
                server: scene, ["certificates": [try TLSPeer.pair("expired")]], [["handshake"], ["read"]])
            let relay = try relay(scene, serverOptions(), to: "tls:\(server.place)")
            let client = try Peer(connectingTo: try relay.output.listeningPlace())
            try client.send("secret")
            _ = try client.waitForEnd()
            let error = try relay.output.event("error")
            #expect(
                error["error.code"] == "CERT_HAS_EXPIRED" && error["error.operation"] == "tls", "\(error)")
            _ = try server.told("closed")
            let told = try server.program.output.events()
            #expect(told.allSatisfy { ($0["text"] as String?) ?? "" == "" }, "\(scene)")
            #expect(relay.isRunning)
        }
    }

    @Test("a client that stalls in its handshake is not dialed for, and ends alone")
    func stalled() throws {
        try scene { scene in
            let listener = try Listener()
            let relay = try relay(
                scene, try TLSOptions.server() + ["--setup-timeout", "300ms"], to: "\(listener.place)")
            let stalled = try Peer(connectingTo: try relay.output.listeningPlace())
            _ = try stalled.waitForEnd()
            #expect(try !waitReady(listener.descriptor, POLLIN, Deadline(in: 0.05)), "dialed for nobody")
            #expect(relay.isRunning)
        }
    }
}
