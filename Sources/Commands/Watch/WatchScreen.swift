// `info --watch` on a terminal: a table that is drawn over in place, and keys. Only lines that have changed are written,
// and none while the terminal has not taken those before.

import CommandSpec
import Sockets

final class WatchScreen: WatchReader {
    private let context: Context
    private let interval: Duration
    private let ascii = !Environment.isUTF8
    private var table = WatchTable()
    private var keys: Channel?
    private var onQuit: () -> Void = {}

    private var isActive = false
    /// Whether the terminal shows our screen and not the shell's.
    private var isShown = false
    private var drawn: [String] = []
    private var isPaused = false
    private var showsHelp = false
    /// The text that is being typed to filter by, and the one before it.
    private var typed: (text: String, before: String)?
    private var watch: SocketWatch?
    private var counts = Counts()
    private var height = 0

    /// What has happened, and what a second brings now.
    private struct Counts {
        var sockets = 0
        var opened = 0
        var closed = 0
        var missed = 0
        var rates = WatchedSocket.Rates()
    }

    /// Whether stdout is a terminal that can do it and that is ours now.
    static func isPossible(_ context: Context) -> Bool {
        let channel = context.payload
        return !context.settings.json && channel.kind == .terminal && Environment.terminalObeys
            && channel.descriptor.isInForeground
    }

    init(_ context: Context, interval: Duration, by grouping: WatchGrouping) {
        self.context = context
        self.interval = interval
        table.group(by: grouping)
    }

    // MARK: The terminal

    func begin(onQuit: @escaping () -> Void) throws(Failure) {
        self.onQuit = onQuit
        if BorrowedDescriptor.standardInput.isTerminal {
            let keys = try Channel.standard(.standardInput, writing: false, name: "stdin", context.loop)
            keys.onReadable = { [unowned self] in readKeys() }
            keys.wantsRead = true
            self.keys = keys
        }
        context.run.on(.windowChange) { [unowned self] in redraw() }
        context.run.on(.stop) { [unowned self] in stop() }
        isActive = true
        show()
    }

    func end() {
        guard isActive else { return }
        hide()
        isActive = false
        keys?.wantsRead = false
    }

    private func show() {
        guard isActive, !isShown else { return }
        isShown = true
        drawn = []
        FullScreen.begin(screen: context.payload.descriptor, keys: keys.map { _ in .standardInput })
        context.output.append(FullScreen.enter.utf8)
    }

    private func hide() {
        guard isShown else { return }
        isShown = false
        FullScreen.end()
        context.output.append(FullScreen.leave.utf8)
    }

    /// Ctrl-Z: the shell gets its screen back for as long as it takes.
    private func stop() {
        hide()
        context.output.finish(patience: 200)
        Signal.stopHere()
        redraw()
    }

    private func redraw() {
        drawn = []
        draw()
    }

    // MARK: What is told

    var isFull: Bool { false }
    func opened(_ socket: WatchedSocket) { counts.opened += 1 }
    func changed(_ socket: WatchedSocket, from state: TCPState?) {}
    func sampled(_ socket: WatchedSocket) {}
    func closed(_ socket: ClosedSocket) { counts.closed += 1 }
    func missed(_ count: Int) { counts.missed += count }

    func roundEnded(_ watch: SocketWatch) {
        self.watch = watch
        if isPaused { return }
        takeRows()
        draw()
    }

    private func takeRows() {
        guard let watch else { return }
        let shown = watch.shown
        counts.sockets = shown.count
        counts.rates = shown.reduce(into: WatchedSocket.Rates()) {
            $0.received += $1.rates?.received ?? 0
            $0.sent += $1.rates?.sent ?? 0
        }
        table.take(shown, listening: watch.listeningPorts)
    }

    // MARK: Keys

    private func readKeys() {
        var buffer = [UInt8](repeating: 0, count: 256)
        var count = 0
        do throws(Errno) {
            var span = buffer.mutableSpan
            var bytes = unsafe span.mutableBytes
            count = try keys?.read(into: &bytes) ?? 0
        } catch {
            if error == .wouldBlock { return }
        }
        guard count > 0 else {
            // The terminal is gone, which a signal tells; there will be no more keys.
            keys?.wantsRead = false
            return
        }
        for key in KeyDecoder.keys(in: Array(buffer.prefix(count))) where isActive { press(key) }
        draw()
    }

