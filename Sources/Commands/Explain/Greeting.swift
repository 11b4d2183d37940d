// What a peer says by itself once it is connected to: some greet, some close at once, and a server of TLS that takes our
// silence for an error sends an alert.

enum Greeting {
    /// An alert of TLS: it wants a handshake.
    case tlsAlert
    /// Something else, the first line of it.
    case words(String)
    /// Nothing, and it has closed the connection.
    case closed
    case reset

    /// Nil where nothing was said.
    init?(_ result: InterviewResult) {
        if result.isAlert {
            self = .tlsAlert
        } else if let banner = result.banner {
            self = .words(String(decoding: banner, as: UTF8.self))
        } else if result.closedAfter != nil {
            self = result.isReset ? .reset : .closed
        } else {
            return nil
        }
    }

    /// How long a peer may take to say something by itself.
    static let patience = Duration.milliseconds(100)
}
