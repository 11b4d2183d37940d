// From an endpoint to a connection: look up, race the addresses, let everything happen that has to before the
// connection counts as made, all within one time limit, and begin again as long as `--wait` asks for.

import CommandSpec
import Sockets

final class Dialer: RunTask {
    private enum State {
        case ready
        case lookingUp
        case racing(Race)
        /// Until it is tried again.
        case pausing(Timer)
        case over
    }

    private let context: Context
    private let endpoint: Endpoint
    /// What stands in between.
    private let detour: Detour?
    /// What is connected to: the endpoint, or the proxy that leads to it.
    private let dialed: Endpoint
    private let type: SocketType
    private let source: SourceAddress?
    /// Whether the connection is an event; otherwise it is just a means.
    private let announces: Bool
    private let settings: Settings
    /// The client's connection, whose server this is.
    private let relayed: ConnectionIdentity?
    /// In their order.
    private let steps: [EstablishStep]
    private var state = State.ready
    private var started = Instant.now
    private var lookedUp = Instant.now
    /// For one try: look-up, connecting and establishing.
    private var limit = TimeLimit(.zero)
    /// Nil if it is tried once.
    private var backoff: Backoff?
    /// Why it did not work the last time.
    private var lastFailure: Failure?
    /// Whether an address was tried before.
    private var hasTried = false
    /// What had not happened when the time was up.
    private var lateStep: EstablishStep?
    /// Until a person is told what it is that takes so long.
    private var patience: Timer?
    private let completion: (Result<(any Stream, ConnectionIdentity), Failure>) -> Void

    /// - Parameters:
    ///   - type: a datagram socket is given the peer's address, and nothing is sent.
    ///   - waiting: how long it is tried again where that may help.
    init(
        _ context: Context, through passage: Passage, _ type: SocketType = .stream,
        from source: SourceAddress?,
        settings: Settings? = nil, announcing: Bool = true, waiting: Duration? = nil,
        relaying relayed: ConnectionIdentity? = nil,
        _ completion: @escaping (Result<(any Stream, ConnectionIdentity), Failure>) -> Void
    ) {
        self.context = context
        endpoint = passage.endpoint
        dialed = passage.dialed
        detour = passage.detour
        self.type = type == .stream ? dialed.connectionType : type
        self.source = source
        announces = announcing
        self.settings = settings ?? context.settings
        self.relayed = relayed
        backoff = waiting.map { Backoff(for: $0) }
        steps = passage.steps(for: relayed)
        self.completion = completion
    }

    func start() {
        started = .now
        lateStep = nil
        hasTried = false
        let timeout = settings.timeout ?? Defaults.connectTimeout
        limit = TimeLimit(backoff?.limit(timeout) ?? timeout, from: started)
        state = .lookingUp
        if context.isAwaited, announces, patience == nil {
            patience = context.loop.after(.seconds(1)) { [unowned self] in tellWhatIsAwaited() }
        }
        context.candidates(
            for: dialed, type, from: source, of: settings, timeout: limit.duration
        ) { [self] result in
            guard case .lookingUp = state else { return }
            switch result {
            case .success(let candidates): race(candidates)
            case .failure(let failure): finish(.failure(failure))
            }
        }
    }

    private func tellWhatIsAwaited() {
        let what: String
        switch state {
        case .lookingUp: what = "the addresses of \(dialed.text)"
        case .racing(let race): what = race.awaited
        case .pausing: what = "\(endpoint.text) to accept"
        case .ready, .over: return
        }
        let end = backoff.map { $0.duration } ?? limit.duration
        context.reporter.notice("waiting for \(what), \(Statistics.text(end)) at most; Ctrl-C ends it")
    }

    func interrupt(_ interruption: Interruption) { cancel() }

    /// Ends without an answer.
    func cancel() {
        patience?.cancel()
        stop()
        context.run.end(self)
    }

    private func race(_ candidates: Candidates) {
        lookedUp = .now
        let race = Race(candidates, within: limit.remaining(), context.loop, self)
        state = .racing(race)
        race.start()
    }

    // MARK: The end

    /// The time was up in the race; a look-up has a failure of its own.
    private func timedOut(_ candidates: Candidates) -> Failure {
        var failure = Failure("connect", endpoint.text, .timedOut)
        let lookUp = lookedUp - started
        // Where it took little it explains nothing.
        let share =
            lookUp * 10 < limit.duration ? "" : ", of which the look-up took \(Statistics.text(lookUp))"
        failure.attempts = candidates.failures
        if let silent = candidates.failures.first(where: \.hasAccepted) {
            failure.cause = silent.cause
            failure.hint = lateStep.map {
                "no answer within \(Statistics.text(limit.duration)): \($0.advice)"
            }
            return failure
        }
        failure.lead = detour?.lead
        failure.hint =
            failure.loopbackHint
            ?? "no answer within \(Statistics.text(limit.duration))\(share); \(endpoint.silenceAdvice), "
            + "or \(relayed == nil ? "--timeout" : "--setup-timeout") is short"
        // Of several the one that is silent: others have refused before, and the last were waited for.
        let silent =
            candidates.failures.first { $0.cause.networkError?.error == .timedOut }
            ?? candidates.failures.last
        return failure.loopbackHint == nil ? explained(failure, silent, timedOut: true) : failure
    }

    /// With what this host knows of it as the hint.
    private func explained(_ failure: Failure, _ attempt: Failure.Attempt?, timedOut: Bool = false) -> Failure
    {
        // A relay whose server is down would ask again for each client.
        guard type != .datagram, relayed == nil else { return failure }
        return failure.explained(
            by: attempt, timedOut: timedOut, from: source, settings)
    }

