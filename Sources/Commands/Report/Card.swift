// Facts about one thing, a line each: what it is called on the left, what it is on the right.

struct Card {
    struct Fact {
        let name: String
        let value: String
        var role: TextStyle.Role?
    }

    var facts: [Fact] = []
    /// How far all of it stands from the margin.
    var indent = 0

    /// Adds a fact, unless there is none.
    mutating func add(_ name: String, _ value: String?, _ role: TextStyle.Role? = nil) {
        if let value, !value.isEmpty { facts.append(Fact(name: name, value: value, role: role)) }
    }

    /// The lines; a value that is too long for the terminal goes on below itself.
    func text(_ style: TextStyle) -> String {
        let width = facts.map(\.name.count).max() ?? 0
        let margin = indent + width + 2
        let room = style.columns.map { max($0 - margin, Self.leastRoom) } ?? .max
        return facts.map { fact in
            let name = String(repeating: " ", count: indent) + fact.name
            let lines = Self.wrap(TerminalEscaper.line(fact.value), to: room)
            return lines.enumerated().map { index, line in
                let left = index == 0 ? name : ""
                return left + String(repeating: " ", count: margin - left.count)
                    + style.paint(line, fact.role) + "\n"
            }.joined()
        }.joined()
    }

    /// A value is not squeezed further.
    private static let leastRoom = 16

    /// Lines of at most so many columns, broken at spaces.
    static func wrap(_ text: String, to width: Int) -> [String] {
        if text.count <= width { return [text] }
        var lines: [String] = []
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
