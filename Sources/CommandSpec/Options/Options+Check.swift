// The option that waits for a server.

extension Options {
    package static let wait = Option(
        "wait", .duration, "DURATION", group: .ending,
        help: "retry until it accepts, for this long",
        manual: """
            If connecting fails, try again until the endpoint accepts, but give up, with status 5, after DURATION. \
            The pauses between grow from 50 ms to a second. A name that does not resolve yet and a Unix socket that \
            is not there yet are waited for, too; what no waiting can help, such as a lack of permission, fails at \
            once. `--timeout` limits each attempt, and `--verbose` reports it.
            """)
}
