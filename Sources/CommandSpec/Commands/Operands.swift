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

    package static let broadcastPort = OperandSpec(
        "PORT", .port, help: "the port, a number or the name of a service")

    package static let subnet = OperandSpec(
        "ADDRESS/PREFIX", .network, required: false,
        help: "a subnet to compute for, instead of those of this host")

    static let topic = OperandSpec(
        "COMMAND", .command, required: false, repeats: true, help: "the command to explain")

    static let shell = OperandSpec(
        "SHELL", .choice(Shell.allCases.map(\.rawValue)), help: "bash, zsh or fish")
}
