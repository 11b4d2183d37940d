// `sockctl listen`: accept and relay, or serve many peers.

import CommandSpec
import Sockets

enum ListenCommand {
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let endpoint = try Endpoint(arguments[Operands.listenAt])
        let acceptor = Acceptor(
            context, access: try AccessList(arguments),
            backlog: arguments[Options.backlog] ?? Defaults.backlog)
        let relaysOne =
            !arguments[Options.keepOpen] && !arguments[Options.echo] && !arguments[Options.discard]
            && arguments[Options.reply] == nil
        if relaysOne {
            try serveOne(context, arguments, acceptor, endpoint)
        } else {
            try serveMany(context, arguments, acceptor, endpoint)
        }
    }

    private static func serveOne(
        _ context: Context, _ arguments: Arguments, _ acceptor: Acceptor, _ endpoint: Endpoint
    ) throws(Failure) {
        var plan: SessionPlan
        if let file = arguments[Options.replay] {
            plan = SessionPlan(context.settings)
            plan.input = ReplaySource(try context.open(file), role: .server, loop: context.loop)
        } else {
            plan = try SessionPlan.relay(context, arguments)
        }
        context.acceptOne(acceptor, at: endpoint) { socket, connection in
            context.relay(plan, socket, connection, showing: !arguments[Options.sendOnly])
        }
    }

    private static func serveMany(
        _ context: Context, _ arguments: Arguments, _ acceptor: Acceptor, _ endpoint: Endpoint
    ) throws(Failure) {
        let server = Server(
            context, acceptor,
            ServerPlan(
                keepsOpen: arguments[Options.keepOpen],
                maxConnections: arguments[Options.maxConnections] ?? .max,
                halfCloses: !arguments[Options.noHalfClose], endsAtFirstEOF: arguments[Options.exitOnEOF],
                receives: !arguments[Options.sendOnly]))
        let service: any Service
        if arguments[Options.echo] {
            service = EchoService(context)
        } else if arguments[Options.discard] {
            service = DiscardService()
        } else if let reply = arguments[Options.reply] {
            service = try ReplyService(context, reply: try reply.contents())
        } else if arguments[Options.chat] {
            service = ChatService(server)
        } else {
            let input = arguments[Options.recvOnly] ? nil : try context.input(arguments)
            server.inputIsTerminal = input?.kind == .terminal
            service = RelayService(server, input: input.map { context.framed(ChannelSource($0)) })
        }
        context.beginPayload()
        context.run.begin(server)
        server.start(at: endpoint, service)
    }
}
