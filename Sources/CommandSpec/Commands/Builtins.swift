// The commands that the program answers from its own data: `help`, `completions` and `schema`.

extension CommandSpec {
    static let help = CommandSpec(
        "help",
        action: .help,
        summary: "explain a command, or a topic",
        description: [
            .text(
                """
                Shows the help of COMMAND, or of the whole program, or explains a TOPIC that many commands have in common:
                """),
            .list(Topic.all.map { Prose.Item($0.name, $0.summary) }),
        ],
        operands: [Operands.topic],
        examples: [
            Example("sockctl help listen", "the same as 'sockctl listen --help'"),
            Example(
                "sockctl help framing", "a topic: endpoints, framing, exit-status, json, tls or environment"),
        ]
    )

    static let schema = CommandSpec(
        "schema",
        action: .schema,
        summary: "print a JSON Schema of the JSON output",
        description: [
            .text(
                """
                Prints a JSON Schema (draft 2020-12) of every line that `--json` writes: the events, the answers and \
                the failures. They are explained in `sockctl-json(7)`.
                """)
        ],
        examples: [
            Example("sockctl schema > sockctl.schema.json", "for a validator, or to generate types from")
        ]
    )

    static let completions = CommandSpec(
        "completions",
        action: .completions,
        summary: "print the completions of a shell",
        description: [
            .text(
                """
                Prints a script with which SHELL completes the commands, options and values of `sockctl`: hosts, services, \
                the ports and processes that there are now, socket options by any part of their name.
                """),
            .text(
                """
                The script asks `sockctl` itself, which with the words of a command line after `--` prints what the last \
                one may become, a line each: `word` or, where no space follows, `open`, the value and what it is, separated \
                by tabs. The values come after what `prefix` says; `files` stands for the names of files, `program` for the command \
                line of another program, and `apart` says that the values have less in common than was typed. For bash \
                WORD is the whole line up to the cursor, with its quotes. Nothing is looked up in the network.
                """),
        ],
        operands: [Operands.shell, Operands.wordsToComplete],
        examples: [
            Example("source <(sockctl completions bash)", "for this shell only"),
            Example(
                """
                mkdir -p ~/.config/fish/completions
                sockctl completions fish > ~/.config/fish/completions/sockctl.fish
                """,
                "for every new fish session"),
        ]
    )
}
