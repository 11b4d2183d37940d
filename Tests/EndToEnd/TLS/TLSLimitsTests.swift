// TLS at its limits: handshakes that stall by the thousand, little memory, keys that change on the way, and secrets that go
// where they were asked for and nowhere else.

import Foundation
import Glibc
import Testing

@Suite("TLS, at its limits")
struct TLSLimitsTests {
    private static let count = 1000

    @Test("what is trusted is read once, however many connections are made")
    func manyConnections() throws {
        try scene { scene in
            let closed = try Listener(listening: false)
            // Each would take a megabyte.
            let check = try scene.shell(
                "ulimit -v 260000; exec \"$SOCKCTL\" connect -z --tls 127.0.0.0/23:\(closed.port)")
            try scene.expect(check, ends: .status(4))
            #expect(check.errors.text.contains("510 refused"), "\(scene)")
            let server = try scene.run(
                .sockctl, ["listen", "-k", "--discard"] + (try TLSOptions.server()) + ["127.0.0.1:0"])
            let options = try TLSOptions.client().joined(separator: " ")
            let sending = try scene.shell(
                "ulimit -v 400000; exec \"$SOCKCTL\" send --zero 1k --parallel 200 -q \(options) \(try server.listening())"
            )
            try scene.expectSuccess(sending)
        }
    }

    @Test("a thousand handshakes that stall: others are served meanwhile, and all of them end")
    func stalled() throws {
        try Need.descriptors(2 * Self.count + 200).require()
        try scene { scene in
            let server = try scene.run(
                .sockctl,
                ["listen", "-k", "--json", "--echo", "--setup-timeout", "3s"] + (try TLSOptions.server())
                    + ["127.0.0.1:0"])
            let place = try server.output.listeningPlace()
            let before = try server.peakMemory()
            // The beginning of a ClientHello.
            let peers = try (0..<Self.count).map { _ in
                let peer = try Peer(connectingTo: place)
                try peer.send(Data([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]))
                return peer
            }
            let client = try scene.run(
                .sockctl, ["send"] + (try TLSOptions.client()) + ["\(place)", "hello"])
            try scene.expectSuccess(client)
            #expect(client.output.text == "hello", "\(scene)")
            for peer in peers { _ = try peer.waitForEnd() }
            let told = server.output.wait { data, _ in data.count(of: "\"event\":\"error\"") == Self.count }
            #expect(told, "\(Self.count) were to be told")
            // 64 KiB a peer, and 32 MiB for the process.
            let after = try server.peakMemory()
            #expect(after - before < Self.count * (64 << 10) + (32 << 20), "\(before), \(after)")
        }
    }

    @Test("little memory: it works or says why not, and dies of no signal", arguments: [32, 40, 48, 64, 96])
    func memory(_ megabytes: Int) throws {
        try scene { scene in
            let options = try TLSOptions.server().map { "'\($0)'" }.joined(separator: " ")
            let server = try scene.shell(
                "ulimit -v \(megabytes * 1000); exec \"$SOCKCTL\" recv \(options) --deadline 30s 127.0.0.1:0")
            guard let place = try? server.listening() else {
                #expect(try server.exit() == .status(1), "\(scene)")
                #expect(!server.errors.text.isEmpty, "\(scene)")
                return
            }
            let client = try scene.run(
                .sockctl, ["send"] + (try TLSOptions.client()) + ["\(place)"],
                stdin: .bytes(Payload.bytes(1 << 20, seed: 3)))
            let exit = try client.exit()
            let end = try server.exit()
            #expect([0, 1, 5, 7].contains { end == .status($0) }, "\(scene)")
            #expect(exit == .status(0) || exit == .status(12) || exit == .status(7), "\(scene)")
        }
    }

