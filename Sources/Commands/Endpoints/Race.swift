// The race of RFC 8305, section 5: the addresses are tried one after the other, the next one beside those that are
// slow, until one is connected and all that has to happen on the connection has happened, or none is left.

import Sockets

/// Whoever holds a race: says how a socket is made, and hears what became of it.
protocol RaceDelegate: AnyObject {
    /// A socket for an address, with its options set. Where `socket(2)` fails another address is tried; any
    /// other failure ends the race.
    func socket(for address: SocketAddress) throws(Failure) -> DialSocket
    /// An address has accepted. Answered now or later with `Race.established` or `Race.failed`: only then
    /// the connection counts.
    func establish(_ attempt: Race.Attempt)
    /// An address failed, others go on.
    func failed(_ attempt: Race.Attempt, _ cause: Failure.Cause)
    /// The time is up for an address that has not answered; it is closed next.
    func gaveUp(_ attempt: Race.Attempt)
    func ended(_ outcome: Race.Outcome, _ candidates: Candidates)
}

extension RaceDelegate {
    func gaveUp(_: Race.Attempt) {}
}

final class Race {
    enum Outcome {
        case made(Attempt)
        /// No address could be reached: why is in the list of candidates.
        case failed
        /// The same, because there was no more time.
        case timedOut
        /// None could be tried.
        case impossible(Failure)
    }

    /// One address being tried.
    final class Attempt {
        enum State {
            case starting
            /// Until the loop tells that it is decided.
            case connecting(Watch)
            /// A Unix socket whose backlog is full is tried again: nothing tells when there is room.
            case resting(Timer)
            /// Connected, and not yet made.
            case establishing
            case over
        }

        let address: SocketAddress
        let socket: DialSocket
        let began: Instant
        /// What it has become so far, while it is being established.
        var stream: (any Stream)?
        /// What has to happen on it.
        var pending: EstablishStep?
        /// What does it.
        var step: AnyObject?
        fileprivate(set) var state = State.starting

        init(_ address: SocketAddress, _ socket: DialSocket, began: Instant) {
            self.address = address
            self.socket = socket
            self.began = began
        }

        fileprivate func stop() {
            switch state {
            case .connecting(let watch): watch.cancel()
            case .resting(let timer): timer.cancel()
            case .starting, .establishing, .over: break
            }
            state = .over
            (step, pending) = (nil, nil)
        }

        fileprivate var isOver: Bool { if case .over = state { true } else { false } }
    }

    private enum State {
        case ready
        /// When the timer fires, the next address joins.
        case running(next: Timer?)
        case over
    }

    /// How long one address is waited for before the next is tried too: RFC 8305, section 5.
    static let attemptDelay = Duration.milliseconds(250)
    /// How long a Unix socket whose backlog is full is left alone.
    static let retryDelay = Duration.milliseconds(10)

    private let loop: EventLoop
    private var delegate: (any RaceDelegate)?
    private var candidates: Candidates
    private let limit: Duration
    private var state = State.ready
    private var attempts: [Attempt] = []
    private var patience: Timer?
    /// Whether the next address is tried anyway.
    private var isTrying = false

    /// - Parameter limit: how long all addresses together may take.
    init(_ candidates: Candidates, within limit: Duration, _ loop: EventLoop, _ delegate: any RaceDelegate) {
        self.candidates = candidates
        self.limit = limit
        self.loop = loop
        self.delegate = delegate
    }

    func start() {
        state = .running(next: nil)
        tryNext()
    }

    /// What there is to wait for: what has to happen on a connection, or an answer.
    var awaited: String {
        if let attempt = attempts.first(where: { $0.pending != nil }), let step = attempt.pending {
            return "\(step.name), after \(attempt.address) has accepted"
        }
        let addresses = attempts.prefix(3).map(\.address.description)
        return addresses.isEmpty ? "an answer" : "an answer from " + addresses.joined(separator: " and ")
    }

    /// Ends it without an outcome.
    func cancel() {
        if case .running(let next) = state { next?.cancel() }
        state = .over
        patience?.cancel()
        for attempt in attempts {
            attempt.stop()
            attempt.stream?.close()
        }
        attempts = []
        delegate = nil
    }

