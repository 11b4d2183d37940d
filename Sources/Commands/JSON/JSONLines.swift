// JSON Lines: an object on a line of its own for each event and each answer.

import Sockets

struct JSONLines: ~Copyable {
    private var writer = JSONWriter()
    /// Whether a terminal gets them, which might obey what some strings contain.
    private let isForTerminal: Bool

    init(isForTerminal: Bool = false) { self.isForTerminal = isForTerminal }

    /// Appends an event, with its payload if it has any.
    mutating func append<Value: Shaped>(
        _ value: Value, at time: Timestamp = .now, payload: RawSpan? = nil, to output: inout [UInt8]
    ) {
        writer.line(value, at: time, payload: payload)
        let start = output.count
        writer.drain(into: &output)
        if isForTerminal {
            output.replaceSubrange(start..., with: TerminalEscaper.json(Array(output[start...])))
        }
    }

    /// An event as a line of text.
    mutating func line<Value: Shaped>(_ value: Value) -> [UInt8] {
        var line: [UInt8] = []
        append(value, to: &line)
        return line
    }
}
