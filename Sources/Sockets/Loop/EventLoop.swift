// The one poll loop of the process: descriptors, timers and files that are always ready, in one thread.

/// Waits for what was asked for and calls back.
package final class EventLoop {
    private let poller: Poller
    private var timers = TimerQueue()
    /// The watches by descriptor number.
    private var watches: [Watch?] = []
    /// Those of files that cannot be waited for, while something is wanted of them.
    private var alwaysReady: [Watch] = []
    private var generation: UInt32 = 0
    private var isStopped = false
    /// What is to be done before the next wait.
    private var turnEnds: [() -> Void] = []

    package init() throws(Errno) { poller = try Poller() }

    /// Calls `handler` when what `interest` names is worth trying on the descriptor. The watch must be
    /// cancelled before the descriptor is closed.
    package func watch(
        _ descriptor: borrowing some Descriptor & ~Copyable, interest: Interest = .none,
        handler: @escaping (Readiness) -> Void
    ) throws(Errno) -> Watch {
        let number = descriptor.number
        generation &+= 1
        let watch = Watch(
            loop: self, number: number, generation: generation, interest: interest, handler: handler)
        while watches.count <= Int(number) { watches.append(nil) }
        let canWait = try poller.add(number, interest: interest, token: watch.token)
        watch.isAlwaysReady = !canWait
        watches[Int(number)] = watch
        if !canWait && !interest.isEmpty { alwaysReady.append(watch) }
        return watch
    }

    /// Calls `body` after `delay`, whatever happens until then.
    package func schedule(after delay: Duration, _ body: @escaping () -> Void) {
        timers.schedule(at: Instant.now + delay, body)
    }

    /// Calls `body` after `delay`, unless the timer is cancelled or nobody holds it any more.
    package func after(_ delay: Duration, _ body: @escaping () -> Void) -> Timer {
        timers.add(at: Instant.now + delay, body)
    }

    /// Calls `body` once, when the callbacks under way are done and before the loop waits again.
    package func beforeWaiting(_ body: @escaping () -> Void) { turnEnds.append(body) }

    private func endTurn() {
        while !turnEnds.isEmpty {
            let bodies = turnEnds
            turnEnds.removeAll(keepingCapacity: true)
            for body in bodies { body() }
        }
    }

    /// Runs until `stop`.
    package func run() throws(Errno) {
        while !isStopped {
            endTurn()
            if isStopped { break }
            try poller.wait(atMost: waitingTime()) { token, readiness in
                let number = Int(truncatingIfNeeded: token & 0xffff_ffff)
                guard number < watches.count, let watch = watches[number], watch.token == token else {
                    return
                }
                watch.handler?(readiness)
            }
            for watch in alwaysReady where !watch.interest.isEmpty {
                watch.handler?(
                    Readiness(isReadable: watch.interest.read, isWritable: !watch.interest.read))
            }
            let now = Instant.now
            while !isStopped, let due = timers.takeDue(by: now) { due() }
        }
    }

    /// Makes `run` return when the callbacks under way are done, or at once if it has not begun.
    package func stop() { isStopped = true }

    /// Nil for ever.
    private func waitingTime() -> Duration? {
        if !alwaysReady.isEmpty { return .zero }
        return timers.nextDeadline().map { max(.zero, $0 - Instant.now) }
    }

    fileprivate func interestChanged(of watch: Watch) {
        if watch.isAlwaysReady {
            alwaysReady.removeAll { $0 === watch }
            if !watch.interest.isEmpty { alwaysReady.append(watch) }
        } else {
            // A registered descriptor can be changed at any time; it fails only for a closed one.
            try? poller.change(watch.number, interest: watch.interest, token: watch.token)
        }
    }

    fileprivate func cancel(_ watch: Watch) {
        guard watches[Int(watch.number)] === watch else { return }
        watches[Int(watch.number)] = nil
        if watch.isAlwaysReady {
            alwaysReady.removeAll { $0 === watch }
        } else {
            poller.remove(watch.number)
        }
    }
}

/// A descriptor that the loop waits for.
package final class Watch {
    private unowned let loop: EventLoop
    fileprivate let number: Int32
    private let generation: UInt32
    fileprivate var handler: ((Readiness) -> Void)?
    fileprivate var isAlwaysReady = false

    fileprivate init(
        loop: EventLoop, number: Int32, generation: UInt32, interest: Interest,
        handler: @escaping (Readiness) -> Void
    ) {
        self.loop = loop
        self.number = number
        self.generation = generation
        self.interest = interest
        self.handler = handler
    }

    /// The number, and which of its lives: a number is used again after it was closed.
    fileprivate var token: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: number)) }

    /// What is waited for. With none, errors are still reported, each once.
    package var interest: Interest {
        didSet { if interest != oldValue, handler != nil { loop.interestChanged(of: self) } }
    }

    /// Ends it. No call comes any more, also not one that was already under way in the kernel.
    package func cancel() {
        guard handler != nil else { return }
        loop.cancel(self)
        handler = nil
    }
}
