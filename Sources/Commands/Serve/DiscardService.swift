// Takes everything, keeps nothing and says nothing.

import CommandSpec
import Framing
import Sockets

final class DiscardService: LocalService {
    private let context: Context

    init(_ context: Context) { self.context = context }

    func ends(for connection: ConnectionIdentity) -> SourceAndSink {
        guard let framing = context.settings.framing else {
            return SourceAndSink(source: nil, sink: NullSink())
        }
        return SourceAndSink(
            source: nil,
            sink: ReceivingSink(context, of: connection, showing: .nothing, cutter: framing.socketCutter()))
    }
}
