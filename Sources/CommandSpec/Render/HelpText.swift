// The text of `--help`: of the whole program, or of one command on one screen.

package struct HelpText {
    private let program: Program
    private let layout: TextLayout

    package init(_ program: Program, width: Int) {
        self.program = program
        layout = TextLayout(width: max(40, width))
    }

    /// The help of the command, or of the program; it ends with a line feed.
    package func text(of command: CommandSpec?) -> String {
        let lines = command.map(lines) ?? programLines
        return lines.joined(separator: "\n") + "\n"
    }

    private var programLines: [String] {
        let names = program.commands.map { (term: $0.name, meaning: $0.summary) }
        let general = (Manual.endpoints + Manual.quantities).map { (term: $0.term, meaning: $0.text) }
        return layout.wrap("\(program.name): \(program.summary)")
            + [""]
            + layout.wrap("\(program.name) COMMAND [OPTION...] [OPERAND...]", indent: 7, hang: "usage: ")
            + ["       \(program.name) --help | --version"]
            + ["", "Commands:"] + layout.columns(names)
            + ["", "Endpoints and quantities:"] + layout.columns(general)
            + ["", "Examples:"] + program.commands.compactMap(\.examples.first).flatMap(lines)
            + [""] + layout.wrap("'\(program.name) COMMAND --help' explains a command.")
    }

    private func lines(of command: CommandSpec) -> [String] {
        var lines = layout.wrap("\(program.name) \(command.fullName): \(command.summary)") + [""]
        lines += layout.wrap(command.form, indent: 7, hang: "usage: ")
        lines += layout.columns(command.operands.map { (term: $0.label, meaning: $0.help) })
        if !command.subcommands.isEmpty {
            lines += ["", "Commands:"]
            lines += layout.columns(command.subcommands.map { (term: $0.name, meaning: $0.summary) })
        }
        let widest = command.options.map(label).map(\.count).max()
        for group in OptionGroup.allCases {
            let options = command.options.filter { $0.group == group }
            guard !options.isEmpty else { continue }
            lines += ["", "\(group.rawValue):"]
            lines += layout.columns(
                options.map { (term: label($0), meaning: $0.helpLine) }, termWidth: widest)
        }
        guard !command.examples.isEmpty else { return lines }
        return lines + ["", "Examples:"] + command.examples.flatMap(self.lines)
    }

    /// `-w, --timeout DURATION`
    private func label(_ option: OptionSpec) -> String {
        let names = (option.shortLabel.map { $0 + ", " } ?? "    ") + option.label
        return option.isFlag ? names : names + " " + option.placeholder
    }

    /// An example is never wrapped: it is there to be pasted.
    private func lines(of example: Example) -> [String] {
        let comment = TextLayout(width: layout.width - 4).wrap(example.meaning)
        return comment.map { "  # " + $0 } + example.line.split(separator: "\n").map { "  " + $0 }
    }
}
