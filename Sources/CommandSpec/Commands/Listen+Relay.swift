// `listen --to`: which option of `listen` means which leg, and what a relay does, for the manual.

extension Options {
    /// What an option of `listen` means with `--to`.
    package enum RelayUse {
        /// The client's leg: how it is accepted.
        static let client: [any OptionDefinition] = [
            ipv4, ipv6, maxConnections, backlog, mode, allow, deny, acceptProxy, tls, selfSigned, clientCA,
            clientOptional,
        ]
        /// The server's leg: how it is connected to.
        static let server: [any OptionDefinition] = [
            source, sourcePort, via, viaAuth, proxyProtocol, ca, sni, pin, insecure, startTLS,
        ]
        /// Both, or with `client:` or `server:` before the value one of them.
        static let either: [any OptionDefinition] = [
            option, alpn, tlsVersion, ciphers, ignoreUnexpectedEOF,
        ]
        /// The client's leg, or with `server:` before the value the server's.
        static let clientUnlessSaid: [any OptionDefinition] = [interface, cert, key]
        /// Those whose value may name a leg.
        static let legged = either + clientUnlessSaid
        /// The command.
        static let whole: [any OptionDefinition] = [
            relayTo, keepOpen, timeout, setupTimeout, idleTimeout, deadline, numeric, quiet, verbose, json,
            color, raw,
            hex, frame, maxMessage, record, stats, interval, mptcp, fault, faults, seed, netns, help,
        ]
        /// It makes no sense.
        static let none: [any OptionDefinition] = [
            echo, discard, reply, chat, exec, shell, activate, file, replay, replayConnection, output, crlf,
            sendOnly,
            recvOnly,
            exitOnEOF, noHalfClose,
        ]
        package static let all = client + server + legged + whole + none
    }
}

extension CommandSpec {
    /// What the serving ways do not exclude by themselves.
    static let relayRules: [Rule] =
        [
            .none(of: [Options.relayTo], with: Options.RelayUse.none),
            .that(Options.via, needs: Options.relayTo),
            .that(Options.proxyProtocol, needs: Options.relayTo),
        ] + faultRules + Options.proxyRules

    /// Of every relay.
    static let faultRules: [Rule] = [
        .that(Options.fault, needs: Options.relayTo),
        .that(Options.faults, needs: Options.relayTo),
        .that(Options.seed, needs: Options.fault, Options.faults),
        .that(Options.source, needs: Options.relayTo),
        .that(Options.sourcePort, needs: Options.relayTo),
    ]

    /// `--fault`, for the manual.
    static func faults(_ unit: String, _ others: [Prose.Item]) -> [Prose] {
        [
            .text(
                """
                `--fault` makes the network bad: NAME=VALUE, several with commas between, for both directions, or for \
                what one side sends, as in `server:rate=64k`.
                """),
            .list(
                [
                    .init(
                        "latency=DURATION",
                        "Everything arrives so much later. The bandwidth stays, and the order."),
                    .init("jitter=DURATION", "The latency is up to so much longer or shorter."),
                    .init("rate=SIZE", "SIZE bytes pass in a second."),
                    .init("corrupt=P", "Each byte has one of its bits flipped with the chance P."),
                ] + others + [
                    .init("share=P", "Only so many \(unit) have these faults.")
                ]),
            .text(
                """
                P is a chance: `5%`, or a number such as `1e-6`. Decisions depend on `--seed`, the number of the \
                connection, the direction and the place in it, not on time. At most 16 MiB a direction and 256 MiB in all \
                are delayed; beyond that the sender is held up. Each fault is an event, which `--verbose` shows as text.
                """),
        ]
    }

    static let relaying: [Prose] = [
        .text(
            """
            With `--to ENDPOINT` each peer, the client, is relayed to a connection of its own to ENDPOINT, the server. A \
            half-close passes through, each direction alone; when one side resets its connection, what it had sent is \
            delivered, then the other side is reset; a side that does not read holds up the other one and nobody else. \
            If ENDPOINT cannot be reached, the client is reset and that is reported: with `--keep-open` the relay goes \
            on. Standard input and output are not used for payload.
            """),
        .text(
            """
            `--hex` shows what passes, marked `client >` and `server >`; `--frame` cuts both directions into messages and \
            shows each on a line of standard output, HTTP responses with the time since their request; with `--json` they are events, of \
            which `leg` says who sent it. Nothing that looks changes a byte: a malformed message is reported and passed \
            on. Where nobody looks, the kernel moves the bytes. `--record` records both legs: \
            `send --replay` plays the client, `listen --replay` the server.
            """),
        .text(
            """
            The options of accepting, such as `--allow` and `-4`, are those of the client's connection, `-s`, `-p`, `--via` \
            and `--proxy-protocol` those of the server's. `--option` sets both, and `--interface` the client's, unless the value names one: \
            `-o server:TCP_NODELAY=1`, `-I client:eth0`.
            """),
    ]
}
