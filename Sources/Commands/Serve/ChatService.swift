// Passes what one peer says to all others.

import CommandSpec
import Framing
import Sockets

final class ChatService: LocalService {
    private let context: Context
    private let hub: Hub

    init(_ context: Context, _ hub: Hub) {
        self.context = context
        self.hub = hub
    }

    func ends(for connection: ConnectionIdentity) -> SourceAndSink {
        let framing = context.settings.framing
        let speaker = Hub.Speaker(hub, connection.number)
        return SourceAndSink(
            source: hub.join(connection),
            sink: ReceivingSink(
                context, of: connection, showing: .events(context), cutter: framing?.socketCutter(),
                receiver: speaker))
    }

    func ended(_ identity: ConnectionIdentity) { hub.leave(identity) }
}
