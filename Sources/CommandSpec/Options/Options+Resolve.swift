// The options of the look-ups: how names and services are asked for.

extension Options {
    package static let family = Option(
        "family", .constant("AF_", ["AF_INET", "AF_INET6"]), "AF", group: .sockets,
        help: "AF_INET or AF_INET6",
        manual: """
            Answer with addresses of one family: `AF_INET`, the same as `--ipv4`, or `AF_INET6`, the same as \
            `--ipv6`. The prefix may be left out.
            """)

    package static let type = Option(
        "type", .constant("SOCK_", ["SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW"]), "SOCK", group: .sockets,
        help: "SOCK_STREAM, SOCK_DGRAM or SOCK_RAW",
        manual: """
            Answer with addresses for one type of socket: `SOCK_STREAM`, `SOCK_DGRAM` or `SOCK_RAW`. The prefix \
            may be left out. Without this option there is an answer for each type.
            """)

    /// The flags of `getaddrinfo`.
    package static let addressFlags = Option(
        "flags", .text(.addressFlags, "flags, such as AI_CANONNAME,AI_ALL"), "FLAG[,FLAG]", group: .sockets,
        repeats: true,
        help: "flags of getaddrinfo, such as AI_CANONNAME",
        manual: """
            Set these flags of `getaddrinfo(3)`: `AI_PASSIVE`, `AI_CANONNAME`, `AI_NUMERICHOST`, \
            `AI_NUMERICSERV`, `AI_V4MAPPED`, `AI_ALL`, `AI_ADDRCONFIG`. The prefix may be left out. May be given \
            several times.
            """)

    /// The flags of `getnameinfo`.
    package static let nameFlags = Option(
        "flags", .text(.nameFlags, "flags, such as NI_DGRAM,NI_NOFQDN"), "FLAG[,FLAG]", group: .sockets,
        repeats: true,
        help: "flags of getnameinfo, such as NI_DGRAM",
        manual: """
            Set these flags of `getnameinfo(3)`: `NI_NUMERICHOST`, `NI_NUMERICSERV`, `NI_NOFQDN`, `NI_NAMEREQD`, \
            `NI_DGRAM`. The prefix may be left out. May be given several times.
            """)

    package static let sources = Option(
        flag: "sources", group: .sockets,
        help: "ask each source of nsswitch.conf alone",
        manual: """
            Ask each source that `nsswitch.conf(5)` has for hosts alone, and print what it said, how long it took, which \
            answer libc takes, and why the addresses have their order. See above.
            """)

    package static let strict = Option(
        flag: "strict", group: .sockets,
        help: "take four decimal parts only",
        manual: """
            Take four decimal parts only, `192.168.2.1`, none of them written with a leading zero: what \
            `inet_pton(3)` takes.
            """)

    /// For a look-up, which may block.
    static let answerTimeout = timeout.described(
        default: Defaults.connectTimeoutText,
        help: "give up a look-up after this long",
        manual: """
            Give up a look-up after DURATION, each operand anew, and go on with the next operand. The default \
            is \(Defaults.connectTimeoutText).
            """)

    static let numericAnswers = numeric.described(
        help: "look nothing up",
        manual: """
            Look up no names and no services: an address is answered as it is, a name is an error.
            """)

    /// For a command that answers instead of moving data.
    static let answers = [
        json.described(
            help: "JSON Lines instead of text",
            manual: """
                Write one JSON object a line for each answer instead of text. The objects are described in \
                `sockctl-json(7)`.
                """),
        verbose.described(
            help: "say all that is known",
            manual: "Write all that is known: canonical name, aliases, protocol, what an address is."),
        quiet.spec,
    ]
}

extension ValueType<String> {
    /// A constant of the API, which may be written without its prefix and in small letters.
    static func constant(_ prefix: String, _ names: [String]) -> ValueType {
        ValueType(.choice(names), "one of " + names.joined(separator: ", ")) { word in
            let text = word.text.uppercased()
            return names.first { $0 == text || $0 == prefix + text }
        }
    }
}
