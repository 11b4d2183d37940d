// The options of `info --watch`.

extension Options {
    package static let watch = Option(
        flag: "watch", group: .watching,
        help: "sockets that come, go and change, with rates",
        manual: """
            Follow the sockets, TCP and UDP unless others are asked for: those that come, go and change, and how fast \
            bytes go over each connection.
            """)

    package static let by = Option(
        "by", .choice(["connection", "process", "peer", "port"]), "WHAT", group: .watching,
        help: "sum up by process, peer or port",
        manual: """
            With `--watch`, sum up the sockets that have WHAT in common: `process`, the name of the program; `peer`, the \
            address at the other end; `port`, that of the service, which is the local one where somebody listens \
            at it. `connection` sums up nothing.
            """)

    package static let rounds = count.described(
        group: .watching,
        help: "end after N rounds",
        manual: "With `--watch`, end after N intervals.")

    package static let watchDeadline = deadline.described(
        group: .watching,
        help: "end after this long",
        manual: "With `--watch`, end after DURATION.")

    /// What belongs to it.
    static let watching: [any OptionDefinition] = [watch, by, rounds, watchDeadline]
}
