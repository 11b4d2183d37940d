// Listening: the sockets of an endpoint, and the peers that are let in.

import CommandSpec
import Sockets

final class Acceptor: RunTask {
    private let context: Context
    private let access: AccessList
    private let backlog: Int
    private let leg: Leg?
    private var listeners: [Channel] = []
    private var unixFile: UnixSocketFile?
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
    init(_ context: Context, access: AccessList, backlog: Int, leg: Leg? = nil) {
        self.leg = leg
        self.context = context
        self.access = access
        self.backlog = backlog
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
        context.resolve(endpoint, for: .listening, timeout: limit?.duration) { [weak self] result in
            guard let self else { return }
            do throws(Failure) {
                let addresses = try result.get()
                try listen(
                    at: addresses.filter { $0.family == .inet } + addresses.filter { $0.family != .inet },
                    within: limit)
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
        // As long as the socket is open nobody takes its file for a stale one.
        unixFile?.remove()
        unixFile = nil
        for listener in listeners { listener.close() }
        listeners = []
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

    private func listen(at addresses: [SocketAddress], within limit: TimeLimit?) throws(Failure) {
        let opened = try BoundPorts.open(addresses, port: { $0.local.port }, close: { $0.channel.close() }) {
            (address) throws(Failure) in try open(address)
        }
        listeners = opened.map(\.channel)
        if let relayTo { try RelayService.refuse(relayTo, listeningAt: opened.map(\.local)) }
        context.reporter.report(Listening(addresses: opened.map(\.local)))
        if let limit {
            patience = context.loop.after(limit.remaining()) { [unowned self] in
                stop()
                let words = "no peer has connected within \(Statistics.text(limit.duration))"
                onFailure?(Failure("accept", words: words, status: .timedOut))
            }
        }
        updateInterest()
    }

    private func open(_ address: SocketAddress) throws(Failure) -> (channel: Channel, local: SocketAddress) {
        let text = address.description
        let socket = try attempt("socket", text) { () throws(Errno) in try Socket(address.family, .stream) }
        if address.family.hasPorts {
            try attempt("bind", text) { () throws(Errno) in
                try socket.set(.reuseAddress, to: true)
                if address.family == .inet6 { try socket.set(.v6Only, to: true) }
            }
        }
        try socket.apply(context.settings)
        if case .unix(.path(let path)) = address {
            unixFile = try attempt("bind", text) { () throws(Errno) in
                try UnixSocketFile.bind(socket, at: path)
            }
        } else {
            try attempt("bind", text) { () throws(Errno) in try socket.bind(to: address) }
        }
        try attempt("listen", text) { [backlog] () throws(Errno) in try socket.listen(backlog: backlog) }
        let local = try attempt("listen", text) { () throws(Errno) in try socket.localAddress() } ?? address
        let channel = try Channel(socket: socket, name: text, loop: context.loop, operation: "listen")
        channel.onReadable = { [unowned self, unowned channel] in acceptPeers(channel, local) }
        return (channel, local)
    }

    // MARK: Accepting

    private func updateInterest() {
        for listener in listeners { listener.wantsRead = mayAccept && !isStarved && !isWaitingForRoom }
    }

    private var mayAccept: Bool { isAccepting && establishing.count < establishingLimit }

    private func acceptPeers(_ listener: Channel, _ local: SocketAddress) {
        // A turn: the peers that are already here want their turn too.
        for _ in 0..<64 where mayAccept && !isStarved && !listeners.isEmpty {
            if gate.isFull { return waitForRoom() }
            do throws(Errno) {
                try acceptPeer(listener, local)
            } catch .wouldBlock {
                // All that waited are in, and there is room for another.
                if isShort, recovery == nil, listener.descriptor.canBeDuplicated { recover() }
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

    private func acceptPeer(_ listener: Channel, _ local: SocketAddress) throws(Errno) {
        var peer = SocketAddress.unix(.unnamed)
        let socket = try listener.descriptor.accept(from: &peer)
        let isProxy = access.isProxy(peer)
        if let reason = isProxy ? access.denial(of: peer) : access.refusal(of: peer) {
            // Closing with a linger time of zero resets the connection.
            try? socket.set(.linger, to: .linger(on: true, seconds: 0))
            context.reporter.report(Refused(peer: peer, reason: reason))
            return
        }
        // Who listens at one address is reached at no other.
        let isKnown = local.host?.isUnspecified != true
        let socketLocal = isKnown ? local : try socket.localAddress() ?? local
        // It is going to be read from, so the loop is told so at once.
        let stream = try context.stream(socket.release(), to: peer, leg, wantsRead: true)
        if isProxy { return readHeader(stream, at: socketLocal, of: peer) }
        admit(stream, Accepted(connection: context.identify(leg, local: socketLocal, peer: peer)))
    }

    private func admit(_ stream: any Stream, _ accepted: Accepted, within limit: TimeLimit? = nil) {
        context.reporter.report(accepted)
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
