// `--interval`, and SIGUSR1, of datagrams: tells how many have come and gone.

import Sockets

final class DatagramIntervals {
    private let context: Context
    private let summary: () -> DatagramSummary
    private var told = DatagramSummary()
    private var due = Instant.now
    private var timer: Timer?

    /// - Parameter summary: the account so far.
    init(_ context: Context, _ summary: @escaping () -> DatagramSummary) {
        self.context = context
        self.summary = summary
        context.run.on(.user1) { [weak self] in
            guard let self else { return }
            context.reporter.report(IntervalReport(datagrams: self.summary()))
        }
        wait()
    }

    deinit { timer?.cancel() }

    /// Whole intervals, however late one of them is told.
    private func wait() {
        guard let interval = context.settings.interval else { return }
        due = max(due + interval, .now)
        timer = context.loop.after(due - .now) { [unowned self] in
            tell()
            wait()
        }
    }

    private func tell() {
        // Nothing is put on top of what nobody reads.
        guard !context.output.isFull else { return }
        let now = summary()
        context.reporter.report(IntervalReport(datagrams: now.since(told)))
        told = now
    }
}
