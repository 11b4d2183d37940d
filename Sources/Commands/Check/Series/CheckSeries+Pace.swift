// What the options say of a series.

import CommandSpec
import Sockets

extension CheckSeries.Pace {
    init(_ count: Repetitions, _ plan: CheckPlan, _ arguments: Arguments) throws(Failure) {
        self.count = count.number
        interval = arguments[Options.interval] ?? Defaults.checkInterval
        resolvesEach = arguments[Options.resolveEach]
        gate = CheckSummary.Gate(loss: arguments[Options.maxLoss], time: arguments[Options.maxRTT])
        hasHistogram = arguments[Options.histogram]
        let most = Self.mostConnections
        guard plan.type == .stream, interval * most < .seconds(1) else { return }
        let text = Statistics.text(interval)
        let least = Statistics.text(.seconds(1) / most)
        throw Failure(
            "option", "--interval \(text)",
            words:
                "each probe takes a local port for a minute (TIME-WAIT), which is enough for \(most) a second of one target",
            status: .usage, hint: "write --interval \(least), or longer")
    }

    /// How many connections a second there can be to one address and port, for long: each leaves its port in TIME-WAIT
    /// for 60 s (`ip_local_port_range`, `TCP_TIMEWAIT_LEN`).
    private static var mostConnections: Int {
        max(1, (EphemeralPorts.range?.count ?? 28_232) / 60)
    }
}
