// Connecting: every address of a name, IPv6 and IPv4 raced as in RFC 8305, and what each of them said.

import CommandSpec
import Sockets

final class Connector: RunTask {
    private let context: Context
    private let endpoint: Endpoint
    private let source: SourceAddress?
    /// Whether the connection is an event; otherwise it is just a means.
    private let announces: Bool
    private var started = Instant.now
    private var lookedUp = Instant.now
    /// Nil if it is tried once.
    private var backoff: Backoff?
    private var pause: Timer?
    /// Why it did not work the last time.
    private var lastFailure: Failure?
    /// Which try this is: what was looked up for an earlier one comes too late.
    private var round = 0
    private var queue: [SocketAddress] = []
    private var attempts: [Attempt] = []
    private var failures: [Failure.Attempt] = []
    private var nextAttempt: Timer?
    private var patience: Timer?
    private var completion: ((Result<(Channel, ConnectionIdentity), Failure>) -> Void)?

    /// An address being tried.
    private final class Attempt {
        let address: SocketAddress
        var channel: Channel?
        var retry: Timer?
        let began = Instant.now
        init(_ address: SocketAddress) { self.address = address }
    }

    /// How long one address is waited for before the next is tried too: RFC 8305, section 5.
    static let attemptDelay = Duration.milliseconds(250)
    /// How long a Unix socket whose backlog is full is left alone.
    static let retryDelay = Duration.milliseconds(10)

    /// - Parameter waiting: how long it is tried again where that may help.
    init(
        _ context: Context, to endpoint: Endpoint, from source: SourceAddress?, announcing: Bool = true,
        waiting: Duration? = nil,
        _ completion: @escaping (Result<(Channel, ConnectionIdentity), Failure>) -> Void
    ) {
        self.context = context
        self.endpoint = endpoint
        self.source = source
        announces = announcing
        backoff = waiting.map { Backoff(for: $0) }
        self.completion = completion
    }

    func start() {
        started = .now
        let limit = context.settings.timeout ?? Defaults.connectTimeout
        let timeout = backoff?.limit(limit) ?? limit
        patience = context.loop.after(timeout) { [unowned self] in timedOut(timeout) }
        context.resolve(endpoint, for: .connecting, timeout: timeout) { [self, round] result in
            guard completion != nil, round == self.round else { return }
            switch result {
            case .success(let addresses):
                lookedUp = .now
                queue = Self.interleaved(
                    addresses.filter { source?.family == nil || source?.family == $0.family })
                if queue.isEmpty {
                    let words = "it has no address of the family of the source address"
                    return finish(
                        .failure(Failure("connect", endpoint.text, words: words, status: .resolution)))
                }
                tryNext()
            case .failure(let failure):
                finish(.failure(failure))
            }
        }
    }

    func interrupt(_ interruption: Interruption) {
        completion = nil
        end()
        context.run.end(self)
    }

