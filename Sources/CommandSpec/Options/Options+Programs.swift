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

    package static let activate = Option(
        "activate", .commandLine, "CMD [ARG...]", group: .serving,
        help: "become a program at the first connection",
        manual: """
            Listen, and when the first connection comes, which is not accepted, become the program CMD, which accepts it. \
            Takes every word that follows, and so stands last. CMD gets the listening sockets as the descriptors from 3 on, \
            as systemd-socket-activate(1) passes them: `LISTEN_FDS` is their number, `LISTEN_PID` its process, \
            `LISTEN_FDNAMES` calls each `\(activatedName)`, and calls on them wait. A bare PORT has two of them, IPv4 and \
            IPv6. Signals, standard input and output are as they were found. `sockctl listen fd:\(activatedName)` is such a \
            program. With a Unix socket, CMD removes its file.
            """)

    /// What the sockets are called that `--activate` passes.
    package static let activatedName = "listener"

    /// Those that run one for each connection.
    static let programs: [any OptionDefinition] = [exec, shell]
}
