// The test of one port: the addresses of its host race as in connecting, until one accepts or none is left; then, where
// that was asked for, TLS, and what it says.

import CommandSpec
import Sockets

/// Whoever has ports tested.
protocol ProbeOwner: AnyObject {
    var context: Context { get }
    var plan: CheckPlan { get }
    /// A socket with the options that the user sets, bound as the user wants.
    func socket(_ family: AddressFamily, _ type: SocketType) throws(Failure) -> DialSocket
    /// Takes back a socket that is not needed any more.
    func reuse(_ socket: DialSocket, _ family: AddressFamily)
    /// There is no descriptor left for the probe. True if it is begun again when another is done.
    func postpone(_ probe: Probe) -> Bool
    func decided(_ probe: Probe, _ result: CheckResult)
    /// Nothing can be tested.
    func fail(_ failure: Failure)
}

extension ProbeOwner {
    func newSocket(_ family: AddressFamily, _ type: SocketType) throws(Failure) -> DialSocket {
        let goal = plan.type == .datagram ? DialSocket.Goal.answer : .connection
        return try DialSocket(
            family, goal, as: type, from: plan.source, context.settings, wantsReports: false)
    }
}

final class Probe {
    let host: CheckedHost
    /// Which of the host's ports.
    let index: Int
    /// The owner's number for it.
    let tag: Int
    /// When to begin once more; nil if never.
    var backoff: Backoff?

    /// Held: the run does so as well, for as long as there are probes.
    private let owner: any ProbeOwner
    private var race: Race?
    private var interview: Interview?
    /// What was found once it had accepted.
    private var tls: TLSOutcome?
    private var roundTrip: Duration?
    private var connectTime: Duration?
    /// Those of the last time, which count if there is too little time to ask again.
    private var lastFailures: [Failure.Attempt] = []

    /// How long a port that has accepted is looked at for closing at once: a peer on the same host does that in less.
    private static let glance = Duration.milliseconds(10)
    /// Of one that is far away, so many of its round trips, and never longer than that.
    private static let glances = (count: 2, limit: Duration.milliseconds(200))

    init(_ owner: any ProbeOwner, _ host: CheckedHost, _ index: Int, _ backoff: Backoff?, tag: Int = 0) {
        self.owner = owner
        self.host = host
        self.index = index
        self.backoff = backoff
        self.tag = tag
    }

    /// Nil for a Unix socket.
    var port: UInt16? { host.target.ports == nil ? nil : host.ports[index] }

    /// What is tested, as it is written.
    var endpoint: String { host.endpoint(of: host.ports[index]) }

    func start() {
        (tls, roundTrip, connectTime) = (nil, nil, nil)
        let candidates = Candidates(interleaved: host.addresses, port: port, of: host.target.hostText)
        let race = Race(candidates, within: backoff?.limit(timeout) ?? timeout, owner.context.loop, self)
        self.race = race
        race.start()
    }

    /// How long the port may take to answer by itself: the first time, less what looking up its host has taken.
    private var timeout: Duration { lastFailures.isEmpty ? host.timeout : owner.plan.timeout }

    private var plan: CheckPlan { owner.plan }
}

extension Probe: RaceDelegate {
    func socket(for address: SocketAddress) throws(Failure) -> DialSocket {
        do throws(Failure) {
            return try owner.socket(address.family, host.target.connectionType)
        } catch {
            if error.operation == "socket", error.cause.networkError?.error.isExhaustion == true,
                owner.postpone(self)
            {
                race?.cancel()
            }
            throw error
        }
    }

    func establish(_ attempt: Race.Attempt) {
        connectTime = (attempt.socket.connected ?? .now) - attempt.began
        if plan.repeats { roundTrip = (try? TCPInfo(of: attempt.socket.descriptor))?.roundTripTime }
        guard let client = plan.tls[host.number] else { race?.established(attempt); return }
        guard let below = stream(of: attempt) else { return }
        attempt.stream = below
        attempt.step = client.begin(below) { [weak self] result in
            self?.shookHands(attempt, result)
        }
    }

    private func stream(of attempt: Race.Attempt) -> (any Stream)? {
        guard let socket = attempt.socket.release() else { return nil }
        do throws(Errno) {
            return try owner.context.stream(
                socket.release(), to: attempt.address, nil, wantsRead: true,
                file: attempt.socket.releaseFile())
        } catch {
            race?.failed(attempt, .errno(error))
            return nil
        }
    }

