// The command `resolve`: a bare operand, and the functions of the API by their names.

extension CommandSpec {
    static let resolve = CommandSpec(
        "resolve",
        action: .run(.resolve),
        summary: "look up names, addresses and services",
        description: [
            .text(
                """
                Answers each HOST: for a name its addresses, in the order in which they should be tried, and \
                what each of them is; for an address its names. A line is the operand, the answer and the kind \
                of address: `loopback`, `private`, `link-local`, `multicast`, `documentation` and so on, or \
                `global` for one that is valid everywhere. With `--verbose` the block and the RFC that set it \
                apart are added. An address in a classic form, such as `127.1`, is answered like a name: with \
                the address that it stands for.
                """),
            .text(
                """
                By the name of a function of the API exactly that function is asked. Its bare result is \
                printed, one value a line, for scripts; `--verbose` and `--json` add the rest.
                """),
            .text(
                """
                Several operands are answered in order. The operand `-` stands for the lines of standard \
                input, each an operand, empty ones left out. One that fails is reported on standard error and \
                does not stop the others; the exit status is that of the first failure, 3 if a name, service or \
                address could not be resolved.
                """),
            .text(
                """
                Names are looked up as `nsswitch.conf(5)` says. That there is no such name, that it has no \
                address of the family asked for, and that the name service did not answer are told apart.
                """),
            .text(
                """
                With `--sources`, each source of `nsswitch.conf(5)` (`files`, `dns`, `myhostname` and so on) is asked \
                alone, each in a process of its own and all at the same time, and beside them libc as it is configured. So \
                DNS is asked for a name also where libc would not have got that far. \
                A line for each source has what it said in the words of `nss(5)`, `success`, `notfound`, `unavail` or \
                `tryagain`, how long that took, and what follows: libc takes the answer, asks the next source, or has \
                stopped before, with the rule that applied, such as `NOTFOUND=return`. Below are, for each two \
                neighbours among the addresses, the rule of RFC 6724 that orders them, with `gai.conf(5)` taken into \
                account (with `--verbose` also the source address that decides); what `gethostbyname(3)`, and `AI_ADDRCONFIG`, would give instead; and for DNS the \
                servers, the options and the names that are tried, from `resolv.conf(5)` and the environment. libc \
                tells neither the TTL nor which server answered. The exit status is that of a look-up without `--sources`.
                """),
        ],
        operands: [Operands.host],
        options: [Options.answerTimeout, Options.ipv4, Options.ipv6, Options.numericAnswers, Options.sources]
            + Options.answers,
        mostUsed: [
            Options.ipv4, Options.ipv6, Options.timeout,
            Options.numeric, Options.verbose, Options.json,
        ],
        rules: [Options.families, Options.loudness, .none(of: [Options.sources], with: [Options.numeric])],
        examples: [
            Example("sockctl resolve localhost 127.0.0.1", "addresses of a name, names of an address"),
            Example("sockctl resolve -v -n 100.64.0.1 169.254.1.1 ff02::1", "what sort of address is this?"),
            Example("getent hosts | cut -d ' ' -f 1 | sockctl resolve -j -", "one a line on stdin, as JSON"),
            Example("sockctl resolve getservbyname http", "80"),
            Example("sockctl resolve inet_aton 192.168.2.1", "c0a80201"),
            Example("sockctl resolve --sources localhost", "which source of names answers, and how fast"),
        ],
        seeAlso: ["getent(1)", "gai.conf(5)", "hosts(5)", "nsswitch.conf(5)", "resolv.conf(5)"],
        subcommands: [
            .getHostByName, .getHostByAddress, .getAddressInfo, .getNameInfo,
            .getServiceByName, .getServiceByPort, .getProtocolByName, .getHostName,
            .inetATON, .inetNTOA, .inetPTON, .inetNTOP,
        ]
    )

    /// The function that was probably meant by what is the name of no host.
    package static func resolveFunction(nearestTo name: String) -> String? {
        NearestMatch.of(name, among: resolve.subcommands.map(\.name))
    }

    /// A function of the API as a subcommand of `resolve`.
    static func function(
        _ name: CommandName, summary: String, description: [Prose], operands: [OperandSpec],
        options: [any OptionDefinition] = [], rules: [Rule] = [], examples: [Example], seeAlso: [String]
    ) -> CommandSpec {
        let path = name.rawValue.split(separator: " ").map(String.init)
        return CommandSpec(
            path[0], path[1], action: .run(name), summary: summary, description: description,
            operands: operands, options: options + Options.answers, rules: rules + [Options.loudness],
            examples: examples, seeAlso: ["sockctl-resolve(1)"] + seeAlso)
    }
}
