// The course of a rate in a few characters, scaled to its highest.

enum Sparkline {
    private static let blocks = Array("▁▂▃▄▅▆▇█")
    private static let characters = Array("_.-:=+*#")

    /// The last of the values, the newest on the right; a blank where there was nothing.
    static func text(_ values: [Float], width: Int, ascii: Bool) -> String {
        let shown = values.suffix(max(0, width))
        let highest = shown.max() ?? 0
        let steps = ascii ? characters : blocks
        let text = shown.map { value -> Character in
            guard value > 0, highest > 0 else { return " " }
            return steps[min(steps.count - 1, Int(value / highest * Float(steps.count)))]
        }
        return String(repeating: " ", count: max(0, width - shown.count)) + String(text)
    }
}
