// A real terminal emulator, tmux, looks at the output: what a peer sends leaves its title and modes as they
// were, and the progress of a file is one line that fits and is whole in the end.

import Foundation
import Glibc
import Testing

@Suite("in a real terminal")
struct TerminalEmulatorTests {
    private static let hostile =
        "\u{1b}]2;owned\u{7}\u{1b}[?1049h\u{1b}[?25l\u{1b}[?1000h\u{1b}[4h\u{1b}[?7l\u{1b}[5;9r"

    private func screen(_ options: String) throws -> (before: String, after: String, lines: [Substring]) {
        var result = ("", "", [Substring]())
        try scene { scene in
            let tmux = try Tmux(scene, "$SOCKCTL recv \(options) unix:socket")
            try poll(for: "a listener") { access(scene.path("socket"), F_OK) == 0 }
            result.0 = try tmux.state()
            let peer = try Peer(connectingTo: .unix(scene.path("socket")))
            try peer.send(Self.hostile + "\u{9b}31m|end\n")
            result.2 = try tmux.lines("the payload") { $0.contains { $0.contains("|end") } }
            result.1 = try tmux.state()
            peer.shutdown()
        }
        return result
    }

    @Test("the title and the modes are as they were, the sequences are to be seen")
    func safe() throws {
        let (before, after, lines) = try screen("")
        #expect(after == before)
        let text = lines.joined()
        #expect(
            text.contains(#"^[]2;owned^G^[[?1049h^[[?25l^[[?1000h^[[4h^[[?7l^[[5;9r\u{9b}31m|end"#), "\(text)"
        )
    }

    @Test("--raw: they are not, which shows that it matters")
    func raw() throws {
        let (before, after, _) = try screen("--raw")
        #expect(after != before && after.contains("owned"))
    }

    @Test("progress is one line, also when the window becomes narrow")
    func progress() throws {
        try scene { scene in
            let listener = try Listener()
            listener.setReceiveBuffer(64 << 10)
            let file = try Fixture.big.path
            let tmux = try Tmux(scene, "$SOCKCTL send -f '\(file)' \(listener.place)")
            let peer = try listener.accept()
            var count = try peer.skip(1 << 20)
            let wide = try tmux.lines("progress") { $0.contains { $0.contains("%") } }
            #expect(wide.count == 1 && wide[0].hasPrefix("sent "), "\(wide)")
            try tmux("resize-window", "-x", "30")
            count += try peer.skip(10 << 20)
            let narrow = try tmux.lines("progress in a narrow window") {
                $0.last?.contains(/^ *2\d%  .*left/) == true
            }
            #expect(narrow.allSatisfy { $0.count <= 30 }, "\(narrow)")
            #expect(try count + peer.skip(.max) == 50 << 20)
            peer.close()
            let last = try tmux.lines("the totals") { $0.last?.hasPrefix("sent 50 MiB") == true }
            #expect(!last.dropLast().contains { $0.contains("sent 50 MiB") }, "\(last)")
        }
    }
}
