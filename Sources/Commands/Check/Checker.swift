// Tests many ports at the same time, but never more than it may: looks up their hosts, begins a probe for each port as
// others are decided, begins again those that are waited for, and reports.

import CommandSpec
import Sockets

final class Checker: RunTask, ProbeOwner {
    let context: Context
    let plan: CheckPlan
    private let report: CheckReport
    private let started = Instant.now
    /// Not looked up yet.
    private var targets: ArraySlice<PendingTarget>
    /// Looked up, with ports that were not begun.
    private var hosts: [CheckedHost] = []
    /// Whose turn it is.
    private var next = 0
    /// To be begun once more.
    private var again: [Probe] = []
    private var lookUps = 0
    private var pauses = 0
    private var running = 0
    private var limit: Int
    /// A socket that was refused, of each family: it can connect again, and that halves what a closed port costs.
    private var spare: [AddressFamily: DialSocket] = [:]
    private var isPumping = false
    private var isScheduled = false
    private var isOver = false

    private struct PendingTarget {
        let number: Int
        let target: CheckTarget
        var backoff: Backoff?
        /// Why it was not found the last time.
        var lastFailure: Failure?
    }

    /// How many look-ups are made at a time.
    private static let lookUpLimit = 8
    /// How many probes are begun before others get their turn.
    private static let turn = 128

    init(_ context: Context, _ groups: [CheckTarget.Group], _ plan: CheckPlan) {
        self.context = context
        self.plan = plan
        report = CheckReport(context, groups, plan)
        let targets = groups.flatMap(\.targets)
        limit = plan.parallel
        let backoff = plan.wait.map { Backoff(for: $0) }
        self.targets =
            targets.enumerated()
            .map { PendingTarget(number: $0.offset, target: $0.element, backoff: backoff) }[...]
    }

    func start() {
        context.run.on(.user1) { [report] in report.tellProgress() }
        report.start()
        pump()
    }

    func interrupt(_ interruption: Interruption) {
        isOver = true
        if interruption.how != .outputClosed { report.showPart() }
        context.run.end(self)
    }

    // MARK: What goes on at a time

    /// Begins what may be begun. It is called again whenever something is decided.
    private func pump() {
        guard !isPumping, !isOver else { return }
        isPumping = true
        lookUpMore()
        var begun = 0
        while begun < Self.turn, running < limit, !isOver, !context.output.isFull, let probe = nextProbe() {
            begun += 1
            running += 1
            probe.host.running += 1
            probe.start()
        }
        isPumping = false
        guard !isOver else { return }
        if context.output.isFull || begun == Self.turn {
            schedule()
        } else if running + pauses + lookUps == 0 {
            isOver = true
            report.finish()
        }
    }

    /// Goes on when there is room for more output, but not before the next turn of the loop.
    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        // It may have been interrupted before any of these is called.
        let proceed = { [weak self] in
            guard let self else { return }
            isScheduled = false
            pump()
        }
        if context.output.isFull {
            context.output.whenRoom(proceed)
        } else {
            context.loop.schedule(after: .zero, proceed)
        }
    }

    /// Hosts take turns, and none has more than its share, so that one whose ports are silent holds up no other.
    private func nextProbe() -> Probe? {
        if let probe = again.popLast() { return probe }
        let share = max(1, limit / max(1, hosts.count + targets.count + lookUps))
        for _ in hosts.indices {
            if next >= hosts.count { next = 0 }
            let host = hosts[next]
            guard host.running < share else {
                next += 1
                continue
            }
            let index = host.position
            host.position += 1
            if host.position == host.ports.count { hosts.remove(at: next) } else { next += 1 }
            return Probe(self, host, index, plan.wait.map { Backoff(for: $0, from: started) })
        }
        return nil
    }

    private func lookUpMore() {
        while lookUps < Self.lookUpLimit, let pending = targets.popFirst() {
            lookUps += 1
            let timeout = pending.backoff?.limit(plan.lookUpTimeout) ?? plan.lookUpTimeout
            context.lookUp(pending.target, number: pending.number, plan, timeout: timeout) {
                [weak self] result in
                guard let self, !isOver else { return }
                lookUps -= 1
                switch result {
                case .success(let host): hosts.append(host)
                case .failure(let failure): failed(pending, failure)
                }
                pump()
            }
        }
    }

    private func failed(_ pending: PendingTarget, _ failure: Failure) {
        var (pending, failure) = (pending, failure)
        if let duration = pending.backoff?.duration, context.mayPass(failure) {
            if let pause = pending.backoff?.next() {
                pending.lastFailure = failure
                return rest(pause, "\(failure.operand ?? ""): \(failure.message)") { [weak self] in
                    self?.targets.append(pending)
                }
            }
            // What there was too little time for says nothing.
            if failure.status == .timedOut { failure = pending.lastFailure ?? failure }
            failure = failure.gaveUp(after: duration)
        }
        report.add(failure, ofTarget: pending.number)
    }

    private func rest(_ pause: Duration, _ reason: String, _ body: @escaping () -> Void) {
        context.reporter.note("\(reason); trying again in \(Statistics.text(pause))")
        pauses += 1
        context.loop.schedule(after: pause) { [weak self] in
            guard let self else { return }
            pauses -= 1
            body()
            pump()
        }
    }

    // MARK: What probes tell

    func decided(_ probe: Probe, _ result: CheckResult) {
        guard !isOver else { return }
        running -= 1
        probe.host.running -= 1
        defer { pump() }
        var result = result
        result.isToBeClosed = plan.isToBeClosed
        if let duration = probe.backoff?.duration, mayChange(result) {
            if let pause = probe.backoff?.next() {
                let reason = "\(probe.endpoint): \(result.message ?? "")"
                return rest(pause, reason) { [weak self] in self?.again.append(probe) }
            }
            result.triedFor = duration
        }
        report.add(result)
        guard plan.needsOne, plan.wait != nil, result.isWell else { return }
        // Nobody waits for the others any more.
        isOver = true
        report.finish()
    }

    /// Whether it is not as it is wanted, and may be later.
    private func mayChange(_ result: CheckResult) -> Bool {
        if plan.isToBeClosed { return !result.isClosed && result.state != .failed }
        if result.state == .unexpected { return true }
        return result.answer.error != nil && result.failures.contains { $0.error?.error.mayPass == true }
    }

    func postpone(_ probe: Probe) -> Bool {
        guard running > 1 else { return false }
        running -= 1
        probe.host.running -= 1
        limit = running
        again.append(probe)
        return true
    }

    func fail(_ failure: Failure) {
        guard !isOver else { return }
        isOver = true
        context.finish(failure)
    }

    // MARK: Sockets

    func socket(_ family: AddressFamily, _ type: SocketType) throws(Failure) -> DialSocket {
        if let socket = spare.removeValue(forKey: family) { return socket }
        do throws(Failure) {
            return try newSocket(family, type)
        } catch {
            guard !spare.isEmpty, case .errno(.tooManyDescriptors) = error.cause else { throw error }
            spare = [:]
            return try newSocket(family, type)
        }
    }

    func reuse(_ socket: DialSocket, _ family: AddressFamily) {
        if socket.isReusable { spare[family] = socket }
    }
}
