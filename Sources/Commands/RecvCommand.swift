// `sockctl recv`: accept one connection, or make one, and receive to EOF.

import CommandSpec
import Sockets

enum RecvCommand {
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        var policy = ConnectionPolicy(context.settings)
        policy.byteLimit = arguments[Options.bytes] ?? .max
        policy.messageLimit = arguments[Options.count] ?? .max
        let shows = !arguments[Options.discard]
        if shows { context.beginPayload() }
        let expectation = StandardService.Expectation(
            messageLimit: policy.messageLimit, byteLimit: policy.byteLimit)
        let connections = Connections(
            context, policy, StandardService(context, input: nil, shows: shows, expecting: expectation))
        let endpoint = try Endpoint(arguments[Operands.listenAt])
        if arguments[Options.connect] {
            try connections.connect(to: endpoint, arguments)
        } else {
            let acceptor = Acceptor(
                context, access: try AccessList(context, arguments, at: endpoint))
            acceptor.tls = try context.tlsServer(at: endpoint, arguments)
            connections.accept(with: acceptor, at: endpoint)
        }
    }
}
