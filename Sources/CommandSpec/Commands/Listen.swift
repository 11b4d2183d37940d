// The command `listen`.

extension CommandSpec {
    static let listen = CommandSpec(
        "listen",
        action: .run(.listen),
        summary: "accept connections and relay them",
        description: [
            .text(
                """
                Listens at ENDPOINT, accepts one connection and relays it: standard input goes to the peer, and \
                what the peer sends goes to standard output. With `--keep-open` any number of peers is served \
                at the same time.
                """),
            .text(
                """
                A bare PORT listens on loopback only, IPv4 and IPv6; `*:PORT` listens on every interface. Port \
                0 is a free port. Once `listen(2)` has succeeded, `listening on` and the addresses, such as \
                `listening on 127.0.0.1:9000, [::1]:9000`, are written to standard error, so that a script can wait \
                for it.
                """),
            .text(
                """
                The end of standard input half-closes the connection, and the command goes on receiving, also \
                when it was started with `/dev/null` as its input.
                """),
            .text(
                """
                The file of a Unix socket is removed at the end. One that a dead process left behind is \
                replaced; one that is in use is not. A Unix socket has no reset: a peer that is cut off, because it \
                reads too slowly or a time limit has passed, sees the same end of the stream as one that has got \
                everything.
                """),
        ] + programs + servingTLS + relaying
            + faults(
                "connections",
                [
                    .init(
                        "cut-after=LIMIT",
                        "After LIMIT, a SIZE of that direction or a DURATION of the connection, its sender is as if it had said all."
                    ),
                    .init("reset-after=LIMIT", "After LIMIT both connections are reset."),
                    .init(
                        "stall-after=LIMIT[:DURATION]", "After LIMIT nothing passes for DURATION, or ever."),
                    .init(
                        "slice=SIZE[:DELAY]", "It arrives in pieces of SIZE, each DELAY after the one before."
                    ),
                    .init("refuse=P", "So many clients are reset at once."),
                ]),
        operands: [Operands.listenAt],
        options: [
            Options.keepOpen, Options.echo, Options.discard, Options.reply, Options.chat,
            Options.exec, Options.shell, Options.activate, Options.relayTo, Options.fault, Options.faults,
            Options.seed, Options.maxConnections,
            Options.backlog, Options.multipath, Options.mode, Options.allow, Options.deny,
            Options.acceptProxy,
            Options.servedFile, Options.replay, Options.replayConnection, Options.crlf, Options.peerTimeout,
            Options.relaySetupTimeout,
            Options.relaySource, Options.relaySourcePort,
        ] + Options.relayProxies + [
            Options.noHalfClose, Options.sendOnly, Options.recvOnly, Options.exitOnEOF,
        ] + Options.common + Options.tlsRelay,
        mostUsed: [
            Options.keepOpen, Options.echo, Options.relayTo,
            Options.allow, Options.hex, Options.json,
        ],
        rules: [
            Options.families, Options.loudness,
            .that(Options.maxMessage, needs: Options.frame),
            .atMostOne(of: Options.crlf, Options.frame),
            .none(
                of: [Options.replay],
                with: [
                    Options.keepOpen, Options.crlf, Options.noHalfClose, Options.recvOnly, Options.exitOnEOF,
                ]),
            .that(Options.replayConnection, needs: Options.replay),
            .that(Options.maxConnections, needs: Options.keepOpen),
            .atMostOne(of: Options.sendOnly, Options.recvOnly),
            .atMostOne(of: Options.recvOnly, Options.file),
            .atMostOne(of: Options.sendOnly, Options.output),
        ] + ServingWay.rules + relayRules + Options.tlsRules + Options.tlsServingRules,
        standardOutput: ServingWay.standardOutput,
        examples: [
            Example("sockctl listen 9000", "talk to one peer, which runs 'sockctl connect 9000'"),
            Example("sockctl listen -k --echo '*:7007'", "an echo server on every interface"),
            Example(
                "sockctl listen -k 8080 --to localhost:80 --frame http",
                "relay to a web server, and show requests and responses"),
            Example(
                "sockctl listen -k 5433 --to db.internal:5432 --hex",
                "see what goes to a database and what comes back"),
            Example(
                "sockctl listen -k unix:my.sock --to unix:/run/docker.sock --frame http -j",
                "every request to a Unix socket and its answer, as JSON"),
            Example(
                "sockctl listen -k '*:8080' --to unix:/run/app.sock --allow 10.0.0.0/8",
                "publish a Unix socket in a network"),
            Example(
                "sockctl listen -k 8080 --to localhost:80 --record traffic.json",
                "record clients; 'sockctl send --replay traffic.json HOST:PORT' plays the first one again"),
            Example(
                "sockctl listen -k 5433 --to localhost:5432 --fault latency=100ms,rate=64k",
                "a database at the end of a bad line"),
            Example(
                "sockctl listen -k 8080 --to tls:example.com:443",
                "TLS for a client that has none"),
            Example(
                "sockctl listen -kv --echo '*:7007' --accept-proxy 10.0.0.0/8",
                "behind a load balancer that speaks the PROXY protocol"),
            Example(
                "sockctl listen -k --tls --self-signed --echo 9000", "an echo server with TLS, for tests"),
            Example(
                "sockctl listen -k 9000 --exec date", "the time of day, for 'sockctl recv --connect 9000'"),
            Example(
                "sockctl listen -k 9000 --shell 'read name; echo hello $name from $TCPREMOTEIP'",
                "a service in one line of shell"),
            Example(
                "sockctl listen 9000 --activate sockctl listen -k fd:listener --exec date",
                "start a server when the first client comes"),
            Example("sockctl listen -k --chat 9000", "a chat room for any number of 'sockctl connect 9000'"),
            Example(
                "sockctl listen 8080 -kj --frame http --reply hello",
                "answer every HTTP request, and show what it says"),
            Example(
                "sockctl listen -k --discard --stats '*:9000'",
                "take what is sent, forget it, and say how fast it came"),
            Example(
                "sockctl listen -k --backlog 1024 -m 100 --deny 192.0.2.0/24 --echo '*:7007'",
                "at most 100 peers at a time, none of one network"),
            Example(
                "sockctl listen -k --mode 660 --echo unix:my.sock",
                "a Unix socket for a group"),
            Example(
                "sockctl listen -k 8443 --tls --cert tls.pem --key tls.key --to localhost:80",
                "TLS in front of a plain server"),
            Example(
                "sockctl listen -k --tls --cert c.pem --client-ca ca.pem --client-optional 9000",
                "verify the certificates of clients that have one"),
            Example(
                "sockctl listen -k 8080 --to localhost:80 --proxy-protocol v2",
                "tell the server who the client is"),
            Example(
                "sockctl listen -k 5433 --to localhost:5432 --faults bad-line.txt --seed 1",
                "faults from a file, the same ones each time"),
            Example(
                "sockctl listen 8080 --replay traffic.json --replay-connection 3",
                "play the server of the third recorded connection"),
        ],
        seeAlso: ["sockctl-connect(1)", "sockctl-recv(1)", "accept(2)", "listen(2)", "ip(7)", "unix(7)"]
    )
}
