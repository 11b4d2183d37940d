// Text in aligned columns. Where the terminal is too narrow, long names are cut in the middle, and what has no room
// in the line stands below it.

struct TextTable {
    struct Column {
        let title: String
        var isRight = false
        /// What it is not narrower than.
        var least = 0
        /// How far it may be cut; nil if never.
        var minimum: Int?
        /// How a cell is written on the second line of its row, where the first has no room for the column; nil for
        /// a column that stays.
        var folded: ((String) -> String)?
        /// What the colour of a cell says.
        var role: ((String) -> TextStyle.Role?)?
    }

    struct Row {
        var cells: [String]
        /// Lines of their own below, indented.
        var notes: [String] = []
        /// What had no room in the first line.
        fileprivate var folded: [String] = []

        init(cells: [String], notes: [String] = []) {
            self.cells = cells
            self.notes = notes
        }
    }

    var columns: [Column]
    var rows: [Row] = []
    /// How far all of it stands from the margin.
    var indent = 0
    /// On a terminal with fewer columns the last column always stands on the second line.
    var foldsLastBelow = 0

    mutating func add(_ cells: String...) { rows.append(Row(cells: cells)) }

    /// Leaves out the columns in which no row has anything.
    mutating func dropEmptyColumns() {
        guard !rows.isEmpty else { return }
        let kept = columns.indices.filter { column in
            rows.contains { !["", "-", "*"].contains($0.cells[column]) }
        }
        columns = kept.map { columns[$0] }
        for index in rows.indices { rows[index].cells = kept.map { rows[index].cells[$0] } }
    }

    /// The lines, below the titles if there are any.
    func text(_ style: TextStyle) -> String {
        var table = self
        for index in rows.indices where !rows[index].isPlain { table.rows[index].escape() }
        guard let limit = style.columns else { return table.text(table.naturalWidths, style) }
        if limit < foldsLastBelow, let last = columns.indices.last { table.fold(last) }
        var widths = table.widths(fitting: limit)
        while table.width(widths) > limit, let last = table.columns.lastIndex(where: { $0.folded != nil }) {
            table.fold(last)
            widths = table.widths(fitting: limit)
        }
        return table.text(widths, style)
    }

    // MARK: Widths

    private var naturalWidths: [Int] {
        var widths = columns.map { max($0.title.columnCount, $0.least) }
        for row in rows {
            for (index, cell) in row.cells.enumerated() {
                widths[index] = max(widths[index], cell.columnCount)
            }
        }
        return widths
    }

    private func width(_ widths: [Int]) -> Int { indent + widths.reduce(0, +) + 2 * (widths.count - 1) }

    /// The widest of those that may be cut is cut first.
    private func widths(fitting limit: Int) -> [Int] {
        var widths = naturalWidths
        for _ in 0..<max(0, width(widths) - limit) {
            let cuttable = widths.indices.filter { widths[$0] > columns[$0].minimum ?? .max }
            guard let widest = cuttable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }

    private mutating func fold(_ column: Int) {
        let folded = columns.remove(at: column).folded ?? { $0 }
        for index in rows.indices {
            let text = folded(rows[index].cells.remove(at: column))
            if !text.isEmpty { rows[index].folded.insert(text, at: 0) }
        }
    }

    // MARK: Lines

    private func text(_ widths: [Int], _ style: TextStyle) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity((rows.count + 1) * (width(widths) + 1))
        let titles = columns.map(\.title)
        if titles.contains(where: { !$0.isEmpty }) {
            var line: [UInt8] = []
            append(titles, widths, TextStyle(), to: &line)
            bytes += style.paint(String(decoding: line, as: UTF8.self), .heading).utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        for row in rows {
            append(row.cells, widths, style, to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
            for line in folded(row, style.columns ?? .max) + row.notes {
                bytes.appendSpaces(indent + foldedIndent(style.columns))
                bytes += line.utf8
                bytes.append(UInt8(ascii: "\n"))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func append(_ cells: [String], _ widths: [Int], _ style: TextStyle, to bytes: inout [UInt8]) {
        // Spaces are written when something follows them.
        var spaces = indent
        for (index, cell) in cells.enumerated() {
            var (text, count) = (cell, cell.columnCount)
            if count > widths[index] {
                text = Self.cut(cell, to: widths[index])
                count = text.columnCount
            }
            let padding = widths[index] - count
            if !text.isEmpty {
                bytes.appendSpaces(spaces + (columns[index].isRight ? padding : 0))
                bytes += style.paint(text, style.hasColor ? columns[index].role?(cell) : nil).utf8
                spaces = 0
            }
            spaces += 2 + (columns[index].isRight && !text.isEmpty ? 0 : padding)
        }
    }

    /// Both ends, which tell paths and addresses apart.
    private static func cut(_ text: String, to width: Int) -> String {
        let head = (width - 1) / 2
        return text.prefix(head) + "…" + text.suffix(max(0, width - 1 - head))
    }

    private func foldedIndent(_ columns: Int?) -> Int { columns.map { $0 < foldsLastBelow } ?? false ? 2 : 4 }

    /// What had no room of a row: in a table that always has a second line on that one, cut where it has to be.
    private func folded(_ row: Row, _ columns: Int) -> [String] {
        let width = columns - indent - foldedIndent(columns)
        let lines = Self.lines(row.folded, of: width)
        guard columns < foldsLastBelow, lines.count > 1 else { return lines }
        var pieces = row.folded
        while case let excess = pieces.reduce(2 * (pieces.count - 1), { $0 + $1.columnCount }) - width,
            excess > 0,
            let widest = pieces.indices.max(by: { pieces[$0].columnCount < pieces[$1].columnCount }),
            pieces[widest].columnCount > Self.leastPiece
        {
            pieces[widest] = Self.cut(
                pieces[widest], to: max(Self.leastPiece, pieces[widest].columnCount - excess))
        }
        return Self.lines(pieces, of: width)
    }

    /// No piece is cut to less.
    private static let leastPiece = 10

    /// What had no room, side by side as far as it goes.
    private static func lines(_ pieces: [String], of width: Int) -> [String] {
        var lines: [String] = []
        for piece in pieces {
            if let last = lines.last, last.columnCount + 2 + piece.columnCount <= width {
                lines[lines.count - 1] = last + "  " + piece
            } else {
                lines.append(piece)
            }
        }
        return lines
    }
}

extension TextTable.Row {
    /// Whether nothing in it, such as a name that somebody else has chosen, could break its line.
    fileprivate var isPlain: Bool {
        func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }
        return cells.allSatisfy(isPlain) && notes.allSatisfy(isPlain)
    }

    fileprivate mutating func escape() {
        cells = cells.map(TerminalEscaper.line)
        notes = notes.map(TerminalEscaper.line)
    }
}

extension String {
    /// How many columns it takes, each character one: those bytes that begin one.
    fileprivate var columnCount: Int {
        var count = 0
        for byte in utf8 where byte & 0xc0 != 0x80 { count += 1 }
        return count
    }
}

extension [UInt8] {
    fileprivate mutating func appendSpaces(_ count: Int) {
        if count > 0 { append(contentsOf: repeatElement(UInt8(ascii: " "), count: count)) }
    }
}
