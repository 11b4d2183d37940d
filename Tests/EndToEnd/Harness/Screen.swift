// What a terminal makes of what it gets: lines that can be written over. It knows what a line that is drawn again
// and again needs, to the first column and erase to the end of the line, and takes everything else for an error.

import Foundation

struct Screen {
    /// Every line, the last one being that of the cursor.
    private(set) var lines = [""]
    /// What each line looked like each time before it was erased or left.
    private(set) var frames: [String] = []
    /// Control characters that have no business here.
    private(set) var strange: [Unicode.Scalar] = []
    /// The longest that any line has been.
    private(set) var widest = 0
    private var column = 0

    init(_ data: Data) {
        var scalars = String(decoding: data, as: UTF8.self).unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\r": column = 0
            case "\n":
                keep()
                lines.append("")
                column = 0
            case "\u{1b}" where scalars.starts(with: "[K".unicodeScalars):
                scalars = scalars.dropFirst(2)
                keep()
                lines[lines.count - 1] = String(lines[lines.count - 1].prefix(column))
            case _ where scalar.value < 0x20 || scalar.value == 0x7f: strange.append(scalar)
            default: write(scalar)
            }
        }
    }

    private mutating func keep() {
        if let line = lines.last, !line.isEmpty { frames.append(line) }
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        var line = Array(lines[lines.count - 1].unicodeScalars)
        if column < line.count { line[column] = scalar } else { line.append(scalar) }
        column += 1
        lines[lines.count - 1] = String(String.UnicodeScalarView(line))
        widest = max(widest, line.count)
    }

    /// The progress lines among what was shown.
    var bars: [String] { frames.filter { $0.contains("%") } }

    /// Whether the cursor is at the start of an empty line.
    var isClean: Bool { column == 0 && lines.last == "" }
}

extension Terminal {
    /// Tells the terminal how many columns it has; 0 for one that does not know.
    func resize(columns: UInt16) {
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(slave, UInt(TIOCSWINSZ), &size)
    }

    /// All that it shows, when nobody writes to it any more.
    func rest(after shown: Data = Data()) throws -> Screen {
        let mark = Data("\u{4}the end\u{4}".utf8)
        try writeAll(mark, to: slave)
        let data = try shown + read { $0.suffix(mark.count) == mark }
        return Screen(data.dropLast(mark.count))
    }
}
