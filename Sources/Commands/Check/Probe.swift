// The test of one port: the addresses of its host race as in connecting, until one accepts or none is left.

import CommandSpec
import Sockets

final class Probe {
    let host: CheckedHost
    /// Which of the host's ports.
    let index: Int
    /// When to begin once more; nil if never.
    var backoff: Backoff?

    private unowned let checker: Checker
    private var race: Race?
    private var tls: TLSOutcome?
    /// Those of the last time, which count if there is too little time to ask again.
    private var lastFailures: [Failure.Attempt] = []

    init(_ checker: Checker, _ host: CheckedHost, _ index: Int, _ backoff: Backoff?) {
        self.checker = checker
        self.host = host
        self.index = index
        self.backoff = backoff
    }

    /// Nil for a Unix socket.
    var port: UInt16? { host.target.ports == nil ? nil : host.ports[index] }

    /// What is tested, as it is written.
    var endpoint: String { host.endpoint(of: host.ports[index]) }

    func start() {
        let candidates = Candidates(interleaved: host.addresses, port: port, of: host.target.hostText)
        let race = Race(candidates, within: backoff?.limit(timeout) ?? timeout, checker.context.loop, self)
        self.race = race
        race.start()
    }

    /// How long the port may take to answer by itself: the first time, less what looking up its host has taken.
    private var timeout: Duration { lastFailures.isEmpty ? host.timeout : checker.plan.timeout }
}

extension Probe: RaceDelegate {
    func socket(for address: SocketAddress) throws(Failure) -> DialSocket {
        do throws(Failure) {
            return try checker.socket(address.family)
        } catch {
            if error.operation == "socket", error.cause.networkError?.error.isExhaustion == true,
                checker.postpone(self)
            {
                race?.cancel()
            }
            throw error
        }
    }

    func establish(_ attempt: Race.Attempt) {
        guard let client = checker.plan.tls[host.number] else { race?.established(attempt); return }
        guard let socket = attempt.socket.release() else { return }
        let context = checker.context
        do throws(Errno) {
            let below = try context.stream(socket.release(), to: attempt.address, nil, wantsRead: true)
            attempt.stream = below
            attempt.step = client.begin(below) { [weak self] result in
                self?.shookHands(attempt, result)
            }
        } catch {
            race?.failed(attempt, .errno(error))
        }
    }

    /// Whatever TLS came to, the port is open.
    private func shookHands(_ attempt: Race.Attempt, _ result: Result<TLSStream, Failure>) {
        guard let race else { return }
        tls = TLSOutcome(
            result.map { stream in
                stream.sayGoodbye()
                return TLSReport.Facts(stream)
            }, minDays: checker.plan.minDays)
        race.established(attempt)
        attempt.stream?.close()
    }

    func failed(_ attempt: Race.Attempt, _: Failure.Cause) {
        checker.reuse(attempt.socket, attempt.address.family)
    }

    func ended(_ outcome: Race.Outcome, _ candidates: Candidates) {
        race = nil
        var failures = candidates.failures
        switch outcome {
        case .impossible(let failure):
            return checker.fail(failure)
        case .made(let attempt):
            let time = Instant.now - attempt.began
            let answer = CheckResult.Answer(address: attempt.address, error: nil, time: time)
            return checker.decided(self, answer, failures.map { CheckResult.Answer($0) }, tls)
        case .timedOut
        where (backoff?.limit(timeout) ?? timeout) < timeout && !lastFailures.isEmpty
            && !failures.contains(where: \.hasAccepted):
            failures = lastFailures
        case .timedOut, .failed: break
        }
        lastFailures = failures
        let answers = failures.map { CheckResult.Answer($0) }
        if let answer = answers.mostTelling { checker.decided(self, answer, answers) }
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
