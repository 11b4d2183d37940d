// `sockctl recv`: accept one connection, or make one, and receive to EOF.

import CommandSpec
import Sockets

enum RecvCommand {
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        var plan = SessionPlan(context.settings)
        plan.byteLimit = arguments[Options.bytes] ?? .max
        plan.messageLimit = arguments[Options.count] ?? .max
        let begin = { (socket: Channel, connection: ConnectionIdentity) in
            context.relay(plan, socket, connection, showing: true)
        }
        let endpoint = try Endpoint(arguments[Operands.listenAt])
        if arguments[Options.connect] {
            try context.connect(to: endpoint, arguments, begin)
        } else {
            let acceptor = Acceptor(context, access: try AccessList(arguments), backlog: Defaults.backlog)
            context.acceptOne(acceptor, at: endpoint, begin)
        }
    }
}
