// Messages over a byte stream: what runs together without framing, and each of the ways to keep it apart, between
// sockctl and a peer that speaks the framing by itself.

import Foundation
import Glibc
import Testing

@Suite("--frame")
struct FramingTests {
    private static let messages = ["one", "", "three", String(repeating: "x", count: 200)]

    /// Each framing with the messages as they are in the stream.
    private static let framings: [(name: String, stream: Data)] = [
        ("line", joined { Data($0.utf8) + Data("\n".utf8) }),
        ("crlf", joined { Data($0.utf8) + Data("\r\n".utf8) }),
        ("nul", joined { Data($0.utf8) + Data([0]) }),
        ("delim:--", joined { Data($0.utf8) + Data("--".utf8) }),
        ("u8", joined { Data([UInt8($0.utf8.count)]) + Data($0.utf8) }),
        ("u16be", joined { Data([0, UInt8($0.utf8.count)]) + Data($0.utf8) }),
        ("u32le", joined { Data([UInt8($0.utf8.count), 0, 0, 0]) + Data($0.utf8) }),
        ("u64be", joined { Data([0, 0, 0, 0, 0, 0, 0, UInt8($0.utf8.count)]) + Data($0.utf8) }),
        (
            "varint",
            joined { text in
                let count = text.utf8.count
                return Data(count < 128 ? [UInt8(count)] : [UInt8(count & 0x7f | 0x80), UInt8(count >> 7)])
                    + Data(text.utf8)
            }
        ),
    ]

    private static func joined(_ frame: (String) -> Data) -> Data {
        messages.reduce(Data()) { $0 + frame($1) }
    }

    private func receive(_ scene: Scene, _ options: String..., sending bytes: Data) throws -> Program {
        let program = try scene.run(.sockctl, ["recv", "127.0.0.1:0"] + options)
        let collector = options.contains("--json") ? program.output : program.errors
        let peer = try Peer(connectingTo: try collector.listeningPlace())
        try peer.send(bytes)
        peer.shutdown()
        _ = try program.exit()
        return program
    }

    @Test("DATA operands are joined", arguments: framings.indices)
    func sending(_ index: Int) throws {
        let (name, stream) = Self.framings[index]
        try scene { scene in
            let listener = try Listener()
            let program = try scene.run(
                .sockctl, ["send", "--frame", name, "\(listener.place)"] + Self.messages)
            let peer = try listener.accept()
            scene.expect(try peer.receiveToEnd(), is: stream, name)
            peer.close()
            try scene.expectSuccess(program)
        }
    }

    @Test("what is received is cut, however the stream was cut before", arguments: framings.indices)
    func receiving(_ index: Int) throws {
        let (name, stream) = Self.framings[index]
        try scene { scene in
            let program = try receive(scene, "--json", "--frame", name, sending: stream)
            let events = try program.output.events().filter { $0.name == "message" }
            #expect(events.map { $0["text"] as String? ?? "none" } == Self.messages, "\(name)\n\(scene)")
            #expect(events.map { $0["number"] as Int? ?? 0 } == [1, 2, 3, 4])
            let closed = try program.output.event("closed")
            #expect(closed["received.messages"] as Int? == 4)
        }
    }

    @Test("in text the stream comes out as it was", arguments: framings.indices)
    func text(_ index: Int) throws {
        let (name, stream) = Self.framings[index]
        try scene { scene in
            let program = try receive(scene, "--frame", name, sending: stream)
            scene.expect(program.output.bytes, is: stream, name)
            try scene.expectSuccess(program)
        }
    }

    @Test("IN:OUT: lines on our side, a length prefix on the socket")
    func both() throws {
        try scene { scene in
            let (program, peer) = try scene.session(.client, "--frame", "line:u16be", stdin: .pipe)
            // The last line has no line feed: it is a message all the same.
            try program.write("hello\n\nlast")
            program.closeInput()
            #expect(try peer.receiveToEnd() == Data("\0\u{5}hello\0\0\0\u{4}last".utf8))
            try peer.send(Data("\0\u{2}hi\0\u{3}you".utf8))
            peer.close()
            try scene.expectSuccess(program)
            #expect(program.output.text == "hi\nyou\n")
        }
    }

    @Test("without framing three sends are one event; each event is one recv")
    func none() throws {
        try scene { scene in
            let program = try receive(scene, "--json", sending: Data("onetwothree".utf8))
            let events = try program.output.events().filter { $0.name == "data" }
            #expect(events.count == 1 && events.first?["text"] == "onetwothree", "\(scene)")
        }
    }

