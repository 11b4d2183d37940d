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
    }

    func add(_ result: CheckResult) {
        tested += 1
        note(result.status, at: result.position)
        guard context.settings.verbosity != .quiet else { return }
        if context.reporter.writesEachResult { return context.reporter.report(.result(result)) }
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

    /// What is known now. The names of services are looked up for `finish` only, because that may take time.
    func showPart() {
        guard !isShown else { return }
        show([:])
        let total = targets.reduce(0) { $0 + $1.count }
        context.reporter.report(.notice("interrupted: \(tested) of \(total) ports tested"))
    }

    /// Shows what is still to be shown, and ends the command with the status of all.
    func finish() {
        guard !rows.isEmpty, !context.settings.numeric else { return end([:]) }
        let work = { @Sendable [protocolName] in ServiceEntry.names(protocolName: protocolName) }
        do throws(Errno) {
            try context.inBackground(timeout: .seconds(2), work) { [unowned self] in end($0 ?? [:]) }
        } catch {
            end([:])
        }
    }

    private func end(_ services: [UInt16: String]) {
        guard !isShown else { return }
        show(services)
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

    private func show(_ services: [UInt16: String]) {
        isShown = true
        let results = rows.values.joined().sorted { $0.position < $1.position }
        if !results.isEmpty {
            context.reporter.report(.result(CheckTable(rows: results, services: services)))
        }
        for (number, target) in targets.enumerated() {
            let hidden = CheckResult.State.allCases.map { Group(target: number, state: $0) }.filter {
                !lists($0)
            }
            guard !hidden.isEmpty else { continue }
            let words = hidden.map { "\(counts[$0, default: 0]) \($0.state.rawValue)" }.joined(
                separator: ", ")
            context.reporter.report(
                .notice("not shown of \(target.hostText): \(words) (--verbose shows all)"))
        }
    }
}
