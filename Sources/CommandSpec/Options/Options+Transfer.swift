// The options that say where a socket is bound, what is moved, and when a session ends.

extension Options {
    package static let source = Option(
        "source", short: "s", .text(.source, "a local address"), "ADDRESS[:PORT]", group: .sockets,
        help: "bind to this address before connecting",
        manual: """
            Bind to the local ADDRESS, and to PORT if given, before connecting. `unix:PATH` or `unix:@NAME` is the address \
            of a Unix socket, which a server sees, and which a datagram socket is answered at; its file is removed at the end.
            """)

    package static let sourcePort = Option(
        "source-port", short: "p", .port, "PORT", group: .sockets,
        help: "bind to this port before connecting",
        manual: "Bind to the local PORT, a number, before connecting.")

    static let multipath = mptcp.described(
        group: .sockets,
        help: "use Multipath TCP",
        manual: """
            Use Multipath TCP (RFC 8684), by which one connection may go over several interfaces. Where the peer does not, the \
            connection is plain TCP, and that is said. Which addresses are used beside the first is up to the system: see \
            `ip-mptcp(8)`.
            """)

    package static let mode = Option(
        "mode", .fileMode, "MODE", group: .sockets,
        help: "permissions of the Unix socket's file",
        manual: """
            Listening at a Unix socket, make its file with the permissions MODE, in octal, whatever the umask: `660` for its \
            owner and group, who may connect, as that takes the permission to write. There is no moment at which it has \
            others.
            """)

    package static let listen = Option(
        flag: "listen", group: .sockets,
        help: "serve the first peer that connects",
        manual: """
            Instead of connecting, listen at the endpoint and send the payload to the first peer that \
            connects.
            """)

    package static let connect = Option(
        flag: "connect", group: .sockets,
        help: "connect instead of listening",
        manual: "Connect to the endpoint instead of listening there.")

    package static let noHalfClose = Option(
        flag: "no-half-close", group: .ending,
        help: "keep sending open at the end of input",
        manual: """
            Do not half-close the connection (`SHUT_WR`) when the input has ended: some servers close \
            as soon as they see the end of our input.
            """)

    package static let sendOnly = Option(
        flag: "send-only", group: .ending,
        help: "use only the sending direction",
        manual: """
            Only send. What the peer sends is discarded, and the session ends when all has been sent and the peer's \
            system has acknowledged it.
            """)

    package static let recvOnly = Option(
        flag: "recv-only", group: .ending,
        help: "use only the receiving direction",
        manual: "Only receive. No input is read, and the session ends when the peer closes its sending side.")

    package static let exitOnEOF = Option(
        flag: "exit-on-eof", group: .ending,
        help: "end at the first EOF of either side",
        manual: """
            End at the first EOF of either side, after what was read until then has been written. At the end of \
            the input that is when the peer's system has acknowledged all of it. A file is sent whole, also if the \
            peer's EOF comes first.
            """)

    package static let noReply = Option(
        flag: "no-reply", group: .ending,
        help: "end once the peer has acknowledged all",
        manual: """
            Do not wait for a reply. The command still ends only when the peer's system has acknowledged every \
            byte, so that status 0 means that all has arrived there.
            """)

    package static let delay = Option(
        "delay", .pause, "DURATION", group: .payload,
        help: "pause between two messages",
        manual: """
            Pause for DURATION between two messages: between DATA operands, between repetitions, and with \
            `--frame` between the messages that the input was cut into.
            """)

    package static let `repeat` = Option(
        "repeat", .number(1...Int.max), "N", group: .payload, default: "1",
        help: "send the payload N times",
        manual: "Send DATA or FILE as a whole N times. The default is 1.")

    package static let zero = Option(
        "zero", .size, "SIZE", group: .payload,
        help: "send SIZE zeros, to measure",
        manual: """
            Send SIZE zero bytes instead of a payload, to measure a connection; `sockctl recv --discard` or \
            `sockctl listen -k --discard` takes them. What comes back is let go. At the end the sum is reported, with the \
            processor time of this process.
            """)

    package static let duration = Option(
        "for", .duration, "DURATION", group: .payload,
        help: "send zeros for this long, to measure",
        manual: """
            Send zero bytes for DURATION, as `--zero` does; with `--zero` at most SIZE of them. Then it waits until the peer's \
            system has acknowledged them, for as long as `--deadline` allows.
            """)

    package static let parallelSends = parallel.described(
        group: .payload,
        help: "with --zero or --for: N connections",
        manual: """
            With `--zero` or `--for`: make N connections at the same time, each of which sends that much. Each has its \
            summary, and all have a sum.
            """)

    static let discardReceived = discard.described(
        group: .payload,
        help: "let go of what is received",
        manual: """
            Let go of what is received instead of writing it: the kernel drops the bytes. With `--stats` or `--interval` it \
            measures what arrives.
            """)

    package static let count = Option(
        "count", short: "c", .number(1...Int.max), "N", group: .ending,
        help: "end after N messages",
        manual: "End after N messages. Without `--frame` a message is what one `recv(2)` returned.")

    package static let bytes = Option(
        "bytes", .size, "SIZE", group: .ending,
        help: "end after SIZE bytes",
        manual: """
            End after SIZE bytes. Not one byte more is taken from the connection. An output that takes nothing for \
            two seconds once they have come is given up, and what is lost is reported.
            """)
}
