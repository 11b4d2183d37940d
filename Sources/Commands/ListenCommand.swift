// `sockctl listen`: accept and serve, one peer or many.

import CommandSpec
import Framing
import Sockets

enum ListenCommand {
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let endpoint = try Endpoint(arguments[Operands.listenAt])
        if arguments[Options.activate] != nil, let program = try ServedCommand(arguments) {
            let activation = Activation(
                context, program, backlog: arguments[Options.backlog])
            context.run.begin(activation)
            return activation.start(at: endpoint)
        }
        let relayTo = try arguments[Options.relayTo].map { (word) throws(Failure) in
            try Endpoint.relayed(word)
        }
        if let relayTo, relayTo.unixName != nil, context.settings.isMultipath {
            throw Failure(
                "option", "--mptcp", words: "it is for both connections, and \(relayTo.text) is not TCP",
                status: .usage)
        }
        if let relayTo, arguments.has(Options.fault) || arguments.has(Options.faults),
            [endpoint, relayTo].contains(where: \.connectionType.keepsBoundaries)
        {
            throw Failure(
                "option", arguments.has(Options.fault) ? "--fault" : "--faults",
                words: "faults are of streams, and unix-seqpacket: keeps boundaries", status: .usage)
        }
        let acceptor = Acceptor(
            context, access: try AccessList(context, arguments, at: endpoint),
            backlog: arguments[Options.backlog], leg: relayTo == nil ? nil : .client)
        acceptor.tls = try context.tlsServer(at: endpoint, arguments, relayTo == nil ? nil : .client)
        var policy = ConnectionPolicy(context.settings)
        policy.isOneOfMany = arguments[Options.keepOpen]
        policy.halfCloses = !arguments[Options.noHalfClose]
        policy.endsAtFirstEOF = arguments[Options.exitOnEOF]
        policy.receives = !arguments[Options.sendOnly]
        let hub = Hub(context.settings.framing)
        let relay = try relayTo.map { (endpoint) throws(Failure) in
            try RelayService(context, arguments, to: endpoint, clientHasTLS: acceptor.tls != nil)
        }
        acceptor.relayTo = relay?.dialed
        let service: any Service =
            if let relay { relay } else { try service(context, arguments, &policy, hub) }
        context.beginPayload()
        let connections = Connections(
            context, policy, service,
            maxConnections: service is ProgramService
                ? ServedCommand.most(asked: arguments[Options.maxConnections])
                : arguments[Options.maxConnections] ?? .max)
        hub.cutOff = { [weak connections, loop = context.loop] number, failure in
            loop.beforeWaiting { connections?.cutOff(number, failure) }
        }
        connections.accept(with: acceptor, at: endpoint)
    }

    /// The way of serving that was asked for.
    private static func service(
        _ context: Context, _ arguments: Arguments, _ policy: inout ConnectionPolicy, _ hub: Hub
    ) throws(Failure) -> any Service {
        switch ServingWay(arguments) {
        case .echo:
            policy.endFollowsPeer = true
            return EchoService(context)
        case .discard:
            policy.endFollowsPeer = true
            return DiscardService(context)
        case .reply:
            policy.endFollowsPeer = true
            let reply = try arguments[Options.reply].map { (reply) throws(Failure) in
                try context.contents(reply, instead: "--file FILE sends each peer a file of any length")
            }
            return try ReplyService(context, reply: reply ?? [])
        case .chat:
            policy.endFollowsPeer = true
            policy.peerEndStopsSending = true
            policy.othersSpeak = true
            return ChatService(context, hub, input: try context.input(arguments).map { ChannelSource($0) })
        case .exec, .shell:
            guard let program = try ServedCommand(arguments) else { break }
            return ProgramService(context, program)
        case .replay:
            guard let file = arguments[Options.replay] else { break }
            let source = ReplaySource(
                try context.openRecording(file), role: .server,
                connection: arguments[Options.replayConnection],
                keepsBoundaries: context.settings.framing?.keepsBoundaries == true,
                loop: context.loop)
            return StandardService(context, input: source, shows: policy.receives)
        case .file:
            // One peer gets the file as it would get stdin.
            guard policy.isOneOfMany, let file = arguments[Options.file] else { break }
            return try FileService(context, try context.open(file), receives: policy.receives)
        case .standard, .activate, .relay:
            break
        }
        return try standard(context, arguments, &policy, hub)
    }

    private static func standard(
        _ context: Context, _ arguments: Arguments, _ policy: inout ConnectionPolicy, _ hub: Hub
    ) throws(Failure) -> any Service {
        let sends = !arguments[Options.recvOnly]
        let input = sends ? try context.input(arguments) : nil
        guard policy.isOneOfMany else {
            policy.peerEndStopsSending = input?.kind == .terminal
            let conversation = context.settings.framing?.conversation()
            return StandardService(
                context, input: sends ? context.source(input, conversation) : nil, shows: policy.receives,
                expecting: .init(conversation: conversation))
        }
        policy.endFollowsPeer = true
        policy.peerEndStopsSending = true
        return SharedStandardService(
            context, hub, input: input.map { ChannelSource($0) }, sends: sends, receives: policy.receives)
    }
}

extension Context {
    /// What stdin, or a file, gives to the peer; an end at once where stdin was closed.
    func source(_ input: Channel?, _ conversation: (any Conversation)?) -> any ByteSource {
        input.map { framed(ChannelSource($0), conversation) } ?? EmptySource()
    }
}
