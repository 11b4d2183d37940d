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
            .text("Prints a script with which SHELL completes the commands, options and values of `sockctl`.")
        ],
        operands: [Operands.shell],
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
