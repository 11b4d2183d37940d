// Listening: the sockets of an endpoint, and the peers that are let in.

import CommandSpec
import Sockets

final class Acceptor: RunTask {
    private let context: Context
    private let access: AccessList
    private let leg: Leg?
    private let listeners: ListeningSockets
    private var isStarved = false
    /// Whether the last peer could not be taken for want of a descriptor or memory, and that was told.
    private var isShort = false
    private var recovery: Timer?
    private var isWaitingForRoom = false
    private var retry: Timer?
    private var patience: Timer?

    /// Whether peers are taken; those that come meanwhile wait in the backlog.
    var isAccepting = true { didSet { updateInterest() } }
    /// What has to happen with a peer before it is let in; before that a proxy says who the peer is.
    var tls: TLSServer?
    /// Those with which something has to happen still.
    private var establishing: [ObjectIdentifier: Establishing] = [:]
    /// At most so many at a time.
    var establishingLimit = Int.max { didSet { updateInterest() } }

    private struct Establishing {
        let stream: any Stream
        let step: AnyObject
        let timer: Timer
    }

    /// A peer that may connect.
    var onAccept: ((any Stream, ConnectionIdentity) -> Void)?
    /// The outputs that must have room before a peer is taken.
    private let gate: Gate
    /// Where peers are relayed to, which must not be here.
    var relayTo: Endpoint?
    /// Nothing more will come.
    var onFailure: ((Failure) -> Void)?

    /// - Parameter leg: which connections of a relay are accepted.
    init(_ context: Context, access: AccessList, backlog: Int? = nil, leg: Leg? = nil) {
        self.leg = leg
        self.context = context
        self.access = access
        listeners = ListeningSockets(context, backlog: backlog)
        gate = context.outputs.events
    }

    func interrupt(_ interruption: Interruption) {
        stop()
        context.run.end(self)
    }

    /// Listens, says so, and begins to take peers.
    func start(at endpoint: Endpoint) {
        // One clock for the look-up and the first peer.
        let limit = context.settings.timeout.map { TimeLimit($0) }
        listeners.open(at: endpoint, within: limit) { [weak self] result in
            guard let self else { return }
            do throws(Failure) {
                if let socket = try result.get() { return try take(socket) }
                try listen(within: limit)
            } catch {
                stop()
                onFailure?(error)
            }
        }
    }

    /// Takes no more peers: the sockets are closed, a Unix socket's file is removed.
    func stop() {
        patience?.cancel()
        retry?.cancel()
        recovery?.cancel()
        listeners.close()
        for (_, peer) in establishing {
            peer.timer.cancel()
            peer.stream.close()
        }
        establishing = [:]
    }

    /// A connection was closed, so that there is a descriptor again.
    func descriptorWasFreed() {
        guard isStarved else {
            // The last one that waited may have taken the last descriptor.
            if isShort, recovery == nil { recover() }
            return
        }
        isStarved = false
        retry?.cancel()
        updateInterest()
    }

    // MARK: Listening

    private func listen(within limit: TimeLimit?) throws(Failure) {
        if let relayTo { try RelayService.refuse(relayTo, listeningAt: listeners.sockets.map(\.local)) }
        for listener in listeners.sockets {
            listener.channel.onReadable = { [unowned self] in acceptPeers(listener) }
        }
        listeners.tell()
        if let limit {
            patience = context.loop.after(limit.remaining()) { [unowned self] in
                stop()
                let words = "no peer has connected within \(Statistics.text(limit.duration))"
                onFailure?(Failure("accept", words: words, status: .timedOut))
            }
        }
        updateInterest()
    }

    // MARK: Accepting

    private func updateInterest() {
        for listener in listeners.sockets {
            listener.channel.wantsRead = mayAccept && !isStarved && !isWaitingForRoom
        }
    }

    private var mayAccept: Bool { isAccepting && establishing.count < establishingLimit }

