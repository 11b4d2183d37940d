// The options of the commands that move datagrams.

extension Options {
    package static let waitForReplies = Option(
        "wait", .duration, "DURATION", group: .ending,
        help: "collect replies for this long after sending",
        manual: """
            After the last datagram has been sent, collect replies for DURATION, and show each with its sender. \
            If none arrives, the exit status is 5.
            """)

    package static let replies = Option(
        "replies", .number(1...Int.max), "N", group: .ending,
        help: "end once N replies have come",
        manual: "End once N replies have come. If fewer come within the time of `--wait` the status is 5.")

    static let repliesInMessages = replies.described(
        help: "end once N messages have come",
        manual: """
            End once the peer has answered with N messages, as `--frame` cuts them; what follows them is discarded, and \
            what is left of the input is not sent. The connection is not half-closed before. If the peer closes it earlier, \
            the status is 7.
            """)

    static let histogramOfReplies = histogram.described(
        group: .reporting,
        help: "with --wait: how many took how long",
        manual: """
            With `--wait`: a histogram of the round-trip times in the summary, which `--stats`, `--verbose` or `--json` shows.
            """)

    package static let size = Option(
        "size", .size, "SIZE", group: .payload,
        help: "keep only SIZE bytes of each datagram",
        manual: """
            Keep only the first SIZE bytes of each datagram. One that is longer is reported with its true length, \
            and the status at the end is 11.
            """)

    package static let group = Option(
        "group", .text(.text, "a multicast address"), "ADDRESS", group: .sockets, repeats: true,
        help: "receive a multicast group (repeatable)",
        manual: """
            Join the multicast group ADDRESS, on the interface of `--interface` or else the one that the routes \
            say. With a bare PORT the socket is bound to the group, so that nothing else arrives; with `*:PORT` \
            datagrams that were sent to this host itself arrive, too. Several receivers may share the port. May \
            be given several times.
            """)

    package static let from = Option(
        "from", .text(.text, "an address"), "ADDRESS", group: .sockets,
        help: "only what this host sends to the group",
        manual: "Receive of the group only what the host ADDRESS sends (source-specific multicast, RFC 4607)."
    )

    package static let ttl = Option(
        "ttl", .number(1...255), "N", group: .sockets,
        help: "let datagrams pass N-1 routers",
        manual: """
            The time to live, or hop limit, of what is sent: `IP_TTL`, `IPV6_UNICAST_HOPS`, and for groups \
            `IP_MULTICAST_TTL`, `IPV6_MULTICAST_HOPS`. For groups the system's default is 1: they do not leave \
            the subnet.
            """)

    package static let loop = Option(
        "loop", .choice(["on", "off"]), "on|off", group: .sockets, default: "on",
        help: "let this host hear the group, too",
        manual: """
            Whether receivers on this host get what is sent to a multicast group, too: `IP_MULTICAST_LOOP`. The \
            default is on.
            """)

    package static let to = Option(
        "to", .text(.network, "an address, or a network such as 192.0.2.0/24"), "ADDRESS", group: .sockets,
        help: "send to this broadcast address or network",
        manual: """
            Send to this broadcast address only, or to that of a network: `192.0.2.255` and `192.0.2.0/24` are \
            the same.
            """)

    package static let limited = Option(
        flag: "limited", group: .sockets,
        help: "send to 255.255.255.255",
        manual: """
            Send to 255.255.255.255, which reaches every host of the link whatever its subnet, on each \
            broadcast-capable interface, or on that of `--interface`.
            """)

    /// In every command that moves datagrams.
    static let datagrams: [any OptionDefinition] = [
        deadline, interface, option, json, datagramVerbose, quiet, raw, datagramHex, datagramStats,
        datagramInterval, recordDatagrams,
    ]

    static let datagramInterval = interval.described(
        help: interval.spec.help,
        manual: """
            Write a line to standard error every DURATION, or in JSON an `interval` event: how many datagrams came and went, \
            how fast, and how many the kernel dropped. It implies `--stats`. SIGUSR1 has the same since the beginning \
            written once, at any time.
            """)

    static let recordDatagrams = record.described(
        help: "record the datagrams in FILE, or as pcapng:FILE",
        manual: """
            Write every datagram that is received or sent to FILE, with time, direction and peer: JSON Lines with \
            a `datagram` event for each. `sockctl udp send --replay` sends one side of it again. As `pcapng:FILE`, or if its name ends in \
            `.pcapng`, FILE gets packets of UDP instead, which `wireshark` and `tshark` open and `--replay` does not; \
            `pcapng:-` writes to standard output. Datagrams between Unix sockets are shown between addresses of \
            2001:db8::/64 that stand for the names in their comments; the first 262,088 bytes of each are kept. The legs \
            of a relay are interfaces of their own.
            """)

    static let replayDatagrams = replay.described(
        help: "send the datagrams of a recording again",
        manual: """
            Send the datagrams that one side of the recording in FILE sent, each with its boundary and at the same \
            distances in time: what was sent, or of a recording of `recv` what was received. If there were several \
            peers, those exchanged with the first one are sent.
            """)

    static let datagramHex = hex.described(
        help: "show all traffic as a hex dump",
        manual: """
            Show each datagram that is received or sent as a hex dump of 16 bytes a line, below a line with the \
            time, the direction (`<` received, `>` sent), the peer and the size. It is written to standard error, \
            or, where standard output is a terminal, there, instead of the payload.
            """)

    static let inputFrame = frame.described(
        help: "cut the input into datagrams, such as line",
        manual: """
            Cut the input into messages and send each as one datagram as soon as it is complete, without its \
            delimiter or length; what is received is written with them. FRAMING is one of those in `sockctl(1)`.
            """)

    static let outputFrame = frame.described(
        help: "mark each datagram's end in the output",
        manual: """
            Write each datagram with the delimiter or length of FRAMING, one of those in `sockctl(1)`, so that \
            their boundaries can be told in a pipe, too.
            """)

    static let lookUp = timeout.described(
        default: Defaults.connectTimeoutText,
        help: "give up resolving after this long",
        manual:
            "Give up resolving the host's name after DURATION. The default is \(Defaults.connectTimeoutText)."
    )

    static let firstDatagram = timeout.described(
        help: "give up if nothing has come after this long",
        manual: """
            Give up when no datagram has come within DURATION, which includes looking up the name of an address. The \
            default is to wait forever.
            """)

    static let idleDatagrams = idleTimeout.described(
        help: "end when nothing comes for this long",
        manual: """
            End, with status 5, when no datagram has come or gone for DURATION. The time stands still while what \
            has come waits for standard output.
            """)

    static let datagramCount = count.described(
        help: "end after N datagrams", manual: "End after N datagrams.")

    static let echoDatagrams = echo.described(
        help: "send each datagram back to its sender",
        manual: "Send each datagram back to its sender, from the address that it was sent to.")

    static let replyToDatagrams = reply.described(
        help: "answer each datagram with this",
        manual: "Answer each datagram with DATA, or with the contents of FILE, as one datagram.")

    static let datagramFile = file.described(
        help: "send FILE instead of stdin", manual: "Send the contents of FILE as one datagram.")

    static let datagramStats = stats.described(
        help: "a summary on stderr at the end",
        manual: """
            At the end, write to standard error how many datagrams went each way, how many the kernel dropped, \
            and how many were answered how fast. In JSON the `summary` event always has that.
            """)

    static let datagramVerbose = verbose.described(
        help: "say on stderr who sent each datagram",
        manual: "Report on standard error who sent each datagram, to which address, and how long it is.")
}
