// The subcommands of `resolve` that ask the databases of services and protocols, and the machine for its name.

extension CommandSpec {
    /// What may follow a service: the transport protocols. A fixed list, so that it never depends on the machine
    /// what an operand means.
    package static let serviceProtocols = ["tcp", "udp", "udplite", "sctp", "dccp", "ddp"]

    private static func grouping(_ label: String) -> Prose {
        .text(
            """
            PROTO follows the \(label) as an operand of its own, if it is one of \
            \(Phrase.list(serviceProtocols.map { "`\($0)`" }, "or")), or after a slash: `\(label)/PROTO`. \
            Without it any protocol will do.
            """)
    }

    static let getServiceByName = function(
        .getServiceByName,
        summary: "the port of a service",
        description: [
            .text(
                """
                Prints the port of each service NAME. `--verbose` and `--json` add the official name, the \
                aliases and the protocol.
                """),
            grouping("NAME"),
        ],
        operands: [Operands.service],
        options: [Options.answerTimeout],
        examples: [
            Example("sockctl resolve getservbyname http", "80"),
            Example("sockctl resolve getservbyname syslog udp", "514"),
            Example("sockctl resolve getservbyname ssh/tcp domain/udp", "22 and 53"),
        ],
        seeAlso: ["getservbyname(3)", "services(5)"]
    )

    static let getServiceByPort = function(
        .getServiceByPort,
        summary: "the service of a port",
        description: [
            .text(
                """
                Prints the official name of the service of each PORT. `--verbose` and `--json` add the aliases \
                and the protocol.
                """),
            grouping("PORT"),
        ],
        operands: [Operands.servicePort],
        options: [Options.answerTimeout],
        examples: [
            Example("sockctl resolve getservbyport 22", "ssh"),
            Example("sockctl resolve getservbyport 514 udp", "syslog"),
            Example("sockctl resolve getservbyport -v 80", "http, with its aliases and protocol"),
        ],
        seeAlso: ["getservbyport(3)", "services(5)"]
    )

    static let getProtocolByName = function(
        .getProtocolByName,
        summary: "the number of a protocol",
        description: [
            .text(
                """
                Prints the number of each protocol NAME. `--verbose` and `--json` add the official name and the \
                aliases.
                """)
        ],
        operands: [Operands.protocolName],
        options: [Options.answerTimeout],
        examples: [
            Example("sockctl resolve getprotobyname tcp", "6"),
            Example("sockctl resolve getprotobyname udp icmp", "17 and 1"),
            Example("sockctl resolve getprotobyname -v ipv6", "41, with its name and aliases"),
        ],
        seeAlso: ["getprotobyname(3)", "protocols(5)"]
    )

    static let getHostName = function(
        .getHostName,
        summary: "this machine's own name",
        description: [.text("Prints the name of this machine.")],
        operands: [],
        examples: [
            Example("sockctl resolve gethostname", "the same as 'hostname'"),
            Example("sockctl resolve gethostname -j", "as JSON"),
            Example("sockctl resolve gethostname | sockctl resolve -", "this machine's addresses"),
        ],
        seeAlso: ["gethostname(2)", "hostname(1)"]
    )
}
