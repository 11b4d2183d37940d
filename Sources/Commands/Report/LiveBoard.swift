// Lines at the foot of a terminal that are drawn over while something goes on, and are gone in the end. What is said
// meanwhile goes above them.

import Sockets

final class LiveBoard {
    /// How much room there is, and how what is drawn looks.
    struct Room {
        let columns: Int
        let rows: Int
        var style: TextStyle

        /// A line without colours that has room.
        func cut(_ line: String) -> String { String(line.prefix(columns)) }

        /// The lines of a table, none longer than there is room: they could not be drawn over else.
        func lines(of table: TextTable) -> [String] {
            var style = style
            let lines = Self.lines(table.text(style))
            guard lines.contains(where: { Self.width(of: $0) > columns }) else { return lines }
            style.hasColor = false
            return Self.lines(table.text(style)).map(cut)
        }

        static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

        /// How many columns a line takes, its colours apart.
        static func width(of line: String) -> Int {
            var count = 0
            var isSequence = false
            for character in line.unicodeScalars {
                if isSequence {
                    isSequence = character != "m"
                } else if character == "\u{1b}" {
                    isSequence = true
                } else {
                    count += 1
                }
            }
            return count
        }
    }

    private let loop: EventLoop
    private let style: TextStyle
    private let began = Instant.now
    private var timer: Timer?

    private static let interval = Duration.milliseconds(100)

    /// Nil where nobody looks.
    init?(_ context: Context) {
        guard context.reporter.resultsShown == .together, BorrowedDescriptor.standardError.isTerminal,
            Environment.terminalObeys, context.settings.verbosity != .quiet
        else { return nil }
        loop = context.loop
        style = StandardError.style
    }

    /// Has `lines` drawn, soon: what comes in one go is drawn once, and what is over at once never.
    func draw(_ lines: @escaping (Room) -> [String]) {
        guard timer == nil else { return }
        timer = loop.after(Self.interval) { [unowned self] in
            timer = nil
            let size = BorrowedDescriptor.standardError.terminalSize ?? (80, 24)
            // What Ctrl-C shows has room behind the last line.
            let columns = max(1, size.columns - 3)
            var style = style
            style.columns = columns
            let room = Room(columns: columns, rows: max(2, size.rows - 1), style: style)
            StatusLine.show(lines(room).prefix(room.rows).joined(separator: "\n"))
        }
    }

    func end() {
        timer?.cancel()
        timer = nil
        StatusLine.end()
    }
}
