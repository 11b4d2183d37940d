// What is told of a check: each result at once where the format wants that, otherwise a table at the end, in which
// what many ports have in common is counted instead of listed. And the exit status of all of them.

import CommandSpec
import Sockets

final class CheckReport {
    private let context: Context
    private let targets: [CheckTarget]
    private let protocolName: String
    private var rows: [Group: [CheckResult]] = [:]
    private var counts: [Group: Int] = [:]
    /// The names of services by port; nil until they are looked up.
    private var services: [UInt16: String]?
    /// What waits for them, where each result is written at once.
    private var unnamed: [CheckResult] = []
    private var isLookingUp = false
    /// Whether there are no more results to come.
    private var isComplete = false
    private var tested = 0
    private var isShown = false
    private var worst: (position: (target: Int, port: Int), status: ExitStatus)?

    /// Results of one target that end alike.
    private struct Group: Hashable {
        let target: Int
        let state: CheckResult.State
    }

    /// How many ports of one host that are not open, each for the same reason, are listed; of more, how many
    /// there are.
    private static let listed = 20

    /// - Parameter protocolName: whose services the ports are.
    init(_ context: Context, _ targets: [CheckTarget], protocolName: String) {
        self.context = context
        self.targets = targets
        self.protocolName = protocolName
        if context.settings.numeric { services = [:] }
    }

    /// Looks up the names of services, where the results do not wait for the end.
    func start() {
        guard context.reporter.writesEachResult, services == nil else { return }
        lookUpServices()
    }

    func add(_ result: CheckResult) {
        tested += 1
        note(result.status, at: result.position)
        guard context.settings.verbosity != .quiet else { return }
        if context.reporter.writesEachResult {
            if let services { return show(result, services) }
            return unnamed.append(result)
        }
        let group = Group(target: result.position.target, state: result.state)
        counts[group, default: 0] += 1
        if lists(group) {
            rows[group, default: []].append(result)
        } else {
            rows[group] = nil
        }
    }

    /// The ports of a host could not be tested at all.
    func add(_ failure: Failure, ofTarget target: Int) {
        note(failure.status, at: (target, -1))
        context.reporter.fail(failure)
    }

    /// Writes what waited for the names of services, once they are known.
    private func showUnnamed() {
        guard let services, !unnamed.isEmpty else { return }
        let results = unnamed
        unnamed = []
        for result in results { show(result, services) }
    }

    private func show(_ result: CheckResult, _ services: [UInt16: String]) {
        var result = result
        result.service = result.port.flatMap { services[$0] }
        context.reporter.show(result)
    }

    /// Nobody waits long for names.
    private func lookUpServices() {
        guard !isLookingUp else { return }
        isLookingUp = true
        let work = { @Sendable [protocolName] in ServiceEntry.names(protocolName: protocolName) }
        // The check may have been interrupted in the meantime.
        let take = { [weak self] (names: [UInt16: String]) in
            guard let self else { return }
            services = names
            showUnnamed()
            if isComplete { end() }
        }
        do throws(Errno) {
            try context.inBackground(timeout: .seconds(2), work) { take($0 ?? [:]) }
        } catch {
            take([:])
        }
    }

    /// What is known now. The names of services are looked up for `finish` only, because that may take time.
    func showPart() {
        guard !isShown else { return }
        services = services ?? [:]
        showUnnamed()
        show()
        let total = targets.reduce(0) { $0 + $1.count }
        context.reporter.notice("interrupted: \(tested) of \(total) ports tested")
    }

    /// Shows what is still to be shown, and ends the command with the status of all.
    func finish() {
        isComplete = true
        guard !(rows.isEmpty && unnamed.isEmpty), services == nil else { return end() }
        lookUpServices()
    }

    private func end() {
        guard !isShown else { return }
        showUnnamed()
        show()
        context.finish(status: worst?.status ?? .success)
    }

    // MARK: -

    /// The status of all is that of the first that is not open, in the order of the operands.
    private func note(_ status: ExitStatus, at position: (target: Int, port: Int)) {
        guard status != .success else { return }
        if let worst, worst.position <= position { return }
        worst = (position, status)
    }

    private func lists(_ group: Group) -> Bool {
        group.state == .open || context.settings.isVerbose || counts[group, default: 0] <= Self.listed
    }

    private func show() {
        isShown = true
        let results = rows.values.joined().sorted { $0.position < $1.position }
        if !results.isEmpty {
            context.reporter.show(CheckTable(rows: results, services: services ?? [:]))
        }
        for (number, target) in targets.enumerated() {
            let hidden = CheckResult.State.allCases.map { Group(target: number, state: $0) }.filter {
                !lists($0)
            }
            guard !hidden.isEmpty else { continue }
            let words = hidden.map { "\(counts[$0, default: 0]) \($0.state.rawValue)" }.joined(
                separator: ", ")
            context.reporter.notice("not shown of \(target.hostText): \(words) (--verbose shows all)")
        }
    }
}
