// How answers look as text: bare values, one a line; aligned rows; and below a value what else is known.

enum AnswerText {
    /// Values, one a line.
    static func lines(_ values: [String], _ style: TextStyle) -> String {
        values.map { style.safe($0) + "\n" }.joined()
    }

    /// Rows with their columns aligned. The last column is dim where there is colour.
    static func rows(_ rows: [[String]], _ style: TextStyle) -> String {
        let rows = rows.map { $0.map(style.safe) }
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let padded = zip(row, widths).dropLast().map { text, width in
                text + String(repeating: " ", count: width - text.count)
            }
            let last = row.last ?? ""
            return (padded + [style.hasColor ? "\u{1b}[2m\(last)\u{1b}[0m" : last]).joined(separator: "  ")
                + "\n"
        }.joined()
    }

    /// Names with what they stand for, those that stand for nothing left out.
    static func fields(_ fields: [(String, String)], _ style: TextStyle) -> String {
        let fields = fields.filter { !$0.1.isEmpty }
        let width = fields.map(\.0.count).max() ?? 0
        return lines(
            fields.map { name, value in
                "  " + name + String(repeating: " ", count: width - name.count) + "  " + value
            }, style)
    }
}
