// The command `udp` and its subcommands.

extension CommandSpec {
    static let udp = CommandSpec(
        "udp",
        action: .group,
        summary: "send and receive datagrams",
        description: [
            .text(
                """
                Sends and receives datagrams over UDP, or through Unix datagram sockets (`unix:PATH`). A datagram \
                arrives whole or not at all, and nothing tells the sender which; what ICMP reports is shown for \
                what it is.
                """)
        ],
        examples: [
            Example("sockctl udp recv 9000", "show what comes to this port"),
            Example("sockctl udp send 9000 hello", "one datagram of five bytes to it"),
            Example("sockctl udp connect 9000", "send each line that is typed as a datagram"),
            Example("sockctl udp listen 9000", "the other end of that: answer whoever has spoken"),
        ],
        seeAlso: ["sockctl-broadcast(1)", "udp(7)"],
        subcommands: [udpSend, udpRecv, udpListen, udpConnect]
    )

    private static let udpSend = CommandSpec(
        "udp", "send",
        action: .run(.udpSend),
        summary: "send datagrams, and collect the replies",
        description: [
            .text(
                """
                Sends each DATA as one datagram, or FILE or standard input whole as one. Nothing is added, and \
                DATA may be empty. A datagram holds 65,507 bytes at most over IPv4 and 65,527 over IPv6.
                """),
            .text(
                """
                With `--wait` replies from anyone are collected and written to standard output, exactly. A \
                terminal and `--verbose` show who sent each and how long it took. Without it the command ends \
                once everything is sent; then only a refusal on this host is noticed. Where one address of a name refuses \
                the first datagram the next address gets it.
                """),
            .text(
                """
                To which of several equal datagrams a reply belongs is inferred: from its content, from when it \
                came, and at the end, for the summary, from all replies together. As long as times vary less than \
                the pause between two datagrams, which `--delay` makes longer, that gives the true times; send \
                distinct datagrams to be certain.
                """),
        ],
        operands: [Operands.sendTo, Operands.data],
        options: [
            Options.datagramFile, Options.replayDatagrams, Options.inputFrame, Options.crlf, Options.repeat,
            Options.delay, Options.output,
            Options.waitForReplies, Options.replies, Options.histogramOfReplies, Options.lookUp,
            Options.ttl, Options.loop, Options.source, Options.sourcePort,
            Options.ipv4, Options.ipv6, Options.numeric,
        ] + Options.datagrams,
        mostUsed: [
            Options.waitForReplies, Options.replies, Options.repeat,
            Options.delay, Options.file, Options.json,
        ],
        rules: [
            Options.families, Options.loudness,
            .atMostOne(of: Options.file, Options.replay, Operands.data),
            .none(of: [Options.frame], with: [Options.crlf, Operands.data]),
            .none(of: [Options.replay], with: [Options.frame, Options.crlf, Options.repeat, Options.delay]),
            .that(Options.delay, needs: Options.repeat, Options.frame, Operands.data),
            .that(Options.replies, needs: Options.waitForReplies),
            .that(Options.output, needs: Options.waitForReplies),
            .that(Options.histogramOfReplies, needs: Options.waitForReplies),
        ],
        standardOutput: StandardOutput(
            isFreeWith: [Options.output], payloadNeeds: Options.waitForReplies),
        examples: [
            Example("sockctl udp send 9000 hello", "'sockctl udp recv 9000' shows it"),
            Example(
                "sockctl udp send --wait 1s --replies 1 localhost:9000 hello", "ask, and print the answer"),
            Example(
                "sockctl udp send --repeat 10 --delay 100ms --wait 1s --stats 9000 x",
                "how fast, how many lost?"),
            Example("sockctl udp send --ttl 4 239.1.2.3:5000 hello", "to a multicast group"),
            Example(
                "sockctl udp send --loop off 239.1.2.3:5000 hello",
                "to a multicast group on other hosts only"),
            Example(
                "sockctl udp send --repeat 1000 --wait 1s --stats --histogram 9000 x",
                "how long answers take, as a histogram"),
            Example("sockctl udp send --replay traffic.json 9000", "what 'udp recv --record' wrote, again"),
        ],
        seeAlso: ["sockctl-udp-recv(1)", "sockctl-broadcast-send(1)", "sendmsg(2)", "udp(7)"]
    )

