// What is true of every command, said once: the pages sockctl(1) and the global help are made from it.

package enum Manual {
    /// The page about the JSON output.
    package static let jsonPage = (name: "sockctl-json", reference: "sockctl-json(7)")
    /// The page of tasks.
    package static let cookbookPage = (name: "sockctl-cookbook", reference: "sockctl-cookbook(7)")
    /// The date of the manual pages.
    static let date = "November 29, 2026"

    package struct Section: Sendable {
        let title: String
        let prose: [Prose]
    }

    static let description: [Prose] = [
        .text(
            """
            Opens, serves and inspects network connections from the command line. The payload goes to standard \
            output, byte for byte, and everything else to standard error.
            """)
    ]

    static let endpoints = [
        Prose.Item("HOST PORT, HOST:PORT, [V6]:PORT", "that host and port"),
        Prose.Item("PORT", "of this host, by its loopback addresses; no name is looked up"),
        Prose.Item("*:PORT, :PORT", "listening: every interface, IPv4 and IPv6"),
        Prose.Item("fe80::1%eth0", "as HOST: a scoped IPv6 address"),
        Prose.Item("unix:PATH, unix:@NAME", "a Unix socket, by path or by abstract name"),
        Prose.Item(
            "unix-seqpacket:PATH, unix-seqpacket:@NAME",
            "a Unix socket whose connections keep boundaries (`SOCK_SEQPACKET`)"),
        Prose.Item(
            "vsock:CID:PORT",
            """
            a virtual machine by its number (`vsock(7)`), or `host`, the host of this one, or `local`, this machine itself; \
            to listen also `any`
            """),
        Prose.Item(
            "fd:N, fd:NAME",
            "a stream socket that was inherited, listening or connected, as it is; by the name that LISTEN_FDNAMES gives it"
        ),
        Prose.Item("tls:HOST:PORT, tls:PORT, tls:unix:PATH", "TLS there, as with `--tls`"),
    ]

    static let quantities = [
        Prose.Item("DURATION", "250ms, 5s, 1.5m, 2h, or a number of seconds"),
        Prose.Item("SIZE", "512, 64k, 10M, 1G, 1T, in powers of 1024"),
    ]

    package static let framings = [
        Prose.Item("none", "whatever one `recv(2)` returned: no boundaries"),
        Prose.Item("line, crlf, nul", "text up to a line feed, a CR LF, a zero byte"),
        Prose.Item(
            "delim:STRING",
            "text up to STRING, which may have the escapes of `printf(1)`: `delim:\\r\\n\\r\\n`"),
        Prose.Item("fixed:SIZE", "that many bytes"),
        Prose.Item(
            "u8, u16be, u16le, u32be, u32le, u64be, u64le",
            "a length of that many bits, in that byte order, then that many bytes"),
        Prose.Item("varint", "a length as LEB128, as protobuf streams have it, then that many bytes"),
        Prose.Item("http", "one HTTP/1.x message: start line, header, body (RFC 9112)"),
    ]

    static let framing = Section(
        title: "FRAMING",
        prose: [
            .text(
                """
                TCP has no message boundaries: what was sent in two calls may arrive in one, or in three. \
                `--frame` restores them. A message is:
                """),
            .list(framings),
            .text(
                """
                Each DATA is sent as one message, with its delimiter or length. Standard input and a file are cut \
                into messages, and what is received is written as they would be. `IN:OUT` names the framing of \
                standard input and output, then that of the socket: `--frame line:u32be` reads lines and sends \
                them with their length before them, and writes what comes so as lines. A terminal gets each \
                message on a line of its own, and `--json` a `message` event for each.
                """),
            .text(
                """
                A message longer than `--max-message`, a bad length, malformed HTTP and a message that the end of \
                the stream cuts off end the connection with status 11. Every whole message before it is \
                delivered, and what is left is written as it came. For local input, text after the last delimiter \
                is also a message. A message that contains its own delimiter is refused (status 11).
                """),
            .text(
                """
                A connection of `unix-seqpacket` keeps boundaries: each message is sent and received in one piece, a \
                record. DATA is a record, of standard input and a file each read of at most 64 KiB, and `--frame` says how \
                standard input and output are cut and joined instead: with `--frame line` each line is a record. A record \
                that does not fit into the send buffer is an error (`EMSGSIZE`), and nothing is ever cut. A record without \
                a byte cannot be told from the end of the connection by most programs: none is sent, and one that comes \
                is passed over. `--to` passes on records; between a stream and records each read is one.
                """),
        ])

    static let endpointSection = Section(
        title: "ENDPOINTS",
        prose: [
            .list(endpoints),
            .text(
                """
                PORT is a number or the name of a service, such as `http`. When connecting, every address \
                of HOST is tried, IPv6 and IPv4 raced as in RFC 8305; a failure lists each address with \
                its own error. When listening, port 0 is a free port.
                """),
            .text(
                """
                A word that begins with `unix`, `unix-seqpacket`, `tls`, `fd` or `vsock` and a colon is always \
                that kind of endpoint and always one word. What follows \
                the first colon is taken whole, so a path may contain colons. Write the port of a host with \
                such a name as a word of its own: `fd 3`.
                """),
        ])

    static let sections = [
        endpointSection,
        Section(
            title: "OPTIONS AND QUANTITIES",
            prose: [
                .text(
                    """
                    Options may stand anywhere before `--`; one that takes a program and its arguments, such as `--exec`, \
                    takes every word that follows. `--name=value` and `--name value` are the same, and \
                    single letters cluster: `-4v`. Names are not abbreviated. If an option is given twice the \
                    last one counts, except where its page says that it may be given several times.
                    """),
                .list(quantities),
                .text(
                    """
                    Where an option names a FILE, also after `@`, `-` is standard input or standard output; a file of \
                    that name is `./-`. `/dev/stdin`, `/dev/fd/0` and `/proc/self/fd/0` mean the same where it is \
                    read, `/dev/stdout`, `/dev/fd/1` and `/proc/self/fd/1` where it is written. Each of the two is there once: `--output -` and `--json`, or `--record -` \
                    while what is received goes to standard output, cannot be combined. A file that is read cannot \
                    be written at the same time. A descriptor, also one named as `/dev/fd/3`, is used \
                    in the direction that it was opened for; using it in the other is status 10 (`EBADF`).
                    """),
            ]),
        framing,
        Section(
            title: "NETWORK NAMESPACES",
            prose: [
                .text(
                    """
                    With `--netns` a command works in another network namespace (`network_namespaces(7)`), as if it \
                    were started there by `ip netns exec`: its sockets, interfaces, routes and the abstract names of \
                    Unix sockets are those of the namespace. Files, also those of Unix sockets, are those of the \
                    caller, and of a process only the network namespace is entered. Names are looked up in the \
                    namespace too: where `/etc/netns/NAME` has files for it, such as `hosts` and `resolv.conf`, they \
                    take the place of those in `/etc` for look-ups alone. A cache such as `nscd(8)` answers as it does \
                    outside.
                    """),
                .text(
                    """
                    That needs root (`CAP_SYS_ADMIN`), or, without privilege, a namespace that you have made yourself, as \
                    `unshare -rn` does: its user namespace is entered first. An unknown one is status 3, one that \
                    may not be entered status 9.
                    """),
            ]),
        proxies,
        Section(
            title: "HOW A SESSION ENDS",
            prose: [
                .text("A session relays two directions, each from the end of its source to its sink."),
                .list([
                    Prose.Item(
                        "Our input ends",
                        """
                        The connection is half-closed (`SHUT_WR`) once everything is sent, and receiving goes on. \
                        `--no-half-close` keeps it open.
                        """),
                    Prose.Item(
                        "The peer closes its sending side",
                        """
                        What was received is written and standard output is closed, so that the next program \
                        in the pipe sees the end. If standard input is a terminal, or the command does not \
                        send, the session ends. Otherwise the input is still sent to its end, because the peer \
                        may have closed only its half.
                        """),
                    Prose.Item(
                        "A reset, a broken pipe, a timeout",
                        """
                        The session ends at once, after what was received has been written, and with its own \
                        exit status.
                        """),
                    Prose.Item(
                        "SIGINT, SIGTERM",
                        """
                        The session ends in order: output is flushed, the summary is written, and the process \
                        dies of the same signal.
                        """),
                    Prose.Item(
                        "A job in the background",
                        """
                        goes on. It reads its terminal only in the foreground, so it is not stopped for that \
                        (SIGTTIN), and what it writes waits for the foreground if `stty tostop` is set.
                        """),
                    Prose.Item(
                        "Standard output is closed",
                        """
                        The session ends quietly and with status 0, as when `head` has seen enough. If standard \
                        output was closed from the start, what is to be sent is sent all the same, and the \
                        status is 10 if there was anything to write.
                        """),
                ]),
                .text(
                    """
                    The two directions never wait for each other, and no timer runs unless an option sets one. \
                    `--send-only` and `--recv-only` use one direction only; `--exit-on-eof` ends at the first \
                    end of either.
                    """),
            ]),
        Section(
            title: "OUTPUT",
            prose: json + [
                .text(
                    """
                    An error names the operation, the endpoint, and the error in words and as it is spelled in \
                    the socket API. Where there is something to be done about it, a second line says what; of what was \
                    typed wrongly, or as in `nc(1)`, `socat(1)` or `ss(8)`, the line to type instead:
                    """),
                .code(
                    """
                    $ sockctl connect 127.0.0.1 9
                    sockctl: connect 127.0.0.1:9: connection refused (ECONNREFUSED)
                      nothing listens on port 9 of this host
                    $ sockctl -lvp 9000
                    sockctl: unknown option '-lvp'
                    type: sockctl listen -v 9000
                    """),
            ]),
        Section(
            title: "PROGRESS",
            prose: [
                .text(
                    """
                    While a file is sent or received, also one that standard input or output was redirected \
                    to, the last line of the terminal on standard error shows how far it has come: how much \
                    has arrived, how fast over the last seconds, for how long, and the time left if the end is \
                    known. When sending, only acknowledged bytes count.
                    """),
                .code("sent   42%  [====>         ]    42 MiB of 100 MiB    10 MiB/s  0:04, 0:06 left"),
                .text(
                    """
                    It comes after half a second, and leaves a line with the totals, or nothing if `--stats` \
                    says more. What is received on the same terminal takes its place. There is none if \
                    standard error is not a terminal, if `TERM` is unset or `dumb`, with `--quiet`, `--json` or \
                    `--hex`, in the background, for many peers (`--keep-open`), or where a terminal is the input or, \
                    with `--raw`, the output.
                    """),
            ]),
        Section(
            title: "TERMINAL SAFETY",
            prose: [
                .text(
                    """
                    Bytes from the network could move a terminal's cursor, change its title or type commands. \
                    A terminal therefore gets control characters in visible form: `^[`, `\\x9b` where there is \
                    no UTF-8, and `\\u{202e}` for characters that reverse or hide text, or that cannot be seen. \
                    This applies to payload (also with `--output`), to names chosen by others, and to JSON, where \
                    it is `\\u009b`. A file or a pipe gets the bytes as they are, and with `--raw` so \
                    does a terminal, of the payload. Nothing that a peer sends is ever executed.
                    """)
            ]),
    ]

    static let seeAlso = ["nc(1)", "ncat(1)", "socat(1)", "ss(8)", "ip(7)", "socket(7)", "tcp(7)", "unix(7)"]

    /// Options that many commands share, once.
    static let examples = [
        Example("sockctl connect -4 -w 3s example.com 80", "over IPv4 only, and give up after three seconds"),
        Example(
            "sockctl connect -s 192.0.2.9 -p 5000 -o TCP_NODELAY=1 host.example 9000",
            "from that address and port, and without Nagle's algorithm"),
        Example("sockctl connect --netns blue 10.0.0.2 22", "from within another network namespace"),
        Example("sockctl info -tl --color always | less -R", "colors in a pager"),
        Example("sockctl recv --raw --deadline 1m 9000", "bytes as they are, for a minute at most"),
        Example(
            "sockctl listen -k --tls --self-signed --setup-timeout 2s --echo 9000",
            "clients have two seconds for the TLS handshake"),
    ]
}
