// The operands of the commands.

package enum Operands {
    package static let listenAt = OperandSpec(
        "ENDPOINT", .endpoint,
        help: "PORT (loopback), *:PORT (everywhere), ADDRESS PORT or unix:PATH")

    package static let connectTo = OperandSpec(
        "ENDPOINT", .endpoint,
        help: "HOST PORT, HOST:PORT, PORT (of localhost) or unix:PATH")

    package static let data = OperandSpec(
        "DATA", .data, required: false, repeats: true,
        help: "bytes to send, exactly as given; each operand is a message")

    package static let host = resolved("HOST", "names and addresses")
    package static let hostName = resolved("HOST", "names")
    package static let hostAndService = resolved("HOST[:SERVICE]", "names, or names with a service")
    package static let address = resolved("ADDRESS", "IPv4 and IPv6 addresses")
    package static let addressAndPort = resolved(
        "ADDRESS[:PORT]", "addresses, as in 127.0.0.1:80 or [::1]:80")
    package static let service = resolved("NAME[/PROTO]", "services")
    package static let servicePort = resolved("PORT[/PROTO]", "ports from 0 to 65535")
    package static let protocolName = resolved("NAME", "protocols")
    package static let classicAddress = resolved("ADDRESS", "IPv4 addresses in any classic form")
    package static let addressNumber = resolved("NUMBER", "hexadecimal digits, a number, or four up to 255")
    package static let addressBytes = resolved("BYTES", "8 or 32 hexadecimal digits")

    /// What is looked up, one after the other.
    private static func resolved(_ label: String, _ what: String) -> OperandSpec {
        OperandSpec(label, .text, repeats: true, help: what + ", or - for one a line on stdin")
    }

    static let topic = OperandSpec(
        "COMMAND", .command, required: false, repeats: true, help: "the command to explain")

    static let shell = OperandSpec(
        "SHELL", .choice(Shell.allCases.map(\.rawValue)), help: "bash, zsh or fish")
}
