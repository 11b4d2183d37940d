// What a stranger sends never reaches a terminal as a control sequence; a pipe gets the bytes, and so does the
// terminal if it is asked for.

import Foundation
import Glibc
import Testing

@Suite("A terminal gets control characters in visible form")
struct TerminalSafetyTests {
    private func shown(_ bytes: Data, _ options: String..., command: String = "recv") throws -> Data {
        var shown = Data()
        try scene { scene in
            let terminal = try Terminal()
            let program = try scene.run(
                .sockctl, [command, "127.0.0.1:0"] + options, stdout: .terminal(terminal))
            let peer = try Peer(connectingTo: try program.listening())
            try peer.send(bytes + Data("|end\n".utf8))
            peer.shutdown()
            shown = try terminal.read { $0.suffix(5) == Data("|end\n".utf8) }
            try scene.expectSuccess(program)
        }
        return shown.dropLast(5)
    }

    @Test("escape sequences are seen, not obeyed", arguments: ["recv", "listen"])
    func escape(_ command: String) throws {
        let title = Data("\u{1b}]0;owned\u{7}".utf8)
        let shown = try shown(title, command: command)
        #expect(String(decoding: shown, as: UTF8.self) == "^[]0;owned^G")
    }

    @Test("bytes from 0x80 to 0x9f, delete and NUL")
    func others() throws {
        #expect(try shown(Data([0x9b, 0x33, 0x31, 0x6d])) == Data("\\x9b31m".utf8))
        #expect(try shown(Data([0x00, 0x7f])) == Data("^@^?".utf8))
        // The same control character, spelled in UTF-8.
        #expect(!(try shown(Data([0xc2, 0x9b, 0x33, 0x31, 0x6d]))).contains(0x9b))
    }

    @Test("line feed, tab and text in any language stay")
    func text() throws {
        let text = Data("one\ttwo\nžluťoučký 日本語 👋\n".utf8)
        #expect(try shown(text) == text)
    }

    @Test("a character cut in two by the network stays one")
    func cut() throws {
        try scene { scene in
            let terminal = try Terminal()
            let program = try scene.sockctl("recv", "127.0.0.1:0", stdout: .terminal(terminal))
            let peer = try Peer(connectingTo: try program.listening())
            let bytes = Data("a日z".utf8)
            try peer.send(bytes.prefix(2))
            _ = try terminal.read { !$0.isEmpty }
            try peer.send(bytes.dropFirst(2))
            let rest = try terminal.read { $0.last == UInt8(ascii: "z") }
            #expect(rest == bytes.dropFirst(), "\(printable(rest))")
        }
    }

    @Test(
        "a CR and half a character are shown when nothing follows, however it ends",
        arguments: [["recv"], ["listen"], ["listen", "-k"], ["recv", "-v", "--frame", "line"]],
        ["reset", "end", "signal", "deadline"])
    func last(_ words: [String], _ ending: String) throws {
        for (bytes, visible) in [(Data("abc\r".utf8), "abc^M"), (Data([0x61, 0xe6, 0x97]), "a\\xe6\\x97")] {
            try scene { scene in
                let terminal = try Terminal()
                let deadline = ending == "deadline" ? ["--deadline", "1s"] : []
                let program = try scene.run(
                    .sockctl, words + ["127.0.0.1:0"] + deadline, stdout: .terminal(terminal))
                let peer = try Peer(connectingTo: try program.listening())
                try peer.send(bytes)
                // Of many peers it is said who speaks.
                if words.contains("-k") { _ = try terminal.read { $0.last == UInt8(ascii: "\n") } }
                // The beginning shows that all of it has come; a message that is not whole shows nothing yet.
                let isFramed = words.contains("--frame")
                if isFramed {
                    try peer.waitUntilAcknowledged()
                    #expect(program.errors.wait(for: "accepted"), "\(scene)")
                }
                var shown = isFramed ? Data() : try terminal.read { $0.first == 0x61 }
                switch ending {
                case "reset": peer.reset()
                case "end": peer.close()
                case "signal": program.signal(SIGTERM)
                default: break
                }
                while shown.count < visible.utf8.count { shown += try terminal.read { !$0.isEmpty } }
                #expect(shown == Data(visible.utf8), "\(printable(shown))")
            }
        }
    }

    @Test("--raw: the bytes as they are")
    func raw() throws {
        let bytes = Data([0x1b, 0x5d, 0x30, 0x3b, 0x78, 0x07, 0x9b])
        #expect(try shown(bytes, "--raw") == bytes)
    }

    @Test("a pipe gets the bytes as they are")
    func pipe() throws {
        try scene { scene in
            let program = try scene.sockctl("recv", "127.0.0.1:0")
            let peer = try Peer(connectingTo: try program.listening())
            let bytes = Data((0...255).map(UInt8.init))
            try peer.send(bytes)
            peer.close()
            try scene.expectSuccess(program)
            #expect(program.output.bytes == bytes)
        }
    }
}
