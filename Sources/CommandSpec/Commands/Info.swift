// The command `info`, and what it answers in one word for scripts.

extension CommandSpec {
    static let info = CommandSpec(
        "info",
        action: .run(.info),
        summary: "what a socket is: addresses, state, queues, options",
        description: [
            .text(
                """
                Without an operand, lists the TCP, UDP and Unix sockets of the whole system, or those that the \
                options choose: protocol, state, queues, addresses and owner. The \
                queues are in bytes; of a listener they are the connections that wait to be accepted, and how \
                many may. A TCP socket that is bound, and neither listens nor is connected, is `BOUND_INACTIVE` \
                (from Linux 6.8 on). A socket that is bound to an interface has it behind its address, \
                `127.0.0.53%lo:53`. A Unix socket without a name is shown as `#INODE`. Nothing is looked up, \
                so that long lists come at once.
                """),
            .text(
                """
                The letters of `ss(8)` mean the same here, also in clusters such as `-tulpn`: `-t`, `-u`, `-x` and \
                `-l` choose as their long names do, `-e`, `-i` and `-m` are `--verbose`, `-a` and `-p` are accepted \
                and change nothing, because all states and owners are shown anyway. None of these takes a value: \
                the sockets of port 80 are listed by `--port 80`. With ENDPOINT there is no list, and only `-u` is \
                left of them.
                """),
            .text(
                """
                The kernel itself chooses by kind, family, state, port and address, so that of many sockets only \
                those asked for are read. Who owns a socket is not known to it: the open files of every process are \
                looked at in `/proc`, also when one owner is found, because processes may share a socket. Only of \
                a process with thousands of open files the rest is then skipped, but for the descriptor numbers \
                by which others hold the sockets. `--pid` and `--process` look only into those processes, and \
                `--no-owners` into none.
                """),
            .text(
                """
                Sockets that wait for peers come first, sorted by port, then the others, sorted by peer; a column \
                that would be empty is left out. Where a terminal is too narrow, long names of Unix sockets are cut \
                in the middle, and the owner stands on a second line. If no socket matches, nothing is printed and \
                the exit status is 1; so it is for a process without sockets.
                """),
            .text(
                """
                With ENDPOINT, `--new`, `--fd` or `--pid`, shows what matters of a socket: addresses, state, owner, \
                queues, buffers, what TCP knows of the connection, and the options that are not as on a new socket \
                of its kind in this network namespace, with what they are there. `--verbose` shows everything: every \
                option that the socket has, its value and its meaning, all of `TCP_INFO`, and memory. More than \
                three sockets of a process, or those that a filter chooses, are listed in a table.
                """),
            .text(
                """
                Reading never disturbs: an option whose reading would change a socket that others use, such \
                as `SO_ERROR`, which clears the pending error, is not read there, and the output says so. It \
                also says so of a value that is not readable, and of owners that are not visible.
                """),
            .text(
                """
                With `--peek`, `--pid` and `--fd`, prints what the socket of a stuck process has received and not \
                read: on a terminal in visible form, in a pipe byte for byte; how much waits is said on standard \
                error. Nothing is taken: a socket with a pending error is not looked into (status 1), nor is one \
                with `SO_PEEK_OFF`, where looking would move the owner's place. Whether something waits is asked \
                first, with `poll(2)`; a window remains: if the owner empties the queue after that and an error \
                arrives before `recv(2)` looks, that error is reported here and not to the owner. If nothing \
                waits, the reason is printed and the exit status is 1. Descriptors that were passed over a Unix \
                socket stay where they are. Without `--fd` the process must have one socket only; without `--pid`, \
                it is a descriptor that was inherited.
                """),
            .text(
                """
                With `--summary`, prints a page: how many sockets of each kind are in which state, the processes \
                that have most of them, what the kernel has counted, and what is worth a look, each with the \
                command that lists it: listeners with a full accept queue, or that have dropped connection \
                attempts; connections in `CLOSE_WAIT`, which their owner should close; sockets that dropped what \
                their receive buffer had no room for; the segments that established connections retransmitted; \
                and how many of the ports for outgoing connections `TIME_WAIT` holds, most of all to one \
                destination. A `!` marks what hints at a fault. Filters choose what is counted. No privileges are \
                needed; owners that are not visible are counted.
                """),
            .text(
                """
                Where the kernel has no module that lists a kind of sockets, or a sandbox refuses netlink, the \
                list comes from `/proc/net`, without cookies, backlogs, interfaces, what TCP knows and what is \
                only bound. Where a socket of another process may not be taken, it is shown as far as the list \
                has it. With `kernel.yama.ptrace_scope` at 1, the default of some distributions, taking one \
                needs root, also from a process of one's own.
                """),
        ] + watching + [
            .text(
                """
                `sockctl info destroy` closes sockets that filters choose, `sockctl info options` lists the socket \
                options there are. Each other subcommand prints one property of one socket, selected with the same \
                options.
                """)
        ],
        operands: [Operands.lookAt, Operands.watchInterval],
        options: [
            Options.new, Options.descriptor, Options.pid, Options.peek, Options.peekBytes,
        ] + Options.kinds + [
            Options.allKinds, Options.allNetns,
        ] + Options.filters + Options.watching + [Options.summary] + Options.ownConnection + Options.ownTLS
            + [
                Options.json, Options.peekHex, detail, Options.quiet,
            ],
        mostUsed: [
            Options.listening, Options.tcp, Options.port,
            Options.pid, Options.watch, Options.json,
        ],
        rules: Options.oneSocket + Options.peeking + Options.tlsRules
            + Options.ownTLS.map { .that($0, needs: Operands.lookAt) } + [
                Options.loudness,
                .none(
                    of: [Operands.lookAt, Options.new, Options.descriptor],
                    with: [
                        Options.tcp, Options.unix, Options.mptcp, Options.rawIP, Options.packet,
                        Options.netlink,
                        Options.vsock, Options.allKinds,
                    ] + Options.filters),
                .none(of: [Options.new, Options.descriptor], with: [Options.numeric]),
                .none(of: [Options.noOwners], with: [Options.pid, Options.process]),
                .none(of: [Options.allKinds], with: Options.kinds),
                .none(
                    of: [Options.watch],
                    with: [Options.new, Options.descriptor, Options.verbose, Options.peek, Options.summary]),
                .that(Options.by, needs: Options.watch),
                .that(Options.rounds, needs: Options.watch),
                .that(Options.watchDeadline, needs: Options.watch),
                .none(
                    of: [Options.allNetns],
                    with: [
                        Operands.lookAt, Options.new, Options.descriptor, Options.pid, Options.netns,
                        Options.watch,
                        Options.summary, Options.peek,
                    ]),
                .none(of: [Options.udp], with: Options.ownTLS),
                .atMostOne(of: Options.pid, Options.process),
                .none(
                    of: [Options.summary],
                    with: [Operands.lookAt, Options.new, Options.descriptor, Options.pid, Options.peek]),
            ],
        standardOutput: StandardOutput(isFreeWith: []),
        examples: [
            Example("sockctl info -tl", "who listens here?"),
            Example("sockctl info localhost 22", "a new connection: round trip, windows, buffers, options"),
            Example("sockctl info -v --new tcp", "every option of a fresh TCP socket, with its meaning"),
            Example("sockctl info --summary", "how many are there, and what is worth a look?"),
            Example("sockctl info --pid $$", "the sockets of a process, here the shell's"),
            Example("sockctl info --watch", "who sends and receives how much, now?"),
            Example(
                "sockctl info --watch 200ms --count 5 --by process | cat", "the same as text, five times"),
            Example("sockctl info -tl --all-netns", "who listens, here and in every container?"),
            Example("sockctl info -j --peer :443 | jq '.owners[]?.name'", "which programs talk HTTPS?"),
            Example(
                "sockctl info --local 10.0.0.0/8 --state connected --no-owners", "connections of a network"),
            Example(
                "exec 3<>/dev/tcp/127.0.0.1/22; sockctl info --fd 3", "a connection that bash has opened"),
            Example(
                "sockctl info -u --user nobody",
                "UDP sockets of a user"),
            Example(
                "sockctl info --address 10.0.0.0/8 --state established",
                "connections within a network, whichever end is ours"),
            Example(
                "sockctl info --all-kinds",
                "also MPTCP, raw, packet, netlink and vsock sockets"),
            Example(
                "sockctl info --packet --raw-ip --netlink --vsock --mptcp",
                "only those; packet sockets are those of who captures"),
            Example(
                "sockctl info -x --inode 4711",
                "the Unix socket that 'ls -l /proc/PID/fd' calls socket:[4711]"),
            Example(
                "sockctl info --cookie 0x1a",
                "the socket that 'ss -e' calls sk:1a"),
            Example(
                "sockctl info --peek --bytes 1k --hex --pid 4711 --fd 5",
                "what a program has received and not read"),
        ],
        seeAlso: [
            "getsockopt(2)", "pidfd_getfd(2)", "sock_diag(7)", "socket(7)", "ss(8)", "tcp(7)",
        ],
        letters: ListLetter.all,
        subcommands: [
            question(
                "fileno", .infoFileno, summary: "print descriptor numbers",
                text: """
                    Prints the number of the descriptor. With `--pid` alone, those of all sockets of the \
                    process, one a line.
                    """,
                examples: [
                    Example("sockctl info fileno --pid $$", "which descriptors of the shell are sockets?"),
                    Example("sockctl info fileno -j --pid $$", "as JSON Lines"),
                    Example("sockctl info fileno --fd 0 < /dev/tcp/127.0.0.1/22", "0: stdin is a socket"),
                ]),
            question(
                "getsockname", .infoGetsockname, summary: "print the local address",
                text: "Prints the socket's own address, as `getsockname(2)` tells it.",
                examples: [
                    Example(
                        "sockctl info getsockname --udp 192.0.2.1:9",
                        "from which address would this machine send there?"),
                    Example("sockctl info getsockname localhost:22", "the local address of a connection"),
                    Example("sockctl info getsockname --pid $$ --fd 3", "of a socket of the shell"),
                ]),
            question(
                "getpeername", .infoGetpeername, summary: "print the peer's address",
                text: "Prints the address that the socket is connected to, as `getpeername(2)` tells it.",
                examples: [
                    Example("sockctl info getpeername localhost:22", "which address of the name answers?"),
                    Example("sockctl info getpeername --udp localhost:53", "which would get a datagram?"),
                    Example("sockctl info getpeername --pid $$ --fd 3", "whom the shell is connected to"),
                ]),
            question(
                "getsockopt", .infoGetsockopt, summary: "print the values of options",
                text: """
                    Prints the value of option NAME, or of several, each on a line as NAME=VALUE: numbers in decimal, booleans as 1 or 0, \
                    times with their unit, bytes in hexadecimal. NAME is as in the socket API, with or without \
                    its prefix (`SO_RCVBUF`, `rcvbuf`), or LEVEL:NUMBER for any option at all (`6:23`). \
                    If one of several cannot be read nothing is printed, so that the lines are always those of \
                    the names. ENDPOINT comes last and is one word.
                    """,
                operands: [Operands.optionsToRead],
                examples: [
                    Example("sockctl info getsockopt SO_RCVBUF --new tcp", "the default receive buffer"),
                    Example(
                        "sockctl info getsockopt rcvbuf sndbuf --new udp", "both buffers, with their names"),
                    Example(
                        "sockctl info getsockopt TCP_MAXSEG TCP_CONGESTION localhost:22",
                        "what a connection got"),
                ]),
            question(
                "setsockopt", .infoSetsockopt, summary: "set options, print what became of them",
                text: """
                    Sets each option NAME to VALUE, in order, and prints what the kernel made of it: the value, or \
                    of several options NAME=VALUE, each on a line. With `--pid` and `--fd` that changes the live socket of a running process. VALUE is \
                    written as `getsockopt` prints it; `k`, `M` and `G` after a size, and `ms`, `s` and `m` \
                    after a time are understood, and `on` and `off`. VALUE may be left out of an option that is on \
                    or off, which is switched on, and of no other. ENDPOINT comes last and is one word.
                    """,
                operands: [Operands.optionsToSet],
                examples: [
                    Example("sockctl info setsockopt SO_RCVBUF=64k --new udp", "the kernel doubles it"),
                    Example(
                        "sockctl info setsockopt keepalive keepidle=1m --new tcp", "several, in their order"),
                    Example(
                        """
                        exec 3<>/dev/tcp/127.0.0.1/22
                        sockctl info setsockopt SO_KEEPALIVE=1 TCP_KEEPIDLE=60 --pid $$ --fd 3
                        """,
                        "keepalive for a running process, here the shell"),
                ]),
            infoDestroy,
            CommandSpec(
                "info", "options",
                action: .run(.infoOptions),
                summary: "list the socket options there are",
                description: [
                    .text(
                        """
                        Prints the catalog of socket options: level, name, type, whether it can be read (`r`) \
                        and set (`w`), and what it means. A `!` marks those whose reading changes the socket.
                        """)
                ],
                operands: [Operands.optionsToShow],
                options: [Options.json],
                examples: [
                    Example("sockctl info options tcp", "the options of TCP"),
                    Example("sockctl info options SO_RCVBUF SO_LINGER", "what do these mean?"),
                    Example("sockctl info options -j | jq -r .name", "all names"),
                ],
                seeAlso: ["getsockopt(2)", "ip(7)", "ipv6(7)", "socket(7)", "tcp(7)", "udp(7)"]
            ),
        ]
    )

