// A connection that is relayed: the client's leg, the server's leg, and a pump each way. Half-close passes through, each
// direction alone; what broke on one side breaks on the other, after what had come before it.

import CommandSpec
import Sockets

final class RelayedConnection: ServedConnection, PumpOwner {
    /// One leg.
    final class Side: StreamOwner {
        let stream: any Stream
        let identity: ConnectionIdentity
        fileprivate let watch: RelayWatch?
        fileprivate unowned var relay: RelayedConnection?
        /// What comes from here goes to the other side.
        fileprivate var pump: Pump?
        fileprivate var acknowledgement: Acknowledgement?
        /// Whether there is no connection any more.
        fileprivate var isBroken = false

        init(_ stream: any Stream, _ identity: ConnectionIdentity, _ watch: RelayWatch?) {
            self.stream = stream
            self.identity = identity
            self.watch = watch
        }

        func streamHungUp(isGone: Bool) { relay?.hungUp(self, isGone: isGone) }
    }

    private enum State {
        /// The server is being connected to; nothing is read from the client.
        case dialing(Dialer)
        case relaying
        /// What has come is passed on as far as it goes, then it is over.
        case stopping(by: Party, how: Manner)
        /// One side has broken: the other one still gets what had come from there, and then a reset.
        case breaking(Side)
        case over
    }

    private let client: Side
    /// Nil until it is connected.
    private var server: Side?
    private unowned let owner: any ConnectionOwner
    private var state = State.over
    private let started = Instant.now
    private var idleTimer: IdleTimer?
    private var patience: Timer?
    private var failure: [Failure] = []

    /// So long what has come may take to be passed on once it is to end.
    private static let longestPatience = Duration.seconds(1)

    var identity: ConnectionIdentity { client.identity }
    private var loop: EventLoop { owner.receiving.environment.loop }
    /// Those that there are.
    private var sides: [Side]