    private func finish(_ result: Result<(any Stream, ConnectionIdentity), Failure>) {
        stop()
        var result = result
        if case .failure(let failure) = result, let backoff, context.mayPass(failure) {
            if startAgain(after: failure) { return }
            // What there was too little time for says nothing.
            let isSilent = failure.status == .timedOut && !failure.attempts.contains(where: \.hasAccepted)
            let reason = isSilent ? lastFailure ?? failure : failure
            result = .failure(reason.gaveUp(after: backoff.duration))
        }
        patience?.cancel()
        completion(result)
        context.run.end(self)
    }

    /// Tries again after a pause, if there is time.
    private func startAgain(after failure: Failure) -> Bool {
        guard let next = backoff?.next() else { return false }
        lastFailure = failure
        context.reporter.note("trying \(endpoint.text) again in \(Statistics.text(next))")
        state = .pausing(context.loop.after(next) { [unowned self] in start() })
        return true
    }

    private func stop() {
        switch state {
        case .racing(let race): race.cancel()
        case .pausing(let timer): timer.cancel()
        case .ready, .lookingUp, .over: break
        }
        state = .over
    }
}

// MARK: - The race

extension Dialer: RaceDelegate {
    func socket(for address: SocketAddress) throws(Failure) -> DialSocket {
        // That the first is tried goes without saying: where it is connected to is said in one line.
        if hasTried { context.reporter.note("trying \(address)") }
        hasTried = true
        let goal = type == .datagram ? DialSocket.Goal.peer : .connection
        return try DialSocket(address.family, goal, as: type, from: source, settings)
    }

    func establish(_ attempt: Race.Attempt) {
        guard let socket = attempt.socket.release() else { return }
        do throws(Errno) {
            let stream = try context.stream(
                socket.release(), to: attempt.address, relayed == nil ? nil : .server,
                wantsRead: relayed != nil,
                brokenBy: attempt.socket.brokenBy, file: attempt.socket.releaseFile(),
                mayMeetTLS: announces && relayed == nil && steps.isEmpty && type == .stream)
            establish(attempt, stream, steps[...])
        } catch {
            finish(.failure(Failure("connect", attempt.address.description, error)))
        }
    }

    /// What is left to happen.
    private func establish(_ attempt: Race.Attempt, _ stream: any Stream, _ steps: ArraySlice<EstablishStep>)
    {
        guard case .racing(let race) = state else { return stream.close() }
        attempt.stream = stream
        guard let step = steps.first else { return race.established(attempt) }
        attempt.pending = step
        attempt.step = step(stream, attempt.address) { [self] result in
            switch result {
            case .success(let next): establish(attempt, next, steps.dropFirst())
            case .failure(var failure):
                if case .errno = failure.cause, detour == nil {
                    return race.failed(attempt, failure.cause)
                }
                // Who answered, and what was found then, is the same at the other addresses.
                failure.operand = failure.operand ?? endpoint.transport.text
                race.abandon(failure)
            }
        }
    }

    func failed(_ attempt: Race.Attempt, _ cause: Failure.Cause) {
        let code = cause.code.map { " (\($0))" } ?? ""
        context.reporter.note("\(attempt.address): \(cause.message)\(code)")
    }

    func gaveUp(_ attempt: Race.Attempt) { lateStep = lateStep ?? attempt.pending }

    func ended(_ outcome: Race.Outcome, _ candidates: Candidates) {
        switch outcome {
        case .made(let attempt):
            guard let stream = attempt.stream else { return }
            let time = ConnectTime(
                total: Instant.now - started, lookUp: lookedUp - started,
                handshake: Instant.now - attempt.began)
            let local = stream.localAddress
            let connection =
                relayed.map {
                    ConnectionIdentity(
                        number: $0.number, leg: .server, local: local, peer: attempt.address,
                        connecting: time, detour: detour)
                }
                ?? context.identify(
                    local: local, peer: attempt.address, connecting: time, detour: detour)
            if announces {
                context.reporter.report(Connected(connection: connection, isAwaited: context.isAwaited))
            }
            if announces || relayed != nil { context.tellFallback(stream, connection) }
            if announces || relayed != nil, let facts = stream.tls {
                context.reporter.report(TLSReport(connection: connection, facts: facts))
            }
            finish(.success((stream, connection)))
        case .failed:
            var failure = candidates.failure("connect")
            failure.lead = detour?.lead
            finish(.failure(explained(failure, candidates.telling)))
        case .timedOut: finish(.failure(timedOut(candidates)))
        case .impossible(let failure): finish(.failure(failure))
        }
    }
}

extension Context {
    /// Connects as the options say, and hands over the connection; a failure ends the command.
    /// - Parameter announcing: whether the connection is an event to be reported.
    func connect(
        through passage: Passage, _ arguments: Arguments, type: SocketType = .stream, announcing: Bool = true,
        _ begin: @escaping (any Stream, ConnectionIdentity) -> Void
    ) throws(Failure) {
        if case .inherited(let numbers, _) = passage.dialed.transport {
            guard try SourceAddress(arguments) == nil else {
                throw .endpoint(
                    passage.dialed.text, "it is connected already: --source and --source-port come too late")
            }
            return try adopt(numbers, passage, begin)
        }
        let source = try SourceAddress(arguments)
        let dialer = Dialer(
            self, through: passage, type, from: source, announcing: announcing,
            waiting: arguments[Options.wait]
        ) { [unowned self] result in
            switch result {
            case .success(let (socket, connection)): begin(socket, connection)
            case .failure(let failure): finish(failure)
            }
        }
        run.begin(dialer)
        dialer.start()
    }
}