    private func press(_ key: Key) {
        if typed != nil { return type(key) }
        if showsHelp {
            showsHelp = false
            if key == .character("q") { onQuit() }
            return
        }
        switch key {
        case .character("q"): onQuit()
        case .character("?"), .character("h"): showsHelp = true
        case .character("s"): table.sortBy(nextColumn: 1)
        case .character("S"): table.sortBy(nextColumn: -1)
        case .character("r"): table.reverse()
        case .character("b"): group()
        case .character("p"), .character(" "):
            isPaused.toggle()
            if !isPaused { takeRows() }
        case .character("/"): typed = (table.needle, table.needle)
        case .escape: filter("")
        case .up, .character("k"): table.offset -= 1
        case .down, .character("j"): table.offset += 1
        case .pageUp: table.offset -= max(1, height - 1)
        case .pageDown: table.offset += max(1, height - 1)
        case .home, .character("g"): table.offset = 0
        case .end, .character("G"): table.offset = .max / 2
        default: break
        }
    }

    private func type(_ key: Key) {
        guard let (text, before) = typed else { return }
        switch key {
        case .enter: typed = nil
        case .escape:
            typed = nil
            filter(before)
        case .backspace:
            typed?.text = String(text.dropLast())
            filter(String(text.dropLast()))
        case .character(let character):
            typed?.text = text + String(character)
            filter(text + String(character))
        default: break
        }
    }

    private func filter(_ text: String) {
        table.needle = text
        table.offset = 0
        takeRows()
    }

    private func group() {
        let all = WatchGrouping.allCases
        let index = all.firstIndex(of: table.grouping) ?? 0
        table.group(by: all[(index + 1) % all.count])
        takeRows()
    }

    // MARK: Drawing

    private func draw() {
        guard isActive, context.payload.descriptor.isInForeground, context.output.backlog == 0 else { return }
        show()
        let size = context.payload.descriptor.terminalSize ?? (80, 24)
        let columns = size.columns
        let rows = size.rows > 0 ? size.rows : 24
        var style = context.outputs.style
        style.columns = columns
        height = max(1, rows - 2)
        var lines = [Self.cut(summary, columns)]
        lines +=
            showsHelp
            ? Self.help.prefix(height).map { Self.cut($0, columns) }
            : table.lines(width: columns, height: height, ascii: ascii, style)
        while lines.count < rows - 1 { lines.append("") }
        lines.append(style.paint(Self.cut(footer, columns), .faint))
        write(lines)
    }

    private func write(_ lines: [String]) {
        var text = ""
        if drawn.count != lines.count {
            text += "\u{1b}[2J"
            drawn = Array(repeating: "", count: lines.count)
        }
        for (index, line) in lines.enumerated() where line != drawn[index] {
            text += "\u{1b}[\(index + 1);1H\u{1b}[2K\(line)"
        }
        drawn = lines
        guard !text.isEmpty else { return }
        // Terminals that know this show all of it at once (DEC mode 2026).
        context.output.append(("\u{1b}[?2026h" + text + "\u{1b}[?2026l").utf8)
    }

    private var summary: String {
        let sockets = counts.sockets == 1 ? "1 socket" : "\(counts.sockets) sockets"
        var parts = [
            sockets, "in \(Statistics.bytes(Int(min(counts.rates.received, 1e18))))/s",
            "out \(Statistics.bytes(Int(min(counts.rates.sent, 1e18))))/s", "opened \(counts.opened)",
            "closed \(counts.closed)",
        ]
        if counts.missed > 0 { parts.append("missed \(counts.missed)") }
        if isPaused { parts.insert("PAUSED", at: 0) }
        if !table.needle.isEmpty { parts.insert("/\(WatchTable.plain(table.needle, ascii))", at: 0) }
        return WatchTable.plain(parts.joined(separator: "  "), ascii)
    }

    private var footer: String {
        if let typed { return "show rows that contain: " + WatchTable.plain(typed.text, ascii) + "_" }
        let seconds = WatchTable.plain(Statistics.text(interval), ascii)
        return "q quit  ? help  s sort  / filter  b group  space pause   every \(seconds)"
    }

    private static let help = [
        "", "  arrows, Page Up, Page Down, Home, End   move",
        "  s, S   sort by the next, the previous column",
        "  r      the other way round", "  /      show only rows that contain a text; Escape: all again",
        "  b      sum up by process, peer, port, or not", "  space  pause, and go on", "  q      quit", "",
        "  in/s, out/s   bytes of payload a second (K, M, G: powers of 1024)",
        "  retr          segments that were sent again", "  limited by    what held up what it sends",
        "  (program)     not seen with the socket: it listens at its address", "", "  Any key goes back.",
    ]

    private static func cut(_ text: String, _ columns: Int) -> String {
        text.count > columns ? String(text.prefix(columns)) : text
    }
}
