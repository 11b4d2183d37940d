// The command `udp listen`.

extension CommandSpec {
    static let udpListen = CommandSpec(
        "udp", "listen",
        action: .run(.udpListen),
        summary: "receive datagrams, and send to who has spoken",
        description: [
            .text(
                """
                Binds a socket to ENDPOINT and writes the payload of every datagram to standard output, as `sockctl udp \
                recv` does, and sends what is read from standard input, each `read(2)` as one datagram, to the peer that has \
                spoken last, or with `--all` to all that have spoken. Until somebody has, no input is read.
                """),
            .text(
                """
                UDP has no end of file. The end of a terminal's input ends the command; after any other input it goes on \
                receiving until interrupted, or for as long as `--wait` says. What finds no room at a peer of a Unix socket \
                that does not read is sent later; with `--all` it is dropped for that peer, and counted.
                """),
        ],
        operands: [Operands.listenAt],
        options: [
            Options.toAll, Options.datagramFile, Options.inputFrame, Options.crlf, Options.output,
            Options.size,
            Options.datagramCount, Options.firstDatagram, Options.idleDatagrams,
            Options.waitAfterInput, Options.exitAfterInput,
            Options.mode, Options.allowDatagrams, Options.denyDatagrams, Options.maxPeers,
            Options.ipv4, Options.ipv6, Options.numeric,
        ] + Options.datagrams,
        mostUsed: [
            Options.toAll, Options.allow, Options.exitOnEOF,
            Options.frame, Options.hex, Options.json,
        ],
        rules: [
            Options.families, Options.loudness,
            .atMostOne(of: Options.frame, Options.crlf),
            .atMostOne(of: Options.waitForReplies, Options.exitOnEOF),
        ],
        standardOutput: StandardOutput(isFreeWith: [Options.output]),
        examples: [
            Example("sockctl udp listen 9000", "talk to one peer, which runs 'sockctl udp connect 9000'"),
            Example("sockctl udp listen --all '*:9000'", "say each line to all who have said something"),
            Example(
                "sockctl udp listen --allow 10.0.0.0/8 -m 1 '*:9000'", "with the first of a network alone"),
        ],
        seeAlso: ["sockctl-udp-connect(1)", "sockctl-udp-recv(1)", "recvmsg(2)", "udp(7)"]
    )
}

extension Options {
    package static let toAll = Option(
        flag: "all", group: .payload,
        help: "send to all who have spoken",
        manual: """
            Send each datagram to all that have spoken, and not to the last one alone: to 4,096 at most, of which the one \
            that was silent for longest makes room.
            """)

    static let waitAfterInput = waitForReplies.described(
        help: "receive for this long after the input's end",
        manual: "After the input has ended, go on receiving for DURATION, and end then.")

    static let exitAfterInput = exitOnEOF.described(
        help: "end at the end of the input",
        manual: "End when the input has ended, without waiting for more.")

    static let allowDatagrams = allow.described(
        help: "take only what this network sends (repeatable)",
        manual: """
            Take only datagrams from the network CIDR, such as `192.0.2.0/24` or `2001:db8::/32`. Those of others are \
            dropped; a host is reported the first time, and 1,024 of them at most. May be given several times.
            """)

    static let denyDatagrams = deny.described(
        help: "drop what this network sends (repeatable)",
        manual: """
            Drop datagrams from the network CIDR, even if `--allow` names it too. May be given several times.
            """)

    static let maxPeers = maxConnections.described(
        help: "take from at most N peers at a time",
        manual: """
            Take datagrams from at most N peers, addresses with their ports, at a time. Those of others are dropped until \
            one of the N has been silent for a minute.
            """)
}
