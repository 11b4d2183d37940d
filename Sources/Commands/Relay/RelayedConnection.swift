// A connection that is relayed: the client's leg, the server's leg, and a pump each way. Half-close passes through, each
// direction alone; what broke on one side breaks on the other, after what had come before it.

import CommandSpec
import Sockets

final class RelayedConnection: ServedConnection, PumpOwner {
    private enum State {
        case starting
        /// The server is being connected to; nothing is read from the client.
        case dialing(Dialer)
        case relaying
        /// What has come is passed on as far as it goes, then it is over.
        case stopping(by: EndedBy, how: CloseReason)
        /// One side has broken: the other one still gets what had come from there, and then a reset.
        case breaking(RelaySide)
        case over
    }

    private let client: RelaySide
    /// Nil until it is connected.
    private var server: RelaySide?
    private unowned let owner: any ConnectionOwner
    private var state = State.starting
    private let faults: Faults?
    private let started = Instant.now
    private var idleTimer: IdleTimer?
    private var patience: Timer?
    private var failure: [Failure] = []

    /// So long what has come may take to be passed on once it is to end.
    private static let longestPatience = Duration.seconds(1)

    var identity: ConnectionIdentity { client.identity }
    private var loop: EventLoop { owner.receiving.environment.loop }
    /// Those that there are.
    private var sides: [RelaySide]

    init(
        _ stream: any Stream, _ identity: ConnectionIdentity, _ watch: RelayWatch?, _ faults: Faults?,
        owner: any ConnectionOwner
    ) {
        self.faults = faults
        client = RelaySide(stream, identity, watch)
        sides = [client]
        self.owner = owner
        owner.receiving.environment.pool.users += 1
    }

    // MARK: Connecting

    func start(dialing dialer: Dialer) {
        state = .dialing(dialer)
        client.relay = self
        client.stream.owner = client
    }

    /// Nothing is read from the client before; where the server is there at once, that needs no saying.
    func waitForServer() {
        if case .dialing = state { client.stream.wantsRead = false }
    }

    func dialed(_ result: Result<RelaySide, Failure>) {
        guard case .dialing = state else {
            if case .success(let server) = result { server.stream.close() }
            return
        }
        switch result {
        case .success(let server): begin(server)
        case .failure(let failure):
            note(failure)
            client.stream.reset()
            end(.local, .error)
        }
    }

    /// Turns the client away.
    func refuse() {
        client.stream.reset()
        end(.local, .reset)
    }

    private func begin(_ server: RelaySide) {
        self.server = server
        sides.append(server)
        server.relay = self
        server.stream.owner = server
        state = .relaying
        let began = Instant.now
        let toServer = join(client, to: server, began)
        let toClient = join(server, to: client, began)
        if let limit = owner.policy.idleTimeout {
            idleTimer = IdleTimer(limit, loop: loop) { [unowned self] in idle(for: limit) }
        }
        // The client mostly has said something by now.
        toServer.run()
        if !toClient.isFinished { toClient.waitForInput() }
    }

    /// The way from one side to the other.
    /// - Returns: the pump that takes what comes.
    private func join(_ from: RelaySide, to: RelaySide, _ began: Instant) -> Pump {
        let line = FaultLine(for: from.identity, faults)
        line?.onReset = { [unowned self, unowned from] in resetByFault(from) }
        return from.join(to, through: line, began, owner, self)
    }

    // MARK: How directions end

    func pumpMoved(_ pump: Pump) { idleTimer?.touch() }

    func pumpFinished(_ pump: Pump, _ completion: Pump.Completion) {
        guard let server else { return }
        if pump === client.filler { return filled(client, completion) }
        if pump === server.filler { return filled(server, completion) }
        let (from, to) = pump === client.pump ? (client, server) : (server, client)
        switch (state, completion) {
        case (.stopping(let by, let how), _):
            if sides.allSatisfy({ $0.pump?.isFinished != false }) { end(by, how) }
        case (.breaking(let broken), _):
            if broken === from { passOnReset(of: broken) }
        case (.relaying, .end):
            // What ended without the word for it may be cut short: nobody is to take it for whole.
            if let breach = from.breach.first ?? from.stream.failure {
                broke(from, breach)
            } else {
                ended(from, to)
            }
        case (.relaying, .sourceFailed(let error)):
            broke(from, from.stream.failure ?? Failure("receive", from.identity.name, error))
        case (.relaying, .sinkFailed(let error, let lost)):
            var failure = to.stream.failure ?? Failure("send", to.identity.name, error)
            if lost > 0 { failure.hint = from.undelivered(lost) }
            broke(to, failure)
        case (.relaying, .limit), (.relaying, .stopped), (.starting, _), (.dialing, _), (.over, _): break
        }
    }

