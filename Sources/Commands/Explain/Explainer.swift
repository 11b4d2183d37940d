// `connect --explain` at work: connects as `connect` does, watches each address that is tried, and tells what was seen, step
// by step, with a verdict at the end. It sends nothing that connecting would not.

import CommandSpec
import Sockets

final class Explainer: RunTask {
    private let context: Context
    private let endpoint: Endpoint
    private let source: SourceAddress?
    private let steps: [EstablishStep]
    private let limit: TimeLimit
    private let started = Instant.now
    private var race: Race?
    /// Every address that was tried, in that order.
    private var tried: [Trial] = []
    private var isFromHosts = false
    /// While the peer of the connection that was made may say something.
    private var interview: Interview?
    private var isOver = false

    /// An address, and what is known of it so far.
    private final class Trial {
        let address: SocketAddress
        let began = Instant.now
        var socket: DialSocket?
        /// Nil while it is not decided.
        var observation: Observation?
        var accepted: Instant?
        var stream: (any Stream)?
        var localAddress: SocketAddress?
        var pathMTU: Int?

        init(_ address: SocketAddress) { self.address = address }
    }

    init(
        _ context: Context, _ endpoint: Endpoint, from source: SourceAddress?,
        establishing steps: [EstablishStep]
    ) {
        self.context = context
        self.endpoint = endpoint
        self.source = source
        self.steps = steps
        limit = TimeLimit(context.settings.timeout ?? Defaults.connectTimeout)
    }

    func start() {
        context.candidates(for: endpoint, .stream, from: source, timeout: limit.duration) {
            [weak self] result in
            guard let self, !isOver else { return }
            switch result {
            case .success(let candidates):
                showName(candidates)
                let race = Race(candidates, within: limit.remaining(), context.loop, self)
                self.race = race
                race.start()
            case .failure(let failure): unresolved(failure)
            }
        }
    }

    func interrupt(_ interruption: Interruption) {
        guard !isOver else { return context.run.end(self) }
        isOver = true
        if interruption.how != .outputClosed {
            for trial in tried { show(decide(trial, trial.accepted == nil ? .timedOut : .connected)) }
            context.reporter.notice("interrupted: there is no verdict yet")
        }
        race?.cancel()
        interview?.cancel()
        context.run.end(self)
    }

    // MARK: The name

    private func showName(_ candidates: Candidates) {
        guard case let addresses = candidates.addresses, addresses.first?.family.isInternet == true else {
            return
        }
        let time = Instant.now - started
        let list = addresses.map { $0.host?.description ?? "" }.joined(separator: ", ")
        var words: String
        var isLookedUp = false
        var order: [AddressOrder] = []
        switch endpoint.transport {
        case .host(let host, _) where AnyIPAddress(String(host.prefix { $0 != "%" })) == nil:
            isLookedUp = true
            isFromHosts = addresses.allSatisfy { address in
                address.host.map { HostsFile.has(host, with: $0, context.settings.nameServiceFiles) } ?? false
            }
            words =
                "\(host) is \(list), in \(Statistics.text(time))"
                + (isFromHosts ? ", as /etc/hosts has it" : "")
            if addresses.count > 1 { words += ": the order in which they are tried" }
            order = preference(addresses)
            words += order.map { "; \($0.text(sources: false))" }.joined()
        case .port: words = "this host: \(list)"
        default: words = "\(list): an address, nothing was looked up"
        }
        var step = ExplainStep(.name, nil, words)
        step.addresses = addresses
        step.order = order
        if isLookedUp { step.duration = time }
        show(step)
    }

    /// Why the first is preferred to the next, which mostly is of the other family: as these take turns, those after them
    /// do not stand as RFC 6724 has them.
    private func preference(_ addresses: [SocketAddress]) -> [AddressOrder] {
        let file = LookUpFile("gai.conf", context.settings.nameServiceFiles)
        return AddressOrder.list(addresses.prefix(2).compactMap(\.host), AddressPolicy(parsing: file.bytes))
    }

