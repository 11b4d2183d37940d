// Serves each peer with a program of its own: what the peer sends is its standard input, what it writes to standard
// output goes to the peer.

import CommandSpec
import Framing
import Sockets

final class ProgramService: Service {
    private let context: Context
    private let command: ServedCommand
    /// Without what belongs to a connection.
    private let environment: [[UInt8]]
    private var programs: [Int: ServedProgram] = [:]

    init(_ context: Context, _ command: ServedCommand) {
        self.context = context
        self.command = command
        environment = ProgramEnvironment.inherited
        context.run.endsSoon = { [weak self] in self?.programs.isEmpty == false }
        context.run.onExit = { [weak self] in self?.programs.values.forEach { $0.kill() } }
    }

    func serve(_ stream: any Stream, _ identity: ConnectionIdentity, for owner: Connections) {
        let connection = Connection(identity, owner.observed(stream, identity), owner: owner)
        owner.add(connection)
        do throws(Errno) {
            try connection.start(
                start(for: identity, connection), isUrgent: !owner.policy.isOneOfMany)
        } catch {
            connection.start(SourceAndSink(source: nil, sink: NullSink()), isUrgent: false)
            connection.cutOff(Failure("exec", command.name, error, status: .failure))
        }
    }

    private func start(
        for identity: ConnectionIdentity, _ connection: Connection
    ) throws(Errno) -> SourceAndSink {
        let child = try ChildProgram(
            command.command, environment: environment + ProgramEnvironment.variables(of: identity))
        let program = try ServedProgram(child, loop: context.loop)
        programs[identity.number] = program
        context.reporter.note("\(identity.title): started \(command.name), process \(program.pid)")
        let conversation = context.settings.framing?.conversation()
        let source = context.framed(ChannelSource(program.output, answers: true), conversation)
        let readerIsGone = { [weak connection] in connection?.readerIsGone() ?? () }
        guard context.settings.framing != nil || context.settings.json else {
            let sink = ProgramInput(program, loop: context.loop)
            sink.onGone = readerIsGone
            return SourceAndSink(source: source, sink: sink)
        }
        let receiver = ProgramReceiver(program, context.settings.framing?.localJoiner(conversation))
        receiver.onGone = readerIsGone
        let cutter = context.settings.framing?.socketCutter(conversation)
        return SourceAndSink(
            source: source,
            sink: ReceivingSink(
                context, of: identity, showing: .events(context), cutter: cutter, receiver: receiver))
    }

    func remains(of identity: ConnectionIdentity, inOrder: Bool) -> Remains? {
        guard let program = programs[identity.number] else { return nil }
        return { [self] completion in
            program.end(inOrder: inOrder) { [self] ending in
                programs.removeValue(forKey: identity.number)
                completion(ending)
            }
        }
    }

    func interrupted() { programs.values.forEach { $0.hurry() } }
}
