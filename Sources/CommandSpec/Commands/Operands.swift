// The operands of the commands.

package enum Operands {
    package static let listenAt = OperandSpec(
        "ENDPOINT", .endpoint(.listen),
        help: "PORT (loopback), *:PORT (everywhere), ADDRESS PORT or unix:PATH")

    package static let connectTo = OperandSpec(
        "ENDPOINT", .endpoint(.connect),
        help: "HOST PORT, HOST:PORT, PORT (of localhost), unix:PATH, tls:HOST:PORT")

    package static let sendTo = OperandSpec(
        "ENDPOINT", .endpoint(.connect), help: "HOST PORT, HOST:PORT, PORT (of localhost) or unix:PATH")

    package static let moreToCheck = OperandSpec(
        "MORE", .endpoint(.connect), required: false, repeats: true,
        help: "with --check: more of HOST PORTS, HOST:PORTS or unix:PATH")

    package static let data = OperandSpec(
        "DATA", .data, required: false, repeats: true,
        help: "bytes to send, exactly as given; each operand is a message")

    package static let host = resolved("HOST", .host, "names and addresses")
    package static let hostName = resolved("HOST", .host, "names")
    package static let hostAndService = resolved("HOST[:SERVICE]", .host, "names, or names with a service")
    package static let address = resolved("ADDRESS", .address, "IPv4 and IPv6 addresses")
    package static let addressAndPort = resolved(
        "ADDRESS[:PORT]", .address, "addresses, as in 127.0.0.1:80 or [::1]:80")
    package static let service = resolved("NAME[/PROTO]", .service, "services")
    package static let servicePort = resolved("PORT[/PROTO]", .number, "ports from 0 to 65535")
    package static let protocolName = resolved("NAME", .protocolName, "protocols")
    package static let classicAddress = resolved("ADDRESS", .text, "IPv4 addresses in any classic form")
    package static let addressNumber = resolved(
        "NUMBER", .text, "hexadecimal digits, a number, or four up to 255")
    package static let addressBytes = resolved("BYTES", .text, "8 or 32 hexadecimal digits")

    /// What is looked up, one after the other.
    private static func resolved(_ label: String, _ kind: ValueKind, _ what: String) -> OperandSpec {
        OperandSpec(label, kind, repeats: true, help: what + ", or - for one a line on stdin")
    }

    package static let lookAt = OperandSpec(
        "ENDPOINT", .endpoint(.connect), required: false,
        help: "connect to HOST PORT, HOST:PORT, PORT or unix:PATH, and look")

    package static let watchInterval = OperandSpec(
        "INTERVAL", .duration, required: false, with: Options.watch,
        help: "with --watch, in place of ENDPOINT: time between looks (default 1s)")

    /// The same after other operands, where it has to be known by itself.
    static let lookAtLast = OperandSpec(
        lookAt.label, .endpoint(.oneWord), required: false,
        help: "connect to HOST:PORT, PORT or unix:PATH, one word, and look")

    package static let optionsToRead = OperandSpec(
        "NAME", .readableOption, repeats: true, help: "SO_RCVBUF, rcvbuf, or LEVEL:NUMBER such as 6:23")

    package static let optionsToSet = OperandSpec(
        "NAME[=VALUE]", .socketOption, repeats: true, help: "SO_KEEPALIVE=1, rcvbuf=64k, or 6:23=5")

    package static let optionsToShow = OperandSpec(
        "NAME", .shownOption, required: false, repeats: true,
        help: "only these options, or those of a level (IPPROTO_TCP, tcp)")

    package static let broadcastPort = OperandSpec(
        "PORT", .service, help: "the port, a number or the name of a service")

    package static let subnet = OperandSpec(
        "ADDRESS/PREFIX", .network, required: false,
        help: "a subnet to compute for, instead of those of this host")

    static let topic = OperandSpec(
        "COMMAND", .command, required: false, repeats: true,
        help: "a command, or endpoints, framing, exit-status, json, tls or environment")

    static let shell = OperandSpec(
        "SHELL", .choice(Shell.allCases.map(\.rawValue)), help: "bash, zsh or fish")

    static let wordsToComplete = OperandSpec(
        "WORD", .text, required: false, repeats: true,
        help: "after --: complete the last of these words instead")
}
