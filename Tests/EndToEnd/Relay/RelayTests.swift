// `listen --to`: what passes, what ends, what breaks, and who is told.

import Foundation
import Glibc
import Testing

/// Which two connections a relay joins.
private struct Pair: CustomTestStringConvertible, Sendable {
    let client: Kind
    let server: Kind

    enum Kind: String, CaseIterable {
        case ipv4, ipv6, unix
        func place(_ scene: Scene, _ name: String) -> Place {
            switch self {
            case .ipv4: .inet(0)
            case .ipv6: .inet6(0)
            case .unix: .unix(scene.path(name))
            }
        }
    }

    static let all = Kind.allCases.flatMap { client in Kind.allCases.map { Pair(client: client, server: $0) }
    }
    var testDescription: String { "\(client) to \(server)" }
}

/// A relay between a client and a server, both played by the test.
private struct Relayed {
    let program: Program
    let client: Peer
    let server: Peer

    init(_ scene: Scene, _ pair: Pair = Pair(client: .ipv4, server: .ipv4), _ options: String...) throws {
        let listener = try Listener(pair.server.place(scene, "server"))
        let place = pair.client.place(scene, "client")
        program = try scene.run(.sockctl, ["listen", "\(place)", "--to", "\(listener.place)"] + options)
        client = try Peer(
            connectingTo: options.contains("-j")
                ? try program.output.listeningPlace() : try program.listening(place))
        server = try listener.accept()
    }
}

@Suite("A relay")
struct RelayTests {
    private let payload = Payload.bytes(3_000_000, seed: 5)

    @Test("bytes pass both ways, and each half-close alone", arguments: Pair.all)
    fileprivate func passes(_ pair: Pair) throws {
        try scene { scene in
            let relayed = try Relayed(scene, pair)
            let (client, server) = (relayed.client, relayed.server)
            for (from, to) in [(client, server), (server, client)] {
                let sending = Thread { try? from.send(payload) }
                sending.start()
                scene.expect(try to.receive(payload.count), is: payload)
            }
            client.shutdown()
            scene.expect(try server.receiveToEnd(), is: Data())
            try server.send("still there")
            #expect(try client.receiveText(11) == "still there")
            server.shutdown()
            scene.expect(try client.receiveToEnd(), is: Data())
            try scene.expectSuccess(relayed.program)
        }
    }

    @Test("a chain of relays, to nc")
    func chain() throws {
        try scene { scene in
            try Need.program("nc").require()
            let payload = Data(payload.map { $0 == 10 ? 11 : $0 })
            let port = try Listener(.inet(0), listening: false).port
            let nc = try scene.run(.nc, ["-lvN", "127.0.0.1", "\(port)"], stdin: .pipe)
            #expect(nc.errors.wait(for: "istening"), "\(scene)")
            let near = try scene.sockctl("listen", "127.0.0.1:0", "--to", "127.0.0.1:\(port)")
            let far = try scene.sockctl("listen", "127.0.0.1:0", "--to", "\(try near.listening())")
            let client = try scene.sockctl("connect", "\(try far.listening())", stdin: .pipe)
            try client.write(payload)
            #expect(nc.output.wait(forCount: payload.count), "\(scene)")
            scene.expect(nc.output.bytes, is: payload)
            try nc.write(Data("and back".utf8))
            #expect(client.output.wait(forCount: 8), "\(scene)")
            client.closeInput()
            nc.closeInput()
            for program in [client, far, near] { try scene.expectSuccess(program) }
            #expect(client.output.text == "and back")
        }
    }

    @Test("a reset becomes a reset, after what had come before it", arguments: [Role.client, .server])
    func resets(_ who: Role) throws {
        try scene { scene in
            let relayed = try Relayed(scene)
            let (breaking, other) =
                who == .client ? (relayed.client, relayed.server) : (relayed.server, relayed.client)
            try breaking.send("the last words")
            try breaking.waitUntilAcknowledged()
            #expect(try other.receiveText(14) == "the last words")
            try breaking.send("and more")
            breaking.reset()
            let rest = try other.receiveOrReset()
            #expect(rest.data == Data("and more".utf8) || rest.data.isEmpty, "\(scene)")
            #expect(rest.error == ECONNRESET, "\(scene)")
            #expect(try relayed.program.exit() == .status(7), "\(scene)")
        }
    }

