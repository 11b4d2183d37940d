// What is told of a check. In JSON, and where nobody looks, each result as soon as it is decided; on a terminal a table that
// fills up at its foot, and stands there in the end. What many ports of a host have in common is counted instead of listed.

import CommandSpec
import Sockets

final class CheckReport {
    private let context: Context
    private let groups: [(name: String, count: Int)]
    /// Which group each target belongs to.
    private let groupOfTarget: [Int]
    private let plan: CheckPlan
    /// Of each result by itself; nil where they are shown together.
    private let layout: CheckTable.Layout?
    private let showsEach: Bool
    private let board: LiveBoard?
    private var rows: [Group: [CheckResult]] = [:]
    private var counts: [Group: Int] = [:]
    private let names: ServiceNames
    /// What waits for the names of services.
    private var unnamed: [CheckResult] = []
    /// Whether there are no more results to come.
    private var isComplete = false
    private var tested = 0
    private var open = 0
    private let total: Int
    private var isShown = false
    private var worst: (position: (target: Int, port: Int), status: ExitStatus)?
    private var hasOneAsWanted = false

    /// Results of one host, or of one block of addresses, that end alike.
    private struct Group: Hashable {
        let number: Int
        let state: CheckResult.State
    }

    /// How many ports of one host that are not open, each for the same reason, are listed; of more, how many
    /// there are.
    private static let listed = 20

    init(_ context: Context, _ groups: [CheckTarget.Group], _ plan: CheckPlan) {
        self.context = context
        self.plan = plan
        let targets = groups.flatMap(\.targets)
        self.groups = groups.map { ($0.name, $0.targets.reduce(0) { $0 + $1.count }) }
        groupOfTarget = groups.enumerated().flatMap {
            Array(repeating: $0.offset, count: $0.element.targets.count)
        }
        total = self.groups.reduce(0) { $0 + $1.count }
        names = ServiceNames(context, plan.type)
        board = LiveBoard(context)
        showsEach = context.reporter.resultsShown == .each || context.settings.isVerbose
        layout =
            context.reporter.resultsShown == .together
            ? nil : CheckTable.Layout(targets, plan, context.settings)
    }

    /// Looks up the names of services, where the results do not wait for the end.
    func start() {
        guard layout != nil else { return }
        names.lookUp { [weak self] in self?.named() }
    }

    func add(_ result: CheckResult) {
        tested += 1
        if result.answer.error == nil { open += 1 }
        let status = result.status
        note(status, at: result.position)
        if status == .success { hasOneAsWanted = true }
        guard context.settings.verbosity != .quiet else { return }
        if showsAtOnce(result) {
            if names.isKnown { return show(result) }
            return unnamed.append(result)
        }
        let group = Group(number: groupOfTarget[result.position.target], state: result.state)
        counts[group, default: 0] += 1
        if lists(group) {
            rows[group, default: []].append(result)
        } else {
            rows[group] = nil
        }
        board?.draw { [unowned self] in draw($0) }
    }

    /// The ports of a host could not be tested at all.
    func add(_ failure: Failure, ofTarget target: Int) {
        note(failure.status, at: (target, -1))
        context.tell(failure)
    }

    /// Whether a result need not wait to be counted with others of its kind.
    private func showsAtOnce(_ result: CheckResult) -> Bool {
        guard layout != nil else { return false }
        return showsEach || result.state == .open
            || groups[groupOfTarget[result.position.target]].count <= Self.listed
    }

    private func show(_ result: CheckResult) {
        var result = result
        result.service = names.name(of: result.port)
        context.reporter.show(CheckTable(rows: [result], layout: layout))
        layout?.hasTitles = false
    }

    private func named() {
        let results = unnamed
        unnamed = []
        for result in results { show(result) }
        if isComplete { end() }
    }

    /// What is known now. The names of services are looked up for `finish` only, because that may take time.
    func showPart() {
        guard !isShown else { return }
        names.giveUp()
        named()
        show()
        context.reporter.notice("interrupted: \(tested) of \(total) ports tested")
    }

    /// Shows what is still to be shown, and ends the command with the status of all.
    func finish() {
        isComplete = true
        guard !(rows.isEmpty && unnamed.isEmpty), !names.isKnown else { return end() }
        names.lookUp { [weak self] in self?.named() }
    }

    /// How far it has come: SIGUSR1.
    func tellProgress() {
        context.reporter.notice("\(tested) of \(total) \(total == 1 ? "port" : "ports") tested, \(open) open")
    }

    private func end() {
        guard !isShown else { return }
        show()
        let status = worst?.status ?? .success
        context.finish(status: plan.needsOne && hasOneAsWanted ? .success : status)
    }

    // MARK: -

    /// The status of all is that of the first that is not as it is wanted, in the order of the operands.
    private func note(_ status: ExitStatus, at position: (target: Int, port: Int)) {
        guard status != .success else { return }
        if let worst, worst.position <= position { return }
        worst = (position, status)
    }

    private func lists(_ group: Group) -> Bool {
        group.state == .open || context.settings.isVerbose || counts[group, default: 0] <= Self.listed
    }

    private var sortedRows: [CheckResult] {
        rows.values.joined().sorted { $0.position < $1.position }.map { result in
            var result = result
            result.service = names.name(of: result.port)
            return result
        }
    }

    /// What the foot of the terminal has meanwhile: the last rows, and how far it has come.
    private func draw(_ room: LiveBoard.Room) -> [String] {
        var style = room.style
        style.isVerbose = false
        let rows = Array(sortedRows.suffix(max(0, room.rows - 2)))
        let lines = rows.isEmpty ? [] : room.lines(of: CheckTable(rows: rows).table(style))
        return lines.suffix(max(0, room.rows - 1))
            + [room.cut("\(tested) of \(total) \(total == 1 ? "port" : "ports") tested, \(open) open")]
    }

    private func show() {
        isShown = true
        board?.end()
        let results = sortedRows
        if !results.isEmpty { context.reporter.show(CheckTable(rows: results, layout: layout)) }
        for (number, group) in groups.enumerated() {
            let hidden = CheckResult.State.allCases.map { Group(number: number, state: $0) }.filter {
                !lists($0)
            }
            guard !hidden.isEmpty else { continue }
            let words = hidden.map { "\(counts[$0, default: 0]) \($0.state.rawValue)" }.joined(
                separator: ", ")
            context.reporter.notice("not shown of \(group.name): \(words) (--verbose shows all)")
        }
    }
}
