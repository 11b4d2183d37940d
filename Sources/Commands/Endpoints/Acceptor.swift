// Listening: the sockets of an endpoint, and the peers that are let in.

import CommandSpec
import Sockets

/// Who may connect.
struct AccessList {
    private let allowed: [AddressBlock]
    private let denied: [AddressBlock]

    init(_ arguments: Arguments) throws(Failure) {
        allowed = try Self.blocks(arguments.all(Options.allow), "--allow")
        denied = try Self.blocks(arguments.all(Options.deny), "--deny")
    }

    /// Why a peer is turned away, nil if it is not. What is denied is so even if it is also allowed.
    func refusal(of peer: SocketAddress) -> String? {
        if denied.contains(where: { $0.contains(peer) }) { return "denied by --deny" }
        if !allowed.isEmpty, !allowed.contains(where: { $0.contains(peer) }) { return "not among --allow" }
        return nil
    }

    private static func blocks(_ texts: [String], _ option: String) throws(Failure) -> [AddressBlock] {
        var blocks: [AddressBlock] = []
        for text in texts {
            guard let block = AddressBlock(text) else {
                let words = "'\(text)' is not an address or a network such as 192.0.2.0/24 or 2001:db8::/32"
                throw Failure("option", option, words: words, status: .usage)
            }
            blocks.append(block)
        }
        return blocks
    }
}

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
    /// What has to happen with a peer before it is let in.
    var tls: TLSServer?
    /// Those with which it happens.
    private var establishing: [Int: Establishing] = [:]
    /// At most so many at a time.
    var establishingLimit = Int.max { didSet { updateInterest() } }

    private struct Establishing {
        let stream: any Stream
        let handshake: AnyObject
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
        if let reason = access.refusal(of: peer) {
            // Closing with a linger time of zero resets the connection.
            try? socket.set(.linger, to: .linger(on: true, seconds: 0))
            context.reporter.report(Refused(peer: peer, reason: reason))
            return
        }
        if tls == nil { patience?.cancel() }
        // Who listens at one address is reached at no other.
        let isKnown = local.host?.isUnspecified != true
        let socketLocal = isKnown ? local : try socket.localAddress() ?? local
        let connection = context.identify(leg, local: socketLocal, peer: peer)
        // It is going to be read from, so the loop is told so at once.
        let stream = try context.stream(socket.release(), to: peer, leg, wantsRead: true)
        context.reporter.report(Accepted(connection: connection))
        guard let tls else { onAccept?(stream, connection); return }
        establish(stream, connection, tls)
    }

    // MARK: Establishing

    /// A peer that fails is gone, and no other waits for it.
    private func establish(_ below: any Stream, _ connection: ConnectionIdentity, _ tls: TLSServer) {
        let began = Instant.now
        let handshake = tls.begin(below) { [weak self] result in
            guard let self, let peer = establishing.removeValue(forKey: connection.number) else { return }
            peer.timer.cancel()
            updateInterest()
            switch result {
            case .success(let stream):
                patience?.cancel()
                context.reporter.report(TLSReport(connection: connection, facts: .init(stream)))
                onAccept?(stream, connection)
            case .failure(let failure): refuse(peer.stream, connection, failure, began)
            }
        }
        guard let handshake else { return below.close() }
        let timer = context.loop.after(context.settings.setupTimeout) { [weak self] in
            guard let self, let peer = establishing.removeValue(forKey: connection.number) else { return }
            let words = "no TLS handshake within \(Statistics.text(context.settings.setupTimeout))"
            refuse(peer.stream, connection, Failure("tls", nil, words: words, status: .timedOut), began)
        }
        establishing[connection.number] = Establishing(
            stream: below, handshake: handshake, timer: timer)
        updateInterest()
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
