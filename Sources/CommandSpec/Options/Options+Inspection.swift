// The options of `info`: which socket is looked at, or which of all.

extension Options {
    package static let new = Option(
        "new", .choice(["tcp", "tcp6", "udp", "udp6", "unix"]), "KIND", group: .target,
        help: "a fresh tcp, tcp6, udp, udp6 or unix socket",
        manual: """
            Look at a fresh socket, which shows the defaults of the system. KIND is `tcp`, `tcp6`, `udp`, \
            `udp6` or `unix`.
            """)

    package static let descriptor = Option(
        "fd", .number(0...Int(Int32.max)), "N", group: .target,
        help: "descriptor N, inherited, or of the process --pid",
        manual: """
            Look at descriptor N, which was inherited from the shell or a supervisor. With `--pid` it is \
            the descriptor of that process.
            """)

    package static let pid = Option(
        "pid", .number(1...Int(Int32.max), .processID), "PID", group: .target,
        help: "the live sockets of this process",
        manual: """
            Look at the live sockets of the process PID, all or the one that is its descriptor `--fd`, by \
            `pidfd_getfd(2)`. That takes the permission to trace the process: the same user and group, or \
            `CAP_SYS_PTRACE`. Where its descriptors may be seen but not taken, what the kernel lists of the \
            sockets is shown, with the reason.
            """)

    package static let udp = Option(
        flag: "udp", group: .filter,
        help: "UDP; with ENDPOINT, a connected datagram socket",
        manual: """
            List UDP sockets; may be combined with the other kinds. With ENDPOINT the new socket is a \
            datagram socket that is connected to it, and nothing is sent.
            """)

    package static let tcp = Option(
        flag: "tcp", group: .filter,
        help: "TCP sockets",
        manual: "List TCP sockets; may be combined with the other kinds.")

    package static let unix = Option(
        flag: "unix", group: .filter,
        help: "Unix sockets",
        manual: "List Unix sockets; may be combined with the other kinds.")

    package static let mptcp = Option(
        flag: "mptcp", group: .filter,
        help: "MPTCP sockets",
        manual: "List MPTCP sockets; may be combined with the other kinds.")

    /// `--raw` is about terminals everywhere else.
    package static let rawIP = Option(
        flag: "raw-ip", group: .filter,
        help: "raw IP sockets",
        manual: "List raw sockets of IPv4 and IPv6; may be combined with the other kinds.")

    package static let packet = Option(
        flag: "packet", group: .filter,
        help: "packet sockets, which see all of a network",
        manual: """
            List packet sockets (`packet(7)`), such as those of `tcpdump` and DHCP clients, with the protocol \
            and the interface that they take; may be combined with the other kinds.
            """)

    package static let netlink = Option(
        flag: "netlink", group: .filter,
        help: "netlink sockets, between programs and kernel",
        manual: """
            List netlink sockets (`netlink(7)`), with their protocol and port ID; those of the kernel belong to \
            no process. May be combined with the other kinds.
            """)

    package static let vsock = Option(
        flag: "vsock", group: .filter,
        help: "vsock sockets, between virtual machines",
        manual: """
            List the sockets between virtual machines and their host (`vsock(7)`); may be combined with the \
            other kinds.
            """)

    package static let allKinds = Option(
        flag: "all-kinds", group: .filter,
        help: "also packet, netlink and vsock sockets",
        manual: """
            List packet, netlink and vsock sockets, too, which are left out if no kind is named.
            """)

    /// What the kinds of sockets are named by.
    static let kinds: [any OptionDefinition] = [tcp, udp, unix, mptcp, rawIP, packet, netlink, vsock]

    package static let listening = Option(
        flag: "listening", group: .filter,
        help: "sockets that wait for peers",
        manual: """
            List the sockets that wait for peers: those that listen, and bound datagram sockets that are \
            not connected.
            """)

    package static let state = Option(
        "state", .text(.socketState, "a state, such as LISTEN or TIME_WAIT"), "STATE", group: .filter,
        repeats: true,
        help: "sockets in this state (repeatable)",
        manual: """
            List sockets in STATE, named as in the kernel (`ESTABLISHED`, `TIME_WAIT`) or by `ss(8)` \
            (`estab`, `time-wait`). May be given several times.
            """)

    package static let port = Option(
        "port", .port, "PORT", group: .filter,
        help: "sockets with this local or peer port",
        manual: "List sockets whose local port or peer's port is PORT, a number.")

    package static let address = Option(
        "address", .text(.network, "an address or a network, such as 192.0.2.0/24"), "CIDR", group: .filter,
        help: "sockets with such a local or peer address",
        manual: """
            List sockets whose local address or peer's address is in the network CIDR, such as \
            `192.0.2.0/24`, or is that address.
            """)

    package static let process = Option(
        "process", .word("the name of a process", .processName), "NAME", group: .filter,
        help: "sockets of processes of this name",
        manual: """
            List sockets of processes whose name is NAME: the first 15 bytes of the command's name, as \
            `ps -o comm` shows it.
            """)

    /// What `info` can be told about the connection it makes.
    static let ownConnection: [any OptionDefinition] = [
        timeout.described(
            default: Defaults.connectTimeoutText, help: timeout.spec.help, manual: timeout.spec.manual),
        numeric,
        ipv4.described(help: "IPv4 only", manual: "Use, or list, IPv4 addresses only."),
        ipv6.described(help: "IPv6 only", manual: "Use, or list, IPv6 addresses only."),
    ]

    /// One socket has been named.
    static let oneSocket: [Rule] = [
        families,
        .atMostOne(of: Operands.lookAt, new, descriptor),
        .none(of: [Operands.lookAt, new], with: [pid]),
        .none(of: [new, descriptor], with: [ipv4, ipv6, udp]),
        .that(timeout, needs: Operands.lookAt),
        .that(numeric, needs: Operands.lookAt),
    ]
}
