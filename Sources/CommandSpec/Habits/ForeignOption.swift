// The options of nc(1) and ncat(1) that are another, or none, here: what each of them means to us.

struct ForeignOption: Sendable {
    /// What becomes of it.
    enum Meaning: Sendable {
        case listen, datagrams, unixPath
        /// With `-z`, which is ours too.
        case check
        /// The port where it listens, the source port where it connects.
        case port
        case source
        /// One of SOCKS, or of HTTP unless something else is said.
        case socks, proxy
        case proxyKind
        /// What we do, or do not need, without it.
        case nothing
        /// An option of ours, with the same value.
        case option(String)
        /// The same, of TLS, which it asks for as well.
        case secured(String)
        /// One of ours that stands last, with the words of its value.
        case program(String)
        /// An option of ours with what its value is assigned to: `--option IP_TTL=…`.
        case assignment(String)
        /// What curl(1) sends.
        case data
        /// Not supported.
        case unsupported
    }

    let letter: Character?
    /// The long name that ncat(1) has for it.
    let long: String?
    let hasValue: Bool
    let meaning: Meaning
    /// Why it is not needed, or goes by another name: what is said where somebody types it.
    let reason: String

    init(
        _ letter: Character?, or long: String? = nil, value hasValue: Bool = false, _ meaning: Meaning,
        _ reason: String = ""
    ) {
        self.letter = letter
        self.long = long
        self.hasValue = hasValue
        self.meaning = meaning
        self.reason = reason
    }

    static let all: [ForeignOption] = [
        ForeignOption("l", or: "listen", .listen, "waiting for peers is a command of its own"),
        ForeignOption("u", or: "udp", .datagrams, "UDP has commands of its own"),
        ForeignOption("U", or: "unixsock", .unixPath, "a Unix socket is written unix:PATH"),
        ForeignOption("z", .check, "only tests ports"),
        ForeignOption("p", value: true, .port, "the port to listen on is the operand"),
        ForeignOption("s", value: true, .source, "the address to listen on is the operand"),
        ForeignOption("x", value: true, .socks, proxies),
        ForeignOption(nil, or: "proxy", value: true, .proxy, proxies),
        ForeignOption("X", or: "proxy-type", value: true, .proxyKind, proxies),
        ForeignOption(
            "P", or: "proxy-auth", value: true, .unsupported, "user and password are read by --via-auth @FILE"
        ),
        ForeignOption(
            "t", or: "telnet", .nothing, "TCP is the default; TELNET's negotiation is not supported"),
        ForeignOption("N", .nothing, "the end of the input half-closes the connection without it"),
        ForeignOption("q", value: true, .nothing, "it ends when the peer has closed"),
        ForeignOption("C", .option("--crlf"), "CR LF at the end of lines goes by another name"),
        ForeignOption("d", .option("--recv-only"), "not to read stdin goes by another name"),
        ForeignOption("e", value: true, .program("--exec"), "--exec runs a program for each connection"),
        ForeignOption(
            "c", or: "sh-exec", value: true, .program("--shell"), "--shell runs a shell for each connection"),
        ForeignOption("I", value: true, .assignment("SO_RCVBUF"), "buffers are socket options"),
        ForeignOption("O", value: true, .assignment("SO_SNDBUF"), "buffers are socket options"),
        ForeignOption("M", value: true, .assignment("IP_TTL"), "that is a socket option"),
        ForeignOption("b", .unsupported, "broadcast is a command of its own: sockctl broadcast"),
        ForeignOption("D", .unsupported, notSupported), ForeignOption("F", .unsupported, notSupported),
        ForeignOption("R", .unsupported, notSupported), ForeignOption("r", .unsupported, notSupported),
        ForeignOption("S", .unsupported, notSupported),
        ForeignOption("T", value: true, .unsupported, notSupported),
        ForeignOption("V", value: true, .unsupported, notSupported),
        ForeignOption(nil, or: "ssl", .option("--tls"), "TLS goes by another name"),
        ForeignOption(nil, or: "cacert", value: true, .secured("--ca"), "CAs are named by --ca"),
        ForeignOption(nil, or: "socks5", value: true, .socks, proxies),
        ForeignOption(nil, or: "socks5-hostname", value: true, .socks, proxies),
        ForeignOption(nil, or: "servername", value: true, .secured("--sni"), "SNI goes by another name"),
        ForeignOption(nil, or: "retry", value: true, .nothing, "--wait tries again until it accepts"),
        ForeignOption(nil, or: "ssl-cert", value: true, .secured("--cert")),
        ForeignOption(nil, or: "ssl-key", value: true, .secured("--key")),
        ForeignOption(nil, or: "ssl-trustfile", value: true, .secured("--ca")),
        ForeignOption(nil, or: "ssl-servername", value: true, .secured("--sni")),
        ForeignOption(nil, or: "ssl-alpn", value: true, .secured("--alpn")),
        ForeignOption(nil, or: "ssl-verify", .option("--tls"), "certificates are verified without it"),
        ForeignOption(nil, or: "max-conns", value: true, .option("--max-connections")),
        ForeignOption(nil, or: "wait", value: true, .option("--timeout")),
        ForeignOption(nil, or: "nodns", .option("--numeric")),
        ForeignOption(nil, or: "broker", .option("--chat")),
        ForeignOption(nil, or: "no-shutdown", .option("--no-half-close")),
        ForeignOption(nil, or: "exec", value: true, .program("--exec")),
    ]

    private static let proxies = "a proxy is named with --via"
    private static let notSupported = "that option of nc is not supported"

    /// What curl(1) has, of which `send` knows the like.
    static let ofCurl: [ForeignOption] = [
        ForeignOption(
            "d", or: "data-binary", value: true, .data, "what is sent is an operand, or the value of --data"),
        ForeignOption(
            "X", or: "request", value: true, .option("--http"), "the method is the value of --http"),
        ForeignOption("k", .option("--insecure"), "not to verify goes by another name"),
    ]

    /// What a letter means in place of an option that `command` lacks; in place of any with `command` nil.
    static func named(_ letter: Character, in command: CommandSpec?) -> ForeignOption? {
        let curl = command?.path == ["send"] ? ofCurl : []
        return (curl + all).first { $0.letter == letter }
    }

    static func named(long: String, in command: CommandSpec?) -> ForeignOption? {
        let curl = command?.path == ["send"] ? ofCurl : []
        return (curl + all).first { $0.long == long }
    }
}

extension CommandSpec {
    /// Why a letter that fingers know from nc(1), curl(1) or ss(8) is none here; nil for any other.
    func reason(for letter: Character) -> String? {
        switch path[0] {
        case "listen", "connect", "send", "recv", "udp", "broadcast": netcatReason(for: letter)
        case "info": listingReason(for: letter)
        default: nil
        }
    }

    private func netcatReason(for letter: Character) -> String? {
        guard let foreign = ForeignOption.named(letter, in: self), !foreign.reason.isEmpty else { return nil }
        return switch foreign.meaning {
        case .listen where ["listen", "recv"].contains(name): "'\(fullName)' listens without it"
        case .datagrams where path[0] == "udp": "'\(fullName)' is UDP without it"
        case .program where !options.contains { $0.long == Options.exec.spec.long }:
            "'sockctl listen' and 'connect' run programs: --exec CMD [ARG...]"
        case .socks, .proxy, .proxyKind:
            options.contains { $0.long == Options.via.spec.long }
                ? foreign.reason
                : "a proxy passes on no datagrams; 'sockctl connect --via' connects through one"
        default: foreign.reason
        }
    }
}
