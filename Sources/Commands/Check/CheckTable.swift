// The results of a check as a table for people.

import Framing
import Sockets
import TLS

struct CheckTable: Presentable {
    var rows: [CheckResult]
    /// The names of services by port, as far as they were looked up.
    var services: [UInt16: String] = [:]

    func json(_ lines: inout JSONLines, to output: inout [UInt8]) {
        for row in rows { row.json(&lines, to: &output) }
    }

    func text(_ style: TextStyle) -> String {
        let titles = ["endpoint", "state", "time", "days left", "address", "service", "reason"]
        var rows = rows.map { cells(of: $0) }
        // What no row has needs no column; a row alone needs no titles.
        let columns = titles.indices.filter { column in rows.contains { !$0[column].isEmpty } }
        rows = rows.map { cells in columns.map { cells[$0] } }
        var table = TextTable(
            columns: columns.map { column in
                let title = titles[column]
                var shape = TextTable.Column(
                    title: rows.count == 1 ? "" : title, isRight: title == "time" || title == "days left")
                if title == "state" { shape.role = CheckResult.State.role }
                // Only the endpoint and its state have to stand in the first line.
                if column > 1 { shape.folded = { $0 } }
                return shape
            })
        table.rows = zip(rows, self.rows).map { cells, result in
            TextTable.Row(cells: cells, notes: style.isVerbose ? Self.notes(on: result) : [])
        }
        return table.text(style)
    }

    private func cells(of result: CheckResult) -> [String] {
        [
            result.endpoint, result.state.rawValue, Statistics.text(result.answer.time),
            result.tls?.daysLeft.map(String.init) ?? "",
            Self.address(of: result),
            result.port.flatMap { services[$0] } ?? "", Self.reason(of: result),
        ]
    }

    /// The address, where the endpoint does not say it already.
    private static func address(of result: CheckResult) -> String {
        let address = result.answer.address
        guard address.description != result.endpoint, let host = address.host else { return "" }
        return host.description
    }

    /// What the state does not say.
    private static func reason(of result: CheckResult) -> String {
        var parts: [String] = []
        if let problem = result.tls?.problem {
            parts.append(TerminalEscaper.joined(problem.message) + (problem.code.map { " (\($0))" } ?? ""))
        } else if let error = result.answer.error {
            switch result.state {
            case .open, .tls: break
            case .refused: if error.reason != nil { parts.append(error.message) }
            case .noAnswer:
                if result.transport == .udp || result.answer.explanation != nil {
                    result.message.map { parts.append($0) }
                }
            case .unreachable, .failed: parts.append("\(error.message) (\(error.error.name))")
            }
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
    fileprivate static func role(_ state: String) -> TextStyle.Role? {
        switch CheckResult.State(rawValue: state) {
        case .open: .good
        case .noAnswer: .warning
        case .refused, .unreachable, .failed, .tls: .bad
        case nil: nil
        }
    }
}
