// The subcommands of `resolve` that ask for hosts: by name and by address, in the older calls and in the newer.

extension CommandSpec {
    static let getHostByName = function(
        .getHostByName,
        summary: "the IPv4 addresses of a name",
        description: [
            .text(
                """
                Prints the addresses of each HOST, one a line. `--verbose` and `--json` add the canonical name, \
                the aliases and what each address is.
                """),
            .text(
                """
                This is the older call, which knows IPv4 only; with `--ipv6` it is `gethostbyname2`. \
                `sockctl-resolve-getaddrinfo(1)` asks for both families.
                """),
        ],
        operands: [Operands.hostName],
        options: [Options.answerTimeout, Options.ipv4, Options.ipv6],
        rules: [Options.families],
        examples: [
            Example("sockctl resolve gethostbyname localhost", "127.0.0.1"),
            Example("sockctl resolve gethostbyname -v localhost", "with its canonical name and aliases"),
            Example("sockctl resolve gethostbyname -j localhost", "as JSON"),
        ],
        seeAlso: ["gethostbyname(3)"]
    )

    static let getHostByAddress = function(
        .getHostByAddress,
        summary: "the name of an address",
        description: [
            .text(
                """
                Prints the canonical name of each ADDRESS. `--verbose` and `--json` add the aliases and what the \
                address is.
                """)
        ],
        operands: [Operands.address],
        options: [Options.answerTimeout],
        examples: [
            Example("sockctl resolve gethostbyaddr 127.0.0.1", "localhost"),
            Example("sockctl resolve gethostbyaddr -v 127.0.0.1", "with its aliases"),
            Example("echo 127.0.0.1 | sockctl resolve gethostbyaddr -", "one a line on stdin"),
        ],
        seeAlso: ["gethostbyaddr(3)"]
    )

    static let getAddressInfo = function(
        .getAddressInfo,
        summary: "the addresses of a name, of either family",
        description: [
            .text(
                """
                Prints the addresses of each HOST in the order in which they should be tried, each once. With a \
                SERVICE they are followed by its port: `127.0.0.1:80`. Without a HOST the address is the \
                loopback, or with `AI_PASSIVE` that of every interface.
                """),
            .text(
                """
                `--verbose` and `--json` have an answer for each type of socket, with its family, type and \
                protocol, what the address is, and with `AI_CANONNAME` the canonical name.
                """),
        ],
        operands: [Operands.hostAndService],
        options: [
            Options.answerTimeout, Options.ipv4, Options.ipv6, Options.family, Options.type,
            Options.addressFlags, Options.numericAnswers,
        ],
        rules: [.atMostOne(of: Options.ipv4, Options.ipv6, Options.family)],
        examples: [
            Example("sockctl resolve getaddrinfo localhost:http", "[::1]:80 and 127.0.0.1:80"),
            Example(
                "sockctl resolve getaddrinfo -v --type STREAM --flags CANONNAME localhost",
                "with its canonical name"),
            Example("sockctl resolve getaddrinfo --flags AI_PASSIVE :http", "where a server listens"),
            Example(
                "sockctl resolve getaddrinfo --family AF_INET6 localhost:http",
                "IPv6 only"),
        ],
        seeAlso: ["getaddrinfo(3)", "gai.conf(5)"]
    )

    static let getNameInfo = function(
        .getNameInfo,
        summary: "the names of an address and its port",
        description: [
            .text(
                """
                Prints the name of each ADDRESS, and in a line of its own the service of its PORT if there is \
                one. Where there is no name it is the address or the number itself, unless `NI_NAMEREQD` is set.
                """)
        ],
        operands: [Operands.addressAndPort],
        options: [Options.answerTimeout, Options.nameFlags, Options.numericAnswers],
        examples: [
            Example("sockctl resolve getnameinfo 127.0.0.1:80", "localhost and http"),
            Example("sockctl resolve getnameinfo --flags NI_DGRAM '[::1]:53'", "the port of UDP"),
            Example("sockctl resolve getnameinfo -n 127.0.0.1:80", "127.0.0.1 and 80"),
        ],
        seeAlso: ["getnameinfo(3)"]
    )
}
