// JSON Lines: every line an object, its keys in order, its events in theirs; a failure is one object on stderr.

import Foundation
import Glibc
import Testing

@Suite("--json")
struct JSONTests {
    private func json(_ scene: Scene, _ arguments: String..., stdin: Input = .null) throws -> (Program, Peer)
    {
        let program = try scene.run(
            .sockctl, ["listen", "--json", "127.0.0.1:0"] + arguments, stdin: stdin)
        return (program, try Peer(connectingTo: try program.output.listeningPlace()))
    }

    private func names(_ program: Program) throws -> [String] { try program.output.events().map(\.name) }

    @Test("the events of a listener, in order and with their fields")
    func listener() throws {
        try scene { scene in
            let (program, peer) = try json(scene, stdin: .pipe)
            try peer.send("hello\n")
            let data = try program.output.event("data")
            try program.write("hi\n")
            #expect(try peer.receiveText(3) == "hi\n")
            peer.shutdown()
            program.closeInput()
            try scene.expectSuccess(program)

            let events = try program.output.events()
            #expect(
                events.map(\.name).filter { $0 != "eof" && $0 != "data" }
                    == ["listening", "accepted", "closed"], "\(scene)")
            for event in events {
                #expect(event.isOrdered, "\(event)")
                let time: String? = event["time"]
                #expect(
                    time?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil, "\(event)")
            }
            let listening = events[0]
            #expect(listening["address.host"] == "127.0.0.1" && listening.has("address.port"), "\(listening)")
            #expect(listening["address.family"] == "inet" && listening.has("addresses"), "\(listening)")
            let accepted = events[1]
            #expect(accepted.has("connection") && accepted["local.host"] == "127.0.0.1", "\(accepted)")
            #expect(accepted["peer.port"] == Int(localPort(of: peer.descriptor)), "\(accepted)")
            #expect(data["size"] == 6 && data["text"] == "hello\n", "\(data)")
            let ends = events.filter { $0.name == "eof" }
            #expect(Set(ends.compactMap { $0["by"] as String? }).count == ends.count, "\(scene)")
            let closed = events.last!
            #expect(closed["received.bytes"] == 6 && closed["sent.bytes"] == 3, "\(closed)")
            for field in ["by", "how", "duration_us", "tcp"] {
                #expect(closed.has(field), "\(field): \(closed)")
            }
            #expect(program.errors.text.isEmpty, "\(scene)")
        }
    }

    @Test("the events of a client")
    func client() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl("connect", "-j", "\(listener.place)")
            let peer = try listener.accept()
            try peer.send("hello")
            _ = try program.output.event("data")
            peer.close()
            try scene.expectSuccess(program)
            let events = try program.output.events()
            #expect(events.first?.name == "connected" && events.last?.name == "closed", "\(scene)")
            #expect(events.first?["peer.port"] == Int(listener.port), "\(scene)")
            #expect(events.contains { $0.name == "eof" }, "\(scene)")
        }
    }

    @Test("payload is text where it is UTF-8 and base64 where not, and all of it is there")
    func payload() throws {
        try scene { scene in
            let (program, peer) = try json(scene)
            let binary = Payload.bytes(300_000)
            try peer.send(binary)
            peer.shutdown()
            try scene.expectSuccess(program)
            var received = Data()
            for event in try program.output.events() where event.name == "data" {
                #expect(event.has("text") != event.has("base64"), "\(event)")
                let payload = try #require(event.payload)
                #expect(event["size"] == payload.count)
                received += payload
            }
            scene.expect(received, is: binary)
        }
    }

    @Test("who ended it and how: reset, idle timeout, signal", arguments: ["reset", "timeout", "signal"])
    func how(_ how: String) throws {
        try scene { scene in
            let (program, peer) = try json(
                scene, "--idle-timeout", how == "timeout" ? "200ms" : "60s", stdin: .pipe)
            try peer.send("hello")
            _ = try program.output.event("data")
            if how == "reset" { peer.reset() }
            if how == "signal" { program.signal(SIGTERM) }
            let expected: [String: Exit] = [
                "reset": .status(7), "timeout": .status(5), "signal": .signal(SIGTERM),
            ]
            try scene.expect(program, ends: expected[how]!)
            let closed = try program.output.event("closed")
            #expect((closed["how"] as String?)?.contains(how) == true, "\(closed)")
            #expect(closed["received.bytes"] == 5, "\(closed)")
        }
    }

    @Test("a failure is one object on stderr")
    func failure() throws {
        try scene { scene in
            let closed = try Listener(listening: false)
            let program = try scene.sockctl("connect", "--json", "127.0.0.1:\(closed.port)")
            try scene.expect(program, ends: .status(4))
            #expect(program.errors.lines.count == 1 && program.output.text.isEmpty, "\(scene)")
            let error = try Event(program.errors.lines[0])
            #expect(error.isOrdered, "\(error)")
            #expect(
                error["error.operation"] == "connect" && error["error.code"] == "ECONNREFUSED", "\(error)")
            #expect(error["error.errno"] == Int(ECONNREFUSED) && error["error.status"] == 4, "\(error)")
            #expect(error.has("error.message") && error.has("error.endpoint"), "\(error)")
        }
    }

    @Test("a usage error is an object, too")
    func usage() throws {
        try scene { scene in
            let program = try scene.sockctl("connect", "--json", "--time-out", "3", "127.0.0.1:9")
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.contains("--timeout"), "\(scene)")
        }
    }

    @Test(
        "each answer is a line with a name",
        arguments: [
            ("info fileno --new tcp", "descriptor"), ("info getsockname --new unix", "address"),
            ("info getsockopt SO_RCVBUF --new udp", "options"), ("info options SO_RCVBUF", "option"),
            ("info --new tcp6", "socket"), ("broadcast addresses 10.0.0.5/24", "subnet"),
            ("broadcast addresses", "subnet"),
            ("resolve getaddrinfo --flags CANONNAME -n 127.0.0.1", "answer"),
            ("resolve inet_aton 127.1", "answer"), ("resolve gethostname", "answer"),
        ])
    func answers(line: String, name: String) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, line.split(separator: " ").map(String.init) + ["-j"])
            try scene.expectSuccess(program)
            let events = try program.output.events()
            #expect(!events.isEmpty && events.allSatisfy { $0.name == name && $0.isOrdered }, "\(scene)")
        }
    }

    @Test("an HTTP message with trailers, a header that is no text, and what belongs to no message")
    func http() throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["recv", "-j", "--frame", "http", "127.0.0.1:0"])
            let peer = try Peer(connectingTo: try program.output.listeningPlace())
            let head = "POST / HTTP/1.1\r\nHost: a\r\nX: "
            let rest = "\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nT: u\r\n\r\n"
            try peer.send(Data(head.utf8) + [0xff] + Data(rest.utf8))
            peer.shutdown()
            try scene.expectSuccess(program)
            let message = try program.output.event("message")
            #expect(message["http.body.text"] == "x" && message.has("http.trailers"), "\(message)")
        }
    }

    @Test("a message that is no text is in base64, and the last of its line")
    func binaryMessage() throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["recv", "-j", "--frame", "line", "127.0.0.1:0"])
            let peer = try Peer(connectingTo: try program.output.listeningPlace())
            try peer.send(Data([0xff, 0xfe, 10]))
            peer.shutdown()
            try scene.expectSuccess(program)
            let message = try program.output.event("message")
            #expect(message["base64"] == "//4=" && message.isOrdered && message["size"] == 2, "\(message)")
        }
    }

    @Test("each peer of listen -k has its own connection number and its own closed event")
    func many() throws {
        try scene { scene in
            let program = try scene.sockctl("listen", "-k", "--echo", "--json", "127.0.0.1:0")
            let place = try program.output.listeningPlace()
            for _ in 0..<3 {
                let peer = try Peer(connectingTo: place)
                try peer.send("hello")
                #expect(try peer.receiveText(5) == "hello")
                peer.close()
            }
            try poll(for: "three are closed") {
                try program.output.events().filter { $0.name == "closed" }.count == 3
            }
            let accepted = try program.output.events().filter { $0.name == "accepted" }
            #expect(Set(accepted.compactMap { ($0["connection"] as Int?) }).count == 3, "\(scene)")
        }
    }
}
