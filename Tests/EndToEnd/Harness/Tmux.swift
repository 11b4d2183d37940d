// A real terminal emulator, tmux, for tests of what is seen on a screen.

import Foundation
import Glibc
import Testing

/// A tmux server with one window, in which `command` runs, with the directory of the scene as its own.
struct Tmux {
    private let scene: Scene
    private let environment: [String: String]

    init(_ scene: Scene, _ command: String, columns: Int = 80, rows: Int = 24) throws {
        self.scene = scene
        environment = ["TMUX_TMPDIR": scene.directory, "SOCKCTL": try Tool.sockctl.require(), "TMUX": ""]
        // In the foreground, so that it ends with the scene.
        _ = try scene.run(.tmux, ["-D", "-f", "/dev/null"], environment: environment)
        let folder = scene.path("tmux-\(getuid())")
        try poll(for: "a tmux server") { access("\(folder)/default", F_OK) == 0 }
        try self(
            "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)",
            "cd '\(scene.directory)'; \(command); exec cat")
    }

    @discardableResult
    func callAsFunction(_ arguments: String...) throws -> String {
        let program = try scene.run(.tmux, arguments, environment: environment)
        try scene.expectSuccess(program)
        return program.output.text
    }

    /// The lines on the screen, once they satisfy `condition`.
    func lines(_ what: String, _ condition: ([Substring]) -> Bool) throws -> [Substring] {
        var lines: [Substring] = []
        try poll(for: what) {
            lines = try self("capture-pane", "-p").split(separator: "\n")
            usleep(50_000)
            return condition(lines)
        }
        return lines
    }

    /// What a program can change of a terminal besides its text.
    func state() throws -> String {
        try self(
            "display-message", "-p",
            "#{pane_title}|#{alternate_on}|#{cursor_flag}|#{insert_flag}|#{keypad_cursor_flag}|#{mouse_any_flag}"
                + "|#{origin_flag}|#{wrap_flag}|#{scroll_region_upper}|#{window_bell_flag}")
    }
}

extension [Substring] {
    /// A line of a screen, on which there may be less.
    func line(_ index: Int) -> Substring { index < count ? self[index] : "" }
}
