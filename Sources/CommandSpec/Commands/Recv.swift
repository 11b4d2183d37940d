// The command `recv`.

extension CommandSpec {
    static let recv = CommandSpec(
        "recv",
        action: .run(.recv),
        summary: "accept one connection and receive to EOF",
        description: [
            .text(
                """
                Listens at ENDPOINT, accepts one connection and writes what it receives to standard output, \
                exactly and until the peer closes its sending side. Standard input is never read. With `--connect` it \
                connects instead.
                """),
            .text(
                """
                Status 0 means that the peer ended its stream in order. A connection that is reset halfway is \
                an error, after what did arrive has been written. A Unix socket has no reset: a sender that breaks \
                off, or is killed, looks like one that is done, so status 0 does not mean that all of it has come. \
                A length in the data does, as with `--frame u32be`.
                """),
            .text(
                """
                A terminal on standard error shows the progress of what is received into a file, see \
                `sockctl(1)`.
                """),
        ] + verifiedTLS,
        operands: [Operands.listenAt],
        options: [
            Options.eitherTimeout, Options.wait, Options.count, Options.bytes, Options.discardReceived,
            Options.connect, Options.source, Options.sourcePort, Options.multipath, Options.mode,
            Options.allow, Options.deny,
            Options.acceptProxy, Options.setupTimeout,
        ] + Options.proxies + Options.common + Options.tlsEither,
        mostUsed: [
            Options.output, Options.connect, Options.count,
            Options.frame, Options.timeout, Options.json,
        ],
        rules: [
            Options.families, Options.loudness,
            .that(Options.maxMessage, needs: Options.frame),
            .none(of: [Options.discard], with: [Options.output, Options.frame, Options.count]),
            .that(Options.source, needs: Options.connect),
            .that(Options.sourcePort, needs: Options.connect),
            .that(Options.wait, needs: Options.connect),
            .that(Options.via, needs: Options.connect),
            .that(Options.proxyProtocol, needs: Options.connect),
            .none(
                of: [Options.connect],
                with: [
                    Options.mode, Options.allow, Options.deny, Options.acceptProxy, Options.setupTimeout,
                ]),
        ] + Options.tlsRules + Options.tlsServingRules + Options.proxyRules,
        standardOutput: StandardOutput(isFreeWith: [Options.output]),
        examples: [
            Example("sockctl recv 9000 > photo.jpg", "take what 'sockctl send' sends"),
            Example("sockctl recv -O photo.jpg '*:9000'", "the same from another machine"),
            Example("sockctl recv 9000 | tar xf -", "unpack a directory as it arrives"),
            Example("sockctl recv --connect --count 1 localhost 22", "show how a server greets"),
            Example(
                "sockctl recv --bytes 1M '*:9000' > first",
                "the first mebibyte"),
            Example(
                "sockctl recv --frame u32be --max-message 1M --count 10 9000",
                "ten messages with a length before each, none longer than a mebibyte"),
            Example(
                "sockctl recv --connect tls:h:90 --insecure --pin $PIN --ignore-unexpected-eof",
                "from a server that is known by its key alone"),
            Example(
                "sockctl recv --discard --stats 9000",
                "how fast does it come?"),
        ],
        seeAlso: ["sockctl-listen(1)", "sockctl-send(1)", "recv(2)"]
    )
}
