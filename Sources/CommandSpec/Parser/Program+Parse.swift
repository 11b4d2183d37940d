// From the words of the command line to what they ask for: finds the command and hands the rest to its parser.

extension Program {
    /// Parses the words that follow the program's own name; an error says what to type instead, where that is sure.
    package func parse(_ argv: [Word]) throws(UsageError) -> Invocation {
        do {
            return try understand(argv)
        } catch {
            throw error.answered(for: argv, by: self)
        }
    }

    func understand(_ argv: [Word]) throws(UsageError) -> Invocation {
        guard let first = argv.first else { return .nothing }
        switch first {
        case "--help": return .help(nil, .full)
        case "-h": return .help(nil, .summary)
        case "--version": return .version
        default: break
        }
        if first.bytes.first == UInt8(ascii: "-") {
            if argv.count == 1, ListLetter.isCluster(first) {
                throw UsageError("\(first.quoted) lists sockets after the command", command: "info")
            }
            throw misplacedOption(first)
        }

        guard var command = command(named: first) else { throw unknownCommand(first, of: nil) }
        var rest = argv.dropFirst()
        while !command.subcommands.isEmpty, let next = rest.first {
            let isGroup = if case .group = command.action { true } else { false }
            if isGroup, next == "--help" { return .help(command, .full) }
            if isGroup, next == "-h" { return .help(command, .summary) }
            guard isGroup || command.subcommand(named: next) != nil else { break }
            (command, rest) = try descend(into: command.subcommands, rest, parent: command)
        }
        return try invoke(command, rest, typed: argv)
    }

    private func descend(
        into commands: [CommandSpec], _ words: ArraySlice<Word>, parent: CommandSpec?
    ) throws(UsageError) -> (CommandSpec, ArraySlice<Word>) {
        guard let word = words.first else { throw missingCommand(of: commands, parent) }
        if let command = commands.first(where: { Word($0.name) == word }) {
            return (command, words.dropFirst())
        }
        throw unknownCommand(word, of: parent)
    }

    private func unknownCommand(
        _ word: Word, of parent: CommandSpec?, or topics: [String] = []
    ) -> UsageError {
        let names = (parent?.subcommands.map(\.name) ?? commandNames) + topics
        let nearest = NearestMatch.of(word.text, among: names)
        return UsageError(
            "unknown command \(word.quoted)", command: parent?.fullName,
            slip: nearest.map { UsageError.Slip(typed: word, meant: $0) })
    }

    private func invoke(
        _ command: CommandSpec, _ words: ArraySlice<Word>, typed: [Word]
    ) throws(UsageError) -> Invocation {
        if case .group = command.action { throw missingCommand(of: command.subcommands, command) }
        var parser = CommandParser(command: command, program: self)
        guard var arguments = try parser.parse(words) else {
            guard let (subcommand, words) = parser.subcommand else {
                return .help(command, parser.wantedHelp ?? .full)
            }
            return try invoke(subcommand, words[...], typed: typed)
        }
        arguments.typed = typed
        switch command.action {
        case .run(let name):
            return .run(name, arguments)
        case .help:
            if arguments.operands.count == 1, let topic = Topic.named(arguments.operands[0]) {
                return .topic(topic)
            }
            return .help(try topic(arguments.operands[...]), .full)
        case .completions:
            let shell = arguments.operands.first.flatMap { Shell(rawValue: $0.text) }
            guard let shell else { throw UsageError("no such shell", command: command.fullName) }
            let words = arguments[Operands.wordsToComplete]
            if words.isEmpty { return .completions(shell) }
            return .complete(
                shell == .bash ? ShellWords.split(words.map(\.text).joined(separator: " ")) : words)
        case .schema:
            return .schema
        case .group:
            return .help(command, .full)
        }
    }

    /// The command that `help` was asked about: `help udp send`.
    private func topic(_ words: ArraySlice<Word>) throws(UsageError) -> CommandSpec? {
        var (topic, rest, candidates) = (CommandSpec?.none, words, commands)
        if let word = rest.first, command(named: word) == nil {
            throw unknownCommand(word, of: nil, or: Topic.all.map(\.name))
        }
        while !rest.isEmpty {
            let (command, remaining) = try descend(into: candidates, rest, parent: topic)
            (topic, rest, candidates) = (command, remaining, command.subcommands)
        }
        return topic
    }

    private func missingCommand(of commands: [CommandSpec], _ parent: CommandSpec?) -> UsageError {
        let subject = parent?.fullName ?? name
        let names = Phrase.list(commands.map(\.name), "or")
        return UsageError("\(subject) needs a command: \(names)", command: parent?.fullName)
    }

    private func misplacedOption(_ word: Word) -> UsageError {
        let label = word.text.prefix { $0 != "=" }
        let options = allCommands.flatMap(\.options)
        if options.contains(where: { $0.label == label || $0.shortLabel == String(label) }) {
            return UsageError("\(label) stands after the command, which is missing")
        }
        let guess = NearestMatch.of(String(label.drop { $0 == "-" }), among: ["help", "version"])
        return UsageError(
            "unknown option \(word.quoted)",
            slip: guess.map { UsageError.Slip(typed: word, meant: "--" + $0) })
    }
}
