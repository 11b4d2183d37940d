// The results of a check as a table for people.

import CommandSpec
import Framing
import Sockets
import TLS

struct CheckTable: Presentable {
    var rows: [CheckResult]
    /// How a row is written that stands by itself; nil for all rows together.
    var layout: Layout?

    /// What rows that are written one by one have in common.
    final class Layout {
        /// The columns that have something, and how wide they are at least.
        let widths: [String: Int]
        /// Whether the next row stands below the titles.
        var hasTitles: Bool

        init(_ targets: [CheckTarget], _ plan: CheckPlan, _ settings: Settings) {
            var widths = ["endpoint": 0, "state": 11, "time": 7, "reason": 0]
            widths["endpoint"] = targets.map { $0.endpoint($0.longestPort).text.utf8.count }.max() ?? 0
            if targets.contains(where: \.hasName) { widths["address"] = 15 }
            if !settings.numeric, targets.contains(where: { $0.ports != nil }) { widths["service"] = 12 }
            if plan.tls.contains(where: { $0 != nil }) { widths["days left"] = 9 }
            if plan.interview.wantsBanner { widths["banner"] = 0 }
            if plan.repeats {
                widths["number"] = 5
                widths["rtt"] = plan.type.keepsBoundaries ? nil : 7
            }
            // Rows below the titles stand as the one that was written with them.
            self.widths = widths.reduce(into: [:]) { $0[$1.key] = max($1.value, $1.key.count) }
            hasTitles = plan.repeats || targets.reduce(0) { $0 + $1.count } > 1
        }
    }

    func json(_ lines: inout JSONLines, to output: inout [UInt8]) {
        for row in rows { row.json(&lines, to: &output) }
    }

    func text(_ style: TextStyle) -> String { table(style).text(style) }

    func table(_ style: TextStyle) -> TextTable {
        let titles = [
            "number", "endpoint", "state", "time", "rtt", "days left", "address", "service", "reason",
            "banner",
        ]
        var rows = rows.map { cells(of: $0) }
        // What no row has needs no column; a row alone needs no titles.
        let columns = titles.indices.filter { column in
            layout.map { $0.widths[titles[column]] != nil } ?? rows.contains { !$0[column].isEmpty }
        }
        let hasTitles = layout?.hasTitles ?? (rows.count > 1)
        rows = rows.map { cells in columns.map { cells[$0] } }
        var table = TextTable(
            columns: columns.map { column in
                let title = titles[column]
                var shape = TextTable.Column(
                    title: hasTitles ? title : "", isRight: Self.isNumber(title),
                    least: layout?.widths[title] ?? 0)
                if title == "state" { shape.role = CheckResult.State.role }
                // Only the endpoint and its state have to stand in the first line.
                if column > 2 { shape.folded = { $0 } }
                return shape
            })
        for (cells, result) in zip(rows, self.rows) {
            table.add(cells, notes: style.isVerbose ? Self.notes(on: result) : [])
        }
        return table
    }

    private static func isNumber(_ title: String) -> Bool {
        ["number", "time", "rtt", "days left"].contains(title)
    }

    private func cells(of result: CheckResult) -> [String] {
        [
            result.turn.map { "\($0.number)" } ?? "", result.endpoint, result.state.rawValue,
            Statistics.text(result.answer.time),
            result.roundTrip.map { Statistics.text($0) } ?? "",
            result.tls?.daysLeft.map(String.init) ?? "",
            Self.address(of: result),
            result.service ?? "", Self.reason(of: result), Self.banner(of: result),
        ]
    }

    /// The address, where the endpoint does not say it already.
    private static func address(of result: CheckResult) -> String {
        let address = result.answer.address
        guard address.description != result.endpoint, let host = address.host else { return "" }
        return host.description
    }

    /// What it said, in a form that can be shown.
    private static func banner(of result: CheckResult) -> String {
        result.interview?.banner.map { TerminalEscaper.line(String(decoding: $0, as: UTF8.self)) } ?? ""
    }

    /// What the state does not say.
    private static func reason(of result: CheckResult) -> String {
        var parts: [String] = []
        if let problem = result.tls?.problem {
            parts.append(TerminalEscaper.joined(problem.message) + (problem.code.map { " (\($0))" } ?? ""))
        } else if let problem = result.interview?.problem {
            parts.append(TerminalEscaper.line(problem))
        } else if result.interview?.closedAfter != nil {
            parts.append("it accepted and closed at once")
        } else if let error = result.answer.error {
            switch result.state {
            case .open, .tls, .unexpected: break
            case .refused: if error.reason != nil { parts.append(error.message) }
            case .noAnswer:
                if result.transport == .udp || result.answer.explanation != nil {
                    result.message.map { parts.append($0) }
                }
            case .unreachable, .failed: parts.append("\(error.message) (\(error.error.name))")
            }
        }
        if result.isToBeClosed, result.status == .timedOut, let message = result.message {
            parts.append(message)
        }
        if let late = result.turn?.late, late >= .milliseconds(10) {
            parts.append("begun \(Statistics.text(late)) late")
        }
        if let time = result.triedFor { parts.append("gave up after \(Statistics.text(time))") }
        return parts.joined(separator: "; ")
    }

    /// Each address by itself, where there were several.
    private static func notes(on result: CheckResult) -> [String] {
        (result.tls?.facts?.lines.map { TerminalEscaper.joined($0) } ?? [])
            + result.attempts.map { failure in
                "\(failure.address): \(failure.error.map { "\($0.message) (\($0.error.name))" } ?? "")"
            }
    }
}

extension CheckResult.State {
    /// What the colour of a state says.
    static func role(_ state: String) -> TextStyle.Role? {
        switch CheckResult.State(rawValue: state) {
        case .open: .good
        case .noAnswer: .warning
        case .refused, .unreachable, .failed, .tls, .unexpected: .bad
        case nil: nil
        }
    }
}
