// Text in aligned columns. Where the terminal is too narrow, what stands last goes to a line of its own, and
// columns that may be are cut.

struct TextTable {
    struct Column {
        let title: String
        var isRight = false
        /// How far it may be cut; nil if never.
        var minimum: Int?
    }

    struct Row {
        var cells: [String]
        /// Lines of their own below, indented.
        var notes: [String] = []
    }

    var columns: [Column]
    var rows: [Row] = []
    /// How far all of it stands from the margin.
    var indent = 0
    /// Whether the last column goes below where it does not fit.
    var foldsLast = false

    mutating func add(_ cells: String...) { rows.append(Row(cells: cells)) }

    /// The lines, below the titles if there are any.
    func text(_ style: TextStyle) -> String {
        var table = self
        for index in rows.indices where !rows[index].isPlain { table.rows[index].escape() }
        if let limit = style.columns {
            if foldsLast, table.width(table.naturalWidths) > limit { table.foldLast() }
            return table.text(table.widths(fitting: limit), style)
        }
        return table.text(table.naturalWidths, style)
    }

    // MARK: Widths

    private var naturalWidths: [Int] {
        var widths = columns.map(\.title.columnCount)
        for row in rows {
            for (index, cell) in row.cells.enumerated() {
                widths[index] = max(widths[index], cell.columnCount)
            }
        }
        return widths
    }

    private func width(_ widths: [Int]) -> Int { indent + widths.reduce(0, +) + 2 * (widths.count - 1) }

    private func widths(fitting limit: Int) -> [Int] {
        var widths = naturalWidths
        var excess = width(widths) - limit
        for index in widths.indices.reversed() where excess > 0 {
            guard let minimum = columns[index].minimum, widths[index] > minimum else { continue }
            let less = min(excess, widths[index] - minimum)
            widths[index] -= less
            excess -= less
        }
        return widths
    }

    private mutating func foldLast() {
        columns.removeLast()
        for index in rows.indices where rows[index].cells.count > columns.count {
            let last = rows[index].cells.removeLast()
            if !last.isEmpty { rows[index].notes.insert(last, at: 0) }
        }
    }

    // MARK: Lines

    private func text(_ widths: [Int], _ style: TextStyle) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity((rows.count + 1) * (width(widths) + 1))
        let titles = columns.map(\.title)
        if titles.contains(where: { !$0.isEmpty }) {
            if style.hasColor { bytes += Self.bold }
            append(titles, widths, to: &bytes)
            if style.hasColor { bytes += Self.plain }
            bytes.append(UInt8(ascii: "\n"))
        }
        for row in rows {
            append(row.cells, widths, to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
            for note in row.notes {
                bytes.appendSpaces(indent + 4)
                bytes += note.utf8
                bytes.append(UInt8(ascii: "\n"))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func append(_ cells: [String], _ widths: [Int], to bytes: inout [UInt8]) {
        // Spaces are written when something follows them.
        var spaces = indent
        for (index, cell) in cells.enumerated() {
            let text = cell.columnCount > widths[index] ? Self.cut(cell, to: widths[index]) : cell
            let padding = widths[index] - text.columnCount
            if !text.isEmpty {
                bytes.appendSpaces(spaces + (columns[index].isRight ? padding : 0))
                bytes += text.utf8
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

    static let bold = Array("\u{1b}[1m".utf8)
    static let plain = Array("\u{1b}[0m".utf8)
}

extension TextTable.Row {
    /// Whether nothing in it, such as a name that somebody else has chosen, could break its line.
    fileprivate var isPlain: Bool {
        (cells + notes).allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }
    }

    fileprivate mutating func escape() {
        cells = cells.map(TerminalEscaper.line)
        notes = notes.map(TerminalEscaper.line)
    }
}

extension String {
    /// How many columns it takes, each character one: those bytes that begin one.
    fileprivate var columnCount: Int { utf8.reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) } }
}

extension [UInt8] {
    fileprivate mutating func appendSpaces(_ count: Int) {
        if count > 0 { append(contentsOf: repeatElement(UInt8(ascii: " "), count: count)) }
    }
}
