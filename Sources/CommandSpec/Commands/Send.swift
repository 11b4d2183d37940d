// The command `send`.

extension CommandSpec {
    static let send = CommandSpec(
        "send",
        action: .run(.send),
        summary: "send data, a file or stdin, and print the reply",
        description: [
            .text(
                """
                Connects to ENDPOINT and sends the DATA operands one after the other, or FILE, or standard \
                input, whole. Then it half-closes the connection (`SHUT_WR`) and writes the reply to standard \
                output until the peer closes.
                """),
            .text(
                """
                A terminal on standard error shows the progress of a file, see `sockctl(1)`.
                """),
            .text(
                """
                DATA is sent exactly as it was given: no line feed is added. DATA that begins with `-` goes \
                after `--`.
                """),
            .text(
                """
                Where two operands could be `HOST PORT` or `PORT DATA`, the first decides: a number is a PORT \
                of localhost, and anything else without a colon is a HOST. `HOST:PORT` is never in doubt.
                """),
        ]
            + scripts(
                then: """
                    Then DATA or FILE is sent, if there is any: with a script, standard input is only read for `--file -`.
                    """) + verifiedTLS,
        operands: [Operands.connectTo, Operands.data],
        options: [
            Options.http, Options.unixSocket, Options.header, Options.data, Options.body,
            Options.expect, Options.send, Options.expectTimeout,
            Options.file, Options.replay, Options.replayConnection, Options.crlf, Options.repeat,
            Options.delay, Options.zero, Options.duration, Options.parallelSends,
            Options.eitherTimeout, Options.wait, Options.noReply, Options.repliesInMessages,
            Options.noHalfClose,
            Options.listen, Options.source, Options.sourcePort, Options.multipath, Options.mode,
            Options.allow, Options.deny,
            Options.acceptProxy,
            Options.setupTimeout,
        ] + Options.proxies + Options.common + Options.tlsEither,
        mostUsed: [
            Options.file, Options.http, Options.frame,
            Options.wait, Options.noReply, Options.json,
        ],
        rules: [
            Options.families, Options.loudness,
            .that(Options.maxMessage, needs: Options.frame, Options.http),
            .atMostOne(of: Options.crlf, Options.frame),
            .atMostOne(of: Options.http, Options.file, Options.replay, Operands.data),
            .none(
                of: [Options.http],
                with: [
                    Options.frame, Options.crlf, Options.repeat, Options.delay, Options.noReply,
                    Options.listen, Options.noHalfClose,
                ]),
            .none(
                of: [Options.zero, Options.duration],
                with: [
                    Options.http, Options.file, Options.replay, Operands.data, Options.repeat, Options.delay,
                    Options.crlf, Options.frame, Options.output,
                ]),
            .that(Options.parallelSends, needs: Options.zero, Options.duration),
            .none(of: [Options.parallelSends], with: [Options.listen]),
            .none(
                of: Options.script, with: [Options.http, Options.replay, Options.zero, Options.duration]),
            .none(of: [Options.expect], with: [Options.noReply, Options.replies]),
            .that(Options.expectTimeout, needs: Options.expect),
            .that(Options.unixSocket, needs: Options.http),
            .that(Options.replies, needs: Options.frame, Options.http),
            .that(Options.header, needs: Options.http),
            .that(Options.data, needs: Options.http),
            .that(Options.body, needs: Options.http),
            .none(of: [Options.replay], with: [Options.crlf]),
            .that(Options.replayConnection, needs: Options.replay),
            .that(Options.repeat, needs: Options.file, Operands.data),
            .that(Options.delay, needs: Options.repeat, Options.frame, Operands.data),
            .atMostOne(of: Options.noReply, Options.output),
            .atMostOne(of: Options.noReply, Options.replies),
            .none(
                of: [Options.listen],
                with: [
                    Options.source, Options.sourcePort, Options.wait, Options.via, Options.viaAuth,
                    Options.proxyProtocol,
                ]),
            .that(Options.mode, needs: Options.listen),
            .that(Options.allow, needs: Options.listen),
            .that(Options.deny, needs: Options.listen),
            .that(Options.acceptProxy, needs: Options.listen),
            .that(Options.setupTimeout, needs: Options.listen),
        ] + Options.tlsRules + Options.tlsServingRules + Options.proxyRules,
        standardOutput: StandardOutput(isFreeWith: [Options.output, Options.noReply]),
        examples: [
            Example("sockctl send localhost:9000 hello", "five bytes; 'sockctl listen 9000' shows them"),
            Example("sockctl send -f photo.jpg localhost:9000", "a file; 'sockctl recv 9000' takes it"),
            Example(
                "sockctl send --for 10s --interval 1s --parallel 4 host.example 9000",
                "how fast it goes; 'sockctl listen -k --discard' takes it"),
            Example("sockctl send --frame line localhost:9000 one two", "two messages, each a line"),
            Example("sockctl send --http GET http://localhost:8080/", "an HTTP request, and its response"),
            Example(
                "sockctl send --http GET https://example.com/ --body", "over TLS, and only what it carries"),
            Example(
                "sockctl send --http GET /v1.43/info --unix-socket /var/run/docker.sock --body",
                "ask Docker over its Unix socket"),
            Example(
                #"sockctl send localhost:25 --expect 220 --send 'QUIT\r\n' --expect-timeout 5s"#,
                "greet a mail server, and take leave"),
            Example(
                #"sockctl send --frame crlf --replies 1 localhost:6379 PING"#,
                "ask Redis, and end with its answer"),
            Example(
                "sockctl send --http POST http://localhost/items -H 'Accept: */*' --data @item",
                "send a file as the body of a request"),
            Example(
                "sockctl send --listen -f photo.jpg 9000",
                "serve a file to the first who fetches it, with 'sockctl recv --connect 9000'"),
            Example(
                "sockctl send --zero 1G --no-reply host.example 9000",
                "a gigabyte of zeros, until all of it is acknowledged"),
            Example(
                "sockctl send --replay traffic.json --replay-connection 3 localhost:8080",
                "what the third recorded client sent"),
        ],
        seeAlso: ["sockctl-connect(1)", "sockctl-recv(1)", "send(2)", "shutdown(2)"]
    )
}
