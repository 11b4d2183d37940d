// How answers look as text: bare values, one a line; aligned rows; and below a value what else is known.

enum AnswerText {
    /// Values, one a line.
    static func lines(_ values: [String], _ style: TextStyle) -> String {
        values.map { style.safe($0) + "\n" }.joined()
    }

    /// Rows with their columns aligned. The last column is faint where there is colour.
    /// - Parameter widths: what the first columns have at least, so that the rows of several answers are aligned.
    static func rows(_ rows: [[String]], widths: [Int] = [], _ style: TextStyle) -> String {
        guard let count = rows.map(\.count).max() else { return "" }
        var table = TextTable(
            columns: (0..<count).map { column in
                let isLast = column == count - 1
                return TextTable.Column(
                    title: "", least: column < widths.count ? widths[column] : 0,
                    folded: isLast ? { $0 } : nil, role: isLast ? { _ in .faint } : nil)
            })
        for row in rows { table.add(row) }
        return table.text(style)
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