    @Test("what the server said before it went away arrives, though the client goes on talking")
    func lastWords() throws {
        try scene { scene in
            let relayed = try Relayed(scene)
            try relayed.server.send(Data(payload.prefix(200_000)))
            try relayed.server.waitUntilAcknowledged()
            // Not read to its end by the server: that resets the connection.
            try relayed.client.send("unheard")
            try poll(for: "it has come") {
                var count: Int32 = 0
                return ioctl(relayed.server.descriptor, UInt(FIONREAD), &count) == 0 && count > 0
            }
            relayed.server.close()
            let got = try relayed.client.receiveOrReset()
            scene.expect(got.data, is: Data(payload.prefix(200_000)))
            #expect(got.error == ECONNRESET, "\(scene)")
        }
    }

    @Test("a server that cannot be reached: the client is reset, and told why")
    func unreachable() throws {
        try scene { scene in
            let place = try Listener(.inet(0)).place
            let once = try scene.sockctl("listen", "127.0.0.1:0", "--to", "\(place)")
            let client = try Peer(connectingTo: try once.listening())
            #expect(try client.waitForEnd() == ECONNRESET, "\(scene)")
            #expect(try once.exit() == .status(4), "\(scene)")
            #expect(once.errors.text.contains("connect \(place): connection refused"), "\(scene)")

            let many = try scene.sockctl("listen", "-kj", "127.0.0.1:0", "--to", "\(place)")
            let address = try many.output.listeningPlace()
            for _ in 0..<3 { #expect(try Peer(connectingTo: address).waitForEnd() == ECONNRESET) }
            try poll(for: "three are closed") {
                try many.output.events().filter { $0.name == "closed" }.count == 3
            }
            let error = try many.output.event("error")
            #expect(error["error.code"] == "ECONNREFUSED", "\(error)")
            let closed = try many.output.event("closed")
            #expect(closed["leg"] == "client" && closed["how"] == "error", "\(closed)")
            #expect(many.isRunning, "\(scene)")
        }
    }

    @Test("a client that goes away while the server is connected to is gone")
    func impatient() throws {
        try scene { scene in
            // Its backlog is full, and nobody accepts.
            let path = scene.path("server")
            let listener = try Listener(.unix(path), backlog: 0)
            let first = try Peer(connectingTo: .unix(path))
            let relay = try scene.sockctl("listen", "-kj", "127.0.0.1:0", "--to", "unix:\(path)")
            let client = try Peer(connectingTo: try relay.output.listeningPlace())
            _ = try relay.output.event("accepted")
            client.reset()
            let closed = try relay.output.event("closed")
            #expect(closed["how"] == "reset" && closed["leg"] == "client", "\(closed)")
            withExtendedLifetime((listener, first)) {}
        }
    }

    @Test("--setup-timeout bounds connecting")
    func setupTimeout() throws {
        try scene { scene in
            let path = scene.path("server")
            let listener = try Listener(.unix(path), backlog: 0)
            let first = try Peer(connectingTo: .unix(path))
            let relay = try scene.sockctl(
                "listen", "127.0.0.1:0", "--to", "unix:\(path)", "--setup-timeout", "200ms")
            let client = try Peer(connectingTo: try relay.listening())
            #expect(try client.waitForEnd() == ECONNRESET, "\(scene)")
            #expect(try relay.exit() == .status(5), "\(scene)")
            withExtendedLifetime((listener, first)) {}
        }
    }

    @Test("to itself: status 2", arguments: ["127.0.0.1:PORT", "localhost:PORT", "PORT"])
    func itself(_ form: String) throws {
        try scene { scene in
            let port = "\(try Listener(.inet(0)).place)".split(separator: ":").last.map(String.init) ?? ""
            let program = try scene.sockctl(
                "listen", "-k", "127.0.0.1:\(port)", "--to", form.replacing("PORT", with: port))
            #expect(try program.exit() == .status(2), "\(scene)")
            #expect(program.errors.text.contains("where this command listens itself"), "\(scene)")
        }
    }

    @Test("where the server is connected to from, and by which interface")
    func source() throws {
        try scene { scene in
            let pair = Pair(client: .ipv4, server: .ipv4)
            #expect(try Relayed(scene, pair, "-s", "127.0.0.3").server.remote.hasPrefix("127.0.0.3:"))
            let bound = try Relayed(scene, pair, "-j", "-I", "server:lo", "-o", "server:TCP_NODELAY=0")
            let info = try scene.sockctl("info", "-j", "--pid", String(bound.program.pid))
            _ = try info.exit()
            let sockets = try info.output.events().filter { $0["state"] == "ESTABLISHED" }
            #expect(sockets.count == 2, "\(scene)")
            for socket in sockets {
                let port: Int = socket["local.port"] ?? 0
                let isServer = bound.server.remote.hasSuffix(":\(port)")
                #expect(socket.line.contains("\"SO_BINDTODEVICE\":\"lo\"") == isServer, "\(socket)")
                // What a relay passes on is sent at once, unless the user says otherwise.
                #expect(socket.line.contains("\"TCP_NODELAY\":true") != isServer, "\(socket)")
            }
        }
    }

    @Test("socket options of either leg")
    func options() throws {
        try scene { scene in
            for (words, legs) in [
                ("SO_KEEPALIVE=1", ["client", "server"]), ("client:SO_KEEPALIVE=1", ["client"]),
                ("server:SO_KEEPALIVE=1", ["server"]),
            ] {
                let relayed = try Relayed(scene, Pair(client: .ipv4, server: .ipv4), "-o", words, "-j")
                let pid = String(relayed.program.pid)
                let info = try scene.sockctl("info", "-j", "--pid", pid)
                _ = try info.exit()
                let sockets = try info.output.events().filter { $0["state"] == "ESTABLISHED" }
                #expect(sockets.count == 2, "\(scene)")
                let server = relayed.server.remote
                for socket in sockets {
                    let port: Int = socket["local.port"] ?? 0
                    let leg = server.hasSuffix(":\(port)") ? "server" : "client"
                    #expect(
                        socket.line.contains("\"SO_KEEPALIVE\":true") == legs.contains(leg),
                        "\(leg): \(socket)")
                }
            }
        }
    }
}