    /// Nothing more comes into a line: that arrives after what is in it.
    private func filled(_ side: RelaySide, _ completion: Pump.Completion) {
        if case .sourceFailed(let error) = completion {
            side.breach = [side.stream.failure ?? Failure("receive", side.identity.name, error)]
        } else if let cut = side.stream.failure {
            side.breach = [cut]
        }
        side.line?.senderHasEnded()
    }

    /// One side has sent all.
    private func ended(_ from: RelaySide, _ to: RelaySide) {
        from.watch?.finish(from.identity)
        owner.connectionEvent(EndOfFile(connection: from.identity, by: .peer))
        to.stream.finishSending()
        if to.pump?.isFinished == true { awaitAcknowledgements() }
    }

    /// Both have: it is over when both systems have acknowledged everything.
    private func awaitAcknowledgements() {
        let waiting = sides.filter { $0.stream.acknowledges && other($0).pump?.bytes ?? 0 > 0 }
        guard !waiting.isEmpty else { return end(.peer, .eof) }
        for side in waiting {
            side.acknowledgement = Acknowledgement(of: side.stream, loop: loop) { [unowned self] error in
                side.acknowledgement = nil
                if let error {
                    broke(side, Failure("send", side.identity.name, error))
                } else if sides.allSatisfy({ $0.acknowledgement == nil }) {
                    end(.peer, .eof)
                }
            }
        }
        for side in waiting { side.acknowledgement?.start() }
    }

    private func other(_ side: RelaySide) -> RelaySide { side === client ? server ?? side : client }

    // MARK: How it breaks

    /// The connection broke, or ended, while neither direction was waiting for it.
    func hungUp(_ side: RelaySide, isGone: Bool) {
        if let error = side.stream.takePendingError() {
            let failure = Failure("receive", side.identity.name, error)
            guard case .dialing(let dialer) = state else { return broke(side, failure) }
            // What it had sent is passed on once the server is there, and then that it broke.
            guard side.stream.unread == 0 else { return side.breach = [failure] }
            dialer.cancel()
            note(failure)
            side.isBroken = true
            return end(.peer, .reset)
        }
        guard case .relaying = state, let pump = side.pump else { return }
        if isGone, !side.stream.kind.acknowledges, pump.isFinished {
            // Of a TCP peer nothing tells that it will not even receive; a Unix peer that closed is gone. The other side
            // knows that it has sent all, and mostly ends, too.
            patience = loop.after(Self.longestPatience) { [unowned self] in
                other(side).stream.reset()
                end(.peer, .eof)
            }
        } else if side.stream.unread == 0 {
            pump.takeEnd()
        }
    }

    /// One side is no more. What it had sent is passed on, then the other side is reset.
    private func broke(_ side: RelaySide, _ failure: Failure) {
        guard case .relaying = state, let pump = side.pump else { return }
        state = .breaking(side)
        note(failure)
        side.isBroken = true
        for side in sides { side.acknowledgement = nil }
        other(side).abandon()
        let rest = side.line?.rest ?? .zero
        patience = loop.after(Self.longestPatience + rest) { [unowned self] in reset(other(side)) }
        if pump.isFinished { return passOnReset(of: side) }
        if side.stream.unread == 0 { side.taker?.takeEnd() }
        side.taker?.drain()
    }

    /// What `--fault reset-after` does, after what came before it.
    private func resetByFault(_ side: RelaySide) {
        guard case .relaying = state else { return }
        state = .breaking(side)
        patience = loop.after(Self.longestPatience) { [unowned self] in reset(other(side)) }
        for side in sides {
            side.acknowledgement = nil
            side.filler?.abandon()
        }
        side.stream.reset()
        other(side).pump?.abandon()
        // Its end, here or before, is what the reset waits for.
        if side.pump?.isFinished == false { side.pump?.abandon() } else { passOnReset(of: side) }
    }