    private static let udpRecv = CommandSpec(
        "udp", "recv",
        action: .run(.udpRecv),
        summary: "receive datagrams from anyone",
        description: [
            .text(
                """
                Binds a socket to ENDPOINT and writes the payload of every datagram to standard output, in order \
                and with nothing between, until interrupted. A terminal and `--verbose` show who sent each, to \
                which address and by which interface.
                """),
            .text(
                """
                What the kernel dropped because this program was too slow is counted and reported, and the \
                status is then 1. While very many come the kernel may hand over equal datagrams as one block \
                (`UDP_GRO`), and a block that is dropped counts as one: what is reported is then the least. With \
                `--json` and `--verbose` there are no blocks.
                """),
            .text(
                """
                `--echo` and `--reply` never answer the socket's own address. Two services that answer everything \
                answer each other for ever, though, and one datagram with a forged sender is enough to start that: \
                do not let strangers reach them. A reply that finds no room at a peer that does not read is \
                dropped, and counted in the summary.
                """),
            .text(
                """
                With `--to ENDPOINT` the datagrams of each client are passed to ENDPOINT from a socket of its own, and \
                the answers back to that client; boundaries stay. A client that has been silent for the time of \
                `--idle-timeout`, 60 seconds unless it says otherwise, is forgotten; 4,096 are known at a time. ICMP errors \
                of the server are reported. Nothing is written to standard output but events; `--hex`, `--json` and \
                `--record` show what passes, with the side that sent it.
                """),
        ]
            + faults(
                "clients",
                [
                    .init("loss=P", "So many datagrams are lost."),
                    .init("duplicate=P", "So many arrive twice."),
                    .init("reorder=P", "So many arrive after the one that follows them."),
                ]),
        operands: [Operands.listenAt],
        options: [
            Options.echoDatagrams, Options.replyToDatagrams, Options.relayDatagrams, Options.fault,
            Options.faults, Options.seed, Options.datagramSetupTimeout,
            Options.relaySource, Options.relaySourcePort, Options.size, Options.outputFrame,
            Options.output,
            Options.datagramCount, Options.firstDatagram, Options.idleDatagrams, Options.mode,
            Options.allowDatagrams, Options.denyDatagrams, Options.maxPeers,
            Options.group, Options.from, Options.ipv4, Options.ipv6, Options.numeric,
        ] + Options.datagrams,
        mostUsed: [
            Options.echo, Options.reply, Options.group,
            Options.count, Options.hex, Options.json,
        ],
        rules: [
            Options.families, Options.loudness,
            .atMostOne(of: Options.echo, Options.reply, Options.relayTo),
            .none(of: [Options.relayTo], with: [Options.output, Options.frame, Options.size, Options.count]),
            .that(Options.setupTimeout, needs: Options.relayTo),
            .that(Options.source, needs: Options.relayTo),
            .that(Options.sourcePort, needs: Options.relayTo),
            .that(Options.from, needs: Options.group),
        ] + faultRules,
        standardOutput: StandardOutput(isFreeWith: [Options.output, Options.relayTo]),
        examples: [
            Example("sockctl udp recv 9000", "what comes from this host"),
            Example("sockctl udp recv -j '*:9000'", "from anywhere, with senders and time stamps"),
            Example("sockctl udp recv --echo 9000", "send everything back"),
            Example(
                "sockctl udp recv -j 5353 --to 127.0.0.53:53 --fault loss=10%",
                "a DNS server that answers nine of ten questions"),
            Example("sockctl udp recv --group 239.1.2.3 5000", "a multicast group"),
            Example(
                "sockctl udp recv --group 232.1.2.3 --from 192.0.2.1 5000",
                "only what one host sends to the group"),
            Example(
                "sockctl udp recv --size 64 -j 9000",
                "the first 64 bytes of each"),
        ],
        seeAlso: ["sockctl-udp-send(1)", "sockctl-broadcast-recv(1)", "recvmsg(2)", "udp(7)"]
    )

    private static let udpConnect = CommandSpec(
        "udp", "connect",
        action: .run(.udpConnect),
        summary: "exchange datagrams with one peer",
        description: [
            .text(
                """
                Sends what is read from standard input to ENDPOINT, each `read(2)` as one datagram: what is typed \
                goes line by line. What the peer sends goes to standard output; datagrams from others are not \
                received. Where one address of a name refuses the first datagram the next address gets it; that \
                nobody answers is no refusal.
                """),
            .text(
                """
                UDP has no end of file. The end of a terminal's input ends the command; after any other input it \
                goes on receiving until interrupted, or for as long as `--wait` says.
                """),
        ],
        operands: [Operands.sendTo],
        options: [
            Options.datagramFile, Options.inputFrame, Options.crlf, Options.output, Options.lookUp,
            Options.idleDatagrams,
            Options.waitAfterInput, Options.exitAfterInput,
            Options.ttl, Options.source, Options.sourcePort,
            Options.ipv4, Options.ipv6, Options.numeric,
        ] + Options.datagrams,
        mostUsed: [
            Options.waitForReplies, Options.exitOnEOF, Options.file,
            Options.frame, Options.hex, Options.json,
        ],
        rules: [
            Options.families, Options.loudness,
            .atMostOne(of: Options.frame, Options.crlf),
            .atMostOne(of: Options.waitForReplies, Options.exitOnEOF),
        ],
        standardOutput: StandardOutput(isFreeWith: [Options.output]),
        examples: [
            Example("sockctl udp connect 9000", "talk to 'sockctl udp recv --echo 9000'"),
            Example("echo status | sockctl udp connect --wait 1s localhost 9000", "ask once"),
            Example("sockctl udp connect --hex localhost 9000", "show what passes as a hex dump"),
        ],
        seeAlso: ["sockctl-udp-send(1)", "connect(2)", "udp(7)"]
    )
}
