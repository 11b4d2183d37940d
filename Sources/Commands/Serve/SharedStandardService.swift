// Serves many peers with our standard streams: our input goes to every one, what they send goes to stdout.

import CommandSpec
import Framing
import Sockets

final class SharedStandardService: LocalService {
    private let context: Context
    private let hub: Hub
    private let payload: PayloadOutput
    private let receives: Bool
    private let sends: Bool
    private let input: SharedInput?

    /// - Parameters:
    ///   - input: nil if it has nothing to give.
    ///   - sends: whether anything is ever sent.
    init(_ context: Context, _ hub: Hub, input: (any ByteSource)?, sends: Bool, receives: Bool) {
        self.context = context
        self.hub = hub
        self.sends = sends
        self.receives = receives
        payload = PayloadOutput(context)
        self.input = input.map { SharedInput(context, hub, from: $0, isAlone: true) }
        if input == nil { hub.finish() }
    }

    func ends(for connection: ConnectionIdentity) -> SourceAndSink {
        let framing = context.settings.framing
        let cutter = framing?.socketCutter(framing?.conversation())
        let source = sends ? hub.join(connection) : nil
        guard receives else { return SourceAndSink(source: source, sink: NullSink()) }
        return SourceAndSink(
            source: source,
            sink: ReceivingSink(
                context, of: connection, showing: .payload(payload),
                cutter: cutter))
    }

    func began(_ connection: Connection) { input?.begin(with: connection.identity) }

    func ended(_ identity: ConnectionIdentity) { hub.leave(identity) }
}
