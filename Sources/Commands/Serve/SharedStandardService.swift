// Serves many peers with our standard streams: our input goes to every one, what they send goes to stdout.

import CommandSpec
import Framing
import Sockets

final class SharedStandardService: LocalService, PumpOwner {
    private let context: Context
    private let hub: Hub
    private let payload: PayloadOutput
    private let receives: Bool
    private let sends: Bool
    private let input: (any ByteSource)?
    private var pump: Pump?
    private var sink: ReceivingSink?
    private var speaker: Hub.Speaker?

    /// - Parameters:
    ///   - input: nil if it has nothing to give.
    ///   - sends: whether anything is ever sent.
    init(_ context: Context, _ hub: Hub, input: (any ByteSource)?, sends: Bool, receives: Bool) {
        self.context = context
        self.hub = hub
        self.input = input
        self.sends = sends
        self.receives = receives
        payload = PayloadOutput(context)
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

    func began(_ connection: Connection) {
        guard pump == nil, let input else { return }
        // What is said to all is cut like what a peer says, so that each gets whole messages.
        let speaker = Hub.Speaker(hub, 0)
        let sink = ReceivingSink(
            context, of: connection.identity, showing: .nothing,
            cutter: context.settings.framing?.localCutter(),
            receiver: speaker, isLocal: true)
        self.speaker = speaker
        self.sink = sink
        let pump = Pump(from: input, to: sink, PumpTerms(context.pumping), owner: self)
        self.pump = pump
        pump.run()
    }

    func ended(_ identity: ConnectionIdentity) { hub.leave(identity) }

    func pumpMoved(_ pump: Pump) {}

    func pumpFinished(_ pump: Pump, _ completion: Pump.Completion) {
        pump.sink.end()
        var failure = pump.sink.failure
        if case .sourceFailed(let error) = completion {
            failure = Failure("read", pump.source.name, error, status: .inputOutput)
        }
        if let failure {
            context.run.interrupt(Interruption(by: .local, how: .error, failure: failure))
        }
        // What stdin's EOF means to each peer: we have sent all.
        hub.finish()
    }
}
