// The text of `--help`, which says everything of the program or of a command, and of `-h`, which says on one screen
// what is needed most.

package struct HelpText {
    private let program: Program
    private let layout: TextLayout

    package init(_ program: Program, width: Int) {
        self.program = program
        layout = TextLayout(width: max(40, width))
    }

    /// The help of the command, or of the program; it ends with a line feed.
    package func text(of command: CommandSpec?, _ form: HelpForm = .full) -> String {
        let lines =
            switch form {
            case .full: command.map(lines) ?? programLines
            case .summary: command.map(summary) ?? programSummary
            }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What is said of a topic.
    package func text(of topic: Topic) -> String {
        var lines = layout.wrap("\(topic.name): \(topic.summary)")
        for block in topic.prose() {
            lines.append("")
            switch block {
            case .text(let text): lines += layout.wrap(Self.plain(text))
            case .list(let items):
                lines += items.flatMap { item in
                    let text = Self.plain(item.text)
                    return item.term.count <= 2
                        ? layout.columns([(term: item.term, meaning: text)], termWidth: 2)
                        : layout.wrap(item.term, indent: 2) + layout.wrap(text, indent: 6)
                }
            case .code(let code): lines += code.split(separator: "\n").map { "  " + $0 }
            }
        }
        return (lines + reference(topic.page)).joined(separator: "\n") + "\n"
    }

    /// Without the marks of what is typed or looked up.
    private static func plain(_ text: String) -> String { text.replacing("`", with: "") }

    // MARK: In short

    private var programSummary: [String] {
        let names = program.commands.map { (term: $0.name, meaning: $0.summary) }
        var lines = title(nil) + usage(nil)
        lines += ["", "Commands:"] + layout.columns(names)
        lines += ["", "Examples:"] + program.summaryExamples.flatMap(self.lines)
        return lines + layout.wrap("'\(program.name) COMMAND -h' is a summary; --help says everything.")
    }

    private func summary(of command: CommandSpec) -> [String] {
        var lines = title(command) + usage(command)
        if !command.subcommands.isEmpty {
            let names = command.subcommands.map(\.name).joined(separator: ", ")
            lines += layout.wrap(names, indent: 10, hang: "Commands:")
        }
        let options = command.summaryOptions.map { (term: label($0), meaning: $0.helpLine) }
        if !options.isEmpty { lines += ["", "Options:"] + layout.columns(options) }
        lines += ["", "Examples:"] + command.examples.prefix(Self.summarizedExamples).flatMap(self.lines)
        let what = command.options.count > options.count + 1 ? "all \(command.options.count) options" : "more"
        return lines + [""] + layout.wrap("'\(program.name) \(command.fullName) --help' shows \(what).")
    }

    /// How many examples a summary has.
    package static let summarizedExamples = 3

    // MARK: In full

    private func title(_ command: CommandSpec?) -> [String] {
        guard let command else { return layout.wrap("\(program.name): \(program.summary)") }
        return layout.wrap("\(program.name) \(command.fullName): \(command.summary)")
    }

    private func usage(_ command: CommandSpec?) -> [String] {
        guard let command else {
            return layout.wrap("\(program.name) COMMAND [OPTION...] [OPERAND...]", indent: 7, hang: "usage: ")
        }
        return layout.wrap(command.form, indent: 7, hang: "usage: ")
            + layout.columns(command.operands.map { (term: $0.label, meaning: $0.help) })
    }

    /// Where all of it is explained.
    private func reference(_ page: String) -> [String] {
        [""] + layout.wrap("The manual page explains all of this: man \(page)")
    }

    private var programLines: [String] {
        let names = program.commands.map { (term: $0.name, meaning: $0.summary) }
        let general = (Manual.endpoints + Manual.quantities).map {
            (term: $0.term, meaning: Self.plain($0.text))
        }
        var lines = title(nil) + [""] + usage(nil) + ["       \(program.name) --help | --version"]
        lines += ["", "Commands:"] + layout.columns(names)
        lines += ["", "Endpoints and quantities:"] + layout.columns(general)
        lines += ["", "Examples:"] + program.commands.compactMap(\.examples.first).flatMap(self.lines)
        lines += [""] + layout.wrap("'\(program.name) COMMAND --help' explains a command.")
        let topics = Topic.all.map(\.name).joined(separator: ", ")
        lines += layout.wrap("'\(program.name) help TOPIC' explains \(topics).")
        return lines + reference(program.name)
    }

    private func lines(of command: CommandSpec) -> [String] {
        var lines = title(command) + [""] + usage(command)
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
        if !command.examples.isEmpty {
            lines += ["", "Examples:"] + command.examples.flatMap(self.lines)
        }
        return lines + reference(command.hasPage ? command.pageName : program.name)
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
