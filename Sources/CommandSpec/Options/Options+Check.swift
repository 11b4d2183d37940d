// The options that test ports and that wait for a server.

extension Defaults {
    /// How long one port that is tested has to answer: a packet that is lost is sent again after a second.
    package static let checkTimeout = Duration.seconds(2)
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
