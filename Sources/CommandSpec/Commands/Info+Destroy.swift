// `sockctl info destroy`: closes sockets of running processes.

extension CommandSpec {
    static let infoDestroy = CommandSpec(
        "info", "destroy",
        action: .run(.infoDestroy),
        summary: "close sockets of running processes",
        description: [
            .text(
                """
                Closes the TCP and UDP sockets that the options choose, whoever owns them: the kernel's \
                `SOCK_DESTROY`, as `ss -K` uses it. The owner's calls fail with `ECONNABORTED`, a TCP peer gets a \
                reset; the descriptor stays open until the owner closes it. A UDP socket gets the error once and \
                loses its peer; one that was bound to a port stays bound. Unix sockets cannot be closed.
                """),
            .text(
                """
                At least one of \(Phrase.list(Options.closable.map { "`\($0.label)`" }, "or")) has to be given; \
                protocol, state and user alone are not enough. Sockets that wait for peers, which are those that \
                listen and bound UDP sockets that are not connected, are only closed with `--listening`, and then \
                nothing else is. What matches is listed first. If that is more than one socket, nothing is closed \
                without `--yes`, and the exit status is 2. A connection within one host has two sockets.
                """),
            .text(
                """
                Each socket is closed by its cookie: none that takes its addresses meanwhile is hit, and one that is \
                gone by itself counts as closed. This needs `CAP_NET_ADMIN` (status 9 without it); `--dry-run` does \
                not. The kernel needs `CONFIG_INET_DIAG_DESTROY`. TCP sockets that are only bound \
                (`BOUND_INACTIVE`) are not found by the kernel, and are left out, as is a listener after it was \
                closed. If nothing matches, the exit status is 1.
                """),
        ],
        options: [
            Options.pid.described(
                group: .filter, help: "sockets of this process",
                manual: "Close sockets that the process PID holds; others may hold them, too."),
            Options.process.described(
                help: Options.process.spec.help,
                manual: """
                    Close sockets of processes whose name is NAME: the first 15 bytes of the command's name, as \
                    `ps -o comm` shows it.
                    """),
            closing(Options.port), closing(Options.local), closing(Options.peer), closing(Options.address),
            closing(Options.inode), closing(Options.cookie), closing(Options.state), closing(Options.user),
            Options.tcp.lettered("t").described(help: "TCP sockets", manual: "Close TCP sockets only."),
            Options.udp.lettered("u").described(help: "UDP sockets", manual: "Close UDP sockets only."),
            Options.listening.lettered("l").described(
                help: "sockets that wait for peers",
                manual: """
                    Close sockets that wait for peers instead: those that listen, and bound UDP sockets that are not \
                    connected.
                    """),
            Options.ipv4.described(group: .filter, help: "IPv4 only", manual: "Close IPv4 sockets only."),
            Options.ipv6.described(group: .filter, help: "IPv6 only", manual: "Close IPv6 sockets only."),
            Options.numeric.described(
                help: Options.numeric.spec.help,
                manual: "Look up no names: PORTS and USER have to be numbers."),
            Options.yes, Options.dryRun, Options.json, Options.quiet,
        ],
        mostUsed: [
            Options.port, Options.pid, Options.state, Options.listening, Options.yes, Options.dryRun,
        ],
        rules: [Options.families, .atMostOne(of: Options.pid, Options.process)],
        examples: [
            Example("sockctl info destroy --dry-run --port 443", "what would be closed?"),
            Example(
                "sockctl info destroy --yes --process nginx --state close-wait",
                "a leak of connections (as root)"),
            Example(
                "sockctl info destroy --listening --tcp --port 8080", "make a server stop listening (as root)"
            ),
        ],
        seeAlso: ["sockctl-info(1)", "ss(8)", "sock_diag(7)", "capabilities(7)"])

    /// A filter in the words of what is closed and not listed.
    private static func closing(_ option: any OptionDefinition) -> OptionSpec {
        let manual = option.spec.manual.replacing("List socket", with: "Close socket")
            .replacing("List the socket", with: "Close the socket")
        return option.described(help: option.spec.help, manual: manual)
    }
}
