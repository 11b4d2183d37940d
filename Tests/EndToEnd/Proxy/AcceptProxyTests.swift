// `--accept-proxy`: proxies say who the peer is, and nobody else does.

import Foundation
import Glibc
import Testing

@Suite("PROXY protocol, accepted")
struct AcceptProxyTests {
    private static let everyone = ["--accept-proxy", "127.0.0.0/8", "--accept-proxy", "::1"]

    /// A header for 192.0.2.7:1000, which connected to 198.51.100.9:443.
    private static let headers: [String: Data] = [
        "v1": Data("PROXY TCP4 192.0.2.7 198.51.100.9 1000 443\r\n".utf8),
        "v2": v2(0x21, [192, 0, 2, 7, 198, 51, 100, 9, 3, 232, 1, 187]),
        "v2 with TLVs": v2(
            0x21,
            [192, 0, 2, 7, 198, 51, 100, 9, 3, 232, 1, 187, 2, 0, 6] + Array("a.test".utf8) + [
                0xea, 0, 1, 0xff,
            ]),
    ]

    private static func v2(_ command: UInt8, _ body: [UInt8]) -> Data {
        Data("\r\n\r\n\0\r\nQUIT\n".utf8) + Data([command, 0x11, 0, UInt8(body.count)] + body)
    }

