// What a command reads beside its command line: variables of the environment, and files. Each page has those of its command.

/// A variable of the environment, or a file.
struct Surrounding: Sendable {
    let name: String
    let text: String
    /// Whether a command has to do with it.
    let concerns: @Sendable (CommandSpec) -> Bool

    init(_ name: String, _ text: String, _ concerns: @escaping @Sendable (CommandSpec) -> Bool) {
        self.name = name
        self.text = text
        self.concerns = concerns
    }

    /// As it stands in the manual.
    var item: Prose.Item { Prose.Item(name, text) }
}

extension Manual {
    static let environment = [
        Surrounding(
            "NO_COLOR", "If set and not empty, there are no colors, unless `--color` asks for them.", isRun),
        Surrounding(
            "CLICOLOR_FORCE",
            """
            If set and not `0`, there are colors also where the text does not go to a terminal. `NO_COLOR` and `--color` \
            take precedence.
            """, isRun),
        Surrounding(
            "TERM", "If unset or `dumb`, a terminal gets no colors and shows no progress.", isRun),
        Surrounding(
            "LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES",
            """
            What a supervisor says of the sockets that it passes, as `sd_listen_fds(3)` reads it. Read only for an \
            endpoint `fd:N` or `fd:NAME`, and then removed. A name needs LISTEN_PID to be this process; a number is any \
            socket that was inherited. Several sockets of one name are listened at together.
            """
        ) { ["listen", "connect", "send", "recv"].contains($0.fullName) },
        Surrounding(
            "NOTIFY_SOCKET",
            "Where a command that waits for peers reports `READY=1` once it listens, as `sd_notify(3)` does."
        ) { ["listen", "recv"].contains($0.name) || $0.fullName == "send" },
        Surrounding(
            "SOCKCTL_PROXY_AUTH",
            """
            USER:PASSWORD for the proxy of `--via`, if neither its URL nor `--via-auth` has them. `ALL_PROXY` and its like \
            are not read: no connection takes another way than the command line says.
            """
        ) { $0.has(Options.via) },
        Surrounding(
            "SSL_CERT_FILE, SSL_CERT_DIR",
            "Where OpenSSL finds the CAs that are trusted, in place of those of the system, if `--ca` names none."
        ) { $0.has(Options.ca) },
        Surrounding(
            "SSLKEYLOGFILE",
            "A file to which the keys of TLS sessions are appended, for `wireshark(1)`. That it is obeyed is reported."
        ) { $0.has(Options.tls) },
        Surrounding("PATH", "Where the program of `--exec` or `--activate` is looked for.") {
            $0.has(Options.exec)
        },
        Surrounding(
            "RES_OPTIONS, LOCALDOMAIN", "What libc reads of them when it looks up names: `resolv.conf(5)`.",
            looksUpNames),
    ]

    static let files = [
        Surrounding("/etc/services", "Names of ports.") {
            $0.isOfNetwork
                && ($0.path[0] != "resolve" || $0.name.hasPrefix("getserv") || $0.name == "getaddrinfo")
        },
        Surrounding("/etc/protocols", "Names of protocols.") { $0.name == "getprotobyname" },
        Surrounding(
            "/etc/nsswitch.conf, /etc/hosts, /etc/resolv.conf, /etc/gai.conf",
            "How libc looks up names, and in what order it answers.", looksUpNames),
        Surrounding(
            "/run/netns/NAME, /etc/netns/NAME/",
            "A network namespace of `ip netns`, and the files that names are looked up with in it.",
            { $0.has(Options.netns) }),
        Surrounding(
            "/proc/PID/fd, /proc/PID/ns/net", "Who has a socket, and the network namespace of a process."
        ) {
            $0.path[0] == "info" && $0.isOfNetwork
        },
    ]

    private static let isRun: @Sendable (CommandSpec) -> Bool = { $0.action.isRun }

    private static let looksUpNames: @Sendable (CommandSpec) -> Bool = { command in
        guard command.isOfNetwork else { return false }
        return !["getservbyname", "getservbyport", "getprotobyname", "addresses"].contains(command.name)
    }

    /// The variables of one command and those below it, or of all.
    static func environment(of command: CommandSpec?) -> [Prose.Item] {
        environment.filter { concerns($0, command) }.map(\.item)
    }

    static func files(of command: CommandSpec?) -> [Prose.Item] {
        files.filter { concerns($0, command) }.map(\.item)
    }

    private static func concerns(_ item: Surrounding, _ command: CommandSpec?) -> Bool {
        guard let command else { return true }
        if case .group = command.action { return command.subcommands.contains(where: item.concerns) }
        return item.concerns(command)
    }

    static let colors = Prose.text(
        """
        Colors show states, directions, refusals and warnings. Payload and JSON never have them. Standard output and \
        standard error are looked at separately.
        """)
}

extension CommandSpec {
    fileprivate func has(_ option: any OptionDefinition) -> Bool {
        options.contains { $0.long == option.spec.long }
    }

    fileprivate var isOfNetwork: Bool { if case .run(let name) = action { name.isOfNetwork } else { false } }
}