    private func unresolved(_ failure: Failure) {
        // What was typed is no endpoint to connect to.
        if failure.status == .usage {
            isOver = true
            context.finish(failure)
            return
        }
        let time = Instant.now - started
        var step = ExplainStep(.name, nil, "\(failure.operand ?? endpoint.text): \(failure.message)", .bad)
        (step.duration, step.code) = (time, failure.code)
        show(step)
        let name = endpoint.hostName ?? endpoint.text
        var observation = Observation(name, nil, .unresolved(failure.cause))
        observation.family = context.settings.family
        observation.isNumeric = context.settings.numeric
        finish(observation, failure.status)
    }

    // MARK: What is told

    private func show(_ step: ExplainStep) {
        if context.settings.verbosity != .quiet { context.reporter.show(step) }
    }

    private func show(_ observation: Observation) {
        if context.settings.verbosity == .quiet { return }
        if tried.count > 1, let address = observation.address {
            context.reporter.show(ExplainHeading(address: address))
        }
        for step in observation.steps { context.reporter.show(step) }
    }

    private func finish(_ observation: Observation, _ status: ExitStatus) {
        isOver = true
        race = nil
        context.reporter.show(
            ExplainVerdict(
                endpoint: endpoint.text, verdict: ConnectVerdict(observation), address: observation.address,
                status: status))
        context.finish(status: status)
        context.run.end(self)
    }

    /// Decides what became of an address, and asks the kernel what it knows of it.
    @discardableResult
    private func decide(_ trial: Trial, _ outcome: Observation.Outcome) -> Observation {
        if let observation = trial.observation { return observation }
        var observation = Observation(endpoint.transport.text, trial.address, outcome)
        observation.duration = (trial.accepted ?? .now) - trial.began
        observation.report = trial.socket?.report
        observation.localAddress = trial.localAddress
        observation.pathMTU = trial.pathMTU
        observation.isFromHosts = isFromHosts
        observation.ask(.full, from: source, context.settings)
        trial.observation = observation
        return observation
    }
}

// MARK: - The race

extension Explainer: RaceDelegate {
    func socket(for address: SocketAddress) throws(Failure) -> DialSocket {
        let trial = Trial(address)
        tried.append(trial)
        do throws(Failure) {
            let socket = try DialSocket(
                address.family, .connection, as: endpoint.connectionType, from: source, context.settings)
            // Older kernels keep what ICMP reports for those alone who ask for it.
            if let option = address.family.receiveErrors { try? socket.descriptor.set(option, to: true) }
            trial.socket = socket
            return socket
        } catch {
            decide(
                trial,
                .impossible(operation: error.operation, error.cause.networkError?.error ?? .protocolError))
            throw error
        }
    }

    private func trial(of attempt: Race.Attempt) -> Trial? { tried.last { $0.address == attempt.address } }

    func establish(_ attempt: Race.Attempt) {
        guard let trial = trial(of: attempt), let socket = attempt.socket.release() else { return }
        let family = attempt.address.family
        if let option = family.receiveErrors { try? socket.set(option, to: false) }
        trial.accepted = .now
        trial.localAddress = try? socket.localAddress()
        trial.pathMTU = Self.pathMTU(of: socket, family)
        do throws(Errno) {
            let stream = try context.stream(
                socket.release(), to: attempt.address, nil, wantsRead: !steps.isEmpty,
                file: attempt.socket.releaseFile())
            establish(attempt, stream, steps[...])
        } catch {
            race?.failed(attempt, .errno(error))
        }
    }

    private static func pathMTU(of socket: borrowing Socket, _ family: AddressFamily) -> Int? {
        guard family.hasTCP,
            let option = SocketOption.named(family == .inet ? "IP_MTU" : "IPV6_MTU"),
            case .int(let mtu)? = try? socket.get(option)
        else { return nil }
        return Int(mtu)
    }