    /// The families take turns, the first of them first: RFC 8305, section 4.
    static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let first = addresses.first?.family else { return [] }
        let preferred = addresses.filter { $0.family == first }
        let others = addresses.filter { $0.family != first }
        var result: [SocketAddress] = []
        for index in 0..<max(preferred.count, others.count) {
            if index < preferred.count { result.append(preferred[index]) }
            if index < others.count { result.append(others[index]) }
        }
        return result
    }

    private func tryNext() {
        nextAttempt?.cancel()
        nextAttempt = nil
        guard completion != nil else { return }
        guard !queue.isEmpty else {
            if attempts.isEmpty { allFailed() }
            return
        }
        let attempt = Attempt(queue.removeFirst())
        attempts.append(attempt)
        if !queue.isEmpty {
            nextAttempt = context.loop.after(Self.attemptDelay) { [unowned self] in tryNext() }
        }
        begin(attempt)
    }

    private func begin(_ attempt: Attempt) {
        let address = attempt.address
        context.reporter.report(.note("trying \(address)"))
        do throws(Failure) {
            let (channel, isConnected) = try open(address)
            attempt.channel = channel
            if isConnected { return succeed(attempt, channel) }
            channel.onWritable = { [unowned self, unowned attempt] in decided(attempt, channel) }
            channel.wantsWrite = true
        } catch {
            if case .errno(.wouldBlock) = error.cause, address.family == .unix {
                // The backlog of a Unix socket is full, and nothing tells when it no longer is.
                attempt.retry = context.loop.after(Self.retryDelay) { [unowned self] in begin(attempt) }
                return
            }
            guard case .errno(let errno) = error.cause, error.operation == "connect" else {
                return finish(.failure(error))
            }
            failed(attempt, errno)
        }
    }

    private func open(_ address: SocketAddress) throws(Failure) -> (Channel, Bool) {
        let text = address.description
        let socket = try attempt("connect", text) { () throws(Errno) in try Socket(address.family, .stream) }
        try socket.apply(context.settings)
        if let source {
            try attempt("bind", source.text) { () throws(Errno) in
                try source.bind(socket, family: address.family)
            }
        }
        var isConnected = false
        try attempt("connect", text) { () throws(Errno) in isConnected = try socket.connect(to: address) }
        return (
            try Channel(socket: socket, name: text, loop: context.loop, operation: "connect"), isConnected
        )
    }

    private func decided(_ attempt: Attempt, _ channel: Channel) {
        channel.wantsWrite = false
        if let error = channel.descriptor.takePendingError() {
            failed(attempt, error)
        } else {
            succeed(attempt, channel)
        }
    }

    private func failed(_ attempt: Attempt, _ error: Errno) {
        context.reporter.report(.note("\(attempt.address): \(error.message) (\(error.name))"))
        failures.append(Failure.Attempt(address: attempt.address, error: error))
        attempt.channel?.close()
        attempts.removeAll { $0 === attempt }
        tryNext()
    }

    private func succeed(_ attempt: Attempt, _ channel: Channel) {
        if channel.descriptor.isConnectedToItself {
            // Orderly, it would block the port for a minute, also for a server that is to begin there.
            try? channel.descriptor.set(.linger, to: .linger(on: true, seconds: 0))
            return failed(attempt, .connectionRefused)
        }
        attempts.removeAll { $0 === attempt }
        channel.onWritable = nil
        let local = try? channel.descriptor.localAddress()
        let time = ConnectTime(
            total: Instant.now - started, lookUp: lookedUp - started, handshake: Instant.now - attempt.began)
        let connection = context.identify(local: local, peer: attempt.address, connecting: time)
        if announces { context.reporter.report(.connected(connection)) }
        finish(.success((channel, connection)))
    }

    private func allFailed() {
        var failure = Failure("connect", endpoint.text, failures.first?.error ?? .connectionRefused)
        if failures.count == 1, let only = failures.first { failure.operand = only.address.description }
        failure.attempts = failures
        finish(.failure(failure))
    }

    private func timedOut(_ limit: Duration) {
        var failure = Failure("connect", endpoint.text, .timedOut)
        failure.hint =
            "no answer within \(Statistics.text(limit)); a firewall may drop the packets, or --timeout is short"
        failure.attempts = failures + attempts.map { Failure.Attempt(address: $0.address, error: .timedOut) }
        finish(.failure(failure))
    }

    private func finish(_ result: Result<(Channel, ConnectionIdentity), Failure>) {
        guard let completion else { return }
        end()
        var result = result
        if case .failure(let failure) = result, let backoff, context.mayPass(failure) {
            if startAgain(after: failure) { return }
            // What there was too little time for says nothing.
            let reason = failure.status == .timedOut ? lastFailure ?? failure : failure
            result = .failure(reason.gaveUp(after: backoff.duration))
        }
        self.completion = nil
        completion(result)
        context.run.end(self)
    }

    /// Tries again after a pause, if there is time.
    private func startAgain(after failure: Failure) -> Bool {
        guard let next = backoff?.next() else { return false }
        lastFailure = failure
        context.reporter.report(.note("trying \(endpoint.text) again in \(Statistics.text(next))"))
        failures = []
        pause = context.loop.after(next) { [unowned self] in start() }
        return true
    }

    private func end() {
        round += 1
        patience?.cancel()
        nextAttempt?.cancel()
        pause?.cancel()
        for attempt in attempts {
            attempt.retry?.cancel()
            attempt.channel?.close()
        }
        attempts = []
        queue = []
    }
}