    private func acceptPeers(_ listener: ListeningSocket) {
        // A turn: the peers that are already here want their turn too.
        for _ in 0..<64 where mayAccept && !isStarved && !listeners.sockets.isEmpty {
            if gate.isFull { return waitForRoom() }
            do throws(Errno) {
                try acceptPeer(listener)
            } catch .wouldBlock {
                // All that waited are in, and there is room for another.
                if isShort, recovery == nil, listener.channel.descriptor.canBeDuplicated { recover() }
                return
            } catch .connectionAborted, .protocolError {
                continue
            } catch {
                return starved(error)
            }
        }
    }

    /// Says that peers are taken again, if that lasts.
    private func recover() {
        recovery = context.loop.after(.seconds(1)) { [weak self] in
            guard let self else { return }
            recovery = nil
            isShort = false
            context.reporter.report(AcceptingAgain())
        }
    }

    private func waitForRoom() {
        isWaitingForRoom = true
        updateInterest()
        gate.whenRoom { [weak self] in
            self?.isWaitingForRoom = false
            self?.updateInterest()
        }
    }

    private func acceptPeer(_ listener: ListeningSocket) throws(Errno) {
        var peer = SocketAddress.unix(.unnamed)
        let (descriptor, local) = (listener.channel.descriptor, listener.local)
        if listener.mayWait, try descriptor.waitUntilReady(for: .read, timeout: 0).isEmpty {
            throw .wouldBlock
        }
        let socket = try descriptor.accept(from: &peer)
        if let reason = access.refusal(ofCaller: peer) {
            // Closing with a linger time of zero resets the connection.
            try? socket.set(.linger, to: .linger(on: true, seconds: 0))
            context.reporter.report(Refused(peer: peer, reason: reason))
            return
        }
        // Who listens at one address is reached at no other.
        let isKnown = local.host?.isUnspecified != true
        let socketLocal = isKnown ? local : try socket.localAddress() ?? local
        try begin(socket.release(), socketLocal, peer, mayWait: false)
    }

    /// A connection that was accepted before this process began.
    private func take(_ accepted: AcceptedSocket) throws(Failure) {
        guard let socket = accepted.take() else { return }
        let peer = accepted.peer
        if let reason = access.refusal(ofCaller: peer) {
            throw Failure("accept", peer.description, words: reason, status: .notPermitted)
        }
        let mayWait = socket.isBlocking
        do throws(Errno) {
            try begin(socket, accepted.local, peer, mayWait: mayWait)
        } catch {
            throw Failure("accept", peer.description, error)
        }
    }

    private func begin(
        _ socket: consuming OwnedDescriptor, _ local: SocketAddress, _ peer: SocketAddress, mayWait: Bool
    ) throws(Errno) {
        // It is going to be read from, so the loop is told so at once.
        let stream = try context.stream(socket, to: peer, leg, wantsRead: true, mayWait: mayWait)
        if access.isProxy(peer) { return readHeader(stream, at: local, of: peer) }
        admit(stream, Accepted(connection: context.identify(leg, local: local, peer: peer)))
    }

    private func admit(_ stream: any Stream, _ accepted: Accepted, within limit: TimeLimit? = nil) {
        context.reporter.report(accepted)
        context.tellFallback(stream, accepted.connection)
        if let tls {
            return establish(stream, accepted.connection, tls, within: limit ?? setupLimit)
        }
        patience?.cancel()
        onAccept?(stream, accepted.connection)
    }

    // MARK: Establishing

    /// One clock for all that has to happen with a peer.
    private var setupLimit: TimeLimit { TimeLimit(context.settings.setupTimeout) }

    /// Waits until something has happened with a peer. No other waits for it.
    /// - Parameter late: the time is up.
    private func hold(
        _ stream: any Stream, _ step: AnyObject, within limit: TimeLimit, late: @escaping () -> Void
    ) {
        let timer = context.loop.after(limit.remaining()) { [weak self] in
            if self?.release(stream) == true { late() }
        }
        establishing[ObjectIdentifier(stream)] = Establishing(stream: stream, step: step, timer: timer)
        updateInterest()
    }