@Suite("A relay is looked at")
struct RelayWatchTests {
    @Test("HTTP: requests with their responses, and the time each took")
    func http() throws {
        try scene { scene in
            let relayed = try Relayed(scene, Pair(client: .ipv4, server: .ipv4), "-j", "--frame", "http")
            try relayed.client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nHEAD /b HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try relayed.server.receive(56)
            let answers =
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
                + "HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n"
            try relayed.server.send(answers)
            #expect(try relayed.client.receiveText(answers.utf8.count) == answers)
            relayed.client.shutdown()
            relayed.server.shutdown()
            try scene.expectSuccess(relayed.program)
            let messages = try relayed.program.output.events().filter { $0.name == "message" }
            #expect(messages.map { $0["leg"] ?? "" } == ["client", "client", "server", "server"])
            #expect(messages.map { $0["number"] ?? 0 } == [1, 2, 1, 2])
            #expect(messages.map { $0["answer_to"] ?? 0 } == [0, 0, 1, 2], "\(scene)")
            #expect(messages.suffix(2).allSatisfy { $0.has("took_us") }, "\(scene)")
            #expect(messages.allSatisfy(\.isOrdered) && messages[0]["direction"] == "received")
            let closed = try relayed.program.output.events().filter { $0.name == "closed" }
            #expect(closed.map { $0["leg"] ?? "" } == ["server", "client"])
            #expect(closed[0]["received.messages"] == 2 && closed[0]["sent.messages"] == 2, "\(scene)")
        }
    }

