// `connect --check --repeat`: tests each target again and again, at its own times. One target never has two probes at once:
// one that takes longer than the interval delays only the next of its own.

import CommandSpec
import Sockets

final class CheckSeries: RunTask, ProbeOwner {
    /// How often, and how it is judged.
    struct Pace {
        /// How many probes of each target; nil for no end.
        var count: Int?
        var interval = Defaults.checkInterval
        /// Whether names are looked up anew for each probe.
        var resolvesEach = false
        var gate = CheckSummary.Gate()
        var hasHistogram = false
    }

    /// One target.
    final class Track {
        let host: CheckedHost
        let endpoint: String
        let index: Int
        /// Its place among all.
        fileprivate let place: Int
        fileprivate(set) var account = CheckAccount()
        /// When the next probe is planned.
        fileprivate var due: Instant
        fileprivate var began = Instant.now
        fileprivate var late = Duration.zero
        fileprivate var probe: Probe?

        init(_ host: CheckedHost, _ index: Int, place: Int, due: Instant) {
            self.host = host
            self.index = index
            self.place = place
            self.due = due
            endpoint = host.endpoint(of: host.ports[index])
        }
    }

    let context: Context
    let plan: CheckPlan
    private let pace: Pace
    private let view: SeriesView
    private let names: ServiceNames
    private let started = Instant.now
    /// Not looked up yet.
    private var targets: ArraySlice<(offset: Int, element: CheckTarget)>
    private var tracks: [Track] = []
    /// Those that are due, while as many as may be are being tested.
    private var waiting: ArraySlice<Track> = []
    private var lookUps = 0
    private var running = 0
    /// How many targets are done.
    private var over = 0
    private var limit: Int
    private var unresolved: (target: Int, status: ExitStatus)?
    private var isOver = false

    private static let lookUpLimit = 8
    /// Those that begin together are this far apart, so that one does not wait for all others.
    private static let stagger = Duration.milliseconds(1)

    init(_ context: Context, _ targets: [CheckTarget], _ plan: CheckPlan, _ pace: Pace) {
        self.context = context
        self.plan = plan
        self.pace = pace
        limit = plan.parallel
        names = ServiceNames(context, plan.type)
        view = SeriesView(context, targets, plan)
        self.targets = Array(targets.enumerated())[...]
    }

    func start() {
        context.run.on(.user1) { [weak self] in
            for summary in self?.summaries ?? [] { self?.context.reporter.show(summary) }
        }
        names.lookUp { [weak self] in self?.lookUpMore() }
    }

    func interrupt(_ interruption: Interruption) {
        isOver = true
        if interruption.how != .outputClosed { summarize() }
        context.run.end(self)
    }

    // MARK: Targets

    private func lookUpMore() {
        guard !isOver else { return }
        while lookUps < Self.lookUpLimit, let (number, target) = targets.popFirst() {
            lookUps += 1
            context.lookUp(target, number: number, plan, timeout: plan.lookUpTimeout) { [weak self] result in
                guard let self, !isOver else { return }
                lookUps -= 1
                switch result {
                case .success(let host): for index in host.ports.indices { add(host, index) }
                case .failure(let failure) where pace.resolvesEach && target.ports?.services.isEmpty != false:
                    // It may be there next time.
                    context.reporter.report(Failed(failure: failure))
                    let ports = target.ports?.ports([:]) ?? [0]
                    let host = CheckedHost(number, target, [], ports, timeout: plan.timeout)
                    for index in ports.indices { add(host, index, failed: failure) }
                case .failure(let failure):
                    if unresolved.map({ number < $0.target }) ?? true {
                        unresolved = (number, failure.status)
                    }
                    context.tell(failure)
                }
                context.loop.schedule(after: .zero) { [weak self] in self?.lookUpMore() }
            }
        }
        endIfDone()
    }

    /// - Parameter failure: why there was no address for its first probe.
    private func add(_ host: CheckedHost, _ index: Int, failed failure: Failure? = nil) {
        let share = pace.interval / max(1, view.total)
        let track = Track(
            host, index, place: tracks.count, due: .now + min(share, Self.stagger) * tracks.count)
        tracks.append(track)
        guard let failure else { return wait(track) }
        running += 1
        track.account.add(failure, began: track.began)
        ended(track)
    }

