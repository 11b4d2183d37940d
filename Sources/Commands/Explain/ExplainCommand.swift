// `sockctl connect --explain`: why a connection can or cannot be made.

import CommandSpec
import Sockets

enum ExplainCommand {
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let endpoint = try Endpoint(arguments[Operands.connectTo])
        let explainer = Explainer(
            context, endpoint, from: try SourceAddress(arguments),
            establishing: try context.tlsClient(to: endpoint, arguments)?.steps ?? [])
        context.run.begin(explainer)
        explainer.start()
    }
}
