// The limit on the size of files (`ulimit -f`): reaching it is an error of writing like a full disk, and no death by
// SIGXFSZ.

import Foundation
import Testing

@Suite("The limit on the size of files")
struct FileLimitTests {
    @Test(
        "EFBIG: 10, and what fits is there",
        arguments: [
            "recv 127.0.0.1:0 > out", "recv 127.0.0.1:0 >> out", "recv 127.0.0.1:0 -O out",
            "recv -j 127.0.0.1:0 > out",
            "recv 127.0.0.1:0 --record out > /dev/null", "recv 127.0.0.1:0 -O /dev/null --record out",
            "listen -k 127.0.0.1:0 > out", "listen -k 127.0.0.1:0 -O out",
            "listen -k --discard 127.0.0.1:0 --record out",
            "listen -kj 127.0.0.1:0 -O out", "recv --frame fixed:1000 127.0.0.1:0 -O out",
        ])
    func tooLarge(_ words: String) throws {
        try scene { scene in
            // In blocks of 512 bytes, as POSIX has it.
            let program = try scene.shell(#"ulimit -f 64; exec "$SOCKCTL" "# + words)
            let peer = try Peer(connectingTo: try place(of: program, words, scene))
            let payload = Payload.bytes(200_000)
            try? peer.send(payload)
            peer.shutdown()
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.text.contains("EFBIG"), "\(scene)")
            let written = try scene.contents("out")
            #expect(written.count == 32 << 10, "\(scene)")
            if !words.contains("-j"), !words.contains("record") || words.contains("-O out") {
                #expect(payload.starts(with: written))
            }
        }
    }

    /// Where it listens, which it says on stderr, or as an event on stdout.
    private func place(of program: Program, _ words: String, _ scene: Scene) throws -> Place {
        if words.contains("> out"), words.contains("-j") {
            return try scene.place(writtenTo: "out")
        }
        return words.contains("-kj") ? try program.output.listeningPlace() : try program.listening()
    }

    @Test("udp recv, and what only prints")
    func others() throws {
        try scene { scene in
            let program = try scene.shell(#"ulimit -f 1; exec "$SOCKCTL" udp recv 127.0.0.1:0 -O out"#)
            let peer = try DatagramPeer()
            try peer.send(Data(count: 1000), to: try program.listening())
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.text.contains("EFBIG"), "\(scene)")
            for words in ["info options", "--help"] {
                let printer = try scene.shell(#"ulimit -f 1; exec "$SOCKCTL" "# + words + " > out2")
                try scene.expect(printer, ends: .status(10))
                #expect(printer.errors.text.contains("EFBIG"), "\(scene)")
            }
            // What goes wrong with stderr is not said anywhere, and ends nothing.
            let quiet = try scene.shell(
                #"ulimit -f 1; exec "$SOCKCTL" recv -x 127.0.0.1:0 2> errors"#)
            let sender = try Peer(connectingTo: try scene.place(writtenTo: "errors"))
            try sender.send(Data(count: 10_000))
            sender.close()
            try scene.expectSuccess(quiet)
            #expect(quiet.output.count == 10_000)
        }
    }
}

extension Scene {
    /// Where a program listens that says so in a file.
    fileprivate func place(writtenTo name: String) throws -> Place {
        var port: UInt16?
        try poll(for: "a place in \(name)") {
            let text = String(decoding: (try? contents(name)) ?? Data(), as: UTF8.self)
            port = text.firstMatch(of: /127\.0\.0\.1(?::|","port":)(\d+)/).flatMap { UInt16($0.1) }
            return port != nil
        }
        return .inet(port ?? 0)
    }
}