    /// What is left to happen.
    private func establish(_ attempt: Race.Attempt, _ stream: any Stream, _ steps: ArraySlice<EstablishStep>)
    {
        guard let race, !isOver else { return stream.close() }
        attempt.stream = stream
        trial(of: attempt)?.stream = stream
        guard let step = steps.first else { return race.established(attempt) }
        attempt.pending = step
        attempt.step = step(stream, attempt.address) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let next): establish(attempt, next, steps.dropFirst())
            case .failure(let failure):
                let rejection = Observation.Rejection(
                    message: failure.message, code: failure.code, hint: failure.hint)
                if let trial = trial(of: attempt) { decide(trial, .rejected(rejection)) }
                // Who answered, and what was found then, is the same at the other addresses.
                if case .errno = failure.cause {
                    race.failed(attempt, failure.cause)
                } else {
                    race.abandon(failure)
                }
            }
        }
    }

    func failed(_ attempt: Race.Attempt, _ cause: Failure.Cause) {
        guard let trial = trial(of: attempt), let error = cause.networkError?.error else { return }
        decide(trial, .failed(error))
    }

    func gaveUp(_ attempt: Race.Attempt) {
        guard let trial = trial(of: attempt), let stream = attempt.stream else { return }
        decide(trial, silence(of: stream))
    }

    func ended(_ outcome: Race.Outcome, _ candidates: Candidates) {
        switch outcome {
        case .made(let attempt):
            guard let trial = trial(of: attempt), let stream = attempt.stream else { return }
            race = nil
            greet(trial, stream)
        case .failed:
            for trial in tried { show(decide(trial, .failed(.protocolError))) }
            let failure = candidates.failure("connect")
            conclude(candidates.telling?.address, failure.status)
        case .timedOut:
            for trial in tried { show(decide(trial, .timedOut)) }
            let silent =
                tried.first { $0.stream != nil } ?? tried.first { $0.observation?.isTimedOut == true }
            conclude(silent?.address, .timedOut)
        case .impossible(let failure):
            for trial in tried { show(decide(trial, .timedOut)) }
            conclude(tried.last { $0.observation?.isDecided == true }?.address, failure.status)
        }
    }

    /// The verdict is on the address that says most, as the message of a failure is.
    private func conclude(_ address: SocketAddress?, _ status: ExitStatus) {
        let chosen = tried.last { $0.address == address } ?? tried.first
        guard let observation = chosen?.observation else {
            return finish(Observation(endpoint.text, nil, .failed(.addressNotAvailable)), status)
        }
        finish(observation, status)
    }

    /// What a connection came to whose peer has not answered the handshake.
    private func silence(of stream: any Stream) -> Observation.Outcome {
        let info = stream.tcpInfo()
        return .rejected(
            Observation.Rejection(
                message: "no answer to the handshake within \(Statistics.text(limit.duration))",
                code: "ETIMEDOUT",
                isSilence: true,
                isUnacknowledged: info?.unacknowledged ?? 0 > 0 && info?.totalRetransmissions ?? 0 > 0))
    }

    // MARK: A connection that was made

    private func greet(_ trial: Trial, _ stream: any Stream) {
        guard steps.isEmpty else { return made(trial, stream, nil) }
        let interview = Interview(
            stream, InterviewPlan(wantsBanner: true), host: "", time: Greeting.patience, context.loop
        ) { [weak self] result in
            self?.made(trial, stream, Greeting(result))
        }
        self.interview = interview
        interview.start()
    }

    private func made(_ trial: Trial, _ stream: any Stream, _ greeting: Greeting?) {
        var observation = decide(trial, .connected)
        observation.greeting = greeting
        if let facts = stream.tls {
            observation.handshake = (facts.lines.first ?? facts.version, facts.handshakeTime)
        }
        stream.sayGoodbye()
        stream.close()
        trial.observation = observation
        for other in tried where other !== trial && other.observation != nil {
            show(decide(other, .timedOut))
        }
        show(observation)
        finish(observation, .success)
    }
}
