// How a command gets from its arguments to a running session: by connecting, or by accepting one peer.

import CommandSpec
import Sockets

extension SessionPlan {
    init(_ settings: Settings) {
        crlf = settings.crlf
        idleTimeout = settings.idleTimeout
        conversation = settings.framing?.conversation()
    }

    /// What `listen` and `connect` do: stdin, or a file, to the peer.
    static func relay(_ context: Context, _ arguments: Arguments) throws(Failure) -> SessionPlan {
        var plan = SessionPlan(context.settings)
        plan.halfCloses = !arguments[Options.noHalfClose]
        plan.endsAtFirstEOF = arguments[Options.exitOnEOF]
        guard !arguments[Options.recvOnly] else { return plan }
        if let channel = try context.input(arguments) {
            plan.input = context.framed(ChannelSource(channel), plan.conversation)
            plan.inputIsTerminal = channel.kind == .terminal
        } else {
            plan.input = EmptySource()
        }
        return plan
    }
}

extension Context {
    /// An input as it goes through the socket: its messages cut and joined, where there is framing.
    func framed(
        _ source: any ByteSource, _ conversation: (any Conversation)? = nil, delay: Duration = .zero
    ) -> any ByteSource {
        guard let framing = settings.framing else { return source }
        return FramedSource(source, framing, conversation, delay: delay, loop: loop)
    }

    /// DATA operands as they go through the socket, each a message.
    func encoded(
        _ messages: [[UInt8]], _ conversation: (any Conversation)? = nil
    ) throws(Failure) -> [[UInt8]] {
        try settings.framing?.encoded(messages, "DATA", conversation) ?? messages
    }

    /// Connects, and begins a session with the connection.
    /// - Parameter announcing: whether the connection is an event to be reported.
    func connect(
        to endpoint: Endpoint, _ arguments: Arguments, announcing: Bool = true,
        _ begin: @escaping (Channel, ConnectionIdentity) -> Void
    ) throws(Failure) {
        let source = try SourceAddress(arguments)
        let connector = Connector(
            self, to: endpoint, from: source, announcing: announcing, waiting: arguments[Options.wait]
        ) { [unowned self] result in
            switch result {
            case .success(let (socket, connection)): begin(socket, connection)
            case .failure(let failure): finish(failure)
            }
        }
        run.begin(connector)
        connector.start()
    }

    /// Accepts one peer, and begins a session with it.
    func acceptOne(
        _ acceptor: Acceptor, at endpoint: Endpoint,
        _ begin: @escaping (Channel, ConnectionIdentity) -> Void
    ) {
        run.begin(acceptor)
        acceptor.onAccept = { [unowned self, unowned acceptor] socket, connection in
            acceptor.stop()
            begin(socket, connection)
            run.end(acceptor)
        }
        acceptor.onFailure = { [unowned self] in finish($0) }
        acceptor.start(at: endpoint)
    }

    /// Runs a session and ends the command with it.
    /// - Parameter showing: whether what is received is written out; otherwise it is let go.
    func relay(_ plan: SessionPlan, _ socket: Channel, _ connection: ConnectionIdentity, showing: Bool) {
        var plan = plan
        if showing {
            beginPayload()
            plan.output = sink(for: connection, plan)
        }
        observe(socket, connection)
        let session = Session(self, connection, socket, plan: plan) { [unowned self] in finish($0) }
        run.begin(session)
        session.start()
    }
}
