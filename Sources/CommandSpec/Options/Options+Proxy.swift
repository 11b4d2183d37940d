// The options of proxies: connecting through one, and the PROXY protocol.

extension Options {
    package static let via = Option(
        "via", .word("a proxy such as socks5://HOST:PORT or http://HOST:PORT", .proxy), "PROXY",
        group: .sockets,
        help: "connect through this proxy",
        manual: """
            Connect through a proxy, `socks5://HOST:PORT` or `http://HOST:PORT`, which is asked for the endpoint by its name: it is \
            looked up there, not here. `-4`, `-6` and the options of the socket are about the connection to the proxy. See `sockctl(1)`.
            """)

    package static let viaAuth = Option(
        "via-auth", .word("@ and the name of a file with USER:PASSWORD", .dataOrFile), "@FILE",
        group: .sockets,
        help: "user and password for --via, from FILE",
        manual: """
            Say who you are to the proxy of `--via`: USER:PASSWORD in the first line of FILE. `SOCKCTL_PROXY_AUTH` may hold it \
            instead. A file that other users may read is reported.
            """)

    package static let proxyProtocol = Option(
        "proxy-protocol", .choice(["v1", "v2"]), "VERSION", group: .sockets,
        help: "begin with a PROXY header (v1 or v2)",
        manual: """
            Begin the connection with a header of the PROXY protocol, `v1` (a line of text) or `v2` (binary), that has the addresses of \
            both ends. It comes before TLS, and after the answer of a proxy.
            """)

    package static let acceptProxy = Option(
        "accept-proxy", .text(.network, "a network, such as 192.0.2.0/24"), "CIDR", group: .serving,
        repeats: true,
        help: "require a PROXY header of these peers",
        manual: """
            Require a header of the PROXY protocol, version 1 or 2, of peers whose address is in the network CIDR, such as \
            `10.0.0.0/8`: they are proxies, and the header says who the peer is. Others are served as they are. `--allow` is about \
            the true peer, `--deny` about both. A proxy that sends something else, more than 4 KiB of TLVs, or no header \
            within `--setup-timeout` is reset and reported. May be given several times.
            """)

    /// Of a command that connects.
    static let proxies: [any OptionDefinition] = [via, viaAuth, proxyProtocol]

    /// Of a command that listens, and with `--to` connects.
    static let relayProxies: [any OptionDefinition] = [
        via.described(
            help: "with --to: connect through this proxy",
            manual:
                "With `--to`: connect to its ENDPOINT through a proxy, `socks5://HOST:PORT` or `http://HOST:PORT`; see "
                + "`sockctl(1)`."),
        viaAuth.described(
            help: "with --to: user and password for --via",
            manual:
                "With `--to`: the user and password for the proxy of `--via`, as USER:PASSWORD in the first line of FILE."
        ),
        proxyProtocol.described(
            help: "with --to: begin with a PROXY header",
            manual: """
                With `--to`: begin the connection to its ENDPOINT with a header of the PROXY protocol, `v1` or `v2`, that says who \
                the client is and where it connected to.
                """),
    ]

    static let proxyRules: [Rule] = [.that(viaAuth, needs: via)]
}
