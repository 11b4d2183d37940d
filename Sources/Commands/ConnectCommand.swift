// `sockctl connect`: connect and relay stdin and stdout.

import CommandSpec
import Framing
import Sockets

enum ConnectCommand {
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        if arguments[Options.check] { return try CheckCommand.start(context, arguments) }
        if arguments[Options.explain] { return try ExplainCommand.start(context, arguments) }
        let endpoint = try Endpoint(arguments[Operands.connectTo])
        var policy = ConnectionPolicy(context.settings)
        policy.halfCloses = !arguments[Options.noHalfClose]
        policy.endsAtFirstEOF = arguments[Options.exitOnEOF]
        policy.receives = !arguments[Options.sendOnly]
        if let program = try ServedCommand(arguments) {
            let service = ProgramService(context, program)
            return try Connections(context, policy, service).connect(to: endpoint, arguments)
        }
        let sends = !arguments[Options.recvOnly]
        let input = sends ? try context.input(arguments) : nil
        policy.peerEndStopsSending = input?.kind == .terminal
        context.isAwaited =
            input?.kind == .terminal && BorrowedDescriptor.standardError.isTerminal && !context.settings.json
        if policy.receives { context.beginPayload() }
        let conversation = context.settings.framing?.conversation()
        let script = try Script(arguments, context.settings.framing, conversation)
        let service = StandardService(
            context, input: sends ? context.source(input, conversation) : nil, shows: policy.receives,
            expecting: .init(conversation: conversation, script: script))
        try Connections(context, policy, service).connect(to: endpoint, arguments)
    }
}
