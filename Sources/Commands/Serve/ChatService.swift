// Passes what one peer says to all others. Whoever runs it takes part: what he types goes to all, and a terminal shows what
// peers say.

import CommandSpec
import Framing
import Sockets

final class ChatService: LocalService {
    private let context: Context
    private let hub: Hub
    private let input: SharedInput?
    private let bystander: Bystander?

    /// - Parameter input: ours; nil if there is none.
    init(_ context: Context, _ hub: Hub, input: (any ByteSource)?) {
        self.context = context
        self.hub = hub
        bystander = Bystander(context)
        self.input = input.map { SharedInput(context, hub, from: $0, isAlone: false) }
    }

    func ends(for connection: ConnectionIdentity) -> SourceAndSink {
        let framing = context.settings.framing
        let speaker = Hub.Speaker(hub, connection.number)
        return SourceAndSink(
            source: hub.join(connection),
            sink: ReceivingSink(
                context, of: connection, showing: bystander.map { .overheard($0) } ?? .events(context),
                cutter: framing?.socketCutter(),
                receiver: speaker))
    }

    func began(_ connection: Connection) { input?.begin(with: connection.identity) }

    func ended(_ identity: ConnectionIdentity) { hub.leave(identity) }
}