    /// A reset throws away what is on its way, so that has to have arrived first.
    private func passOnReset(of broken: RelaySide) {
        let side = other(broken)
        guard side.stream.acknowledges, broken.pump?.bytes ?? 0 > 0 else { return reset(side) }
        let waiting = Acknowledgement(of: side.stream, loop: loop) { [unowned self] _ in reset(side) }
        side.acknowledgement = waiting
        waiting.start()
    }

    private func reset(_ side: RelaySide) {
        side.stream.reset()
        end(.local, .reset)
    }

    // MARK: How it ends from outside

    private func idle(for limit: Duration) {
        let isHeldUp = sides.contains { $0.taker?.isHeldUpHere == true }
        guard idleTimer?.waits(for: owner.receiving.gate, or: isHeldUp) != true else { return }
        stop(.idle(identity.name, for: limit), by: .timeout, how: .timeout)
    }

    func stop(_ failure: Failure?, by: EndedBy, how: CloseReason) {
        note(failure)
        switch state {
        case .over, .stopping: return
        case .dialing(let dialer):
            dialer.cancel()
            client.stream.reset()
            end(by, how)
        case .starting, .breaking: end(by, how)
        case .relaying:
            state = .stopping(by: by, how: how)
            patience = loop.after(Self.longestPatience) { [unowned self] in
                for side in sides { loseWhatWaits(from: side) }
                end(by, how)
            }
            for side in sides {
                side.acknowledgement = nil
                side.drain()
            }
            if case .stopping = state, sides.allSatisfy({ $0.pump?.isFinished != false }) { end(by, how) }
        }
    }

    func cutOff(_ failure: Failure) {
        note(failure)
        for side in sides { side.stream.reset() }
        end(.local, .error)
    }

    /// What could not be passed on in time is lost, and that is said.
    private func loseWhatWaits(from side: RelaySide) {
        let lost = side.lost
        guard lost > 0 else { return }
        note(
            Failure(
                "relay", side.identity.name, words: side.undelivered(lost), status: .connectionLost))
    }

    /// A failure is large, and rare.
    private func note(_ failure: Failure?) {
        if self.failure.isEmpty, let failure { self.failure = [failure] }
    }

    private func end(_ by: EndedBy, _ how: CloseReason) {
        if case .over = state { return }
        state = .over
        patience = nil
        idleTimer?.cancel()
        for side in sides {
            side.acknowledgement = nil
            side.watch?.finish(side.identity)
        }
        let failure = failure.first
        if let server {
            owner.connectionEvent(Closed(connection: server.identity, account: account(server, by, how)))
        }
        let account = account(client, by, how)
        for side in sides {
            side.abandon()
            side.stream.close()
        }
        owner.receiving.environment.pool.users -= 1
        owner.connectionEnded(self, account, failure)
    }

    func accounts(at now: Instant) -> [(identity: ConnectionIdentity, account: ClosingAccount)] {
        sides.map { side in
            var account = account(side, .local, .eof, at: now)
            account.tcp = account.tcp ?? side.stream.tcpInfo()
            account.sent.bytes = max(0, account.sent.bytes - (side.stream.unacknowledged ?? 0))
            return (side.identity, account)
        }
    }

    private func account(
        _ side: RelaySide, _ by: EndedBy, _ how: CloseReason, at now: Instant = .now
    ) -> ClosingAccount {
        let other = server.map { $0 === side ? client : $0 }
        var sent = other?.traffic(at: now, isFramed: owner.policy.isFramed) ?? .init()
        sent.bytes = (other?.pump?.bytes ?? 0) - (other?.pump?.pending ?? 0)
        var received = side.traffic(at: now, isFramed: owner.policy.isFramed)
        (received.encrypted, sent.encrypted) = (side.stream.encrypted?.received, side.stream.encrypted?.sent)
        let isBreaking = side.isBroken || how == .error
        return ClosingAccount(
            by: side.isBroken ? .peer : by,
            how: isBreaking ? failure.first.map(CloseReason.init) ?? how : how,
            received: received, sent: sent, duration: now - started,
            tcp: owner.wantsTCPAccounts ? side.stream.tcpInfo() : nil,
            sendBuffer: owner.fixedSendBuffer(of: side.stream, side.identity.leg))
    }
}
