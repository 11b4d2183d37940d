// Takes the place of a stdout that was closed from the start while there is something to send: that is sent to its
// end, and not cut off because somebody answers first.

import Sockets

/// Loses all that it is given, and says so at the first byte.
final class ClosedOutputSink: ByteSink {
    private unowned let context: Context
    let name: String
    var wantsReady = false
    var pump: Pump? {
        get { nil }
        set {}
    }

    init(_ context: Context, name: String) {
        self.context = context
        self.name = name
    }

    func write(_ bytes: RawSpan) -> Int {
        if bytes.byteCount > 0 { context.outputIsLost() }
        return bytes.byteCount
    }
}