    private static let watching: [Prose] = [
        .text(
            """
            `--watch` lists the sockets every INTERVAL, a second unless another is given, and hears from the kernel of \
            each that closes, so that connections shorter than INTERVAL are told as well. Nothing is captured or \
            traced: it takes no privilege, and no packet is looked at. Bytes are those of payload, as TCP counts them: \
            what has come in order, and what the peer has acknowledged; of other sockets there are none. At the end of a \
            connection to another machine that this side closed first, the peer's FIN may count as a byte. Sockets in \
            `TIME_WAIT` have closed.
            """),
        .text(
            """
            On a terminal that is a table. The keys are: arrows, Page Up, Page Down, Home and End to move; `s` and `S` to \
            sort by the next or the previous column, `r` to reverse; `/` to show only rows that contain a text; `b` to sum \
            up by process, peer or port; the space bar to pause; `?` for help; `q` to quit. Otherwise, and with \
            `--json`, each thing is a line: `opened`, `changed` (its state), `sample` (bytes so far and their rate \
            since the line before), `closed` (bytes, and how long it lasted where its opening was seen), and `missed` \
            where more closed at once than the kernel could tell.
            """),
        .text(
            """
            An owner is `seen` if a process had the socket among its descriptors when it was looked for. A connection \
            that nobody was seen with, because it had closed by then or was not accepted yet, is given to the process that \
            listens at its address, in parentheses. Nobody else is guessed. Processes of other users are seen as root.
            """),
    ]

