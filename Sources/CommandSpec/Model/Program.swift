// The program as a whole: its name, its version and its commands. A new command is one line in this list.

package struct Program: Sendable {
    package let name: String
    package let version: String
    package let summary: String
    private let entries: [Entry]

    /// A command by its name. It is made when it is looked at: a run looks at one, and making them all
    /// would take as long as everything else before it.
    private struct Entry: Sendable {
        let name: String
        let make: @Sendable () -> CommandSpec
    }

    package init(
        name: String, version: String, summary: String,
        commands: KeyValuePairs<String, @Sendable () -> CommandSpec>
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        entries = commands.map { Entry(name: $0.key, make: $0.value) }
    }

    /// The commands, in the order in which they are explained.
    package var commands: [CommandSpec] { entries.map { $0.make() } }
    package var commandNames: [String] { entries.map(\.name) }

    /// The command that this word names.
    package func command(named word: Word) -> CommandSpec? {
        entries.first { Word($0.name) == word }?.make()
    }

    /// What `--version` prints.
    package var versionLine: String { "\(name) \(version)" }

    package static let sockctl = Program(
        name: "sockctl",
        version: "0.1.0",
        summary: "open, serve and inspect network connections",
        commands: [
            "listen": { .listen }, "connect": { .connect }, "send": { .send }, "recv": { .recv },
            "udp": { .udp }, "broadcast": { .broadcast }, "resolve": { .resolve }, "info": { .info },
            "help": { .help }, "completions": { .completions },
            "schema": { .schema },
        ]
    )

    /// What the summary of the whole program shows.
    var summaryExamples: [Example] {
        ["listen", "connect", "info"].compactMap { command(named: Word($0))?.examples.first }
    }

    /// Every command and subcommand.
    package var allCommands: [CommandSpec] { commands.flatMap(\.family) }

    /// Whether no option of ours follows this word: `--`, or an option that takes all that follows.
    package func ends(_ word: [UInt8]) -> Bool {
        let label = word.prefix { $0 != UInt8(ascii: "=") }
        return word == Array("--".utf8)
            || allCommands.contains {
                $0.options.contains { $0.takesRest && label.elementsEqual($0.label.utf8) }
            }
    }

    package func spec(of name: CommandName) -> CommandSpec? {
        allCommands.first { command in
            if case .run(name) = command.action { true } else { false }
        }
    }
}

/// What a command line asks for.
package enum Invocation: Sendable {
    case help(CommandSpec?, HelpForm)
    case topic(Topic)
    /// Nothing at all was given.
    case nothing
    case version
    case completions(Shell)
    /// What the last of these words may become.
    case complete([Word])
    case schema
    case run(CommandName, Arguments)
}

/// How much the help says.
package enum HelpForm: Sendable {
    /// What is needed most, on one screen: `-h`.
    case summary
    /// Everything: `--help`.
    case full
}

package enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish
}
