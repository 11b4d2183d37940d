// The test of one port: each address of the host is tried as connecting would, one after the other and those that are
// slow beside the next, until one accepts or none is left.

import CommandSpec
import Sockets

final class Probe {
    let host: CheckedHost
    /// Which of the host's ports.
    let index: Int
    /// When to begin once more; nil if never.
    var backoff: Backoff?

    private unowned let checker: Checker
    /// The next address to try.
    private var next = 0
    private var attempts: [Attempt] = []
    private var failures: [CheckResult.Answer] = []
    /// Those of the last time, which count if there is too little time to ask again.
    private var lastFailures: [CheckResult.Answer] = []
    private var nextAddress: Timer?
    private var patience: Timer?

    /// An address that has not answered yet.
    private final class Attempt {
        let socket: ProbeSocket
        let address: SocketAddress
        let started: Instant
        var watch: Watch?

        init(_ socket: ProbeSocket, _ address: SocketAddress, _ started: Instant) {
            self.socket = socket
            self.address = address
            self.started = started
        }

        func answer(_ error: NetworkError? = nil) -> CheckResult.Answer {
            CheckResult.Answer(address: address, error: error, time: Instant.now - started)
        }
    }

    init(_ checker: Checker, _ host: CheckedHost, _ index: Int, _ backoff: Backoff?) {
        self.checker = checker
        self.host = host
        self.index = index
        self.backoff = backoff
    }

    /// Nil for a Unix socket.
    var port: UInt16? { host.target.ports == nil ? nil : host.ports[index] }

    var endpoint: Endpoint { host.target.endpoint(String(host.ports[index])) }

    func start() {
        next = 0
        (lastFailures, failures) = (failures, [])
        tryNext()
    }

    // MARK: Addresses

    private func tryNext() {
        nextAddress?.cancel()
        while next < host.addresses.count {
            let address = host.addresses[next].with(port: host.ports[index])
            next += 1
            let started = Instant.now
            do throws(Failure) {
                let socket = try checker.socket(address.family)
                if let isOpen = begin(Attempt(socket, address, started)) { return isOpen ? () : wait() }
            } catch {
                guard error.operation == "socket", case .errno(let errno) = error.cause else {
                    return checker.fail(error)
                }
                if errno.isExhaustion, checker.postpone(self) { return end() }
                failures.append(CheckResult.Answer(address: address, error: NetworkError(errno), time: .zero))
            }
        }
        if attempts.isEmpty, let answer = failures.mostTelling { finish(answer) }
    }

    /// Tries an address. True if it accepted, which ends the probe; false if it has to be waited for; nil if the
    /// next is to be tried.
    private func begin(_ attempt: Attempt) -> Bool? {
        let socket = attempt.socket
        do throws(NetworkError) {
            if try socket.begin(attempt.address) {
                finish(attempt.answer())
                return true
            }
            attempt.watch = try watch(attempt)
            attempts.append(attempt)
            return false
        } catch {
            if error.error == .wouldBlock, attempt.address.family == .unix {
                // The backlog is full, and nothing tells when it no longer is.
                next -= 1
                return false
            }
            failed(attempt, error)
            return nil
        }
    }

    private func watch(_ attempt: Attempt) throws(NetworkError) -> Watch {
        do throws(Errno) {
            return try checker.context.loop.watch(
                attempt.socket.descriptor, interest: attempt.socket.interest
            ) {
                [self, unowned attempt] _ in look(attempt)
            }
        } catch {
            throw NetworkError(error)
        }
    }

    /// An address that is waited for may have answered.
    private func look(_ attempt: Attempt) {
        do throws(NetworkError) {
            if try attempt.socket.look(attempt.address) { finish(attempt.answer()) }
        } catch {
            attempt.watch?.cancel()
            attempts.removeAll { $0 === attempt }
            failed(attempt, error)
            tryNext()
        }
    }

    private func failed(_ attempt: Attempt, _ error: NetworkError) {
        failures.append(attempt.answer(error))
        checker.reuse(attempt.socket, attempt.address.family)
    }

    // MARK: Time

    /// Waits for an answer, and tries the next address meanwhile, or a full Unix socket once more.
    private func wait() {
        let loop = checker.context.loop
        if next < host.addresses.count {
            let isFull = attempts.isEmpty
            nextAddress = loop.after(isFull ? Connector.retryDelay : Connector.attemptDelay) { [self] in
                tryNext()
            }
        }
        guard patience == nil else { return }
        let timeout = backoff?.limit(checker.plan.timeout) ?? checker.plan.timeout
        patience = loop.after(timeout) { [self] in
            if timeout < checker.plan.timeout, let answer = lastFailures.mostTelling {
                failures = lastFailures
                return finish(answer)
            }
            for attempt in attempts { failures.append(attempt.answer(attempt.socket.giveUp())) }
            if attempts.isEmpty {
                let address = host.addresses[min(next, host.addresses.count - 1)]
                failures.append(
                    CheckResult.Answer(address: address, error: NetworkError(.timedOut), time: timeout))
            }
            if let answer = failures.mostTelling { finish(answer) }
        }
    }

    private func finish(_ answer: CheckResult.Answer) {
        let failures = failures
        end()
        checker.decided(self, answer, failures)
    }

    private func end() {
        nextAddress?.cancel()
        patience?.cancel()
        (nextAddress, patience) = (nil, nil)
        for attempt in attempts { attempt.watch?.cancel() }
        attempts = []
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