    @Test("what is no message is reported, and passed on", arguments: [true, false])
    func malformed(_ isJSON: Bool) throws {
        try scene { scene in
            let relayed = try Relayed(
                scene, Pair(client: .ipv4, server: .ipv4), "--frame", "line", "--max-message", "10",
                isJSON ? "-j" : "--stats")
            try relayed.client.send("short\nmuch longer than ten bytes\nagain\n")
            #expect(try relayed.server.receiveText(39) == "short\nmuch longer than ten bytes\nagain\n")
            relayed.client.shutdown()
            relayed.server.shutdown()
            try scene.expectSuccess(relayed.program)
            if isJSON {
                let error = try relayed.program.output.event("error")
                #expect(error["error.hint"] == "what the client sends is passed on as it is from here on")
            } else {
                #expect(relayed.program.output.text.hasSuffix("1 client > short\n"), "\(scene)")
                #expect(relayed.program.errors.text.contains("message 2"), "\(scene)")
            }
        }
    }

    @Test("--hex marks who sent it")
    func hex() throws {
        try scene { scene in
            let relayed = try Relayed(scene, Pair(client: .ipv4, server: .unix), "--hex")
            try relayed.client.send("ask")
            _ = try relayed.server.receive(3)
            try relayed.server.send("answer")
            _ = try relayed.client.receive(6)
            relayed.client.shutdown()
            relayed.server.shutdown()
            try scene.expectSuccess(relayed.program)
            let lines = relayed.program.errors.lines.filter { $0.contains(" > ") }
            #expect(lines.count == 2, "\(scene)")
            #expect(lines.first?.contains(" client > 127.0.0.1:") == true, "\(scene)")
            #expect(lines.last?.contains(" server > unix:") == true, "\(scene)")
            #expect(relayed.program.output.text.isEmpty)
        }
    }

    @Test("a recording plays the client, and the server", arguments: [1, 2])
    func recording(_ number: Int) throws {
        try scene { scene in
            let listener = try Listener(.inet(0))
            let file = scene.path("recording")
            let relay = try scene.sockctl(
                "listen", "-k", "127.0.0.1:0", "--to", "\(listener.place)", "--record", file)
            let place = try relay.listening()
            for number in 1...2 {
                let client = try Peer(connectingTo: place)
                let server = try listener.accept()
                try client.send("ask \(number)")
                _ = try server.receive(5)
                try server.send("answer \(number)")
                _ = try client.receive(8)
                client.shutdown()
                server.shutdown()
                _ = try client.receiveToEnd()
            }
            relay.signal(SIGTERM)
            _ = try relay.exit()

            let sending = try scene.sockctl(
                "send", "\(listener.place)", "--replay", file, "--replay-connection", "\(number)")
            let server = try listener.accept()
            #expect(String(decoding: try server.receiveToEnd(), as: UTF8.self) == "ask \(number)")
            server.close()
            _ = try sending.exit()
            let serving = try scene.sockctl(
                "listen", "127.0.0.1:0", "--replay", file, "--replay-connection", "\(number)")
            let client = try Peer(connectingTo: try serving.listening())
            #expect(String(decoding: try client.receiveToEnd(), as: UTF8.self) == "answer \(number)")
            client.close()
            try scene.expectSuccess(serving)
        }
    }
}

extension Peer {
    /// What comes until the end, and how that is: the errno, 0 for end of file.
    fileprivate func receiveOrReset() throws -> (data: Data, error: Int32) {
        var data = Data()
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            guard try waitReady(descriptor, POLLIN, Deadline()) else { throw Unexpected("no end comes") }
            let count = recv(descriptor, &bytes, bytes.count, 0)
            if count == 0 { return (data, 0) }
            if count > 0 { data.append(contentsOf: bytes[..<count]) }
            if count < 0, errno != EINTR, errno != EAGAIN { return (data, errno) }
        }
    }
}
