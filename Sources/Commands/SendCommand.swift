// `sockctl send`: send data, a file or stdin whole, and print the reply.

import CommandSpec
import Sockets

enum SendCommand {
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        var plan = SessionPlan(context.settings)
        plan.input = try source(context, arguments)
        let begin = { (socket: Channel, connection: ConnectionIdentity) in
            context.relay(plan, socket, connection, showing: !arguments[Options.noReply])
        }
        let endpoint = try Endpoint(arguments[Operands.connectTo])
        if arguments[Options.listen] {
            let acceptor = Acceptor(context, access: try AccessList(arguments), backlog: Defaults.backlog)
            context.acceptOne(acceptor, at: endpoint, begin)
        } else {
            try context.connect(to: endpoint, arguments, begin)
        }
    }

    private static func source(_ context: Context, _ arguments: Arguments) throws(Failure) -> any ByteSource {
        if let file = arguments[Options.replay] {
            return ReplaySource(try context.open(file), role: .client, loop: context.loop)
        }
        let repetitions = arguments[Options.repeat] ?? 1
        let delay = arguments[Options.delay] ?? .zero
        let data = arguments[Operands.data]
        if !data.isEmpty {
            let messages = try context.encoded(data.map(\.bytes))
            return PayloadSource(
                messages.map { .bytes($0) }, name: "DATA", repetitions: repetitions, delay: delay,
                loop: context.loop)
        }
        guard let channel = try context.input(arguments) else {
            throw Failure("read", "stdin", .badDescriptor, status: .inputOutput)
        }
        guard repetitions > 1 else { return context.framed(ChannelSource(channel), delay: delay) }
        let isFramed = context.settings.framing != nil
        let whole = PayloadSource(
            [.file(channel)], name: channel.name, repetitions: repetitions, delay: isFramed ? .zero : delay,
            loop: context.loop)
        return context.framed(whole, delay: delay)
    }
}
