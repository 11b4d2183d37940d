// stderr as an output that never makes the loop wait. What was asked for (the hex dump) holds up whoever it shows; a
// line about a peer that finds it full is dropped and counted: it holds up nobody.

import Sockets

enum StandardError {
    /// The queue, while a loop runs. Everything here happens on the one thread of the loop.
    nonisolated(unsafe) private static var queue: Output?
    nonisolated(unsafe) private static var dropped = 0

    /// How what is said looks.
    nonisolated(unsafe) private static var look = TextStyle()
    static var style: TextStyle { unsafe look }

    /// - Parameter color: what `--color` says; nil for nothing.
    static func paint(_ color: String?) {
        unsafe look.hasColor = ColorChoice.isColored(color, on: .standardError)
    }

    /// From so many bytes on that wait, lines that may be dropped are.
    private static let limit = 64 << 10
    /// So many milliseconds the last lines may take.
    private static let lastPatience: Int32 = 2000

    /// The output itself, for what may hold up others; nil before there is a loop.
    static var output: Output? { unsafe queue }

    static func attach(_ output: Output) {
        unsafe queue = output
    }

    /// Writes whole lines.
    /// - Parameter droppable: whether they are about one of many peers, and may be dropped where stderr is full.
    static func write(_ lines: String, droppable: Bool) {
        guard let output = unsafe queue else {
            // A stderr that is closed or full is no reason to fail.
            try? BorrowedDescriptor.standardError.writeAll(Array(lines.utf8))
            return
        }
        if droppable, output.backlog > limit {
            if unsafe dropped == 0 { output.whenDrained(tellDropped) }
            unsafe dropped += 1
            return
        }
        output.append(lines.utf8)
    }

    /// Writes what waits, at most for a moment: the loop has ended.
    static func finish() {
        guard let output = unsafe queue else { return }
        output.finish(patience: lastPatience)
        unsafe queue = nil
    }

    private static func tellDropped() {
        let count = unsafe dropped
        unsafe dropped = 0
        guard let output = unsafe queue, output.failure == nil, count > 0 else { return }
        let lines = count == 1 ? "1 line was" : "\(count) lines were"
        output.append("sockctl: \(lines) not written here: stderr was full\n".utf8)
    }
}
