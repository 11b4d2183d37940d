// `info --watch` on a terminal: a table that fits, follows keys and sizes, and leaves nothing behind.

import Foundation
import Glibc
import Testing

@Suite("info --watch: the screen")
struct WatchScreenTests {
    private static let unicode = "LC_ALL=C.UTF-8 TERM=xterm-256color"

    /// A table of one connection, after "before" was written.
    private func table(
        _ scene: Scene, columns: Int = 80, environment: String = unicode,
        _ body: (Tmux, Listener, Peer) throws -> Void
    ) throws {
        let listener = try Listener()
        let client = try Peer(connectingTo: listener.place)
        let server = try listener.accept()
        defer {
            client.close()
            server.close()
        }
        let command = "\(environment) $SOCKCTL info --watch 50ms --port \(listener.port)"
        let tmux = try Tmux(
            scene,
            "trap : INT; echo before; \(command); echo status $?; stty -a | grep -o -e '-*icanon'",
            columns: columns, rows: 12)
        _ = try tmux.lines("the table") { $0.contains { $0.contains("ESTAB") || $0.contains("q quit") } }
        try body(tmux, listener, client)
    }

    @Test("it fits each width", arguments: [40, 60, 80, 160])
    func widths(_ columns: Int) throws {
        try scene { scene in
            try table(scene, columns: columns) { tmux, listener, client in
                try client.sendZeros(50_000)
                let lines = try tmux.lines("rows") { $0.contains { $0.contains("127.0.0.1") } }
                #expect(lines.allSatisfy { $0.count <= columns })
                #expect(lines.line(0).contains("3 sockets"))
                let titles = ["process", "peer"] + (columns >= 60 ? ["in/s", "out/s"] : [])
                #expect(titles.allSatisfy { lines.line(1).contains($0) }, "\(lines)")
                #expect(lines.line(1).contains("local") == (columns == 160))
            }
        }
    }

    @Test("q leaves the screen as it was, with the keys as they were")
    func quits() throws {
        try scene { scene in
            try table(scene) { tmux, _, _ in
                #expect(try tmux.state().contains("|1|0|"))
                try tmux("send-keys", "q")
                let lines = try tmux.lines("the shell's screen") {
                    $0.contains("status 0") && $0.contains("icanon")
                }
                #expect(lines.first == "before")
                #expect(lines.contains("icanon"))
                #expect(!lines.contains { $0.contains("ESTAB") })
                #expect(try tmux.state().contains("|0|1|"))
            }
        }
    }

    @Test("so do Ctrl-C and a crash", arguments: ["C-c", "SEGV", "ILL", "TERM", "QUIT"])
    func signals(_ name: String) throws {
        try scene { scene in
            try table(scene) { tmux, listener, _ in
                if name == "C-c" {
                    try tmux("send-keys", name)
                } else {
                    let pid = try tmux("display-message", "-p", "#{pane_pid}").trimmingCharacters(
                        in: .whitespacesAndNewlines)
                    // It is a child of the shell in the window.
                    let kill = try scene.shell("kill -\(name) $(pgrep -P \(pid) -f info)")
                    try scene.expectSuccess(kill)
                }
                let lines = try tmux.lines("the shell's screen") { $0.contains { $0.hasSuffix("icanon") } }
                #expect(lines.contains("icanon"), "\(lines)")
                #expect(try tmux.state().contains("|0|1|"))
            }
        }
    }

    @Test("keys: group, filter, pause, help")
    func keys() throws {
        try scene { scene in
            try table(scene) { tmux, listener, _ in
                try tmux("send-keys", "b")
                _ = try tmux.lines("groups") {
                    $0.line(1).contains("process") && $0.line(1).contains("sockets")
                }
                try tmux("send-keys", "b", "b", "b")
                _ = try tmux.lines("sockets") { $0.line(1).contains("state") }
                try tmux("send-keys", "/", "estab", "Enter")
                let lines = try tmux.lines("a filter") { $0.line(0).contains("/estab") }
                #expect(!lines.contains { $0.contains("LISTEN") })
                try tmux("send-keys", "Escape")
                _ = try tmux.lines("all") { $0.contains { $0.contains("LISTEN") } }
                try tmux("send-keys", "Space")
                _ = try tmux.lines("a pause") { $0.line(0).contains("PAUSED") }
                try tmux("send-keys", "?")
                _ = try tmux.lines("help") { $0.contains { $0.contains("quit") && $0.contains("  q ") } }
                try tmux(
                    "send-keys", "x", "r", "s", "S", "Up", "Down", "PageUp", "PageDown", "Home", "End", "p")
                _ = try tmux.lines("the table again") {
                    $0.line(1).contains("state") && !$0.line(0).contains("PAUSED")
                }
            }
        }
    }

    @Test("it follows the size of the window")
    func resizes() throws {
        try scene { scene in
            try table(scene, columns: 160) { tmux, _, _ in
                _ = try tmux.lines("wide") { $0.line(1).contains("limited by") }
                try tmux("resize-window", "-x", "60", "-y", "6")
                _ = try tmux.lines("narrow") {
                    $0.count <= 6 && $0.line(1).contains("peer") && !$0.line(1).contains("local")
                }
                try tmux("resize-window", "-x", "160", "-y", "20")
                _ = try tmux.lines("wide again") { $0.line(1).contains("limited by") }
            }
        }
    }

    @Test("without UTF-8 everything is ASCII")
    func ascii() throws {
        try scene { scene in
            try table(scene, columns: 160, environment: "LC_ALL=C TERM=xterm NO_COLOR=1") { tmux, _, client in
                try client.sendZeros(50_000)
                let lines = try tmux.lines("a rate") { $0.contains { $0.contains("#") } }
                #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }, "\(lines)")
            }
        }
    }

    @Test("a terminal that can only print gets the stream")
    func dumb() throws {
        try scene { scene in
            let listener = try Listener()
            let tmux = try Tmux(
                scene,
                "TERM=dumb $SOCKCTL info --watch 50ms --count 2 --port \(listener.port); echo status $?")
            let lines = try tmux.lines("the end") { $0.contains("status 0") }
            #expect(lines.contains { $0.contains("sample") })
        }
    }
}
