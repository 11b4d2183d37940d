// `sockctl connect`: connect and relay stdin and stdout.

import CommandSpec
import Sockets

enum ConnectCommand {
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        if arguments[Options.check] { return try CheckCommand.start(context, arguments) }
        let endpoint = try Endpoint(arguments[Operands.connectTo])
        let plan = try SessionPlan.relay(context, arguments)
        try context.connect(to: endpoint, arguments) { socket, connection in
            context.relay(plan, socket, connection, showing: !arguments[Options.sendOnly])
        }
    }
}
