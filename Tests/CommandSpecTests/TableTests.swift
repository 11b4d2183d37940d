// The tables themselves: what has to hold for every command, option, rule, example, status and event.

import Testing

@testable import CommandSpec

private let commands = Program.sockctl.allCommands

@Suite struct TableTests {
    @Test func everyCommandNameHasOneCommand() {
        for name in CommandName.allCases {
            let matches = commands.filter { if case .run(name) = $0.action { true } else { false } }
            #expect(matches.map(\.fullName) == [name.rawValue])
        }
    }

    @Test(arguments: commands) func namesAreUnique(command: CommandSpec) {
        let labels = command.options.flatMap { [$0.label, $0.shortLabel].compactMap(\.self) }
        #expect(Set(labels).count == labels.count)
    }

    /// One option is one thing: its type is the same wherever it appears.
    @Test func optionsAreTheSameEverywhere() {
        let options = Dictionary(grouping: commands.flatMap(\.options), by: \.long)
        for (name, specs) in options {
            // The list of sockets has the letters of ss, which mean something else where they come from nc, and no `-x`
            // for a dump.
            #expect(Set(specs.map(\.short)).count == 1 || ["hex", "udp"].contains(name), "\(name)")
            // Only what flags there are depends on the function that takes them. A test may be repeated for ever.
            #expect(Set(specs.map(\.kind)).count == 1 || ["flags", "to", "repeat"].contains(name), "\(name)")
            // A broadcast goes to an address, a relay to an endpoint.
            #expect(Set(specs.map(\.placeholder)).count == 1 || ["to", "repeat"].contains(name), "\(name)")
            #expect(Set(specs.map(\.repeats)).count == 1, "\(name)")
        }
    }

    @Test(arguments: commands) func textsAreThere(command: CommandSpec) {
        let lines =
            [command.summary] + command.operands.map(\.help) + command.options.map(\.help)
            + command.examples.map(\.meaning)
        for line in lines {
            #expect(
                !line.isEmpty && !line.hasSuffix(".") && !line.contains("`") && !line.contains("\n"),
                "\(line)")
        }
        for option in command.options {
            // One line beside the widest option, on 80 columns.
            #expect(option.helpLine.count <= 49, "\(option.label)")
            #expect(option.isFlag == option.placeholder.isEmpty, "\(option.label)")
            #expect(option.manual.hasSuffix("."), "\(option.label)")
            #expect(option.manual.count { $0 == "`" }.isMultiple(of: 2), "\(option.label)")
        }
        #expect(!command.description.isEmpty && !command.examples.isEmpty)
    }

    @Test(arguments: commands) func rulesSpeakOfWhatIsThere(command: CommandSpec) {
        let known = Set(command.options.map(\.label) + command.operands.map(\.label))
        for rule in command.rules {
            #expect(known.isSuperset(of: rule.labels), "\(command.fullName): \(rule)")
        }
    }

    /// What each option of `listen` means with `--to` is said once.
    @Test func optionsOfARelayMeanALeg() {
        let listen = commands.first { $0.fullName == "listen" }?.options.map(\.long) ?? []
        #expect(Options.RelayUse.all.map(\.spec.long).sorted() == listen.sorted())
        let refused = CommandSpec.listen.rules.flatMap { $0.rivals(of: "--to") }
        #expect(Set(refused) == Set(Options.RelayUse.none.map(\.label)))
    }

    @Test(arguments: commands) func defaultsCanBeRead(command: CommandSpec) {
        for option in command.options {
            guard let text = option.defaultText else { continue }
            #expect(option.read(Word(text)) != nil, "\(option.label): \(text)")
        }
    }

    @Test func commandsStandUnderTheirNames() {
        #expect(Program.sockctl.commands.map(\.name) == Program.sockctl.commandNames)
    }

    @Test func defaultsAreThoseOfTheProgram() throws {
        let timeout = try #require(Options.timeout.spec.defaultText)
        #expect(Options.timeout.spec.read(Word(timeout)) as? Duration == Defaults.connectTimeout)
        let backlog = try #require(Options.backlog.spec.defaultText)
        #expect(Options.backlog.spec.read(Word(backlog)) as? Int == Defaults.backlog)
    }

    @Test(arguments: (commands.flatMap(\.examples) + Manual.examples).map(\.line)) func exampleParses(
        line: String
    ) throws {
        let calls = shellCommands(line.replacing("$$", with: "1234")).filter { $0.first == "sockctl" }
        #expect(!calls.isEmpty)
        for call in calls {
            #expect(throws: Never.self) { try Program.sockctl.parse(call.dropFirst().map { Word($0) }) }
        }
    }

    /// In the manual page of a command that has it, or in that of the program.
    @Test func eachOptionHasAnExample() {
        var options: Set<String> = []
        var shown: Set<String> = []
        for command in commands {
            let words = (command.examples + Manual.examples).flatMap { shellCommands($0.line) }.joined()
            for option in command.options {
                options.insert(option.long)
                let isShown = words.contains { word in
                    if word == option.label || word.hasPrefix(option.label + "=") { return true }
                    guard let short = option.short, word.hasPrefix("-"), !word.hasPrefix("--") else {
                        return false
                    }
                    return word.contains(short)
                }
                if isShown { shown.insert(option.long) }
            }
        }
        #expect(options.subtracting(shown).subtracting(["help"]) == [])
    }

    @Test func exitStatuses() {
        #expect(ExitStatus.allCases.map(\.rawValue) == Array(0...12))
        #expect(Set(ExitStatus.allCases.map(\.meaning)).count == 13)
    }
}

/// The simple commands of a line of shell, as words, without their redirections.
private func shellCommands(_ line: String) -> [[String]] {
    var commands: [[String]] = [[]]
    var word: String?
    var isQuoted = false
    var isRedirected = false
    func finish() {
        guard let finished = word else { return }
        if !isRedirected { commands[commands.count - 1].append(finished) }
        isRedirected = false
        word = nil
    }
    for character in line {
        switch character {
        case "'":
            isQuoted.toggle()
            word = word ?? ""
        case _ where isQuoted: word = (word ?? "") + String(character)
        case " ": finish()
        case "<", ">":
            finish()
            isRedirected = true
        case "(", ")", "|", "&", ";", "\n":
            finish()
            isRedirected = false
            commands.append([])
        default: word = (word ?? "") + String(character)
        }
    }
    finish()
    return commands
}
