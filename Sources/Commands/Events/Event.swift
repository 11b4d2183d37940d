// What happens, as commands tell it: they emit events, a reporter prints them. Each event is a type in a file of its own,
// which says how it looks in JSON (its shape, from which the manual is made, too) and in text.

import CommandSpec
import Sockets

/// Something that happened.
protocol Event: Shaped {
    /// When.
    var time: Timestamp { get }
    /// Whether a recording has it.
    static var isRecorded: Bool { get }
    /// Says it to people.
    func say(in text: TextReporter)
}

extension Event {
    var time: Timestamp { .now }
    static var isRecorded: Bool { false }
}

/// Who did it.
enum EndedBy: String, JSONWord {
    case peer
    case local
    case signal
    case timeout
}

/// How a connection ended.
enum CloseReason: String, JSONWord {
    case eof
    case reset
    case brokenPipe = "broken-pipe"
    case timeout
    case signal
    case limit
    case outputClosed = "output-closed"
    case error
}

extension CloseReason {
    /// How a connection ended that failed so.
    init(_ failure: Failure) {
        switch failure.cause {
        case .errno(.connectionReset), .errno(.connectionAborted): self = .reset
        case .errno(.brokenPipe): self = .brokenPipe
        case .errno(.timedOut): self = .timeout
        default: self = failure.status == .timedOut ? .timeout : .error
        }
    }
}
