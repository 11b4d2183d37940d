// What a peer says by itself once it is connected to: some greet, some close at once, and a server of
// TLS that takes our silence for an error sends an alert.

import Sockets

enum Greeting {
    /// An alert of TLS: it wants a handshake.
    case tlsAlert
    /// Something else, the first line of it.
    case words(String)
    /// Nothing, and it has closed the connection.
    case closed
    case reset

    /// Nil where nothing was said.
    init?(_ bytes: [UInt8]) {
        if bytes.isEmpty { return nil }
        if PlainAnswer.isAlert(bytes) {
            self = .tlsAlert
        } else {
            let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            self = .words(String(decoding: line.prefix(Self.shown), as: UTF8.self))
        }
    }

    /// What has come so far. It is taken, because what nobody has read makes closing a reset. Nil if nothing has come.
    init?(on stream: any Stream) {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        do throws(Errno) {
            var span = bytes.mutableSpan
            var buffer = unsafe span.mutableBytes
            let count = try stream.read(into: &buffer)
            if count == 0 {
                self = .closed
            } else {
                self.init(Array(bytes.prefix(count)))
            }
        } catch {
            if error == .wouldBlock { return nil }
            self = .reset
        }
    }

    /// How much of a line is shown, in bytes.
    private static let shown = 80
}

/// Waits for it, a short time.
final class GreetingWait: StreamWaiter {
    private let stream: any Stream
    private let completion: (Greeting?) -> Void
    private var timer: Timer?
    private var isOver = false

    /// How long a peer may take to say something by itself.
    private static let patience = Duration.milliseconds(100)

    init(_ stream: any Stream, _ loop: EventLoop, _ completion: @escaping (Greeting?) -> Void) {
        self.stream = stream
        self.completion = completion
        timer = loop.after(Self.patience) { [unowned self] in run() }
        stream.reader = self
        stream.wantsRead = true
    }

    func run() {
        guard !isOver else { return }
        let greeting = Greeting(on: stream)
        cancel()
        completion(greeting)
    }

    func cancel() {
        isOver = true
        timer?.cancel()
        stream.wantsRead = false
        stream.reader = nil
    }
}