    @Test("a message that the end of the stream cuts off: 11, and nothing is lost", arguments: [false, true])
    func cutOff(json: Bool) throws {
        try scene { scene in
            let options = ["recv", "127.0.0.1:0", "--frame", "u16be"] + (json ? ["--json"] : [])
            let program = try scene.run(.sockctl, options)
            let peer = try Peer(
                connectingTo: try (json ? program.output : program.errors).listeningPlace())
            try peer.send(Data("\0\u{2}hi\0\u{9}half".utf8))
            peer.shutdown()
            try scene.expect(program, ends: .status(11))
            #expect(program.errors.text.contains("message 2"))
            #expect(program.errors.text.contains("4 of 9"), "\(scene)")
            if json {
                let events = try program.output.events()
                #expect(events.first { $0.name == "message" }?["text"] == "hi")
                #expect(events.first { $0.name == "data" }?.payload == Data("\0\u{9}half".utf8))
            } else {
                #expect(program.output.bytes == Data("\0\u{2}hi\0\u{9}half".utf8))
            }
        }
    }

    @Test("a message that is too long: 11, after the ones before it, and before it is held")
    func tooLong() throws {
        try scene { scene in
            let program = try scene.sockctl(
                "recv", "127.0.0.1:0", "--frame", "line:u32be", "--max-message", "1k")
            let peer = try Peer(connectingTo: try program.listening())
            try peer.send(Data("\0\0\0\u{2}ok".utf8) + Data([0, 0, 4, 1]))
            // The stream has not ended.
            try scene.expect(program, ends: .status(11))
            #expect(program.output.text.hasPrefix("ok\n"))
            #expect(program.errors.text.contains("1025") && program.errors.text.contains("--max-message"))
        }
    }

