// The line, or lines, at the foot of a terminal that are drawn over while something goes on. What is said meanwhile goes
// above it, and what is left of it in the end is nothing or a whole line. Where payload on the terminal has ended in the
// middle of a line, what is said begins a new one.

import Sockets
import Synchronization

enum StatusLine {
    private enum State: Equatable {
        case absent
        case shown(String)
        /// It does not come back.
        case withdrawn
    }

    private static let state = Mutex(State.absent)
    /// To where the text began, and erase all that follows.
    private static func erase(_ text: String = "") -> String {
        let above = text.utf8.count { $0 == UInt8(ascii: "\n") }
        return above == 0 ? "\r\u{1b}[K" : "\r\u{1b}[\(above)A\u{1b}[J"
    }

    /// Draws the line anew, or several, none of which is longer than the terminal is wide. A terminal that takes nothing, because it was stopped, is not waited for.
    static func show(_ text: String) {
        state.withLock { state in
            leaveIfInBackground(&state)
            let isNews = state != .withdrawn && state != .shown(text)
            guard isNews, stderr.isInForeground,
                let ready = try? stderr.waitUntilReady(for: .write, timeout: 0), !ready.isEmpty
            else {
                return
            }
            if case .shown(let last) = state { put(erase(last) + text) } else { put(erase() + text) }
            state = .shown(text)
        }
    }

    /// Writes whole lines to stderr, above it.
    /// - Parameter droppable: whether they may be dropped where stderr is full.
    static func write(_ lines: String, droppable: Bool) {
        state.withLock { state in
            leaveIfInBackground(&state)
            guard case .shown(let text) = state else {
                return put((breaksLine ? "\n" : "") + lines, droppable: droppable)
            }
            put(erase(text) + lines + text)
        }
    }

    /// Leaves a last word in its place, or nothing. Does nothing where it is not shown.
    static func end(with text: String? = nil) {
        state.withLock { state in
            leaveIfInBackground(&state)
            guard case .shown(let last) = state else { return }
            put(erase(last) + (text.map { $0 + "\n" } ?? ""))
            state = .absent
        }
    }

    /// Makes room for what stdout is going to write on the same terminal.
    static func withdraw() {
        state.withLock { state in
            leaveIfInBackground(&state)
            if case .shown(let last) = state { put(erase(last)) }
            state = .withdrawn
        }
    }

    // MARK: The payload before it

    private static let midLine = Mutex(false)

    /// Whether what a terminal was last given is the beginning of a line.
    static var isMidLine: Bool { midLine.withLock { $0 } }

    /// A terminal got this payload.
    static func shown(_ bytes: RawSpan) {
        if let last = bytes.last { midLine.withLock { $0 = last != UInt8(ascii: "\n") } }
    }

    /// This was typed at a terminal, which shows it.
    static func typed(_ bytes: RawSpan) {
        if bytes.last == UInt8(ascii: "\n") { midLine.withLock { $0 = false } }
    }

    /// Whether stderr is a terminal on which the payload's line has to end first. It does then.
    private static var breaksLine: Bool {
        guard isMidLine, stderr.isTerminal else { return false }
        midLine.withLock { $0 = false }
        return true
    }

    /// Once the program was put into the background, what stands on the line is the shell's.
    private static func leaveIfInBackground(_ state: inout State) {
        if case .shown = state, !stderr.isInForeground { state = .absent }
    }

    private static func put(_ text: String, droppable: Bool = false) {
        StandardError.write(text, droppable: droppable)
    }

    private static var stderr: BorrowedDescriptor { .standardError }
}

extension RawSpan {
    fileprivate var last: UInt8? {
        byteCount == 0 ? nil : unsafe unsafeLoad(fromByteOffset: byteCount - 1, as: UInt8.self)
    }
}
