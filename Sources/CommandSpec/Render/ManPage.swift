// The manual pages: sockctl(1) for the whole program, and a page for each command.

package struct ManPage {
    private let program: Program

    package init(_ program: Program) { self.program = program }

    /// The page sockctl(1).
    package var overview: String {
        var page = Mdoc(
            title: program.name, section: 1, summary: program.summary,
            placeholders: ["HOST", "PORT", "DURATION", "SIZE", "COMMAND"])
        page.heading("SYNOPSIS")
        page.macro("Nm")
        page.macro("Ar COMMAND")
        page.macro("Op Ar OPTION ...")
        page.macro("Op Ar OPERAND ...")
        page.macro("Nm")
        page.macro("Fl \\-help | Fl \\-version")
        page.heading("DESCRIPTION")
        page.prose(Manual.description)
        commands(&page, program.commands)
        for section in Manual.sections {
            page.heading(section.title)
            page.prose(section.prose)
        }
        surroundings(&page, of: nil)
        exitStatus(&page, ExitStatus.allCases)
        examples(&page, program.commands.flatMap { $0.examples.prefix(2) } + Manual.examples)
        page.crossReferences(
            program.allCommands.filter(\.hasPage).map { "\($0.pageName)(1)" }
                + [Manual.cookbookPage.reference, Manual.jsonPage.reference] + Manual.seeAlso)
        return page.text
    }

    /// The page of a command.
    package func page(of command: CommandSpec) -> String {
        let placeholders =
            command.options.flatMap { Self.placeholders($0.placeholder) }
            + command.operands.flatMap { Self.placeholders($0.label) } + ["HOST", "PORT"]
        var page = Mdoc(
            title: command.pageName, section: 1, summary: command.summary, placeholders: Set(placeholders))
        page.heading("SYNOPSIS")
        page.macro("Nm \(program.name) " + synopsis(of: command).joined(separator: " "))
        page.heading("DESCRIPTION")
        page.prose(command.description)
        if !command.operands.isEmpty {
            page.macro("Pp")
            page.line("The operands are:")
            page.list(command.operands) { page, operand in
                page.macro("It Ar \(operand.label)")
                page.paragraph(operand.help.asSentence)
                if operand.kind.isEndpoint { page.paragraph("See `sockctl(1)` for every form.") }
            }
        }
        if !command.subcommands.isEmpty { commands(&page, command.subcommands) }
        page.heading("OPTIONS")
        for group in OptionGroup.allCases {
            let options = command.options.filter { $0.group == group }
            guard !options.isEmpty else { continue }
            page.subheading(group.rawValue)
            page.list(options) { page, option in
                page.macro("It " + item(option))
                page.paragraph(option.manual + notes(on: option, of: command))
            }
        }
        surroundings(&page, of: command)
        exitStatus(&page, ExitStatus.allCases)
        examples(&page, command.examples)
        page.crossReferences(["\(program.name)(1)", Manual.jsonPage.reference] + command.seeAlso)
        return page.text
    }

    /// The list of commands; what has no page is explained in full.
    private func commands(_ page: inout Mdoc, _ commands: [CommandSpec]) {
        page.macro("Pp")
        page.line("The commands are:")
        page.list(commands) { page, command in
            page.macro("It " + synopsis(of: command).joined(separator: " "))
            guard command.hasPage else { return page.prose(command.description) }
            page.paragraph(command.summary.asSentence + " See `\(command.pageName)(1)`.")
        }
    }

    private func synopsis(of command: CommandSpec) -> [String] {
        var words = ["Cm \(command.fullName)"]
        if case .group = command.action { return words + ["Ar COMMAND"] }
        if command.options.count > 1 { words.append("Oo Ar OPTION ... Oc") }
        for operand in command.operands {
            let name = "Ar \(operand.label)" + (operand.repeats ? " ..." : "")
            words.append(operand.required ? name : "Oo \(name) Oc")
        }
        return words
    }

    /// `Fl w , Fl -timeout Ar DURATION`
    private func item(_ option: OptionSpec) -> String {
        let names = (option.short.map { "Fl \($0) , " } ?? "") + "Fl \\-" + Mdoc.literal(option.long)
        return option.isFlag ? names : names + " Ar " + Mdoc.argument(option.placeholder)
    }

    /// What the rules of the command say about the option, in sentences.
    private func notes(on option: OptionSpec, of command: CommandSpec) -> String {
        var conflicts: [String] = []
        for rival in command.rules.flatMap({ $0.rivals(of: option.label) }) where !conflicts.contains(rival) {
            conflicts.append(rival)
        }
        var sentences = ""
        for case .needs(option.label, let others) in command.rules {
            sentences += " Needs \(Phrase.list(others.map(quoted), "or"))."
        }
        if !conflicts.isEmpty {
            sentences += " Cannot be combined with \(Phrase.list(conflicts.map(quoted), "or"))."
        }
        return sentences
    }

    private func quoted(_ label: String) -> String { label.hasPrefix("-") ? "`\(label)`" : label }

    /// ENVIRONMENT and FILES: of one command what it reads, in sockctl(1) everything.
    private func surroundings(_ page: inout Mdoc, of command: CommandSpec?) {
        for (title, items) in [
            ("ENVIRONMENT", Manual.environment(of: command)), ("FILES", Manual.files(of: command)),
        ] where !items.isEmpty {
            page.heading(title)
            page.prose([.list(items)] + (command == nil && title == "ENVIRONMENT" ? [Manual.colors] : []))
        }
    }

    private func exitStatus(_ page: inout Mdoc, _ statuses: [ExitStatus]) {
        page.heading("EXIT STATUS")
        page.list(statuses) { page, status in
            page.macro("It \(status.rawValue)")
            page.paragraph(status.meaning.asSentence)
        }
    }

    private func examples(_ page: inout Mdoc, _ examples: [Example]) {
        guard !examples.isEmpty else { return }
        page.heading("EXAMPLES")
        for (index, example) in examples.enumerated() {
            if index > 0 { page.macro("Pp") }
            page.paragraph(example.caption)
            page.display(example.line)
        }
    }

    /// The capital words of a placeholder: NAME and VALUE of `NAME[=VALUE]`.
    private static func placeholders(_ text: String) -> [String] {
        text.split { !$0.isLetter }.filter { $0.allSatisfy(\.isUppercase) }.map(String.init)
    }
}

extension CommandSpec {
    /// Whether the command has a page of its own; the built-in ones are explained where they are listed.
    var hasPage: Bool {
        switch action {
        case .run, .group: true
        case .help, .completions, .schema: false
        }
    }
}
