// The command `connect`.

extension CommandSpec {
    static let connect = CommandSpec(
        "connect",
        action: .run(.connect),
        summary: "connect and relay stdin and stdout",
        description: [
            .text(
                """
                Connects to ENDPOINT and relays: standard input goes to the peer, and what the peer sends goes \
                to standard output.
                """),
            .text(
                """
                Every address of HOST is tried, IPv6 and IPv4 raced as in RFC 8305. If none accepts, each \
                address is listed with its own error.
                """),
            .text(
                """
                The end of standard input half-closes the connection (`SHUT_WR`), and the command goes on \
                receiving. When the peer has sent all, standard output is closed; the session then ends if \
                standard input is a terminal, and otherwise when all of the input has been sent.
                """),
        ],
        operands: [Operands.connectTo],
        options: [
            Options.file, Options.crlf, Options.timeout, Options.wait,
            Options.noHalfClose, Options.sendOnly, Options.recvOnly, Options.exitOnEOF,
            Options.source, Options.sourcePort,
        ] + Options.common,
        rules: [
            Options.families, Options.loudness,
            .that(Options.maxMessage, needs: Options.frame),
            .atMostOne(of: Options.crlf, Options.frame),
            .atMostOne(of: Options.sendOnly, Options.recvOnly),
            .atMostOne(of: Options.recvOnly, Options.file),
            .atMostOne(of: Options.sendOnly, Options.output),
        ],
        examples: [
            Example("sockctl connect 9000", "talk to 'sockctl listen 9000'"),
            Example(
                #"""
                printf 'HEAD / HTTP/1.0\r\nHost: example.com\r\n\r\n' |
                    sockctl connect example.com 80
                """#,
                "an HTTP request by hand"),
            Example(
                "sockctl connect -w 2s --send-only localhost 22 < /dev/null && echo open",
                "is the port open?"),
            Example(
                "sockctl connect -v --recv-only --idle-timeout 5s localhost ssh",
                "show how a server greets"),
        ],
        seeAlso: ["sockctl-listen(1)", "sockctl-send(1)", "connect(2)", "shutdown(2)", "tcp(7)"]
    )
}