    /// Its last bytes are never acknowledged.
    @Test("who is gone before our last word leaves nothing behind")
    func gone() throws {
        try scene { scene in
            let server = try scene.run(
                .sockctl, ["listen", "-k", "--json", "--echo"] + (try TLSOptions.server()) + ["127.0.0.1:0"])
            let place = try server.output.listeningPlace()
            let before = try server.openDescriptors()
            let script: [TLSStep] = [["handshake"], ["say", "hi"], ["notify"]]
            for _ in 0..<20 { _ = try TLSPeer(client: scene, place, [:], script).program.exit() }
            #expect(
                server.output.wait { data, _ in data.count(of: "\"event\":\"closed\"") == 20 }, "\(scene)")
            #expect(try server.openDescriptors() == before, "\(scene)")
        }
    }

    @Test("a refusal that comes while much is sent is told: 12")
    func refused() throws {
        try scene { scene in
            let server = try scene.run(
                .sockctl,
                ["listen", "-k", "--discard", "--client-ca", try Certificates.file("root")]
                    + (try TLSOptions.server())
                    + ["127.0.0.1:0"])
            let client = try scene.run(
                .sockctl, ["connect"] + (try TLSOptions.client()) + ["\(try server.listening())"],
                stdin: .bytes(Payload.bytes(8 << 20, seed: 5)))
            try scene.expect(client, ends: .status(12))
            #expect(client.errors.text.contains("--cert"), "\(scene)")
        }
    }

    @Test("keys that change on the way, of both directions")
    func keyUpdates() throws {
        try scene { scene in
            let server = try scene.run(
                .sockctl, ["listen", "-k", "--echo"] + (try TLSOptions.server()) + ["127.0.0.1:0"])
            let client = try scene.run(
                .openssl,
                [
                    "s_client", "-CAfile", try Certificates.file("root"), "-servername", "good.test",
                    "-connect",
                    "\(try server.listening())",
                ], stdin: .pipe)
            #expect(client.output.wait(for: "Verify return code"), "\(scene)")
            for number in 0..<40 {
                // s_client takes a letter that comes alone for a command: K asks the other side to change its key, too.
                try client.write(Data("K\n".utf8))
                #expect(client.errors.wait { data, _ in data.count(of: "KEYUPDATE") > number }, "\(scene)")
                let line = "line \(number) " + String(repeating: "x", count: 2000)
                try client.write(Data((line + "\n").utf8))
                #expect(client.output.wait(for: line), "\(scene)")
            }
        }
    }

    @Test("SSLKEYLOGFILE: the secrets go to that file, for its owner alone, and nowhere else")
    func keyLog() throws {
        try scene { scene in
            let server = try scene.run(
                .sockctl, ["listen", "-k", "--echo"] + (try TLSOptions.server()) + ["127.0.0.1:0"])
            let words =
                (["send"] + (try TLSOptions.client()) + [
                    "--record", "record", "\(try server.listening())", "x",
                ])
                .map { "'\($0)'" }.joined(separator: " ")
            let client = try scene.shell(
                "umask 0; SSLKEYLOGFILE=$PWD/keys \"$SOCKCTL\" \(words); echo; stat -c %a keys")
            try scene.expectSuccess(client)
            #expect(client.output.lines.last == "600", "\(scene)")
            let keys = try String(contentsOfFile: scene.path("keys"), encoding: .utf8)
            let secrets = keys.split(separator: "\n").compactMap { $0.split(separator: " ").last }
            #expect(secrets.count >= 4 && keys.contains("CLIENT_TRAFFIC_SECRET_0"), "\(keys)")
            #expect(client.errors.text.contains("SSLKEYLOGFILE"), "\(scene)")
            let record = try String(contentsOfFile: scene.path("record"), encoding: .utf8)
            for secret in secrets {
                #expect(!(client.output.text + client.errors.text + record).contains(secret))
            }

            let linked = try scene.shell(
                "ln -s elsewhere link; SSLKEYLOGFILE=$PWD/link \"$SOCKCTL\" \(words)")
            try scene.expect(linked, ends: .status(10))
            #expect(!FileManager.default.fileExists(atPath: scene.path("elsewhere")), "\(scene)")
        }
    }

    @Test("a stream without close_notify whose messages say how long they are is whole: 0, and an event")
    func selfContained() throws {
        try scene { scene in
            let server = try TLSPeer(
                server: scene, [:], [["handshake"], ["say", "\u{5}hello"], ["shutdown"], ["raw"]])
            let client = try scene.run(
                .sockctl,
                ["recv", "--connect", "--json", "--frame", "u8"] + (try TLSOptions.client())
                    + ["\(try server.place)"])
            try scene.expectSuccess(client)
            #expect(try client.output.event("truncated")["connection"] == 1, "\(scene)")
            #expect(try client.output.event("message").payload == Data("hello".utf8), "\(scene)")
        }
    }

    @Test("what a self-signed certificate is, and what a check agrees on, as JSON")
    func told() throws {
        try scene { scene in
            let server = try scene.run(
                .sockctl,
                ["listen", "-k", "--json", "--echo", "--tls", "--self-signed", "--alpn", "h2", "127.0.0.1:0"])
            let place = try server.output.listeningPlace()
            let pin: String = try #require(try server.output.event("self-signed")["certificate.pin"])
            let check = try scene.run(
                .sockctl, ["connect", "--check", "--json", "--tls", "--alpn", "h2", "--pin", pin, "\(place)"])
            try scene.expect(check, ends: .status(12))
            #expect(try check.output.event("check")["tls.alpn"] == "h2", "\(scene)")
        }
    }

    @Test("a name with letters beyond ASCII is asked for as it is in the DNS")
    func international() throws {
        try scene { scene in
            let server = try scene.run(
                .sockctl, ["listen", "-k", "--echo"] + (try TLSOptions.server()) + ["127.0.0.1:0"])
            let client = try scene.run(
                .sockctl,
                [
                    "connect", "--check", "--json", "--tls", "--sni", "b\u{fc}cher.test",
                    "\(try server.listening())",
                ])
            try scene.expect(client, ends: .status(12))
            #expect(client.output.text.contains("\"sni\":\"xn--bcher-kva.test\""), "\(scene)")
        }
    }
}

extension Data {
    fileprivate func count(of text: String) -> Int {
        String(decoding: self, as: UTF8.self).components(separatedBy: text).count - 1
    }
}
