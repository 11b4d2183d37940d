// The answers of `info`, and the objects that they are made of.

extension ResultSpec {
    private static let options = FieldSpec(
        "options", .map(of: "values"),
        """
        The options under their symbols, each in its type: a boolean, an integer, a string, seconds as a number, \
        bytes in hexadecimal as a string, a structure as an object. `null` is no limit.
        """)

    static let inspected = [
        ResultSpec(
            of: .info, meaning: "A socket. Fields that do not apply to it, or are not known, are absent.",
            [
                FieldSpec("family", .string, "The address family, such as `AF_INET`."),
                FieldSpec("type", .string, "The type, such as `SOCK_STREAM`."),
                FieldSpec(
                    "protocol", .string,
                    "The protocol, such as `IPPROTO_TCP`, `NETLINK_ROUTE` or `ETH_P_ALL`.", optional: true),
                FieldSpec(
                    "state", .string,
                    "The state, such as `ESTABLISHED`, as for `tcp(7)`; packet and netlink sockets have none.",
                    optional: true),
                FieldSpec("listening", .boolean, "Whether it accepts connections."),
                FieldSpec("local", .object("address"), "Its own address.", optional: true),
                FieldSpec("peer", .object("address"), "The address it is connected to.", optional: true),
                FieldSpec("peer_inode", .integer, "The inode of a Unix socket's peer.", optional: true),
                FieldSpec("recv_queue", .integer, "Bytes received and not read.", optional: true),
                FieldSpec(
                    "send_queue", .integer, "Bytes sent that the peer has not acknowledged or read.",
                    optional: true),
                FieldSpec("not_sent", .integer, "Bytes of these that were not sent yet.", optional: true),
                FieldSpec("accept_queue", .integer, "Connections that wait to be accepted.", optional: true),
                FieldSpec("backlog", .integer, "How many connections may wait.", optional: true),
                FieldSpec(
                    "owners", .array(of: "owner objects"),
                    "The processes that hold it; `null` where they may not be seen."),
                FieldSpec("owners_hidden", .string, "Why they may not be seen.", optional: true),
                FieldSpec("inode", .integer, "Its inode; 0 if no process holds it yet, or any more."),
                FieldSpec(
                    "cookie", .integer, "A number that no other socket will have: `SO_COOKIE`.",
                    optional: true),
                FieldSpec("uid", .integer, "The user who created it; in the list.", optional: true),
                FieldSpec("interface", .string, "The interface that it is bound to.", optional: true),
                FieldSpec(
                    "descriptor", .integer, "The descriptor that was looked at; not in the list.",
                    optional: true),
                FieldSpec(
                    "pending_error", .boolean, "Whether an error waits for the owner, who still gets it.",
                    optional: true),
                options.optional("Not in the list."),
                FieldSpec(
                    "withheld", .map(of: "reasons"), "Options that it has and that were not read.",
                    optional: true),
                FieldSpec(
                    "limitation", .string, "Why it could only be described as the kernel lists it.",
                    optional: true),
                FieldSpec(
                    "tcp_info", .map(of: "values"),
                    """
                    The fields of `TCP_INFO`, named as in the kernel without `tcpi_`. Times end in their unit, \
                    `_us` or `_ms`, and `null` is no limit; in the list with `--verbose`.
                    """, optional: true),
                FieldSpec(
                    "memory", .map(of: "integers"),
                    "Memory in bytes, and `drops` in packets: `SO_MEMINFO`; in the list with `--verbose`.",
                    optional: true),
                FieldSpec(
                    "congestion", .string, "The congestion control algorithm; in the list with `--verbose`.",
                    optional: true),
                FieldSpec("timer", .object("timer"), "What the connection waits for.", optional: true),
            ]),
        ResultSpec(
            of: .infoFileno, meaning: "A descriptor.",
            [FieldSpec("descriptor", .integer, "Its number.")]),
        ResultSpec(
            of: .infoGetsockname, .infoGetpeername, meaning: "An address of a socket.",
            [FieldSpec("address", .object("address"), "The address.", optional: true)]),
        ResultSpec(
            of: .infoGetsockopt, .infoSetsockopt,
            meaning: "The options that were asked for, or what the kernel made of those that were set.",
            [options]),
        ResultSpec(
            of: .infoOptions, meaning: "A socket option.",
            [
                FieldSpec("level", .string, "Its level, such as `SOL_SOCKET`."),
                FieldSpec("level_number", .integer, "The level's number."),
                FieldSpec("name", .string, "Its symbol."),
                FieldSpec("number", .integer, "Its number."),
                FieldSpec("type", .string, "The type of its value."),
                FieldSpec("unit", .string, "What a number counts.", optional: true),
                FieldSpec("readable", .boolean, "Whether `getsockopt(2)` knows it."),
                FieldSpec("settable", .boolean, "Whether `setsockopt(2)` knows it."),
                FieldSpec("disturbs", .boolean, "Whether reading it changes the socket."),
                FieldSpec("meaning", .string, "What it is for."),
            ]),
    ]
}

extension ObjectSpec {
    static let inspected = [
        ObjectSpec(
            "owner", "A process that holds a socket.",
            [
                FieldSpec("pid", .integer, "The process."),
                FieldSpec(
                    "name", .string, "The name of its command, at most 15 bytes, if that is valid UTF-8.",
                    optional: true),
                FieldSpec("name_base64", .string, "The name in base64, if it is not.", optional: true),
                FieldSpec("fd", .integer, "The descriptor by which it holds the socket."),
            ]),
        ObjectSpec(
            "timer", "A timer of a connection.",
            [
                FieldSpec(
                    "name", .oneOf(["retransmission", "keepalive", "time-wait", "window-probe"]),
                    "What it is for."),
                FieldSpec("remaining", .number, "Seconds until it goes off."),
                FieldSpec("repetitions", .integer, "How often it went off in a row."),
            ]),
    ]
}

extension FieldSpec {
    /// The same field where it may be absent.
    fileprivate func optional(_ note: String) -> FieldSpec {
        FieldSpec(name, kind, "\(meaning) \(note)", optional: true)
    }
}
