// A histogram of times as bars.

import Sockets

enum HistogramText {
    private static let width = 30

    static func lines(_ bars: [Distribution.Bar], _ style: TextStyle) -> [String] {
        let most = bars.map(\.count).max() ?? 0
        guard most > 0 else { return [] }
        let width = max(5, min(Self.width, (style.columns ?? 80) - 36))
        let block = Environment.isUTF8 ? "▇" : "#"
        var table = TextTable(columns: [
            .init(title: "", isRight: true), .init(title: ""), .init(title: "", isRight: true),
            .init(title: ""),
            .init(title: ""),
        ])
        table.indent = 2
        for bar in bars {
            let length = bar.count == 0 ? 0 : max(1, bar.count * width / most)
            table.add(
                Statistics.text(bar.from), "to", Statistics.text(bar.to), "\(bar.count)",
                String(repeating: block, count: length))
        }
        return table.text(TextStyle()).split(separator: "\n").map(String.init)
    }
}
