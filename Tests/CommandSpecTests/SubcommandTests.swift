// Commands with subcommands: `udp send` groups, `info options` stands beside a command of its own.

import Testing

@testable import CommandSpec

@Suite struct SubcommandTests {
    private func run(_ line: String) throws(UsageError) -> Invocation {
        try Program.nested.parse(line.split(separator: " ").map { Word(String($0)) })
    }

    @Test(arguments: [
        ("udp send -j h:1 a b", CommandName.send, ["h:1", "a", "b"]), ("udp recv 9", .recv, ["9"]),
        ("info h:1", .connect, ["h:1"]), ("info -j h:1", .connect, ["h:1"]),
        ("info options -j", .listen, []), ("info -j options", .listen, []),
        ("info -- options 1", .connect, ["options", "1"]),
    ])
    func found(line: String, command: CommandName, operands: [Word]) throws {
        guard case .run(let name, let arguments) = try run(line) else {
            Issue.record("'\(line)' runs nothing")
            return
        }
        #expect(name == command)
        #expect(arguments.operands == operands)
    }

    @Test(arguments: [
        ("udp", "udp needs a command: send or recv", "udp"),
        ("udp sned 1", "unknown command 'sned'", "udp"),
        ("udp -j send 1", "unknown command '-j'", "udp"),
        (
            "udp send", "ENDPOINT is missing; the form is: sockctl udp send [OPTION...] ENDPOINT [DATA...]",
            "udp send"
        ),
    ])
    func wrong(line: String, message: String, command: String) {
        let error = #expect(throws: UsageError.self) { try run(line) }
        let advice = error?.line.map { "type: \($0)" } ?? "try 'sockctl \(command) --help'"
        #expect(error?.description == "sockctl: \(message)\n\(advice)")
    }

    @Test(arguments: [
        ("udp --help", "udp"), ("udp send -h", "udp send"), ("help udp", "udp"),
        ("help udp recv", "udp recv"),
        ("info --help", "info"), ("info options --help", "info options"),
    ])
    func help(line: String, command: String) throws {
        guard case .help(let topic, _) = try run(line) else {
            Issue.record("'\(line)' shows no help")
            return
        }
        #expect(topic?.fullName == command)
    }

    @Test func filesOfEachCommand() {
        let paths = Program.nested.generatedFiles.map(\.path)
        #expect(
            paths == [
                "man/sockctl.1", "man/sockctl-udp.1", "man/sockctl-udp-send.1", "man/sockctl-udp-recv.1",
                "man/sockctl-info.1", "man/sockctl-info-options.1",
                "man/sockctl-broadcast.1", "man/sockctl-broadcast-send.1",
                "completions/sockctl.bash", "completions/_sockctl", "completions/sockctl.fish",
            ])
    }
}
