// The options that test ports and that wait for a server.

extension Defaults {
    /// How long one port that is tested has to answer: a packet that is lost is sent again after a second.
    package static let checkTimeout = Duration.seconds(2)
    /// From the start of one test of a series to the start of the next.
    package static let checkInterval = Duration.seconds(1)
    /// How many ports are tested at a time.
    package static let parallel = 256

    static let checkTimeoutText = "\(checkTimeout.components.seconds)s"
}

extension Options {
    package static let check = Option(
        flag: "check", short: "z", group: .checking,
        help: "only test whether the ports are open",
        manual: """
            Only test whether each port accepts: connect, and close in order. Nothing is sent, and standard input \
            is not read. With `--quiet` nothing is written either, and the exit status says it.
            """)

    package static let parallel = Option(
        "parallel", .number(1...65_535), "N", group: .checking, default: "\(Defaults.parallel)",
        help: "test N ports at a time",
        manual: """
            Test at most N ports at the same time, fewer where the limit on open files is low. The default is \
            \(Defaults.parallel).
            """)

    package static let minDays = Option(
        "min-days", .number(0...1_000_000), "N", group: .checking,
        help: "with --tls: valid for N more days",
        manual: """
            With `--tls`: a certificate of the chain that expires in fewer than N days is not accepted: status 12, state `tls`.
            """)

    package static let any = Option(
        flag: "any", group: .checking,
        help: "one that is open is enough",
        manual: """
            One port that is open, and does as expected, is enough for status 0. With `--wait` the others are not \
            waited for any more.
            """)

    package static let banner = Option(
        flag: "banner", group: .checking,
        help: "show what it says first",
        manual: """
            Wait, as long as `--timeout` allows, for what each port says first, and show the line. Nothing is sent, \
            so a server that speaks only when it is asked has no banner.
            """)

    package static let expectHTTP = Option(
        "expect-http", .text(.usual(["200", "2xx"]), "STATUS or STATUS:PATH, such as 200:/health"),
        "STATUS[:PATH]", group: .checking,
        help: "it has to answer HTTP with STATUS",
        manual: """
            Send each port a GET request for PATH, by default `/`; it counts as open only if it answers with STATUS, \
            such as `200`, or `2xx` for all of a hundred. Otherwise its state is `unexpected`, status 11. With `--tls` \
            the request goes over TLS.
            """)

    package static let repeatCheck = Option(
        "repeat", .repetitions, "N|forever", group: .checking,
        help: "test again and again: N times, or forever",
        manual: """
            Test each target N times, or until interrupted, and sum up: how often it was open, how long connecting took, \
            its changes and its longest outage. Each probe has the time by our clock and the round-trip time of the \
            handshake as the kernel has it, which waiting for the processor does not lengthen. Each probe is a whole connection; \
            its end keeps a local port for a minute (TIME-WAIT), so that about 470 a second of one target are possible. \
            The status is 0 if the last probe of each target was open; with `--max-loss` or `--max-rtt` it is 5 if a limit \
            is not kept, and otherwise 0.
            """)

    /// What is common, where `--interval` has two uses.
    static let commonOfConnect: [any OptionDefinition] = common.map {
        $0.spec.long == interval.spec.long ? checkInterval : $0
    }

    static let checkInterval = interval.described(
        group: .reporting,
        help: "a probe, or statistics, this often",
        manual: """
            \(interval.spec.manual) With `--check --repeat`: the time from the start of one probe of a target to the start of the next. One that takes \
            longer delays only the next one of its own target, and the delay is told; by default one second.
            """)

    package static let resolveEach = Option(
        flag: "resolve-each", group: .checking,
        help: "with --repeat: look names up for each probe",
        manual:
            "With `--repeat`: look up the name of a host anew for each probe. The address that answered is told."
    )

    package static let maxLoss = Option(
        "max-loss", .percentage, "P", group: .checking,
        help: "with --repeat: at most P percent not open",
        manual: """
            With `--repeat`: status 5 if more than P percent of the probes of a target were not open.
            """)

    package static let maxRTT = Option(
        "max-rtt", .duration, "DURATION", group: .checking,
        help: "with --repeat: the p95 is at most this",
        manual: """
            With `--repeat`: status 5 if the round-trip time of the handshake, as the kernel has it, was longer than DURATION in \
            more than 5 of 100 probes. Where there is none, as for UDP and Unix sockets, it is the time of connecting.
            """)

    package static let histogram = Option(
        flag: "histogram", group: .checking,
        help: "with --repeat: how many took how long",
        manual: "With `--repeat`: a histogram of the times in the summary.")

    package static let waitClosed = Option(
        "wait-closed", .duration, "DURATION", group: .checking,
        help: "wait until it does not accept any more",
        manual: """
            Test again and again until the ports do not accept any more, but give up, with status 5, after DURATION. \
            The status is 0 once each is refused or unreachable, or its Unix socket is gone; silence is no proof.
            """)

    package static let explain = Option(
        flag: "explain", group: .checking,
        help: "say why it does not connect",
        manual: """
            Connect, report each step and how certain it is, and end with one verdict and what to do about it; see DESCRIPTION. \
            Nothing is sent that connecting would not send, standard input is not read, and a connection that succeeds is closed \
            in order. The exit status is that of connecting. With `--quiet` only the verdict is written.
            """)

    static let checkUDP = udp.described(
        group: .checking,
        help: "test UDP ports, by an empty datagram",
        manual: """
            Test UDP ports: send an empty datagram to each. A port that answers is open, and one that is reported \
            unreachable by ICMP is refused. Where nothing comes back it may be open or filtered, and nobody can \
            tell which. Many hosts report only one port a second, so that of many tested at once most seem silent: \
            `--parallel 1` and a longer `--timeout` help.
            """)

    package static let wait = Option(
        "wait", .duration, "DURATION", group: .ending,
        help: "retry until it accepts, for this long",
        manual: """
            If connecting fails, try again until the endpoint accepts, but give up, with status 5, after DURATION. \
            The pauses between grow from 50 ms to a second. A name that does not resolve yet and a Unix socket that \
            is not there yet are waited for, too; what no waiting can help, such as a lack of permission, fails at \
            once. `--timeout` limits each attempt, and `--verbose` reports it.
            """)

    static let connectTimeout = timeout.described(
        default: Defaults.connectTimeoutText,
        help: timeout.spec.help,
        manual: """
            \(timeout.spec.manual) With `--check` DURATION applies to each port, including the look-up of its host; by \
            default a look-up may take \(Defaults.connectTimeoutText) and each port \(Defaults.checkTimeoutText).
            """)
}