    init(
        _ stream: any Stream, _ identity: ConnectionIdentity, _ watch: RelayWatch?,
        owner: any ConnectionOwner
    ) {
        client = Side(stream, identity, watch)
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

    func dialed(_ result: Result<Side, Failure>) {
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

    private func begin(_ server: Side) {
        self.server = server
        sides.append(server)
        server.relay = self
        server.stream.owner = server
        state = .relaying
        let began = Instant.now
        let toServer = Pump(
            from: StreamSource(client.stream), to: StreamSink(server.stream), owner.receiving, started: began,
            owner: self)
        let toClient = Pump(
            from: StreamSource(server.stream), to: StreamSink(client.stream), owner.receiving, started: began,
            owner: self)
        (client.pump, server.pump) = (toServer, toClient)
        if let limit = owner.policy.idleTimeout {
            idleTimer = IdleTimer(limit, loop: loop) { [unowned self] in idle(for: limit) }
        }
        // The client mostly has said something by now.
        toServer.run()
        if !toClient.isFinished { toClient.waitForInput() }
    }

    // MARK: How directions end

    func pumpMoved(_ pump: Pump) { idleTimer?.touch() }

    func pumpFinished(_ pump: Pump, _ completion: Pump.Completion) {
        guard let server else { return }
        let (from, to) = pump === client.pump ? (client, server) : (server, client)
        switch (state, completion) {
        case (.stopping(let by, let how), _):
            if sides.allSatisfy({ $0.pump?.isFinished != false }) { end(by, how) }
        case (.breaking(let broken), _):
            if broken === from { passOnReset(of: broken) }
        case (.relaying, .end): ended(from, to)
        case (.relaying, .sourceFailed(let error)):
            broke(from, Failure("receive", from.identity.name, error))
        case (.relaying, .sinkFailed(let error, let lost)):
            var failure = Failure("send", to.identity.name, error)
            if lost > 0 { failure.hint = from.undelivered(lost) }
            broke(to, failure)
        case (.relaying, .limit), (.relaying, .stopped), (.dialing, _), (.over, _): break
        }
    }

    /// One side has sent all.
    private func ended(_ from: Side, _ to: Side) {
        from.watch?.finish(from.identity)
        owner.connectionEvent(EndOfFile(connection: from.identity, by: .peer))
        to.stream.finishSending()
        if to.pump?.isFinished == true { awaitAcknowledgements() }
    }

    /// Both have: it is over when both systems have acknowledged everything.
    private func awaitAcknowledgements() {
        let waiting = sides.filter { $0.stream.kind.acknowledges && other($0).pump?.bytes ?? 0 > 0 }
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

    private func other(_ side: Side) -> Side { side === client ? server ?? side : client }

    // MARK: How it breaks

    /// The connection broke, or ended, while neither direction was waiting for it.
    private func hungUp(_ side: Side, isGone: Bool) {
        if let error = side.stream.takePendingError() {
            let failure = Failure("receive", side.identity.name, error)
            guard case .dialing(let dialer) = state else { return broke(side, failure) }
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
    private func broke(_ side: Side, _ failure: Failure) {
        guard case .relaying = state, let pump = side.pump else { return }
        state = .breaking(side)
        note(failure)
        side.isBroken = true
        for side in sides { side.acknowledgement = nil }
        other(side).pump?.abandon()
        patience = loop.after(Self.longestPatience) { [unowned self] in reset(other(side)) }
        if pump.isFinished { return passOnReset(of: side) }
        if side.stream.unread == 0 { pump.takeEnd() }
        pump.drain()
    }

    /// A reset throws away what is on its way, so that has to have arrived first.
    private func passOnReset(of broken: Side) {
        let side = other(broken)
        guard side.stream.kind.acknowledges, broken.pump?.bytes ?? 0 > 0 else { return reset(side) }
        let waiting = Acknowledgement(of: side.stream, loop: loop) { [unowned self] _ in reset(side) }
        side.acknowledgement = waiting
        waiting.start()
    }

    private func reset(_ side: Side) {
        side.stream.reset()
        end(.local, .reset)
    }

    // MARK: How it ends from outside

    private func idle(for limit: Duration) {
        // Neither keeps still while what has come waits for our own outputs.
        if sides.contains(where: { $0.pump?.isHeldUpHere == true }) {
            idleTimer?.restart()
            return
        }
        if let gate = owner.receiving.gate, gate.hasBacklog {
            return gate.whenDrained { [weak self] in self?.idleTimer?.restart() }
        }
        let words = "no byte in either direction for \(Statistics.text(limit))"
        stop(
            Failure("relay", identity.name, words: words, status: .timedOut), by: .timeout, how: .timeout)
    }

    func stop(_ failure: Failure?, by: Party, how: Manner) {
        note(failure)
        switch state {
        case .over, .stopping: return
        case .dialing(let dialer):
            dialer.cancel()
            client.stream.reset()
            end(by, how)
        case .breaking: end(by, how)
        case .relaying:
            state = .stopping(by: by, how: how)
            patience = loop.after(Self.longestPatience) { [unowned self] in
                for side in sides { loseWhatWaits(from: side) }
                end(by, how)
            }
            for side in sides {
                side.acknowledgement = nil
                if let pump = side.pump { pump.drain(limit: pump.untaken) }
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
    private func loseWhatWaits(from side: Side) {
        guard let pump = side.pump, !pump.isFinished else { return }
        let lost = pump.pending + pump.untaken
        guard lost > 0 else { return }
        note(
            Failure(
                "relay", side.identity.name, words: side.undelivered(lost), status: .connectionLost))
    }

    /// A failure is large, and rare.
    private func note(_ failure: Failure?) {
        if self.failure.isEmpty, let failure { self.failure = [failure] }
    }

    private func end(_ by: Party, _ how: Manner) {
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
            side.pump?.abandon()
            side.stream.close()
        }
        owner.receiving.environment.pool.users -= 1
        owner.connectionEnded(self, account, failure)
    }

    private func account(_ side: Side, _ by: Party, _ how: Manner) -> ClosingAccount {
        let other = server.map { $0 === side ? client : $0 }
        var sent = traffic(of: other)
        sent.bytes -= other?.pump?.pending ?? 0
        let isBreaking = side.isBroken || how == .error
        return ClosingAccount(
            by: side.isBroken ? .peer : by,
            how: isBreaking ? failure.first.map(Manner.init) ?? how : how,
            received: traffic(of: side), sent: sent, duration: Instant.now - started,
            tcp: owner.wantsTCPAccounts ? side.stream.tcpInfo() : nil,
            sendBuffer: owner.fixedSendBuffer(of: side.stream))
    }

    private func traffic(of side: Side?) -> ClosingAccount.Traffic {
        .init(
            bytes: side?.pump?.bytes ?? 0,
            messages: owner.policy.isFramed ? side?.watch?.messages ?? 0 : nil, pace: side?.pump?.pace)
    }
}

extension RelayedConnection.Side {
    fileprivate func undelivered(_ count: Int) -> String {
        let whose = identity.leg?.rawValue ?? "peer"
        return "\(Statistics.bytes(count)) of the \(whose) could not be passed on"
    }
}
