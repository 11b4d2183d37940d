// How text looks: for whom it is written, how wide it may be, and in which colours.

import Sockets

/// What text is written for.
struct TextStyle {
    /// Whether `--verbose` asks for everything there is.
    var isVerbose = false
    /// Whether colours are used.
    var hasColor = false
    /// Whether it is a terminal, which may not get control sequences but for these colours.
    var escapes = false
    /// The columns of the terminal; nil where lines may be of any length.
    var columns: Int?

    /// Something that others have chosen, a name for instance, as it may be written.
    func safe(_ text: String) -> String { escapes ? TerminalEscaper.line(text) : text }

    /// What a word is, which its colour shows.
    enum Role: String {
        case heading = "1"
        case faint = "2"
        case good = "32"
        case warning = "33"
        case bad = "31"
        case received = "36"
        case sent = "35"

        /// The sequence that begins it (`SGR`, ECMA-48).
        var start: String { "\u{1b}[\(rawValue)m" }
        static let end = "\u{1b}[0m"
    }

    /// The text in the colour of its role, where there are colours.
    func paint(_ text: String, _ role: Role?) -> String {
        guard hasColor, let role, !text.isEmpty else { return text }
        return role.start + text + Role.end
    }
}

/// Whether there are colours: what `--color` says, or else the environment and what is written to.
enum ColorChoice {
    /// - Parameter choice: the value of `--color`; nil for none.
    static func isColored(_ choice: String?, on descriptor: BorrowedDescriptor) -> Bool {
        isColored(
            choice, noColor: Environment.isSet("NO_COLOR"), forced: Environment.forcesColor,
            onTerminal: descriptor.isTerminal && Environment.terminalObeys)
    }

    /// `--color` beats `NO_COLOR`, which beats `CLICOLOR_FORCE`.
    static func isColored(_ choice: String?, noColor: Bool, forced: Bool, onTerminal: Bool) -> Bool {
        switch choice {
        case "always": true
        case "never": false
        case _ where noColor: false
        default: forced || onTerminal
        }
    }
}
