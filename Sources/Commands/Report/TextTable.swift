// Text in aligned columns, which narrow to the terminal where some of them may be cut.

struct TextTable {
    struct Column {
        let title: String
        var isRight = false
        /// How far it may be cut where the terminal is too narrow; nil if never.
        var minimum: Int?
        /// Whether its beginning says more than its end, which is then what is cut.
        var losesEnd = false
    }

    struct Row {
        let cells: [String]
        /// A line of its own below, indented.
        var note: String?
    }

    let columns: [Column]
    var rows: [Row] = []
    /// How far all of it stands from the margin.
    var indent = 0

    mutating func add(_ cells: String..., note: String? = nil) { rows.append(Row(cells: cells, note: note)) }

    /// The lines, below the titles if there are any.
    func text(_ style: TextStyle) -> String {
        let rows = rows.map { Row(cells: $0.cells.map(Self.inOneLine), note: $0.note.map(Self.inOneLine)) }
        let widths = widths(of: rows, fitting: style.columns)
        var bytes: [UInt8] = []
        bytes.reserveCapacity((rows.count + 1) * (widths.reduce(0, +) + 2 * widths.count + indent))
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
            if let note = row.note {
                bytes.appendSpaces(indent + 4)
                bytes += note.utf8
                bytes.append(UInt8(ascii: "\n"))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func append(_ cells: [String], _ widths: [Int], to bytes: inout [UInt8]) {
        bytes.appendSpaces(indent)
        for (index, cell) in cells.enumerated() {
            let isWide = cell.columnCount > widths[index]
            let text = isWide ? columns[index].cut(cell, to: widths[index]) : cell
            let padding = widths[index] - text.columnCount
            if columns[index].isRight { bytes.appendSpaces(padding) }
            bytes += text.utf8
            guard index + 1 < cells.count else { break }
            bytes.appendSpaces((columns[index].isRight ? 0 : padding) + 2)
        }
    }

    private func widths(of rows: [Row], fitting limit: Int?) -> [Int] {
        var widths = columns.map(\.title.columnCount)
        for row in rows {
            for (index, cell) in row.cells.enumerated() {
                widths[index] = max(widths[index], cell.columnCount)
            }
        }
        guard let limit else { return widths }
        var excess = indent + widths.reduce(0, +) + 2 * (widths.count - 1) - limit
        for index in widths.indices.reversed() where excess > 0 {
            guard let minimum = columns[index].minimum, widths[index] > minimum else { continue }
            let less = min(excess, widths[index] - minimum)
            widths[index] -= less
            excess -= less
        }
        return widths
    }

    /// A name that somebody else has chosen stays within its line.
    private static func inOneLine(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return text }
        return TerminalEscaper.visible(text.replacing("\n", with: "^J").replacing("\t", with: "^I"))
    }

    static let bold = Array("\u{1b}[1m".utf8)
    static let plain = Array("\u{1b}[0m".utf8)
}

extension TextTable.Column {
    /// As much as fits; of a path both ends, which tell it apart.
    fileprivate func cut(_ text: String, to width: Int) -> String {
        let head = losesEnd ? width - 1 : (width - 1) / 2
        return text.prefix(head) + "…" + text.suffix(max(0, width - 1 - head))
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