    @Test(
        "the event has the true peer and the proxy; what follows the header is payload",
        arguments: headers.keys.sorted(), [Place.inet(0), .inet6(0)])
    func event(_ name: String, _ place: Place) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["recv", "-j", "\(place)"] + Self.everyone)
            let own = try program.output.listeningPlace(place)
            let peer = try Peer(connectingTo: own)
            try peer.send(Self.headers[name]! + Data("\r\n\r\npayload".utf8))
            peer.shutdown()
            try scene.expect(program, ends: .status(0))
            let accepted = try program.output.event("accepted")
            #expect(accepted["peer.host"] == "192.0.2.7" && accepted["peer.port"] == 1000, "\(accepted)")
            #expect(accepted["local.host"] == "198.51.100.9" && accepted["local.port"] == 443, "\(accepted)")
            #expect(accepted["proxy.port"] == Int(localPort(of: peer.descriptor)), "\(accepted)")
            #expect(accepted["proxy_protocol"] == String(name.prefix(2)), "\(accepted)")
            let tlvs = accepted["tlvs"] as [[String: Any]]?
            #expect((tlvs != nil) == name.hasSuffix("TLVs"))
            #expect(tlvs?.compactMap { $0["name"] as? String } ?? ["authority"] == ["authority"])
            let data = try program.output.events().filter { $0.name == "data" }.compactMap(\.payload)
            #expect(data.reduce(Data(), +) == Data("\r\n\r\npayload".utf8))
            #expect(try program.output.event("closed")["received.bytes"] == 11)
        }
    }

    @Test("a byte at a time, and then TLS", arguments: headers.keys.sorted())
    func slowlyAndTLS(_ name: String) throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl,
                ["listen", "-kv", "--echo", "127.0.0.1:0"] + Self.everyone + (try TLSOptions.server()))
            let peer = try Peer(connectingTo: try program.listening())
            var option: Int32 = 1
            setsockopt(peer.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &option, socklen_t(4))
            for byte in Self.headers[name]! { try peer.send(Data([byte])) }
            #expect(try peer.secure(as: .client, within: patience))
            try peer.send("hello")
            peer.shutdown()
            #expect(try peer.receiveToEnd() == Data("hello".utf8))
            #expect(program.errors.text.contains("accepted 192.0.2.7:1000 through 127.0.0.1:"), "\(scene)")
        }
    }

    @Test(
        "LOCAL and UNKNOWN: the peer is who it is",
        arguments: [v2(0x20, []), Data("PROXY UNKNOWN x\r\n".utf8)])
    func local(_ header: Data) throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl, ["listen", "-kj", "--echo", "127.0.0.1:0", "--allow", "127.0.0.1"] + Self.everyone)
            let peer = try Peer(connectingTo: try program.output.listeningPlace())
            try peer.send(header + Data("hello".utf8))
            #expect(try peer.receive(5) == Data("hello".utf8))
            let accepted = try program.output.event("accepted")
            #expect(accepted["peer.port"] == Int(localPort(of: peer.descriptor)) && !accepted.has("proxy"))
        }
    }

    @Test("who is no proxy is served as he is, and cannot say to be another")
    func others() throws {
        try scene { scene in
            let program = try scene.sockctl(
                "listen", "-kj", "--echo", "127.0.0.1:0", "--accept-proxy", "127.0.0.2")
            let place = try program.output.listeningPlace()
            let peer = try Peer(connectingTo: place)
            let header = Self.headers["v1"]!
            try peer.send(header)
            #expect(try peer.receive(header.count) == header)
            #expect(try program.output.event("accepted")["peer.host"] == "127.0.0.1")
            let proxy = try Peer(connectingTo: place, from: "127.0.0.2")
            try proxy.send(header + Data("hello".utf8))
            #expect(try proxy.receive(5) == Data("hello".utf8))
        }
    }

    /// Whether the peer is reset after it has said this, or meanwhile, which only its sending is told then.
    /// - Parameter waiting: whether that is waited for.
    private func isReset(_ peer: Peer, saying bytes: Data, waiting: () -> Bool) throws -> Bool {
        do { try peer.send(bytes) } catch { return true }
        return waiting() ? try peer.waitForEnd() == ECONNRESET : false
    }

    /// The options, and why the peer is not served, if it is not.
    private static let judged: [(options: [String], refusal: String?)] = [
        (["--allow", "192.0.2.0/24"], nil), (["--allow", "127.0.0.1"], "not among --allow"),
        (["--deny", "192.0.2.7"], "denied by --deny"), (["--deny", "127.0.0.1"], "denied by --deny"),
        (["--deny", "198.51.100.9"], nil),
    ]

    @Test("--allow judges the true peer, --deny both", arguments: judged.indices)
    func access(_ index: Int) throws {
        try scene { scene in
            let (options, refusal) = Self.judged[index]
            let program = try scene.run(
                .sockctl, ["listen", "-kj", "--echo", "127.0.0.1:0"] + options + Self.everyone)
            let peer = try Peer(connectingTo: try program.output.listeningPlace())
            let isReset = try isReset(peer, saying: Self.headers["v2"]! + Data("hello".utf8)) {
                refusal != nil
            }
            if let refusal {
                #expect(isReset)
                let refused = try program.output.event("refused")
                #expect(refused["reason"] == refusal, "\(refused)")
                // A proxy that is denied is not asked for whom it speaks.
                let isProxyItself = options == ["--deny", "127.0.0.1"]
                #expect(refused["peer.host"] == (isProxyItself ? "127.0.0.1" : "192.0.2.7"), "\(refused)")
                #expect(refused["proxy.host"] == (isProxyItself ? nil : "127.0.0.1"), "\(refused)")
            } else {
                #expect(try peer.receive(5) == Data("hello".utf8))
            }
        }
    }

    private static let attacks: [(Data, Bool, String)] = [
        (Data("GET / HTTP/1.1\r\n\r\n".utf8), false, "no PROXY header: it said 'GET / HTTP/1.1'"),
        (Data("x".utf8), false, "no PROXY header: it said 'x'"),
        (Data(repeating: 0x50, count: 1 << 16), false, "no PROXY header"),
        (Data("PROXY UNKNOWN ".utf8) + Data(repeating: 0x78, count: 1 << 16), false, "more than 107 bytes"),
        (Data("\r\n\r\n\0\r\nQUIT\n".utf8) + Data([0x21, 0x11, 0xff, 0xff]), false, "65523 bytes of TLVs"),
        (Data("PROXY TCP4 1.2".utf8), true, "it ended after 'PROXY TCP4 1.2'"),
        (Data(), true, "without a word"),
        (Data("PROXY TCP4 1.2".utf8), false, "no PROXY header within 300 ms"),
        (Data(), false, "no PROXY header within 300 ms"),
    ]

    @Test(
        "what is no header, too long, cut off, or does not come: reset, and the next one is served",
        arguments: attacks.indices)
    func hostile(_ index: Int) throws {
        try scene { scene in
            let (bytes, ends, words) = Self.attacks[index]
            let program = try scene.run(
                .sockctl, ["listen", "--echo", "127.0.0.1:0", "--setup-timeout", "300ms"] + Self.everyone)
            let place = try program.listening()
            let peer = try Peer(connectingTo: place)
            let isReset = try isReset(peer, saying: bytes) {
                if ends { peer.shutdown() }
                return true
            }
            #expect(isReset)
            #expect(program.errors.wait(for: words), "\(scene)")
            let next = try Peer(connectingTo: place)
            try next.send(Self.headers["v1"]! + Data("hello".utf8))
            next.shutdown()
            #expect(try next.receiveToEnd() == Data("hello".utf8))
            try scene.expect(program, ends: .status(0))
        }
    }

    @Test("one that says nothing holds up nobody, and a relay tells the next one who the peer is")
    func relay() throws {
        try scene { scene in
            let server = try scene.run(.sockctl, ["listen", "-kv", "--echo", "127.0.0.1:0"] + Self.everyone)
            let relay = try scene.run(
                .sockctl,
                [
                    "listen", "-k", "127.0.0.1:0", "--to", "\(try server.listening())", "--proxy-protocol",
                    "v2",
                ]
                    + Self.everyone)
            let place = try relay.listening()
            let silent = try Peer(connectingTo: place)
            let peer = try Peer(connectingTo: place)
            try peer.send(Self.headers["v1"]! + Data("hello".utf8))
            peer.shutdown()
            #expect(try peer.receiveToEnd() == Data("hello".utf8))
            #expect(server.errors.wait(for: "accepted 192.0.2.7:1000 through 127.0.0.1:"), "\(scene)")
            silent.close()
        }
    }

    @Test(
        "what cannot be",
        arguments: [
            ["recv", "--accept-proxy", "10.0.0.0/33", "0"],
            ["recv", "--accept-proxy", "10.0.0.0/8", "unix:/x"],
            ["recv", "--connect", "--accept-proxy", "10.0.0.0/8", "1"],
            ["send", "--accept-proxy", "10.0.0.0/8", "1", "x"], ["recv", "--setup-timeout", "1s", "0"],
        ])
    func usage(_ words: [String]) throws {
        try scene { scene in try scene.expect(try scene.run(.sockctl, words), ends: .status(2)) }
    }
}
