// A result that a command was asked for, as opposed to an event that happens on the way: an address, a
// socket, a table. It knows how it looks as text and as JSON; what is one object is encoded like everything else.

import Sockets

/// An answer: lines of JSON, or lines of text.
protocol Presentable {
    /// The lines of text, each with its line feed.
    func text(_ style: TextStyle) -> String
    /// Appends its text, as it may be written; of what is no text, its bytes.
    func write(_ style: TextStyle, to output: inout [UInt8])
    /// Appends its lines of JSON, an object on each.
    func json(_ lines: inout JSONLines, to output: inout [UInt8])
}

extension Presentable {
    func write(_ style: TextStyle, to output: inout [UInt8]) {
        let text = text(style)
        output += (style.escapes ? TerminalEscaper.visible(text, keepingColor: style.hasColor) : text).utf8
    }
}

/// An answer that is one object.
protocol Document: Presentable, Shaped {}

extension Document {
    func json(_ lines: inout JSONLines, to output: inout [UInt8]) { lines.append(self, to: &output) }
}
