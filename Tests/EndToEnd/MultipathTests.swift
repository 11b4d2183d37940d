// --mptcp: connections of Multipath TCP, with a peer that speaks it and with one that does not.

import Foundation
import Glibc
import Testing

@Suite("--mptcp")
struct MultipathTests {
    @Test("both ends, through a relay, and nothing is said", arguments: ["127.0.0.1:0", "[::1]:0"])
    func both(_ endpoint: String) throws {
        try SocketForm.multipath.require()
        try scene { scene in
            let place: Place = endpoint.hasPrefix("[") ? .inet6(0) : .inet(0)
            let server = try scene.sockctl("listen", "-k", "--mptcp", "--echo", endpoint, stdout: .null)
            let relay = try scene.sockctl(
                "listen", "-k", "--mptcp", endpoint, "--to", "\(try server.errors.listeningPlace(place))")
            let payload = Payload.bytes(1 << 20)
            let client = try scene.run(
                .sockctl, ["send", "--mptcp", "\(try relay.errors.listeningPlace(place))"],
                stdin: .bytes(payload))
            try scene.expectSuccess(client)
            scene.expect(client.output.bytes, is: payload)
            for program in [server, relay, client] {
                #expect(!program.errors.text.contains("plain TCP"), "\(scene)")
            }
        }
    }

    @Test("a peer without it is said to have none, on both sides")
    func fallback() throws {
        try SocketForm.multipath.require()
        try scene { scene in
            let plain = try scene.sockctl("listen", "-k", "--echo", "127.0.0.1:0", stdout: .null)
            let client = try scene.sockctl("send", "--mptcp", "\(try plain.listening())", "hello")
            try scene.expect(client, ends: .status(0))
            #expect(client.output.text == "hello", "\(scene)")
            #expect(
                client.errors.text.contains("has no Multipath TCP: the connection is plain TCP"), "\(scene)")
            let server = try scene.sockctl("recv", "--mptcp", "--discard", "127.0.0.1:0")
            let other = try scene.sockctl("send", "\(try server.listening())", "hello")
            try scene.expectSuccess(other)
            try scene.expect(server, ends: .status(0))
            #expect(server.errors.text.contains("the connection is plain TCP"), "\(scene)")
        }
    }

    @Test("where nothing listens it is refused: 4, and the next address is tried")
    func nothing() throws {
        try SocketForm.multipath.require()
        try scene { scene in
            let server = try scene.sockctl("listen", "-k", "--mptcp", "--echo", "127.0.0.1:0", stdout: .null)
            guard case .inet(let port) = try server.listening() else { return }
            let refused = try scene.sockctl("send", "--mptcp", "127.0.0.2:\(port)", "hello")
            try scene.expect(refused, ends: .status(4))
            #expect(refused.errors.text.contains("ECONNREFUSED"), "\(scene)")
            let client = try scene.sockctl("send", "--mptcp", "\(port)", "hello")
            try scene.expectSuccess(client)
            #expect(client.output.text == "hello", "\(scene)")
            let check = try scene.sockctl("connect", "--check", "--mptcp", "-q", "[::1]:\(port)")
            try scene.expect(check, ends: .status(4))
        }
    }

    @Test("ports are tested one after the other, and none but the open one is anything but refused")
    func ports() throws {
        try SocketForm.multipath.require()
        try scene { scene in
            let listener = try Listener(as: .multipath)
            let ports = [1, 2, 3, Int(listener.port), 4, 5].map(String.init).joined(separator: ",")
            let check = try scene.sockctl("connect", "--check", "-j", "--mptcp", "127.0.0.1:\(ports)")
            try scene.expect(check, ends: .status(4))
            let states = try check.output.events().compactMap { $0["state"] as String? }
            #expect(states.sorted() == ["open"] + [String](repeating: "refused", count: 5), "\(scene)")
        }
    }

    @Test("what is received may be let go of")
    func discarded() throws {
        try SocketForm.multipath.require()
        try scene { scene in
            let server = try scene.sockctl("recv", "-j", "--mptcp", "--discard", "127.0.0.1:0")
            let client = try scene.sockctl(
                "send", "--mptcp", "--zero", "10M", "\(try server.output.listeningPlace())")
            try scene.expect(client, ends: .status(0))
            try scene.expectSuccess(server)
            #expect(try server.output.event("closed")["received.bytes"] == 10 << 20, "\(scene)")
        }
    }

    @Test(
        "it is for TCP alone: 2",
        arguments: ["send --mptcp unix:x y", "listen --mptcp unix:x", "listen --mptcp 0 --to unix:x"])
    func refused(_ words: String) throws {
        try SocketForm.multipath.require()
        try scene { scene in
            try scene.expect(
                try scene.run(.sockctl, words.split(separator: " ").map(String.init)), ends: .status(2))
        }
    }
}
