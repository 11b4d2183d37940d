// Servers that are none: that speak in plain text, end the connection, reset it, are silent, or end a stream without
// saying that it is its end.

import Foundation
import Glibc
import Testing

@Suite("TLS, with a server that is none")
struct TLSTroubleTests {
    private let payload = Payload.bytes(300_000, seed: 41)

    private func client(_ scene: Scene, _ place: Place, _ options: String...) throws -> Program {
        try scene.run(.sockctl, ["connect"] + TLSOptions.client() + options + ["\(place)"])
    }

    @Test(
        "it speaks in plain text: 12, and what it said",
        arguments: [
            ("SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0-OpenSSH_9.2"), ("220 smtp.test ESMTP\r\n", "220 smtp.test"),
            ("HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1.1 400 Bad Request"),
            ("+OK POP3 ready\r\n", "+OK POP3"),
            ("\u{1b}[31mred alert\r\n", "red alert"),
        ])
    func plain(_ said: String, _ shown: String) throws {
        try scene { scene in
            let listener = try Listener()
            let client = try client(scene, listener.place)
            let peer = try listener.accept()
            try peer.send(said)
            try scene.expect(client, ends: .status(12))
            #expect(client.errors.text.hasPrefix("sockctl: tls \(listener.place): "), "\(scene)")
            #expect(client.errors.text.contains(shown), "\(scene)")
            #expect(!client.errors.bytes.contains(0x1b), "\(scene)")
            #expect(client.output.bytes.isEmpty, "\(scene)")
        }
    }

    @Test("it speaks before we do, and slowly")
    func slowly() throws {
        try scene { scene in
            let listener = try Listener()
            let client = try client(scene, listener.place)
            let peer = try listener.accept()
            for byte in "SSH-2.0-OpenSSH_9.2\r\n".utf8 {
                // It may have given up, and may not have.
                try? peer.send(Data([byte]))
            }
            try scene.expect(client, ends: .status(12))
        }
    }

    @Test("it ends the connection at once: 12", arguments: [false, true])
    func ends(_ afterHello: Bool) throws {
        try scene { scene in
            let listener = try Listener()
            let client = try client(scene, listener.place)
            let peer = try listener.accept()
            if afterHello { _ = try peer.receive(100) }
            peer.shutdown()
            try scene.expect(client, ends: .status(12))
            #expect(client.errors.text.hasPrefix("sockctl: tls \(listener.place): "), "\(scene)")
        }
    }

    @Test("it resets the connection")
    func resets() throws {
        try scene { scene in
            let listener = try Listener()
            let client = try client(scene, listener.place)
            let peer = try listener.accept()
            _ = try peer.receive(100)
            peer.reset()
            let exit = try client.exit()
            #expect(exit == .status(12) || exit == .status(7), "\(scene)")
            #expect(client.errors.text.contains("ECONNRESET"), "\(scene)")
        }
    }

    @Test("it is silent: 5, and what was waited for", arguments: [0, 3])
    func silent(_ sent: Int) throws {
        try scene { scene in
            let listener = try Listener()
            let client = try client(scene, listener.place, "--timeout", "300ms")
            let peer = try listener.accept()
            try peer.send(Data([22, 3, 3].prefix(sent)))
            try scene.expect(client, ends: .status(5))
            let text = client.errors.text
            #expect(text.contains("\(listener.place)") && text.contains("300 ms"), "\(scene)")
            #expect(
                text.localizedCaseInsensitiveContains("TLS")
                    || text.localizedCaseInsensitiveContains("handshake"),
                "\(scene)")
        }
    }

    @Test("it sends back what we send: 12")
    func echo() throws {
        try scene { scene in
            let echo = try scene.sockctl("listen", "--echo", "127.0.0.1:0")
            try scene.expect(try client(scene, echo.listening()), ends: .status(12))
        }
    }

    @Test("an interrupt and a deadline end a handshake")
    func interrupted() throws {
        try scene { scene in
            let listener = try Listener()
            let first = try client(scene, listener.place)
            let peer = try listener.accept()
            _ = try peer.receive(100)
            first.signal(SIGINT)
            try scene.expect(first, ends: .signal(SIGINT))
            let second = try client(scene, listener.place, "--deadline", "200ms")
            let other = try listener.accept()
            try scene.expect(second, ends: .status(5))
            _ = other
        }
    }

    @Test("the stream ends without close_notify: 7, with everything written", arguments: TLSVersion.allCases)
    func truncated(_ version: TLSVersion) throws {
        try scene { scene in
            let file = try scene.file("payload", payload)
            let script: [TLSStep] = [["handshake"], ["send", file], ["shutdown"], ["raw"]]
            let server = try TLSPeer(
                server: scene, ["least": version.rawValue, "most": version.rawValue], script, script, script)
            let place = try server.place
            let client = try client(scene, place)
            try scene.expect(client, ends: .status(7))
            scene.expect(client.output.bytes, is: payload)
            #expect(client.errors.text.contains("close_notify"), "\(scene)")

            let json = try self.client(scene, place, "--json")
            try scene.expect(json, ends: .status(7))
            let data = try json.output.events().filter { $0.name == "data" }.compactMap(\.payload)
            scene.expect(data.reduce(Data(), +), is: payload)
            let failure = try json.errors.event("failure")
            #expect(failure["error.status"] == 7, "\(failure)")

            let lenient = try self.client(scene, place, "--ignore-unexpected-eof")
            try scene.expectSuccess(lenient)
            scene.expect(lenient.output.bytes, is: payload)
        }
    }

    @Test("the stream is reset: 7, with everything written", arguments: TLSVersion.allCases)
    func reset(_ version: TLSVersion) throws {
        try scene { scene in
            let server = try TLSPeer(
                server: scene, ["least": version.rawValue, "most": version.rawValue],
                [["handshake"], ["say", "last words"], ["wait"], ["reset"]])
            let client = try client(scene, server.place)
            #expect(client.output.wait(forCount: 10))
            try server.go()
            try scene.expect(client, ends: .status(7))
            #expect(
                client.output.text == "last words" && client.errors.text.contains("ECONNRESET"), "\(scene)")
        }
    }

    @Test("plain text within a session: 12 or 7, and none of it is payload", arguments: TLSVersion.allCases)
    func plainWithin(_ version: TLSVersion) throws {
        try scene { scene in
            let server = try TLSPeer(
                server: scene, ["least": version.rawValue, "most": version.rawValue],
                [["handshake"], ["say", "encrypted"], ["plain", "and this is not"], ["raw"]])
            let client = try client(scene, server.place)
            let exit = try client.exit()
            #expect(exit == .status(12) || exit == .status(7), "\(scene)")
            #expect(client.output.text == "encrypted", "\(scene)")
        }
    }
}
