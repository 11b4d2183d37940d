// The command `broadcast` and its subcommands.

extension CommandSpec {
    static let broadcast = CommandSpec(
        "broadcast",
        action: .group,
        summary: "reach every host of the subnet",
        description: [
            .text(
                """
                Sends UDP datagrams to every host of a subnet at once, shows those that arrive, and tells which \
                addresses are for that. Broadcast is IPv4 only; IPv6 has multicast groups: see `sockctl-udp-recv(1)`.
                """)
        ],
        examples: [
            Example("sockctl broadcast recv 9000", "on every host of the subnet"),
            Example("sockctl broadcast send 9000 hello", "all of them show it"),
            Example("sockctl broadcast addresses", "where that goes to"),
        ],
        seeAlso: ["sockctl-udp(1)", "ip(7)"],
        subcommands: [broadcastSend, broadcastRecv, broadcastAddresses]
    )

    private static let broadcastSend = CommandSpec(
        "broadcast", "send",
        action: .run(.broadcastSend),
        summary: "send datagrams to every host, and list who answers",
        description: [
            .text(
                """
                Sends each DATA, or FILE or standard input whole, as one datagram to PORT at the broadcast address \
                of every interface that is up and has one; `--interface`, `--to` and `--limited` choose \
                otherwise. `SO_BROADCAST` is set.
                """),
            .text(
                """
                With `--wait` the answers of any number of hosts are collected and written to standard output. \
                A terminal and `--verbose` show who sent each.
                """),
        ],
        operands: [Operands.broadcastPort, Operands.data],
        options: [
            Options.datagramFile, Options.crlf, Options.repeat, Options.delay, Options.output,
            Options.waitForReplies, Options.replies, Options.to, Options.limited, Options.ttl,
            Options.sourcePort,
        ] + Options.datagrams,
        mostUsed: [
            Options.waitForReplies, Options.to, Options.limited,
            Options.interface, Options.repeat, Options.json,
        ],
        rules: [
            Options.loudness,
            .atMostOne(of: Options.file, Operands.data),
            .atMostOne(of: Options.to, Options.limited),
            .that(Options.delay, needs: Options.repeat, Operands.data),
            .that(Options.replies, needs: Options.waitForReplies),
            .that(Options.output, needs: Options.waitForReplies),
        ],
        standardOutput: StandardOutput(
            isFreeWith: [Options.output], payloadNeeds: Options.waitForReplies),
        examples: [
            Example("sockctl broadcast send 9000 hello", "to every subnet that this host is in"),
            Example("sockctl broadcast send -v --wait 1s 9000 'who is there?'", "who answers?"),
            Example("sockctl broadcast send --to 192.168.2.0/24 9000 hello", "to 192.168.2.255"),
            Example("sockctl broadcast send --limited -I eth0 9000 hello", "to 255.255.255.255"),
        ],
        seeAlso: ["sockctl-broadcast-recv(1)", "sockctl-broadcast-addresses(1)", "ip(7)"]
    )

    private static let broadcastRecv = CommandSpec(
        "broadcast", "recv",
        action: .run(.broadcastRecv),
        summary: "show the broadcasts that arrive",
        description: [
            .text(
                """
                Writes the payload of every datagram that was sent to PORT of a broadcast address to standard \
                output. A terminal and `--verbose` show the sender, the interface and the address that it was \
                sent to. What was sent to this host alone is left out.
                """),
            .text(
                """
                Several receivers may share the port (`SO_REUSEADDR`): each gets every broadcast. `--echo` and \
                `--reply` never answer this host's own socket, see `sockctl-udp-recv(1)` for what they may start.
                """),
        ],
        operands: [Operands.broadcastPort],
        options: [
            Options.echoDatagrams, Options.replyToDatagrams, Options.size, Options.output,
            Options.datagramCount, Options.firstDatagram, Options.idleDatagrams,
        ] + Options.datagrams,
        mostUsed: [
            Options.reply, Options.echo, Options.count,
            Options.interface, Options.hex, Options.json,
        ],
        rules: [Options.loudness, .atMostOne(of: Options.echo, Options.reply)],
        standardOutput: StandardOutput(isFreeWith: [Options.output]),
        examples: [
            Example("sockctl broadcast recv 9000", "show them, with their senders"),
            Example("sockctl broadcast recv --reply here 9000", "answer 'who is there?'"),
            Example("sockctl broadcast recv -j 67", "DHCP, as JSON Lines"),
        ],
        seeAlso: ["sockctl-broadcast-send(1)", "ip(7)"]
    )

    private static let broadcastAddresses = CommandSpec(
        "broadcast", "addresses",
        action: .run(.broadcastAddresses),
        summary: "list interfaces with their broadcast addresses",
        description: [
            .text(
                """
                Lists each IPv4 address of this host with its interface, prefix and broadcast address, the highest \
                of the subnet. Where the kernel has another one, both are shown.
                """),
            .text("With ADDRESS/PREFIX it computes the broadcast address of that subnet."),
        ],
        operands: [Operands.subnet],
        options: [Options.json],
        examples: [
            Example("sockctl broadcast addresses", "of this host"),
            Example("sockctl broadcast addresses 192.168.2.10/23", "prints 192.168.3.255 and the prefix"),
            Example("sockctl broadcast addresses --json", "for a script"),
        ],
        seeAlso: ["sockctl-broadcast-send(1)", "ip(8)", "netdevice(7)"]
    )
}
