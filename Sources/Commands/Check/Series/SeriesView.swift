// How a series of tests looks while it goes on: on a terminal a row for each target, drawn over; elsewhere a line for each
// probe.

import CommandSpec
import Sockets

final class SeriesView {
    private let context: Context
    private let layout: CheckTable.Layout
    private let board: LiveBoard?
    /// How many targets there are.
    let total: Int

    init(_ context: Context, _ targets: [CheckTarget], _ plan: CheckPlan) {
        self.context = context
        layout = CheckTable.Layout(targets, plan, context.settings)
        board = LiveBoard(context)
        total = targets.reduce(0) { $0 + $1.count }
    }

    /// A probe is decided.
    func show(_ result: CheckResult, _ tracks: @escaping () -> [CheckSeries.Track]) {
        if let board { return board.draw { Self.rows(tracks(), $0) } }
        guard context.settings.verbosity != .quiet else { return }
        context.reporter.show(CheckTable(rows: [result], layout: layout))
        layout.hasTitles = false
    }

    func end() { board?.end() }

    // MARK: Rows

    private struct Column {
        let title: String
        /// From so many columns of the terminal on.
        var from = 0
        var isRight = true
        let text: (CheckSeries.Track) -> String
    }

    private static func time(_ title: String, from: Int, _ value: @escaping (Distribution) -> Duration)
        -> Column
    {
        Column(title: title, from: from) { track in
            track.account.open == 0 ? "" : Statistics.text(value(track.account.connecting))
        }
    }

    private static var columns: [Column] {
        [
            Column(title: "target", isRight: false) { $0.endpoint },
            Column(title: "state", isRight: false) { $0.account.state?.rawValue ?? "" },
            Column(title: "last") { track in
                track.account.last.map { Statistics.text($0.answer.time) } ?? ""
            },
            time("min", from: 90) { $0.least },
            time("avg", from: 64) { $0.mean },
            time("max", from: 90) { $0.greatest },
            time("stddev", from: 130) { $0.deviation },
            time("p50", from: 130) { $0.percentile(0.5) },
            time("p95", from: 110) { $0.percentile(0.95) },
            time("p99", from: 110) { $0.percentile(0.99) },
            Column(title: "probes", from: 72) { "\($0.account.probes)" },
            Column(title: "lost") { CheckSummary.percent($0.account.loss) },
            Column(title: "changed", from: 100) { track in
                track.account.recentChanges.last.map { CheckSummary.clock($0.time) } ?? ""
            },
        ]
    }

    private static func rows(_ tracks: [CheckSeries.Track], _ room: LiveBoard.Room) -> [String] {
        let columns = columns.filter { room.columns >= $0.from }
        var table = TextTable(
            columns: columns.map { column in
                var shape = TextTable.Column(title: column.title, isRight: column.isRight)
                if column.title == "target" { shape.minimum = 10 }
                if column.title == "state" { shape.role = CheckResult.State.role }
                return shape
            })
        // Below the titles, and above how many there are besides.
        let shown = tracks.count <= room.rows - 1 ? tracks : Array(tracks.prefix(max(1, room.rows - 2)))
        for track in shown { table.add(columns.map { $0.text(track) }) }
        var style = room.style
        style.columns = nil
        var lines = LiveBoard.Room.lines(table.text(style))
        // What is left of the width shows the course.
        let width = lines.map { LiveBoard.Room.width(of: $0) }.max() ?? 0
        let rest = min(40, room.columns - width - 2)
        if rest >= 6 {
            let ascii = !Environment.isUTF8
            for (index, track) in shown.enumerated() where lines.indices.contains(index + 1) {
                let padding = String(
                    repeating: " ", count: width - LiveBoard.Room.width(of: lines[index + 1]) + 2)
                let course = Sparkline.text(
                    track.account.course, width: min(rest, track.account.course.count), ascii: ascii)
                lines[index + 1] += padding + course
            }
        } else if width > room.columns {
            lines = room.lines(of: table)
        }
        if shown.count < tracks.count { lines.append(room.cut("and \(tracks.count - shown.count) more")) }
        return lines
    }
}
