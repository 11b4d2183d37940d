// The options of a relay.

extension Options {
    package static let relayTo = Option(
        "to", .word("an endpoint in one word, such as HOST:PORT or unix:PATH", .endpoint), "ENDPOINT",
        group: .serving,
        help: "relay each peer to ENDPOINT",
        manual: """
            Instead of serving peers here, connect to ENDPOINT for each one and relay what they say to each other, as \
            RELAYING describes. ENDPOINT is one word: HOST:PORT, PORT (of localhost) or unix:PATH. Its name is \
            looked up for each connection.
            """)

    package static let setupTimeout = Option(
        "setup-timeout", .duration, "DURATION", group: .ending, default: Defaults.connectTimeoutText,
        help: "with --to: connect within this long",
        manual: """
            With `--to`: give up resolving and connecting to its ENDPOINT after DURATION, over all addresses \
            together. The peer is reset then. The default is \(Defaults.connectTimeoutText).
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
