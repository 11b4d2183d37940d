// A result that a command was asked for, as opposed to an event that happens on the way: an address, a
// socket, a table. It knows how it looks as text and as JSON; what is one object is encoded like everything else.

import Sockets

/// An answer: lines of JSON, or lines of text.
protocol Presentable {
    /// The lines of text, each with its line feed.
    func text(_ style: TextStyle) -> String
    /// Appends its lines of JSON, an object on each.
    func json(_ lines: inout JSONLines, to output: inout [UInt8])
}

/// An answer that is one object.
protocol Document: Presentable, Shaped {}

extension Document {
    func json(_ lines: inout JSONLines, to output: inout [UInt8]) { lines.append(self, to: &output) }
}

/// What text is written for.
struct TextStyle {
    /// Whether `--verbose` asks for everything there is.
    var isVerbose = false
    /// Whether colours may be used: on a terminal, unless `NO_COLOR` is set.
    var hasColor = false
    /// Whether it is a terminal, which may not get control sequences but for these colours.
    var escapes = false
    /// The columns of the terminal; nil where lines may be of any length.
    var columns: Int?

    /// Something that others have chosen, a name for instance, as it may be written.
    func safe(_ text: String) -> String { escapes ? TerminalEscaper.line(text) : text }
}
