// The options of a relay.

extension Options {
    package static let relayTo = Option(
        "to", .word("an endpoint in one word, such as HOST:PORT or tls:HOST:PORT", .endpoint(.oneWord)),
        "ENDPOINT",
        group: .serving,
        help: "relay each peer to ENDPOINT",
        manual: """
            Instead of serving peers here, connect to ENDPOINT for each one and relay what they say to each other. ENDPOINT is one word: HOST:PORT, PORT (of localhost), unix:PATH or tls:HOST:PORT. Its name is \
            looked up for each connection.
            """)

    static let relayDatagrams = relayTo.described(
        help: "relay each sender's datagrams to ENDPOINT",
        manual: """
            Pass the datagrams of each sender to ENDPOINT, one word as HOST:PORT or unix:PATH, and its answers back. \
            Its name is looked up for each sender.
            """)

    package static let setupTimeout = Option(
        "setup-timeout", .duration, "DURATION", group: .ending, default: Defaults.connectTimeoutText,
        help: "time for a PROXY header and TLS",
        manual: """
            Close a peer whose PROXY header and TLS handshake take longer than DURATION. The default is \(Defaults.connectTimeoutText).
            """)

    static let relaySetupTimeout = setupTimeout.described(
        default: Defaults.connectTimeoutText,
        help: "time to connect and shake hands",
        manual: """
            Close a peer whose PROXY header and TLS handshake take longer than DURATION. With `--to`: give up resolving and connecting to \
            its ENDPOINT after DURATION, over all addresses together; the peer is reset then. The default is \
            \(Defaults.connectTimeoutText).
            """)

    static let datagramSetupTimeout = setupTimeout.described(
        default: Defaults.connectTimeoutText,
        help: "with --to: connect within this long",
        manual: """
            With `--to`: give up resolving and connecting to its ENDPOINT after DURATION, over all addresses \
            together. The default is \(Defaults.connectTimeoutText).
            """)

    package static let fault = Option(
        "fault", .text(.fault, "[client:|server:]NAME=VALUE,..., such as latency=200ms"), "FAULT",
        group: .serving,
        repeats: true,
        help: "with --to: make it slow, lossy or short",
        manual: """
            With `--to`: do to what passes what FAULTS describes: `latency=200ms,jitter=50ms`, or of what the server \
            sends `server:rate=64k`. May be given several times.
            """)

    package static let faults = Option(
        "faults", .file, "FILE", group: .serving,
        help: "with --to: faults from FILE, one a line",
        manual: """
            With `--to`: the faults of FILE, one a line, `#` begins a comment. FILE is read again on `SIGHUP` if standard \
            input is no terminal; what is wrong with it then is reported, and changes nothing.
            """)

    package static let seed = Option(
        "seed", .number(0...Int.max), "N", group: .serving,
        help: "repeat the decisions of --fault",
        manual: """
            Decide by chance as with N before: the same input gives the same faults at the same places. Without it a \
            number is chosen, and reported.
            """)

    static let relaySource = source.described(
        help: "with --to: connect from this address",
        manual:
            "With `--to`: bind to the local ADDRESS, and to PORT if given, before connecting to its ENDPOINT."
    )

    static let relaySourcePort = sourcePort.described(
        help: "with --to: connect from this port",
        manual: "With `--to`: bind to the local PORT, a number, before connecting to its ENDPOINT.")
}
