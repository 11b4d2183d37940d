// Datagrams cut from an input and joined in an output by --frame, and shown as a hex dump.

import Foundation
import Glibc
import Testing

@Suite("datagrams with --frame and --hex")
struct DatagramMessageTests {
    @Test("udp send and udp connect cut their input", arguments: ["send", "connect"])
    func input(_ command: String) throws {
        try scene { scene in
            let peer = try DatagramPeer()
            let options = command == "connect" ? ["--exit-on-eof"] : []
            let program = try scene.run(
                .sockctl, ["udp", command, peer.endpoint, "--frame", "delim:;"] + options,
                stdin: .bytes(Data("one;;three".utf8)))
            #expect(
                try (0..<3).map { _ in try peer.receive() } == [Data("one".utf8), Data(), Data("three".utf8)])
            try scene.expectSuccess(program)
        }
    }

    @Test("udp recv joins what it receives, so that a pipe keeps the boundaries")
    func output() throws {
        try scene { scene in
            let program = try scene.sockctl("udp", "recv", "127.0.0.1:0", "--frame", "u16be", "--count", "3")
            let place = try program.listening()
            let peer = try DatagramPeer()
            for text in ["a", "", "xyz"] { try peer.send(Data(text.utf8), to: place) }
            try scene.expectSuccess(program)
            #expect(program.output.bytes == Data("\0\u{1}a\0\0\0\u{3}xyz".utf8))
        }
    }

    @Test("a datagram that the framing cannot express is told, and the others go on")
    func inexpressible() throws {
        try scene { scene in
            let program = try scene.sockctl("udp", "recv", "127.0.0.1:0", "--frame", "line", "--count", "2")
            let place = try program.listening()
            let peer = try DatagramPeer()
            for text in ["two\nlines", "fine"] { try peer.send(Data(text.utf8), to: place) }
            try scene.expect(program, ends: .status(11))
            #expect(program.output.text == "fine\n" && program.errors.text.contains("message 1"), "\(scene)")
        }
    }

    @Test("two framings are one too many: 2")
    func pair() throws {
        try scene { scene in
            let program = try scene.sockctl("udp", "send", "127.0.0.1:9", "--frame", "line:u8")
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.contains("--frame line"), "\(scene)")
        }
    }

    @Test("--hex shows each datagram, also of a block that the kernel cuts")
    func hex() throws {
        try scene { scene in
            let program = try scene.sockctl("udp", "recv", "-x", "127.0.0.1:0", "--count", "3")
            let place = try program.listening()
            let sender = try scene.sockctl("udp", "send", "-x", "\(place)", "--repeat", "3", "abc")
            try scene.expectSuccess(sender)
            try scene.expectSuccess(program)
            #expect(program.output.text == "abcabcabc")
            let line = "00000000: 6162 63                                  abc"
            for (text, arrow) in [(sender.errors.text, " > "), (program.errors.text, " < ")] {
                let lines = text.split(separator: "\n").filter { !$0.hasPrefix("listening") }
                #expect(lines.count == 6 && lines.count { $0 == line } == 3, "\(scene)")
                #expect(lines.count { $0.contains(arrow) && $0.hasSuffix(" 3 bytes") } == 3)
            }
        }
    }
}
