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
        "fd", .number(0...Int(Int32.max), .descriptor), "N", group: .target,
        help: "descriptor N, inherited, or of the process --pid",
        manual: """
            Look at descriptor N, which was inherited from the shell or a supervisor. With `--pid` it is \
            the descriptor of that process.
            """)

    package static let pid = Option(
        "pid", .number(1...Int(Int32.max), .processID), "PID", group: .target,
        help: "the live sockets of this process",
        manual: """
            Look at the live sockets of the process PID, all, those that a filter chooses, or the one that is its \
            descriptor `--fd`, by \
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
        help: "also MPTCP, raw, packet, netlink, vsock",
        manual: """
            List sockets of every kind: MPTCP, UDP-Lite, raw, packet, netlink and vsock sockets, too, which are \
            left out if no kind is named. The TCP connections of an MPTCP connection stand below it.
            """)

    /// What the kinds of sockets are named by.
    static let kinds: [any OptionDefinition] = [
        tcp.lettered("t"), udp.lettered("u"), unix.lettered("x"), mptcp, rawIP, packet, netlink, vsock,
    ]

    package static let listening = Option(
        flag: "listening", group: .filter,
        help: "sockets that wait for peers",
        manual: """
            List the sockets that wait for peers: those that listen, and bound datagram sockets that are \
            not connected.
            """)

    package static let state = Option(
        "state", .text(.socketState, "a state, such as LISTEN or TIME_WAIT"), "STATES", group: .filter,
        repeats: true,
        help: "states, or a group such as connected",
        manual: """
            List sockets in one of STATES, separated by commas, each named as in the kernel (`ESTABLISHED`, \
            `TIME_WAIT`) or by `ss(8)` (`estab`, `time-wait`). The groups of `ss` are `all`, `connected` (neither \
            closed nor listening), `synchronized` (the same without `SYN_SENT`), `bucket` (`SYN_RECV` and \
            `TIME_WAIT`) and `big` (all others). May be given several times.
            """)

    package static let port = Option(
        "port", .text(.livePorts, "ports, such as 443, http or 8000-9000"), "PORTS", group: .filter,
        repeats: true,
        help: "local or peer port: http,443,8000-9000",
        manual: """
            List sockets whose local port or peer's port is one of PORTS: numbers, ranges and names of services, \
            separated by commas, as in `http,443,8000-9000`. May be given several times. For one side only see \
            `--local` and `--peer`.
            """)

    package static let address = Option(
        "address", .text(.liveAddress(.either), "an address or a network, such as 192.0.2.0/24"), "CIDR",
        group: .filter,
        repeats: true,
        help: "local or peer address, or a network",
        manual: """
            List sockets whose local address or peer's address is in the network CIDR, such as \
            `192.0.2.0/24`, or is that address. May be given several times.
            """)

    package static let local = Option(
        "local", .text(.liveAddress(.local), "an address or a network, ports after a colon, or both"),
        "CIDR[:PORTS]",
        group: .filter, repeats: true,
        help: "local address, network, or :PORTS",
        manual: """
            List sockets whose local address is CIDR, an address or a network, and whose local port is one of \
            PORTS, as for `--port`. Either may be left out: `192.0.2.0/24`, `192.0.2.7:443`, `:http,443`. An IPv6 \
            address with ports is written in brackets: `[::1]:443`, `[2001:db8::]/32:443`. A socket that is bound \
            to every address is listed for `0.0.0.0` or `::0`, and not for each. May be given several times.
            """)

    package static let peer = Option(
        "peer", .text(.liveAddress(.peer), "an address or a network, ports after a colon, or both"),
        "CIDR[:PORTS]",
        group: .filter, repeats: true,
        help: "the peer's, in the same way",
        manual: """
            List sockets whose peer's address and port are these, written as for `--local`. May be given several \
            times.
            """)

    package static let user = Option(
        "user", .text(.user, "the name or the number of a user"), "USER", group: .filter,
        help: "sockets of this user, a name or a number",
        manual: """
            List sockets that the user USER has created, a name or a number. Of packet sockets the kernel tells \
            the user, of netlink and vsock sockets and of connections in `TIME_WAIT` it does not.
            """)

    package static let inode = Option(
        "inode", .identifier, "N", group: .filter,
        help: "the socket with this inode",
        manual: """
            List the socket with the inode N, the number in `socket:[N]` as `ls -l /proc/PID/fd` shows it.
            """)

    package static let cookie = Option(
        "cookie", .identifier, "N", group: .filter,
        help: "the socket with this cookie",
        manual: """
            List the socket whose cookie (`SO_COOKIE`) is N: decimal, as in the JSON of `info`, hexadecimal after \
            `0x`, or as `ss -e` shows it, `sk:1a`.
            """)

    package static let noOwners = Option(
        flag: "no-owners", group: .filter,
        help: "do not look for owners in /proc",
        manual: """
            Do not look through `/proc` for the processes that hold the sockets. On a system with very many \
            open files this saves most of the time. In JSON `owners` is absent.
            """)

    package static let allNetns = Option(
        flag: "all-netns", group: .filter,
        help: "the sockets of every network namespace",
        manual: """
            List the sockets of every network namespace that a process is in or that `ip netns` keeps, each with \
            what `--netns` takes for its namespace, a name or else the lowest PID in it, and with the container that \
            its owner is in, where the control group tells (Docker, containerd, CRI-O, Podman). Namespaces of others \
            need root (`CAP_SYS_ADMIN`); how many were left out is reported.
            """)

    package static let process = Option(
        "process", .word("the name of a process", .processName), "NAME", group: .filter,
        help: "sockets of processes of this name",
        manual: """
            List sockets of processes whose name is NAME: the first 15 bytes of the command's name, as \
            `ps -o comm` shows it. Only these processes are looked into: others that hold the same socket are not \
            shown.
            """)

    /// What `info` can be told about the connection it makes.
    static let ownConnection: [any OptionDefinition] = [
        timeout.described(
            default: Defaults.connectTimeoutText, help: timeout.spec.help, manual: timeout.spec.manual),
        numeric.described(
            help: numeric.spec.help,
            manual: """
                Look up no names: HOST has to be an address, PORT and USER numbers. The list shows numbers \
                with and without it.
                """),
        ipv4.described(help: "IPv4 only", manual: "Use, or list, IPv4 addresses only."),
        ipv6.described(help: "IPv6 only", manual: "Use, or list, IPv6 addresses only."),
    ]

    /// TLS on a connection of our own.
    static let ownTLS: [any OptionDefinition] = tlsClient.filter { $0.label != ignoreUnexpectedEOF.label }

    /// One socket has been named.
    static let oneSocket: [Rule] = [
        families,
        .atMostOne(of: Operands.lookAt, new, descriptor),
        .none(of: [Operands.lookAt, new], with: [pid]),
        // What is open already is where it is.
        .none(of: [netns], with: [descriptor, pid]),
        .none(of: [new, descriptor], with: [ipv4, ipv6, udp]),
        .that(timeout, needs: Operands.lookAt),
    ]

    /// What chooses among all sockets.
    static let filters: [any OptionDefinition] = [
        listening.lettered("l"), state, port, local, peer, address, user, process, inode, cookie, noOwners,
    ]
}
