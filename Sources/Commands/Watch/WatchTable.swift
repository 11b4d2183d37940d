// The table of `info --watch` as lines of a certain width: which columns there is room for, which rows are in sight.

import Sockets

struct WatchTable {
    var grouping = WatchGrouping.connection
    var sortColumn = WatchColumn.trend
    var isReversed = false
    /// Only rows that contain it are shown, in any case.
    var needle = ""
    /// How many rows are above those in sight.
    var offset = 0
    /// Sorted.
    private(set) var rows: [WatchRow] = []
    private(set) var now = Instant.now

    private static let gap = 2

    /// The columns that can be sorted by, from left to right.
    var columns: [WatchColumn] { WatchColumn.inOrder(WatchColumn.all(grouping)) }

    /// Takes the sockets of another round.
    mutating func take(_ sockets: [WatchedSocket], listening: Set<UInt16>) {
        now = .now
        let sockets = needle.isEmpty ? sockets : sockets.filter { contains(.socket($0)) }
        rows =
            grouping == .connection
            ? sockets.map { .socket($0) }
            : WatchGroup.of(sockets, by: grouping, listening: listening).map { .group($0) }
        sort()
    }

    mutating func sortBy(nextColumn step: Int) {
        let all = columns
        let index = all.firstIndex(of: sortColumn) ?? 0
        sortColumn = all[(index + step + all.count) % all.count]
        isReversed = false
        sort()
    }

    mutating func reverse() {
        isReversed.toggle()
        sort()
    }

    /// Sums up by something else.
    mutating func group(by grouping: WatchGrouping) {
        self.grouping = grouping
        if !columns.contains(sortColumn) { sortColumn = .trend }
        offset = 0
    }

    /// Numbers from the highest, texts from the first.
    private mutating func sort() {
        let keyed = rows.map { (key: $0.key(sortColumn, at: now), order: $0.order, row: $0) }
        let isReversed = isReversed
        rows = keyed.sorted { left, right in
            if left.key == right.key { return left.order < right.order }
            let isDescending = if case .number = left.key { !isReversed } else { isReversed }
            return isDescending ? left.key > right.key : left.key < right.key
        }.map(\.row)
    }

    private func contains(_ row: WatchRow) -> Bool {
        let needle = needle.lowercased()
        return [WatchColumn.process, .local, .peer, .state].contains {
            row.text($0, width: 0, at: now, ascii: false).lowercased().contains(needle)
        }
    }

    // MARK: Lines

    /// The titles and the rows in sight.
    mutating func lines(width: Int, height: Int, ascii: Bool, _ style: TextStyle) -> [String] {
        offset = max(0, min(offset, rows.count - max(1, height - 1)))
        let visible = rows.dropFirst(offset).prefix(max(0, height - 1))
        let shown = fitting(width)
        var widths = shown.map(\.least)
        let hidesLocal = !shown.contains(.local)
        let cells = visible.map { row in
            shown.map { column in
                if column == .trend { return "" }
                let place = hidesLocal && column == .peer ? row.place(at: now) : nil
                return Self.plain(place ?? row.text(column, width: 0, at: now, ascii: ascii), ascii)
            }
        }
        grow(&widths, shown, cells, width)
        let titles = zip(shown, widths).map { column, width in
            Self.padded(title(column, ascii), width, column.isRight, ascii)
        }
        var lines = [style.paint(titles.joined(separator: "  "), .heading)]
        for (row, texts) in zip(visible, cells) {
            var line: [String] = []
            for (index, column) in shown.enumerated() {
                let text =
                    switch column {
                    case .trend: row.text(.trend, width: widths[index], at: now, ascii: ascii)
                    case .process where texts[index].count > widths[index]:
                        Self.padded(Self.plain(row.name, ascii), widths[index], false, ascii)
                    default: Self.padded(texts[index], widths[index], column.isRight, ascii)
                    }
                line.append(style.paint(text, role(column, texts[index])))
            }
            lines.append(line.joined(separator: "  "))
        }
        return lines
    }

    private func role(_ column: WatchColumn, _ text: String) -> TextStyle.Role? {
        column == .state ? TCPState(named: text)?.role : column.role
    }

    private func title(_ column: WatchColumn, _ ascii: Bool) -> String {
        let name = column == .group ? grouping.rawValue : column.rawValue
        guard column == sortColumn else { return name }
        let isNumber = column.isRight || column == .trend
        return name + (isNumber != isReversed ? (ascii ? "v" : "↓") : (ascii ? "^" : "↑"))
    }

    /// The columns for which there is room.
    private func fitting(_ width: Int) -> [WatchColumn] {
        var columns: [WatchColumn] = []
        var used = -Self.gap
        for column in WatchColumn.all(grouping) {
            guard used + Self.gap + column.least <= width || columns.count < 2 else { continue }
            used += Self.gap + column.least
            columns.append(column)
        }
        return WatchColumn.inOrder(columns)
    }

    /// Hands out what room is left to those columns that need it, and the rest to the course of the rate.
    private func grow(_ widths: inout [Int], _ columns: [WatchColumn], _ cells: [[String]], _ width: Int) {
        var left = width - widths.reduce(-Self.gap) { $0 + $1 + Self.gap }
        if left < 0, let last = widths.indices.last { widths[last] = max(4, widths[last] + left) }
        for (index, column) in columns.enumerated() where column != .trend && left > 0 {
            let needed = cells.reduce(0) { max($0, $1[index].count) }
            let more = min(left, max(0, min(needed, column.most) - widths[index]))
            widths[index] += more
            left -= more
        }
        if left > 0, let trend = columns.firstIndex(of: .trend) {
            widths[trend] = min(WatchColumn.trend.most, widths[trend] + left)
        }
    }

    /// As it may be written: nothing that a terminal would obey.
    static func plain(_ text: String, _ ascii: Bool) -> String {
        let safe = TerminalEscaper.line(text)
        guard ascii, !safe.utf8.allSatisfy({ $0 < 0x80 }) else { return safe }
        return String(safe.map { $0.isASCII ? $0 : $0 == "µ" ? "u" : "?" })
    }

    /// Cut in the middle where it is too long.
    static func padded(_ text: String, _ width: Int, _ isRight: Bool, _ ascii: Bool) -> String {
        let count = text.count
        if count > width {
            let head = (width - 1) / 2
            return text.prefix(head) + (ascii ? "~" : "…") + text.suffix(max(0, width - 1 - head))
        }
        let spaces = String(repeating: " ", count: width - count)
        return isRight ? spaces + text : text + spaces
    }
}
