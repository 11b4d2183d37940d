// The connections of a command: one that it made, one that it accepted, or many that come and go.

import CommandSpec
import Framing
import Sockets

final class Connections: RunTask, ConnectionOwner {
    private let context: Context
    let policy: ConnectionPolicy
    private let service: any Service
    private let maxConnections: Int
    private var acceptor: Acceptor?
    private var open: [Int: any ServedConnection] = [:]
    /// Those that are ready, and for whom there is no room yet.
    private var waiting: [(stream: any Stream, identity: ConnectionIdentity)] = []
    /// How many connections have ended, of which something is left.
    private var leaving = 0
    private var interruption: Interruption?
    private var isEnding: Bool { interruption != nil }
    /// How many connections that were to be made are not over yet; nil where it is one, or whoever comes.
    private var outstanding: Int?
    private var firstFailure: [Failure] = []
    private var totals = Totals()
    private var intervals: Intervals?
    let receiving: PumpTerms
    let sending: PumpTerms

    init(_ context: Context, _ policy: ConnectionPolicy, _ service: any Service, maxConnections: Int = .max) {
        self.context = context
        self.policy = policy
        self.service = service
        self.maxConnections = maxConnections
        receiving = PumpTerms(
            context.pumping, gate: context.outputs.receiving, byteLimit: policy.byteLimit,
            messageLimit: policy.messageLimit)
        sending = PumpTerms(context.pumping, gate: context.outputs.observing, crlf: policy.crlf)
        intervals = Intervals(context) { [unowned self] in
            open.values.sorted { $0.identity.number < $1.identity.number }
        }
    }

    var wantsTCPAccounts: Bool { context.reporter.showsTCPAccounts }

    /// Accepts peers: one, or as many as come.
    func accept(with acceptor: Acceptor, at endpoint: Endpoint) {
        self.acceptor = acceptor
        acceptor.onAccept = { [unowned self] stream, identity in
            if !policy.isOneOfMany { acceptor.stop() }
            take(stream, identity)
        }
        updateLimit()
        acceptor.onFailure = { [context] failure in
            context.run.interrupt(Interruption(by: .local, how: .error, failure: failure))
        }
        context.run.begin(self)
        acceptor.start(at: endpoint)
    }

    /// Connects, and goes on with the connection.
    /// - Parameter count: how many connections are made at a time.
    func connect(to endpoint: Endpoint, _ arguments: Arguments, count: Int = 1) throws(Failure) {
        let passage = try Passage(context, to: endpoint, arguments)
        context.run.begin(self)
        if count > 1 { outstanding = count }
        for _ in 0..<count {
            try context.connect(through: passage, arguments) { [unowned self] stream, identity in
                begin(stream, identity)
            }
        }
    }

    private func begin(_ stream: any Stream, _ identity: ConnectionIdentity) {
        totals.begin()
        // Whoever is there has accepted it by then.
        if policy.isMeasured {
            context.loop.schedule(after: Self.acquaintance) { [weak self] in
                if self?.open[identity.number] != nil { self?.totals.find(identity) }
            }
        }
        service.serve(stream, identity, for: self)
    }

    /// It is open until it says that it has ended.
    func add(_ connection: any ServedConnection) {
        open[connection.identity.number] = connection
        updateLimit()
    }

    /// How many take a place.
    private var count: Int { open.count + leaving }

    /// Serves a peer, now or when there is room.
    private func take(_ stream: any Stream, _ identity: ConnectionIdentity) {
        guard count < maxConnections else {
            waiting.append((stream, identity))
            return updateLimit()
        }
        begin(stream, identity)
    }

    /// A handshake that stalls takes no place from a peer that could be served.
    private func updateLimit() {
        let hasRoom = count + waiting.count < maxConnections
        acceptor?.establishingLimit = hasRoom ? max(maxConnections, Self.leastEstablishing) : 0
    }

    private static let leastEstablishing = 64
    private static let acquaintance = Duration.milliseconds(20)

    /// The stream as those see it who asked to see each byte.
    func observed(_ stream: any Stream, _ identity: ConnectionIdentity) -> any Stream {
        let observers = context.observers
        return observers.isEmpty ? stream : ObservedStream(stream, of: identity, by: observers)
    }

    // MARK: What becomes of them

    func connectionEvent(_ event: some Event) { context.reporter.report(event) }

    func fixedSendBuffer(of stream: any Stream, _ leg: Leg?) -> Int? {
        guard context.settings.sets("SO_SNDBUF", on: leg), let option = SocketOption.named("SO_SNDBUF"),
            case .int(let size) = stream.value(of: option)
        else { return nil }
        return size
    }

    func connectionLost(_ bytes: Int) { context.outputs.lost += bytes }

