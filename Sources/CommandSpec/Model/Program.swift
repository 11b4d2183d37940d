// The program as a whole: its name, its version and its commands. A new command is one line in this list.

package struct Program: Sendable {
    package let name: String
    package let version: String
    package let summary: String
    package let commands: [CommandSpec]

    package init(name: String, version: String, summary: String, commands: [CommandSpec]) {
        self.name = name
        self.version = version
        self.summary = summary
        self.commands = commands
    }

    /// What `--version` prints.
    package var versionLine: String { "\(name) \(version)" }

    package static let sockctl = Program(
        name: "sockctl",
        version: "0.1.0",
        summary: "open, serve and inspect network connections",
        commands: [
            .listen, .connect, .send, .recv, .udp, .broadcast, .resolve, .info, .help, .completions,
        ]
    )

    /// Every command and subcommand.
    package var allCommands: [CommandSpec] { commands.flatMap(\.family) }

    package func spec(of name: CommandName) -> CommandSpec? {
        allCommands.first { command in
            if case .run(name) = command.action { true } else { false }
        }
    }
}

/// What a command line asks for.
package enum Invocation: Sendable {
    case help(CommandSpec?)
    case version
    case completions(Shell)
    case run(CommandName, Arguments)
}

package enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish
}