    // MARK: What the delegate answers

    /// All that had to happen on a connection has happened: it wins.
    func established(_ attempt: Attempt) {
        guard isRunning, !attempt.isOver else { return }
        attempt.stop()
        attempts.removeAll { $0 === attempt }
        end(.made(attempt))
    }

    /// An address cannot be used. The next one is tried at once.
    func failed(_ attempt: Attempt, _ cause: Failure.Cause) {
        guard isRunning, !attempt.isOver else { return }
        attempt.stop()
        attempt.stream?.close()
        attempts.removeAll { $0 === attempt }
        candidates.failed(
            attempt.address, cause, after: Instant.now - attempt.began, report: attempt.socket.report)
        delegate?.failed(attempt, cause)
        if !isTrying { tryNext() }
    }

    /// Something is found that no other address would change.
    func abandon(_ failure: Failure) { end(.impossible(failure)) }

    // MARK: Addresses

    private var isRunning: Bool { if case .running = state { true } else { false } }

    private func tryNext() {
        guard case .running(let next) = state else { return }
        next?.cancel()
        isTrying = true
        var isWaiting = false
        while isRunning, !isWaiting, let address = candidates.next() {
            guard let attempt = open(address) else { continue }
            attempts.append(attempt)
            begin(attempt)
            isWaiting = !attempt.isOver
        }
        isTrying = false
        guard isRunning else { return }
        if attempts.isEmpty { return end(.failed) }
        let timer = candidates.hasMore ? loop.after(Self.attemptDelay) { [self] in tryNext() } : nil
        state = .running(next: timer)
        // On this host most is decided without waiting, and without a timer.
        if patience == nil { patience = loop.after(limit) { [self] in timeIsUp() } }
    }

    private func open(_ address: SocketAddress) -> Attempt? {
        do throws(Failure) {
            return try delegate.map { (delegate) throws(Failure) in
                let socket = try delegate.socket(for: address)
                return Attempt(address, socket, began: .now)
            }
        } catch {
            guard error.operation == "socket", case .errno = error.cause else {
                end(.impossible(error))
                return nil
            }
            candidates.failed(address, error.cause)
            return nil
        }
    }

    private func begin(_ attempt: Attempt) {
        decide(attempt) { () throws(NetworkError) in
            if try attempt.socket.begin(attempt.address) { return true }
            do throws(Errno) {
                attempt.state = .connecting(
                    try loop.watch(attempt.socket.descriptor, interest: attempt.socket.interest) {
                        [self, unowned attempt] _ in look(attempt)
                    })
            } catch {
                throw NetworkError(error)
            }
            return false
        }
    }

    /// An address that is waited for may have answered.
    private func look(_ attempt: Attempt) {
        decide(attempt) { () throws(NetworkError) in try attempt.socket.look(attempt.address) }
    }

    private func decide(_ attempt: Attempt, _ isConnected: () throws(NetworkError) -> Bool) {
        do throws(NetworkError) {
            guard try isConnected() else { return }
            attempt.stop()
            attempt.state = .establishing
            delegate?.establish(attempt)
        } catch {
            guard error.error == .wouldBlock, attempt.address.family.answersFullBacklog else {
                return failed(attempt, .network(error))
            }
            attempt.state = .resting(
                loop.after(Self.retryDelay) { [self, unowned attempt] in begin(attempt) })
        }
    }

    // MARK: The end

    private func timeIsUp() {
        for attempt in attempts {
            delegate?.gaveUp(attempt)
            let cause: Failure.Cause =
                if case .establishing = attempt.state {
                    .explained(attempt.pending?.lateness ?? TLSHandshake.lateness, .timedOut)
                } else {
                    .network(attempt.socket.giveUp())
                }
            candidates.failed(
                attempt.address, cause, after: Instant.now - attempt.began, report: attempt.socket.report)
        }
        end(.timedOut)
    }

    private func end(_ outcome: Outcome) {
        guard isRunning, let delegate else { return }
        cancel()
        delegate.ended(outcome, candidates)
    }
}
