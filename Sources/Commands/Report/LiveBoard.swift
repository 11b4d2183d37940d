// Lines at the foot of a terminal that are drawn over while something goes on, and are gone in the end. What is said
// meanwhile goes above them.

import Sockets

final class LiveBoard {
    /// How much room there is, and how what is drawn looks.
    struct Room {
        let columns: Int
        let rows: Int
        var style: TextStyle

        /// A line that has room.
        func cut(_ line: String) -> String { String(line.prefix(columns)) }
        /// The lines of a text.
        func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
    }

    private let loop: EventLoop
    private let style: TextStyle
    private let began = Instant.now
    private var timer: Timer?

    private static let interval = Duration.milliseconds(100)

    /// Nil where nobody looks.
    init?(_ context: Context) {
        let settings = context.settings
        guard context.output.isTerminal, BorrowedDescriptor.standardError.isTerminal,
            Environment.terminalObeys, settings.verbosity != .quiet, !settings.json
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
