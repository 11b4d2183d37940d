// The options that have a program serve a peer.

extension Options {
    package static let exec = Option(
        "exec", .commandLine, "CMD [ARG...]", group: .serving,
        help: "run a program for each peer (stands last)",
        manual: """
            Run the program CMD for each connection: what the peer sends is its standard input, and what it writes to \
            standard output is sent to the peer. Takes every word that follows, options and `--` included, and so stands \
            last. No shell is involved, and nothing that a peer sends becomes part of the command line. CMD is looked up \
            in `PATH` when the command starts.
            """)

    package static let shell = Option(
        "shell", .word("a command line for sh", .text), "STRING", group: .serving,
        help: "run a shell command line for each peer",
        manual: """
            As `--exec`, for the command line STRING, which is given to `/bin/sh -c`.
            """)

    /// Both.
    static let programs: [any OptionDefinition] = [exec, shell]
}
