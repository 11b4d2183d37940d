// The PROXY protocol: the header that a connection begins with, and the one that it has to begin with.

import Foundation
import Testing

@Suite("PROXY protocol, sent")
struct ProxyProtocolTests {
    private static let signature = Data("\r\n\r\n\0\r\nQUIT\n".utf8)

    /// What has to come before the payload of a connection from one port of this host to another.
    static func header(_ version: String, _ place: Place, from source: UInt16) -> Data {
        let (host, number): (String, [UInt8]) =
            if case .inet6 = place { ("::1", [UInt8](repeating: 0, count: 15) + [1]) } else {
                ("127.0.0.1", [127, 0, 0, 1])
            }
        let port: UInt16
        switch place {
        case .inet(let number), .inet6(let number): port = number
        case .unix, .abstract: port = 0
        }
        if version == "v1" {
            let family = number.count == 4 ? "TCP4" : "TCP6"
            return Data("PROXY \(family) \(host) \(host) \(source) \(port)\r\n".utf8)
        }
        func bytes(_ port: UInt16) -> [UInt8] { [UInt8(port >> 8), UInt8(port & 0xff)] }
        let ends = number + number + bytes(source) + bytes(port)
        return signature + Data([0x21, number.count == 4 ? 0x11 : 0x21, 0, UInt8(ends.count)] + ends)
    }

    @Test(
        "the addresses of our own connection, before the payload", arguments: ["v1", "v2"],
        [Place.inet(0), .inet6(0)])
    func own(_ version: String, _ place: Place) throws {
        try scene { scene in
            let listener = try Listener(place)
            let program = try scene.sockctl(
                "send", "-j", "--proxy-protocol", version, "\(listener.place)", "payload")
            let peer = try listener.accept()
            let connected = try program.output.event("connected")
            let source = try #require(connected["local.port"] as Int?)
            let expected = Self.header(version, listener.place, from: UInt16(source)) + Data("payload".utf8)
            scene.expect(try peer.receiveToEnd(), is: expected)
            peer.close()
            try scene.expectSuccess(program)
            #expect(try program.output.event("closed")["sent.bytes"] == 7, "\(scene)")
        }
    }

    @Test("those of the client that is relayed", arguments: ["v1", "v2"], [Place.inet(0), .inet6(0)])
    func relayed(_ version: String, _ place: Place) throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl(
                "listen", "\(place)", "--to", "\(listener.place)", "--proxy-protocol", version)
            let own = try program.listening(place)
            let client = try Peer(connectingTo: own)
            try client.send("payload")
            client.shutdown()
            let server = try listener.accept()
            let source = localPort(of: client.descriptor)
            let expected = Self.header(version, own, from: source) + Data("payload".utf8)
            scene.expect(try server.receiveToEnd(), is: expected)
            server.close()
            #expect(try client.receiveToEnd().isEmpty)
            try scene.expectSuccess(program)
        }
    }

    @Test("none of a Unix socket in v1; after a proxy's answer; before TLS", arguments: ["v1", "v2"])
    func order(_ version: String) throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.run(
                .sockctl,
                [
                    "send", "--via", "http://\(listener.place)", "--proxy-protocol", version, "tls:name:7",
                    "hello",
                ]
                    + (try TLSOptions.client()))
            let peer = try listener.accept()
            #expect(try peer.hearRequest(.http) == "name:7")
            try peer.send(ProxyKind.http.consent)
            let expected =
                version == "v1" ? Data("PROXY UNKNOWN\r\n".utf8) : Self.signature + Data([0x21, 0, 0, 0])
            #expect(try peer.receive(expected.count) == expected)
            #expect(try peer.secure(as: .server, within: patience))
            #expect(try peer.receiveToEnd() == Data("hello".utf8))
            peer.close()
            try scene.expectSuccess(program)
        }
    }
}
