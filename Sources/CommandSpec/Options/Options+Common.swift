// The options that mean the same in every command that moves data.

package enum Defaults {
    /// How long resolving and connecting may take, over all addresses together.
    package static let connectTimeout = Duration.seconds(10)
    /// The length of the queue of connections that wait to be accepted.
    package static let backlog = 4096
    /// What a message may hold, in bytes.
    package static let maxMessage = 16 << 20
    /// What is held of a file where it has to be, in bytes.
    package static let longestContents = 64 << 20

    static let connectTimeoutText = "\(connectTimeout.components.seconds)s"
}

package enum Options {
    package static let help = Option(
        flag: "help", short: "h", group: .reporting,
        help: "-h shows a summary, --help everything",
        manual:
            "Show a summary of one screen (`-h`), or all options with their examples (`--help`), and exit.")

    package static let json = Option(
        flag: "json", short: "j", group: .reporting,
        help: "JSON Lines instead of text",
        manual: """
            Write JSON Lines instead of text: one object for each event and each answer, written before the \
            program waits again. The objects are described in `sockctl-json(7)`, and for programs by \
            `sockctl schema`.
            """)

    package static let color = Option(
        "color", .choice(["auto", "always", "never"]), "WHEN", group: .reporting, default: "auto",
        help: "use colors: auto, always or never",
        manual: """
            Whether text is in colors: `auto`, the default, on a terminal and as ENVIRONMENT in `sockctl(1)` says, \
            `always` or `never`. It applies to standard output and standard error, and never to payload or JSON.
            """)

    package static let verbose = Option(
        flag: "verbose", short: "v", group: .reporting,
        help: "say more on stderr",
        manual: "Report on standard error what happens: addresses tried, connections made and ended.")

    package static let quiet = Option(
        flag: "quiet", short: "q", group: .reporting,
        help: "say nothing but errors on stderr",
        manual: "Report nothing but errors on standard error.")

    package static let raw = Option(
        flag: "raw", group: .reporting,
        help: "write raw bytes to the terminal",
        manual: """
            Write received bytes to a terminal as they are. Without this option a terminal gets control \
            characters in visible form, because they could change its state or type commands. \
            A file or a pipe always gets the bytes.
            """)

    package static let stats = Option(
        flag: "stats", group: .reporting,
        help: "a summary on stderr at the end",
        manual: """
            At the end of each connection, write a summary to standard error: how long connecting took, how \
            many bytes went each way and how fast, what limited the transfer and for how much of its time, the \
            round trip time with its variation, and what was retransmitted. The receiver means that its window was \
            full; the network, that neither the receiver nor the input was waited for. For a transfer of less than \
            64 KiB or a tenth of a second no cause is given. In JSON the `closed` \
            event always has all of it.
            """)

    package static let interval = Option(
        "interval", .duration, "DURATION", group: .reporting,
        help: "statistics on stderr this often",
        manual: """
            Write a line to standard error every DURATION, or in JSON an `interval` event, for each connection: what went \
            each way and how fast, the round-trip time, the congestion window, what was retransmitted, and what limited the \
            transfer. It implies `--stats`. SIGUSR1 has the statistics since the beginning written once, at any time.
            """)

    package static let ipv4 = Option(
        flag: "ipv4", short: "4", group: .sockets,
        help: "IPv4 only", manual: "Use IPv4 addresses only.")

    package static let ipv6 = Option(
        flag: "ipv6", short: "6", group: .sockets,
        help: "IPv6 only", manual: "Use IPv6 addresses only.")

    package static let numeric = Option(
        flag: "numeric", short: "n", group: .sockets,
        help: "look up no names and no services",
        manual: """
            Look up no host names and no service names, neither for the endpoint nor for output: HOST has to \
            be an address and PORT a number.
            """)

    package static let netns = Option(
        "netns", .word("the name, a process or the path of a network namespace", .networkNamespace),
        "NAME|PID|PATH", group: .sockets,
        help: "work in this network namespace",
        manual: """
            Work in another network namespace: the one that `ip netns` has named NAME, that of the process PID, or \
            the file PATH, such as `/proc/PID/ns/net`. Digits are a PID: a namespace whose name is a number is \
            `/run/netns/123`. See `sockctl(1)`.
            """)

    package static let interface = Option(
        "interface", short: "I",
        .text(.interface, "the name of a network interface"), "NAME", group: .sockets,
        help: "use only this network interface",
        manual: """
            Bind the socket to the network interface NAME (`SO_BINDTODEVICE`): packets leave and arrive \
            through no other.
            """)

    package static let option = Option(
        "option", short: "o",
        .text(.socketOption, "a socket option, such as TCP_NODELAY=1"), "NAME[=VALUE]", group: .sockets,
        repeats: true,
        help: "set a socket option, such as TCP_NODELAY=1",
        manual: """
            Set a socket option with `setsockopt(2)`, before `bind(2)` or `connect(2)`. NAME is its name in \
            the socket API, such as `SO_KEEPALIVE` or `TCP_NODELAY`; a leading `SO_` may be left out. VALUE may be \
            left out of an option that is on or off, which is switched on. May be given several times.
            """)

    package static let timeout = Option(
        "timeout", short: "w", .duration, "DURATION", group: .ending, default: Defaults.connectTimeoutText,
        help: "give up connecting after this long",
        manual: """
            Give up resolving and connecting after DURATION, over all addresses of the host together. \
            The default is \(Defaults.connectTimeoutText).
            """)

    package static let idleTimeout = Option(
        "idle-timeout", short: "i", .duration, "DURATION", group: .ending,
        help: "end a connection idle for this long",
        manual: """
            End a connection after DURATION without a byte in either direction. Each connection has a timer \
            of its own. The timer stands still while what has come waits for our own output. Without this option a connection, half-closed or not, may be silent forever.
            """)

    package static let deadline = Option(
        "deadline", .duration, "DURATION", group: .ending,
        help: "end everything after this long",
        manual: """
            End everything DURATION after the start, whatever is going on then. What has come is written; an output \
            that takes nothing for two seconds is given up, and what is lost is reported.
            """)

    package static let crlf = Option(
        flag: "crlf", group: .payload,
        help: "send each line feed as CR LF",
        manual: """
            Send each line feed as carriage return and line feed. One that already has its carriage return is \
            left alone.
            """)

    package static let output = Option(
        "output", short: "O", .file, "FILE", group: .payload,
        help: "write the payload to FILE instead of stdout",
        manual: """
            Write what is received to FILE instead of standard output. The file is created, or emptied first. \
            With `--json` the events still go to standard output.
            """)

    package static let file = Option(
        "file", short: "f", .file, "FILE", group: .payload,
        help: "send FILE instead of stdin",
        manual: "Send the contents of FILE instead of standard input.")

    /// For a command that may have many peers.
    static let servedFile = file.described(
        help: "send FILE instead of stdin",
        manual: """
            Send the contents of FILE instead of standard input. With `--keep-open` each peer gets it from its \
            beginning, so FILE has to be a regular file then.
            """)

    /// In every command that moves data.
    static let common: [any OptionDefinition] = [
        frame, maxMessage, output, deadline, idleTimeout, ipv4, ipv6, numeric, interface, option,
        json, verbose, quiet, raw, hex, stats, interval, record,
    ]

    /// For a command that listens.
    static let peerTimeout = timeout.described(
        help: "give up if no peer has come after this long",
        manual: """
            Give up when no peer has connected within DURATION, which includes looking up the name of an address to \
            listen at. The default is to wait forever.
            """)

    /// For a command that does either.
    static let eitherTimeout = timeout.described(
        help: "give up if no peer is found after this long",
        manual: """
            Give up after DURATION without a connection. When connecting, that covers resolving and all \
            addresses of the host together, and the default is \(Defaults.connectTimeoutText). When listening \
            it is the time until the first peer connects, including looking up a name, and the default is to wait \
            forever.
            """)

    static let families = Rule.atMostOne(of: ipv4, ipv6)
    static let loudness = Rule.atMostOne(of: verbose, quiet)
}