    // MARK: The times of one target

    private func wait(_ track: Track) {
        context.loop.schedule(after: track.due - .now) { [weak self] in self?.begin(track) }
    }

    private func begin(_ track: Track) {
        guard !isOver else { return }
        if context.output.isFull { return context.output.whenRoom { [weak self] in self?.begin(track) } }
        guard running < limit else { return waiting.append(track) }
        running += 1
        track.began = .now
        track.late = max(.zero, track.began - track.due)
        guard pace.resolvesEach, track.account.probes > 0 else { return test(track, track.host) }
        context.lookUp(
            track.host.target, number: track.host.number, plan, timeout: plan.lookUpTimeout
        ) { [weak self] result in
            guard let self, !isOver else { return }
            switch result {
            case .success(let host) where host.ports.indices.contains(track.index): test(track, host)
            case .success: test(track, track.host)
            case .failure(let failure):
                track.account.add(failure, began: track.began)
                context.reporter.report(Failed(failure: failure))
                ended(track)
            }
        }
    }

    private func test(_ track: Track, _ host: CheckedHost) {
        let probe = Probe(self, host, track.index, nil, tag: track.place)
        track.probe = probe
        probe.start()
    }

    func decided(_ probe: Probe, _ result: CheckResult) {
        guard !isOver else { return }
        let track = tracks[probe.tag]
        track.probe = nil
        var result = result
        result.service = names.name(of: result.port)
        result.turn = (track.account.probes + 1, track.late)
        track.account.add(result, began: track.began)
        view.show(result) { [unowned self] in inOrder }
        ended(track)
    }

    private func ended(_ track: Track) {
        running -= 1
        if let count = pace.count, track.account.probes >= count {
            over += 1
        } else {
            // One that was held up by the one before does not have those after it hurry.
            track.due = (track.late < pace.interval ? track.due : track.began) + pace.interval
            wait(track)
        }
        // Not from within the end of this one: what is on this host is decided at once, and one would lead to the next.
        if let next = waiting.popFirst() {
            context.loop.schedule(after: .zero) { [weak self] in self?.begin(next) }
        }
        endIfDone()
    }

    // MARK: Sockets

    func socket(_ family: AddressFamily, _ type: SocketType) throws(Failure) -> DialSocket {
        try newSocket(family, type)
    }

    func reuse(_ socket: DialSocket, _ family: AddressFamily) {}

    func postpone(_ probe: Probe) -> Bool {
        guard running > 1 else { return false }
        let track = tracks[probe.tag]
        track.probe = nil
        running -= 1
        limit = running
        waiting.append(track)
        return true
    }

    func fail(_ failure: Failure) {
        guard !isOver else { return }
        isOver = true
        view.end()
        context.finish(failure)
    }

    // MARK: The end

    private func endIfDone() {
        guard !isOver, lookUps == 0, targets.isEmpty, over == tracks.count else { return }
        isOver = true
        summarize()
        context.finish(status: status)
    }

    /// As they were given.
    private var inOrder: [Track] {
        tracks.sorted { ($0.host.number, $0.index) < ($1.host.number, $1.index) }
    }

    private var summaries: [CheckSummary] {
        inOrder.map { track in
            CheckSummary(
                track.endpoint, track.account, duration: .now - started, gate: pace.gate,
                hasHistogram: pace.hasHistogram)
        }
    }

    private func summarize() {
        view.end()
        guard context.settings.verbosity != .quiet else { return }
        for summary in summaries { context.reporter.show(summary) }
    }

    /// That of the first target that is not as it is wanted.
    private var status: ExitStatus {
        if pace.gate.isSet, unresolved == nil {
            return summaries.contains { $0.missed != nil } ? .timedOut : .success
        }
        let first = summaries.enumerated().first { $0.element.status != .success }
        return unresolved?.status ?? first?.element.status ?? .success
    }
}
