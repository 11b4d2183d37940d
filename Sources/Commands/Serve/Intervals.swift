// `--interval`, and SIGUSR1: tells of the connections that are open how they get on.

import Sockets

final class Intervals {
    private let context: Context
    private let interval: Duration?
    private let connections: () -> [any ServedConnection]
    /// The accounts that were told last, by connection and leg.
    private var told: [Key: ClosingAccount] = [:]
    private var due = Instant.now

    private struct Key: Hashable {
        let number: Int
        let leg: Leg?
    }

    init(_ context: Context, _ connections: @escaping () -> [any ServedConnection]) {
        self.context = context
        interval = context.settings.interval
        self.connections = connections
        context.run.on(.user1) { [weak self] in self?.tellAll() }
        wait()
    }

    /// Whole intervals, however late one of them is told.
    private func wait() {
        guard let interval else { return }
        due = max(due + interval, .now)
        context.loop.schedule(after: due - .now) { [weak self] in
            guard let self else { return }
            tellNews()
            wait()
        }
    }

    private func tellNews() {
        // Nothing is put on top of what nobody reads.
        guard !context.output.isFull else { return }
        var news: [Key: ClosingAccount] = [:]
        for (identity, account) in accounts {
            let key = Key(number: identity.number, leg: identity.leg)
            news[key] = account
            context.reporter.report(
                IntervalReport(connection: identity, account: told[key].map(account.since) ?? account))
        }
        told = news
    }

    private func tellAll() {
        for (identity, account) in accounts {
            context.reporter.report(IntervalReport(connection: identity, account: account))
        }
    }

    private var accounts: [(identity: ConnectionIdentity, account: ClosingAccount)] {
        let now = Instant.now
        return connections().flatMap { $0.accounts(at: now) }
    }
}