    @Test(
        "a message that the framing cannot express: 11, nothing is sent of it",
        arguments: [
            (["--frame", "line", "fine", "two\nlines"], "message 2"),
            (["--frame", "u8", String(repeating: "x", count: 256)], "255"),
            (["--frame", "fixed:4", "four", "three"], "message 2"),
        ])
    func inexpressible(_ arguments: [String], _ words: String) throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.run(.sockctl, ["send", "\(listener.place)"] + arguments)
            try scene.expect(program, ends: .status(11))
            #expect(program.errors.text.contains(words), "\(scene)")
        }
    }

    @Test("recv --count ends after so many messages, though more have come")
    func count() throws {
        try scene { scene in
            let program = try scene.sockctl("recv", "127.0.0.1:0", "--frame", "line", "--count", "3")
            let peer = try Peer(connectingTo: try program.listening())
            try peer.send("1\n2\n3\n4\n5\n")
            try scene.expectSuccess(program)
            #expect(program.output.text == "1\n2\n3\n")
        }
    }

    @Test("--delay paces the messages of an input")
    func delay() throws {
        try scene { scene in
            let program = try scene.sockctl("recv", "127.0.0.1:0", "--json")
            let place = try program.output.listeningPlace()
            let sender = try scene.sockctl(
                "send", "\(place)", "--frame", "line", "--delay", "50ms",
                stdin: .bytes(Data("1\n2\n3\n".utf8)))
            try scene.expectSuccess(sender)
            try scene.expectSuccess(program)
            let events = try program.output.events().filter { $0.name == "data" }
            #expect(events.map { $0["text"] as String? ?? "" } == ["1\n", "2\n", "3\n"], "\(scene)")
        }
    }

    @Test("a terminal gets each message on a line of its own, in visible form")
    func terminal() throws {
        try scene { scene in
            let terminal = try Terminal()
            let program = try scene.sockctl(
                "recv", "127.0.0.1:0", "--frame", "u8", stdout: .terminal(terminal))
            let peer = try Peer(connectingTo: try program.listening())
            try peer.send(Data("\u{2}hi\u{3}\u{1b}[m\u{3}end".utf8))
            peer.shutdown()
            let shown = try terminal.read { $0.suffix(4) == Data("end\n".utf8) }
            #expect(String(decoding: shown, as: UTF8.self) == "hi\n^[[m\nend\n")
            try scene.expectSuccess(program)
        }
    }

    @Test("stdout is closed once all is written, so that the next program in the pipe sees the end")
    func closesOutput() throws {
        try scene { scene in
            let (program, peer) = try scene.session(.client, "--frame", "line", stdin: .pipe)
            try peer.send("last\n")
            peer.shutdown()
            #expect(program.output.waitForEnd())
            #expect(program.isRunning && program.output.text == "last\n")
            program.closeInput()
            try scene.expectSuccess(program)
        }
    }

    @Test("a stream that pours in is taken to its end", arguments: [["--json"], ["--frame", "line"]])
    func flood(_ options: [String]) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["recv", "127.0.0.1:0"] + options, stdout: .null)
            // What is written to a terminal or a file is of no interest here, only that all is read.
            let place = options == ["--json"] ? nil : try program.listening()
            let peer = try Peer(connectingTo: try place ?? program.foundListening(.inet(0)))
            let lines = Data(String(repeating: String(repeating: "x", count: 99) + "\n", count: 10_000).utf8)
            for _ in 0..<64 { try peer.send(lines) }
            peer.shutdown()
            try scene.expectSuccess(program)
        }
    }

    // MARK: many peers

    private func server(_ scene: Scene, _ options: String...) throws -> (Program, Place) {
        let program = try scene.run(.sockctl, ["listen", "-k", "127.0.0.1:0"] + options)
        return (program, try program.listening())
    }

    @Test("--chat passes whole messages only")
    func chat() throws {
        try scene { scene in
            let (program, place) = try server(scene, "--chat", "--frame", "line", "-v")
            let peers = try (0..<3).map { _ in try Peer(connectingTo: place) }
            #expect(
                program.errors.wait { data, _ in
                    String(decoding: data, as: UTF8.self).components(separatedBy: "accepted").count == 4
                })
            try peers[0].send("from ")
            try peers[1].send("one line\n")
            #expect(try peers[2].receiveText(9) == "one line\n")
            try peers[0].send("another\n")
            #expect(try peers[2].receiveText(13) == "from another\n")
            program.signal(SIGTERM)
        }
    }

    @Test("--reply answers each message, --echo sends each back")
    func answers() throws {
        try scene { scene in
            let (program, place) = try server(scene, "--reply", "ok", "--frame", "line")
            let peer = try Peer(connectingTo: place)
            try peer.send("one\ntwo\nthr")
            #expect(try peer.receiveText(6) == "ok\nok\n")
            try peer.send("ee\n")
            peer.shutdown()
            #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == "ok\n")
            #expect(program.output.wait { data, _ in data == Data("one\ntwo\nthree\n".utf8) })
            program.signal(SIGTERM)
            let (echo, other) = try server(scene, "--echo", "--frame", "u8")
            let second = try Peer(connectingTo: other)
            try second.send(Data("\u{3}abc\u{5}de".utf8))
            #expect(try second.receive(4) == Data("\u{3}abc".utf8))
            try second.send("fgh")
            #expect(try second.receive(6) == Data("\u{5}defgh".utf8))
            echo.signal(SIGTERM)
        }
    }

    @Test(
        "what no message was made of yet is not lost when it is interrupted or the peer resets",
        arguments: [true, false])
    func remainder(interrupted: Bool) throws {
        try scene { scene in
            let (program, place) = try server(scene, "--frame", "line", "-v")
            let peer = try Peer(connectingTo: place)
            try peer.send("whole\npart")
            #expect(program.output.wait { data, _ in data == Data("whole\n".utf8) })
            if !interrupted {
                peer.reset()
                #expect(
                    program.errors.wait(for: "ECONNRESET"))
            }
            program.signal(SIGTERM)
            try scene.expect(program, ends: .signal(SIGTERM))
            #expect(program.output.text == "whole\npart", "\(scene)")
        }
    }

    @Test("one peer's malformed message ends its connection, not the server")
    func malformed() throws {
        try scene { scene in
            let (program, place) = try server(scene, "--frame", "u16be", "--max-message", "10")
            let bad = try Peer(connectingTo: place)
            try bad.send(Data([0, 1, 0x61, 0, 200]))
            #expect(try bad.waitForEnd() == 0)
            #expect(
                program.errors.wait(for: "message 2")
            )
            let good = try Peer(connectingTo: place)
            try good.send(Data([0, 1, 0x62]))
            #expect(program.output.wait { data, _ in data.suffix(3) == Data([0, 1, 0x62]) }, "\(scene)")
            program.signal(SIGTERM)
        }
    }
}