    private static let detail = Options.verbose.described(
        help: "say more of each socket",
        manual: """
            Say more: of one socket what its options mean, in the list of sockets inode, user, memory, timer \
            and what TCP knows. Report on standard error which addresses are tried.
            """)

    /// A command that answers one question about one socket.
    private static func question(
        _ name: String, _ command: CommandName, summary: String, text: String, operands: [OperandSpec] = [],
        examples: [Example]
    ) -> CommandSpec {
        CommandSpec(
            "info", name, action: .run(command), summary: summary, description: [.text(text)],
            operands: operands.isEmpty ? [Operands.lookAt] : operands + [Operands.lookAtLast],
            options: [
                Options.new, Options.descriptor, Options.pid,
                Options.udp.described(
                    group: .target, help: "with ENDPOINT, a connected datagram socket",
                    manual: "Connect a datagram socket to ENDPOINT. Nothing is sent."),
            ] + Options.ownConnection + [Options.json, Options.verbose],
            mostUsed: [
                Options.new, Options.descriptor, Options.pid, Options.udp, Options.timeout, Options.json,
            ],
            rules: Options.oneSocket + [
                .that(Options.numeric, needs: Operands.lookAt),
                .none(of: [Options.pid], with: [Options.ipv4, Options.ipv6, Options.udp]),
            ],
            examples: examples,
            seeAlso: ["sockctl-info(1)", "\(name == "fileno" ? "pidfd_getfd" : name)(2)"])
    }
}