    func connectionEnded(_ connection: any ServedConnection, _ account: ClosingAccount, _ failure: Failure?) {
        guard open.removeValue(forKey: connection.identity.number) != nil else { return }
        service.ended(connection.identity)
        guard let remains = service.remains(of: connection.identity, inOrder: failure == nil && !isEnding)
        else { return conclude(connection.identity, account, failure) }
        leaving += 1
        remains { [self] ending in
            leaving -= 1
            var account = account
            account.program = ending
            if !policy.isOneOfMany { context.run.programStatus = ending.status }
            conclude(
                connection.identity, account, failure ?? (policy.isOneOfMany ? nil : interruption?.failure))
        }
    }

    /// Nothing is left of it.
    private func conclude(_ identity: ConnectionIdentity, _ account: ClosingAccount, _ failure: Failure?) {
        // One peer's failure is not the server's, unless it serves just that one.
        if policy.isOneOfMany, let failure, !isSilent(account) {
            context.reporter.report(Failed(failure: failure))
        }
        context.reporter.report(Closed(connection: identity, account: account))
        totals.add(account, failed: failure != nil)
        if let left = outstanding {
            outstanding = left - 1
            if firstFailure.isEmpty, let failure { firstFailure = [failure] }
            guard left == 1 || isEnding && count == 0 else { return }
            tellTotal()
            context.finish(firstFailure.first)
            return context.run.end(self)
        }
        if !policy.isOneOfMany {
            if policy.isMeasured { tellTotal() }
            context.finish(failure, hurried: account.how == .limit || account.how == .timeout)
        } else if !isEnding {
            acceptor?.descriptorWasFreed()
            if !waiting.isEmpty {
                let (stream, identity) = waiting.removeFirst()
                begin(stream, identity)
            }
            updateLimit()
        }
        if policy.isOneOfMany, isEnding, count == 0 { tellTotalOfMany() }
        if !policy.isOneOfMany || isEnding && count == 0 { context.run.end(self) }
    }

    private func tellTotal() {
        if let sum = totals.sum { context.reporter.report(sum) }
    }

    private func tellTotalOfMany() {
        if context.settings.statistics { tellTotal() }
    }

    /// A peer that came and went without a byte, as one that only tests the port: what would have answered it breaks,
    /// and with `--quiet` nothing is to be said of that.
    private func isSilent(_ account: ClosingAccount) -> Bool {
        policy.endFollowsPeer && account.received.bytes == 0 && account.how == .brokenPipe
            && context.settings.verbosity == .quiet && !context.settings.json
    }

    /// One of many has to go.
    func cutOff(_ number: Int, _ failure: Failure) { open[number]?.cutOff(failure) }

    func interrupt(_ interruption: Interruption) {
        guard !isEnding else { return }
        self.interruption = interruption
        acceptor?.stop()
        service.interrupted()
        for peer in waiting { peer.stream.close() }
        waiting = []
        let connections = open.values.sorted { $0.identity.number < $1.identity.number }
        guard count > 0 else {
            if policy.isOneOfMany { tellTotalOfMany() }
            context.finish(interruption.failure)
            return context.run.end(self)
        }
        // A failure that ends a server is not that of its peers.
        let failure = policy.isOneOfMany ? nil : interruption.failure
        for connection in connections { connection.stop(failure, by: interruption.by, how: interruption.how) }
    }
}

extension Context {
    /// Those who asked to see each byte of a connection.
    var observers: [any Observer] {
        var observers: [any Observer] = []
        if let hexDump { observers.append(hexDump) }
        if let recorder { observers.append(recorder) }
        return observers
    }

    /// A socket that is connected, as a stream.
    /// - Parameters:
    ///   - wantsRead: whether it is going to be read from at once.
    ///   - file: that it is bound to, removed with it.
    ///   - mayWait: whether others share it who want calls on it to wait, as the kernel's own would then.
    func stream(
        _ socket: consuming OwnedDescriptor, to peer: SocketAddress, _ leg: Leg?, wantsRead: Bool = false,
        brokenBy error: Errno? = nil, file: UnixSocketFile? = nil, mayMeetTLS: Bool = false,
        mayWait: Bool = false
    ) throws(Errno) -> any Stream {
        let kind = try StreamKind(of: socket.borrowed, peer.family)
        let stream = try SocketStream(
            socket, kind,
            mayModerate: !settings.sets("SO_RCVLOWAT", on: leg), loop: loop,
            wantsRead: wantsRead, mayWait: mayWait, brokenBy: error, file: file)
        stream.mayMeetTLS = mayMeetTLS
        return stream
    }

    /// Says of a connection that was to be Multipath TCP, and is not.
    func tellFallback(_ stream: any Stream, _ connection: ConnectionIdentity) {
        guard settings.isMultipath, stream.socket?.isMultipath == false else { return }
        reporter.notice("\(connection.title) has no Multipath TCP: the connection is plain TCP")
    }

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
}

extension ConnectionPolicy {
    init(_ settings: Settings) {
        isFramed = settings.framing != nil
        messagesAreSelfContained = settings.framing?.isSelfContained ?? false
        crlf = settings.crlf
        idleTimeout = settings.idleTimeout
        isMeasured = settings.interval != nil
    }
}
