// Lays text out for a terminal: paragraphs wrapped between margins, and definitions in two aligned columns.

struct TextLayout {
    let width: Int

    /// The words of the text in lines of at most `width` columns, all indented except for the first line's
    /// `hang`, which is text that it starts with.
    func wrap(_ text: String, indent: Int = 0, hang: String? = nil) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = hang.map { $0 + String(repeating: " ", count: max(0, indent - $0.count)) } ?? margin
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = margin
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }

    /// Terms on the left, their meanings on the right; below each other where there is no room for that.
    func columns(_ rows: [(term: String, meaning: String)], indent: Int = 2, termWidth: Int? = nil)
        -> [String]
    {
        let widest = termWidth ?? rows.map(\.term.count).max() ?? 0
        let column = indent + widest + 2
        let margin = String(repeating: " ", count: indent)
        return rows.flatMap { term, meaning in
            width - column >= 24
                ? wrap(meaning, indent: column, hang: margin + term)
                : wrap(term, indent: indent) + wrap(meaning, indent: indent + 4)
        }
    }
}
