// What we say to all peers ourselves: our input, cut like what a peer says, so that each gets whole messages.

import CommandSpec
import Framing
import Sockets

final class SharedInput: PumpOwner {
    private let context: Context
    private let hub: Hub
    private let source: any ByteSource
    /// Whether nobody else speaks, so that its end is the end of all that is said.
    private let isAlone: Bool
    private var pump: Pump?
    private var sink: ReceivingSink?

    init(_ context: Context, _ hub: Hub, from source: any ByteSource, isAlone: Bool) {
        self.context = context
        self.hub = hub
        self.source = source
        self.isAlone = isAlone
    }

    /// Begins to read; once, when the first peer has come.
    func begin(with connection: ConnectionIdentity) {
        guard pump == nil else { return }
        let sink = ReceivingSink(
            context, of: connection, showing: .nothing, cutter: context.settings.framing?.localCutter(),
            receiver: Hub.Speaker(hub, 0), isLocal: true)
        self.sink = sink
        let pump = Pump(from: source, to: sink, PumpTerms(context.pumping), owner: self)
        self.pump = pump
        pump.run()
    }

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
        if isAlone { hub.finish() }
    }
}