    /// Whatever TLS came to, the port is open.
    private func shookHands(_ attempt: Race.Attempt, _ result: Result<TLSStream, Failure>) {
        guard let race else { return }
        tls = TLSOutcome(result.map { TLSReport.Facts($0) }, minDays: plan.minDays)
        if case .success(let stream) = result { attempt.stream = stream }
        race.established(attempt)
    }

    func failed(_ attempt: Race.Attempt, _: Failure.Cause) {
        owner.reuse(attempt.socket, attempt.address.family)
    }

    func ended(_ outcome: Race.Outcome, _ candidates: Candidates) {
        race = nil
        var failures = candidates.failures
        switch outcome {
        case .impossible(let failure):
            return owner.fail(failure)
        case .made(let attempt):
            return accepted(attempt, failures)
        case .timedOut
        where (backoff?.limit(timeout) ?? timeout) < timeout && !lastFailures.isEmpty
            && !failures.contains(where: \.hasAccepted):
            failures = lastFailures
        case .timedOut, .failed: break
        }
        lastFailures = failures
        let answers = failures.map { CheckResult.Answer($0) }
        if let broken = answers.firstIndex(where: \.wasAcceptedAndReset) {
            return acceptedAndReset(answers[broken], answers)
        }
        if let answer = answers.mostTelling { decided(answer, answers, nil) }
    }

    /// What is refused has no reset of this kind: it had accepted.
    private func acceptedAndReset(_ broken: CheckResult.Answer, _ answers: [CheckResult.Answer]) {
        let answer = CheckResult.Answer(address: broken.address, error: nil, time: broken.time)
        var result = InterviewResult(closedAfter: .zero, isReset: true)
        if plan.interview.text != nil || plan.interview.http != nil {
            result.problem = "it closed without a word"
        }
        let others = answers.filter { $0.address != broken.address }
        decided(answer, others, plan.tls[host.number] == nil ? result : nil)
    }

    private func accepted(_ attempt: Race.Attempt, _ failures: [Failure.Attempt]) {
        let time = connectTime ?? Instant.now - attempt.began
        let answer = CheckResult.Answer(address: attempt.address, error: nil, time: time)
        let answers = failures.map { CheckResult.Answer($0) }
        guard let patience = patience(with: attempt), tls?.problem == nil,
            let stream = attempt.stream ?? stream(of: attempt)
        else {
            attempt.stream?.sayGoodbye()
            attempt.stream?.close()
            return decided(answer, answers, nil)
        }
        // They hold each other until it is done; nobody else does.
        let interview = Interview(
            stream, plan.interview, host: host.authority(port), time: patience, owner.context.loop
        ) { [self] result in
            self.interview = nil
            decided(answer, answers, result)
        }
        self.interview = interview
        interview.start()
    }

    /// How long what has accepted is listened to; nil if it is not.
    private func patience(with attempt: Race.Attempt) -> Duration? {
        if plan.type.keepsBoundaries { return nil }
        if plan.interview.waitsForWords { return backoff?.limit(plan.timeout) ?? plan.timeout }
        if plan.repeats || plan.tls[host.number] != nil { return nil }
        let roundTrip = (try? TCPInfo(of: attempt.socket.descriptor))?.roundTripTime ?? .zero
        return max(Self.glance, min(roundTrip * Self.glances.count, Self.glances.limit))
    }

    private func decided(
        _ answer: CheckResult.Answer, _ failures: [CheckResult.Answer], _ interview: InterviewResult?
    ) {
        var result = CheckResult(
            position: (host.number, index), endpoint: endpoint, port: port,
            transport: .init(answer.address.family, plan.type), answer: answer, failures: failures)
        result.tls = tls
        result.roundTrip = roundTrip
        result.interview = interview
        owner.decided(self, result)
    }
}

extension CheckResult.Answer {
    /// A connection attempt that is refused ends with `ECONNREFUSED`; this is one that had been made.
    fileprivate var wasAcceptedAndReset: Bool {
        error?.error == .connectionReset && explanation == nil && address.family.hasTCP
    }
}

extension Errno {
    /// Whether there will be room when something else is done.
    fileprivate var isExhaustion: Bool {
        switch self {
        case .tooManyDescriptors, .systemTableFull, .noBufferSpace, .noMemory: true
        default: false
        }
    }
}
