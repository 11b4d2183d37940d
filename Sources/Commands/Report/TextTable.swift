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

    private let columns: [Column]
    /// How far all of it stands from the margin.
    var indent: Int
    /// On a terminal with fewer columns the last column always stands on the second line.
    private let foldsLastBelow: Int

    /// The cells of all rows one after another: there may be very many, and few are ever looked at by themselves.
    private var bytes: [UInt8] = []
    /// Where each of them ends, and how many columns of the screen it takes.
    private var cells: [(end: Int, width: Int)] = []
    /// Which column the next cell is of.
    private var next = 0
    /// The widest cell of each column, and the widest of those that are never cut.
    private var widest: [Int]
    private var widestWhole: [Int]
    /// The columns in which some row has something.
    private var filled: [Bool]
    /// Those that do not stand in the first line of a row: none has anything there, or it had no room.
    private var leftOut: [Bool]
    /// Lines of their own below a row, indented.
    private var notes: [Int: [String]] = [:]
    /// What had no room in the first line of a row.
    private var folded: [Int: [String]] = [:]

    init(columns: [Column], indent: Int = 0, foldsLastBelow: Int = 0) {
        self.columns = columns
        self.indent = indent
        self.foldsLastBelow = foldsLastBelow
        widest = columns.map { max($0.title.columnCount, $0.least) }
        widestWhole = columns.map { $0.minimum ?? .max }
        filled = columns.map { _ in false }
        leftOut = filled
    }

    // MARK: Rows

    mutating func add(_ cells: String...) { add(cells) }

    mutating func add(_ cells: [String], notes: [String] = []) {
        for cell in cells { append(cell) }
        note(notes)
    }

    /// The next cell.
    /// - Parameter isWhole: whether it is never cut, also in a column of which others are.
    mutating func append(_ cell: String, isWhole: Bool = false) {
        var text = cell
        let width = text.withUTF8 { utf8 -> Int? in
            let span = unsafe utf8.span
            var width = 0
            for index in span.indices {
                if span[index] < 0x20 || span[index] == 0x7f { return nil }
                if span[index].beginsCharacter { width += 1 }
            }
            unsafe bytes.append(contentsOf: utf8)
            return width
        }
        // What could break its line, such as a name that somebody else has chosen, is shown in visible form.
        guard let width else { return append(TerminalEscaper.line(cell), isWhole: isWhole) }
        end(width, isWhole)
    }

    /// The same, of characters that take one byte each.
    mutating func append(isWhole: Bool = false, ascii write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        end(bytes.count - start, isWhole)
    }

    /// The next cell is whole.
    private mutating func end(_ width: Int, _ isWhole: Bool) {
        let column = next
        next = column + 1 == columns.count ? 0 : column + 1
        let start = cells.last?.end ?? 0
        cells.append((bytes.count, width))
        widest[column] = max(widest[column], width)
        if isWhole { widestWhole[column] = max(widestWhole[column], width) }
        if !filled[column] { filled[column] = !Self.isNothing(bytes[start...]) }
    }

    /// What stands below the row that is whole by now.
    mutating func note(_ lines: [String]) {
        if !lines.isEmpty { notes[rowCount - 1] = lines.map { TerminalEscaper.line($0) } }
    }

    private var rowCount: Int { columns.isEmpty ? 0 : cells.count / columns.count }

    private func place(_ row: Int, _ column: Int) -> Range<Int> {
        let index = row * columns.count + column
        return (index == 0 ? 0 : cells[index - 1].end)..<cells[index].end
    }

    private func cell(_ row: Int, _ column: Int) -> String {
        String(decoding: bytes[place(row, column)], as: UTF8.self)
    }

    /// Whether a cell says that there is nothing.
    private static func isNothing(_ cell: ArraySlice<UInt8>) -> Bool {
        cell.isEmpty
            || cell.count == 1 && (cell.first == UInt8(ascii: "-") || cell.first == UInt8(ascii: "*"))
    }

    /// Leaves out the columns in which no row has anything.
    mutating func dropEmptyColumns() {
        guard rowCount > 0 else { return }
        for column in columns.indices where !filled[column] { leftOut[column] = true }
    }

    /// The columns of the first line.
    private var shown: [Int] { columns.indices.filter { !leftOut[$0] } }

    /// The lines, below the titles if there are any.
    func text(_ style: TextStyle) -> String {
        var table = self
        guard let limit = style.columns else { return table.text(table.naturalWidths, style) }
        if limit < foldsLastBelow, let last = table.shown.last { table.fold(last) }
        var widths = table.widths(fitting: limit)
        while table.width(widths) > limit, let last = table.shown.last(where: { columns[$0].folded != nil }) {
            table.fold(last)
            widths = table.widths(fitting: limit)
        }
        return table.text(widths, style)
    }

    // MARK: Widths

    /// Of a column that is left out it is 0.
    private var naturalWidths: [Int] { columns.indices.map { leftOut[$0] ? 0 : widest[$0] } }

    private func width(_ widths: [Int]) -> Int { indent + widths.reduce(0, +) + 2 * (shown.count - 1) }

    /// The widest of those that may be cut is cut first.
    private func widths(fitting limit: Int) -> [Int] {
        var widths = naturalWidths
        for _ in 0..<max(0, width(widths) - limit) {
            let cuttable = shown.filter { widths[$0] > widestWhole[$0] }
            guard let widest = cuttable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }

    private mutating func fold(_ column: Int) {
        leftOut[column] = true
        let write = columns[column].folded ?? { $0 }
        for row in 0..<rowCount {
            let text = write(cell(row, column))
            if !text.isEmpty { folded[row, default: []].insert(text, at: 0) }
        }
    }

    // MARK: Lines

    private func text(_ widths: [Int], _ style: TextStyle) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((rowCount + 1) * (width(widths) + 1))
        let shown = shown
        if shown.contains(where: { !columns[$0].title.isEmpty }) {
            var line: [UInt8] = []
            var spaces = indent
            for column in shown {
                let title = Self.cut(columns[column].title, to: widths[column])
                append(title.columnCount, column, widths[column], &spaces, to: &line) { $0 += title.utf8 }
            }
            output += style.paint(String(decoding: line, as: UTF8.self), .heading).utf8
            output.append(UInt8(ascii: "\n"))
        }
        for row in 0..<rowCount {
            // Spaces are written when something follows them.
            var spaces = indent
            for column in shown { append(row, column, widths[column], &spaces, style, to: &output) }
            output.append(UInt8(ascii: "\n"))
            if folded.isEmpty, notes.isEmpty { continue }
            for line in foldedLines(row, style.columns ?? .max) + (notes[row] ?? []) {
                output.appendSpaces(indent + foldedIndent(style.columns))
                output += line.utf8
                output.append(UInt8(ascii: "\n"))
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private func append(
        _ row: Int, _ column: Int, _ width: Int, _ spaces: inout Int, _ style: TextStyle,
        to output: inout [UInt8]
    ) {
        let count = cells[row * columns.count + column].width
        let place = place(row, column)
        let role = style.hasColor ? columns[column].role?(cell(row, column)) : nil
        guard count > width || role != nil else {
            append(count, column, width, &spaces, to: &output) { $0.append(contentsOf: bytes[place]) }
            return
        }
        let text = Self.cut(cell(row, column), to: width)
        append(text.columnCount, column, width, &spaces, to: &output) { $0 += style.paint(text, role).utf8 }
    }

    /// - Parameter count: how many columns of the screen what is written takes.
    private func append(
        _ count: Int, _ column: Int, _ width: Int, _ spaces: inout Int, to output: inout [UInt8],
        _ write: (inout [UInt8]) -> Void
    ) {
        let padding = width - count
        let isRight = columns[column].isRight
        if count > 0 {
            output.appendSpaces(spaces + (isRight ? padding : 0))
            write(&output)
            spaces = 0
        }
        spaces += 2 + (isRight && count > 0 ? 0 : padding)
    }

    /// Both ends, which tell paths and addresses apart.
    private static func cut(_ text: String, to width: Int) -> String {
        if text.columnCount <= width { return text }
        let head = (width - 1) / 2
        return text.prefix(head) + "…" + text.suffix(max(0, width - 1 - head))
    }

    private func foldedIndent(_ columns: Int?) -> Int { columns.map { $0 < foldsLastBelow } ?? false ? 2 : 4 }

    /// What had no room of a row: in a table that always has a second line on that one, cut where it has to be.
    private func foldedLines(_ row: Int, _ columns: Int) -> [String] {
        let width = columns - indent - foldedIndent(columns)
        let folded = folded[row] ?? []
        let lines = Self.lines(folded, of: width)
        guard columns < foldsLastBelow, lines.count > 1 else { return lines }
        var pieces = folded
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

extension String {
    /// How many columns it takes, each character one: those bytes that begin one.
    fileprivate var columnCount: Int {
        var text = self
        return text.withUTF8 { bytes in
            let bytes = unsafe bytes.span
            var count = 0
            for index in bytes.indices where bytes[index].beginsCharacter { count += 1 }
            return count
        }
    }
}

extension UInt8 {
    /// Whether it is not one of those that follow in UTF-8.
    fileprivate var beginsCharacter: Bool { self & 0xc0 != 0x80 }
}

extension [UInt8] {
    fileprivate mutating func appendSpaces(_ count: Int) {
        if count > 0 { append(contentsOf: repeatElement(UInt8(ascii: " "), count: count)) }
    }
}