    /// False if it was given up before.
    private func release(_ stream: any Stream) -> Bool {
        guard let peer = establishing.removeValue(forKey: ObjectIdentifier(stream)) else { return false }
        peer.timer.cancel()
        updateInterest()
        return true
    }

    /// A proxy says for whom it connects, and only then it is known who the peer is.
    private func readHeader(_ stream: any Stream, at local: SocketAddress, of proxy: SocketAddress) {
        let limit = setupLimit
        let exchange = PreambleExchange(ProxyHeaderReader(), over: stream, context.loop) {
            [weak self] result in
            guard let self, release(stream) else { return }
            switch result {
            case .success(let reader): admit(stream, reader.header, at: local, of: proxy, within: limit)
            case .failure(let failure): turnAway(stream, Refused(peer: proxy, reason: failure.message))
            }
        }
        hold(stream, exchange, within: limit) { [weak self] in
            let reason = "no PROXY header within \(Statistics.text(limit.duration))"
            self?.turnAway(stream, Refused(peer: proxy, reason: reason))
        }
        exchange.start()
    }

    private func admit(
        _ stream: any Stream, _ header: ProxyHeader?, at local: SocketAddress, of proxy: SocketAddress,
        within limit: TimeLimit
    ) {
        let ends = header?.ends
        let peer = ends?.source ?? proxy
        if let reason = access.refusal(of: peer) {
            return turnAway(stream, Refused(peer: peer, reason: reason, proxy: ends.map { _ in proxy }))
        }
        let connection = context.identify(
            leg, local: ends?.destination ?? local, peer: peer, detour: ends.map { _ in Detour(proxy: proxy) }
        )
        admit(stream, Accepted(connection: connection, header: header), within: limit)
    }

    private func turnAway(_ stream: any Stream, _ refused: Refused) {
        stream.reset()
        stream.close()
        context.reporter.report(refused)
        descriptorWasFreed()
    }

    /// A peer that fails is gone.
    private func establish(
        _ below: any Stream, _ connection: ConnectionIdentity, _ tls: TLSServer, within limit: TimeLimit
    ) {
        let began = Instant.now
        let handshake = tls.begin(below) { [weak self] result in
            guard let self, release(below) else { return }
            switch result {
            case .success(let stream):
                patience?.cancel()
                context.reporter.report(TLSReport(connection: connection, facts: .init(stream)))
                onAccept?(stream, connection)
            case .failure(let failure): refuse(below, connection, failure, began)
            }
        }
        guard let handshake else { return below.close() }
        hold(below, handshake, within: limit) { [weak self] in
            let words = "no TLS handshake within \(Statistics.text(limit.duration))"
            self?.refuse(below, connection, Failure("tls", nil, words: words, status: .timedOut), began)
        }
    }

    private func refuse(
        _ stream: any Stream, _ connection: ConnectionIdentity, _ failure: Failure, _ began: Instant
    ) {
        var failure = failure
        failure.operand = connection.name
        context.reporter.report(Failed(failure: failure))
        stream.close()
        let account = ClosingAccount(
            by: failure.status == .timedOut ? .timeout : .peer, how: CloseReason(failure),
            received: .init(), sent: .init(), duration: Instant.now - began, tcp: nil, sendBuffer: nil)
        context.reporter.report(Closed(connection: connection, account: account))
        descriptorWasFreed()
        updateInterest()
    }

    /// There is no descriptor or memory for another peer: those that wait stay in the backlog.
    private func starved(_ error: Errno) {
        switch error {
        case .tooManyDescriptors, .systemTableFull, .noBufferSpace, .noMemory:
            isStarved = true
            updateInterest()
            recovery?.cancel()
            recovery = nil
            if !isShort { context.reporter.report(Starved(failure: Failure("accept", nil, error))) }
            isShort = true
            // Ours being closed is told by `descriptorWasFreed`; those of others are not.
            retry = context.loop.after(.milliseconds(100)) { [unowned self] in descriptorWasFreed() }
        default:
            stop()
            onFailure?(Failure("accept", nil, error))
        }
    }
}
