// `sockctl connect --check`: test ports instead of relaying.

import CommandSpec
import Sockets

/// How ports are tested; made by the command, and not changed then. One object, because each test asks it several times.
final class CheckPlan {
    var type = SocketType.stream
    var source: SourceAddress?
    /// How many at a time.
    var parallel = Defaults.parallel
    /// How long each may take to answer.
    var timeout = Defaults.checkTimeout
    /// How long looking up a name may take.
    var lookUpTimeout = Defaults.connectTimeout
    /// Whether that is one clock: looking up a name takes from the time of its ports.
    var hasOneClock = false
    /// How long those that are not open are tried again; nil if they are not.
    var wait: Duration?
    /// How TLS is spoken with a port of a target; nil where it is not.
    var tls: [TLSClient?] = []
    /// For how many days a certificate has to be valid still.
    var minDays = 0
    /// What is asked of a port that has accepted.
    var interview = InterviewPlan()
    /// Whether one that is as it is wanted is enough.
    var needsOne = false
    /// Whether what is waited for is that they do not accept.
    var isToBeClosed = false
    /// Whether they are tested again and again.
    var repeats = false
}

enum CheckCommand {
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let groups = try CheckTarget.groups(in: arguments.operands)
        let targets = groups.flatMap(\.targets)
        let plan = CheckPlan()
        plan.source = try SourceAddress(arguments)
        if let timeout = context.settings.timeout {
            (plan.timeout, plan.lookUpTimeout, plan.hasOneClock) = (timeout, timeout, true)
        }
        plan.wait = arguments[Options.wait] ?? arguments[Options.waitClosed]
        plan.isToBeClosed = arguments.has(Options.waitClosed)
        plan.needsOne = arguments[Options.any]
        let texts = arguments.all(Options.expect)
        guard texts.count < 2 else {
            throw Failure("option", "--expect", words: "with --check it is given once", status: .usage)
        }
        plan.interview = InterviewPlan(
            wantsBanner: arguments[Options.banner], text: texts.first,
            http: try arguments[Options.expectHTTP].map { (word) throws(Failure) in
                guard let expectation = HTTPExpectation(word) else {
                    let words = "'\(word)' is not STATUS or STATUS:PATH: write 200, 2xx or 200:/health"
                    throw Failure("option", "--expect-http", words: words, status: .usage)
                }
                return expectation
            })
        for target in targets {
            // What is wrong with a certificate is what it is about: all of it is looked at, and judged then.
            plan.tls.append(try context.tlsClient(to: target.endpoint("1"), arguments, lenient: true))
        }
        if arguments.has(Options.interval), !arguments.has(Options.repeatCheck) {
            throw Failure("option", "--interval", words: "with --check it needs --repeat", status: .usage)
        }
        plan.minDays = arguments[Options.minDays] ?? 0
        if arguments.has(Options.minDays), plan.tls.allSatisfy({ $0 == nil }) {
            throw Failure("option", "--min-days", words: "it needs --tls", status: .usage)
        }
        // Beside the sockets there are stdin, stdout, stderr, what the loop is made of, and files that looking up
        // names opens.
        plan.parallel = min(
            arguments[Options.parallel] ?? Defaults.parallel, max(1, DescriptorLimit.current - 32))
        if arguments[Options.udp] {
            plan.type = .datagram
            if let target = zip(targets, plan.tls).first(where: { $0.1 != nil })?.0 {
                throw .noDatagrams(target.hostText)
            }
            if let unix = targets.first(where: { $0.ports == nil }) {
                throw .endpoint(unix.hostText, "a Unix socket, and --udp tests UDP ports")
            }
            // Datagram sockets do not share a port.
            if plan.source?.hasPort == true { plan.parallel = 1 }
        }
        if let count = arguments[Options.repeatCheck] {
            plan.repeats = true
            let pace = try CheckSeries.Pace(count, plan, arguments)
            let series = CheckSeries(context, targets, plan, pace)
            context.run.begin(series)
            series.start()
        } else {
            let checker = Checker(context, groups, plan)
            context.run.begin(checker)
            checker.start()
        }
    }
}
