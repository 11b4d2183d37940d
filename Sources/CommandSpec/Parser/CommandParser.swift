// Parses the words after a command's name: options in any place before `--`, then operands. Options are read
// into their types at once; operands are dealt out when all are known, and the rules are checked last.

struct CommandParser {
    let command: CommandSpec
    let program: Program
    private(set) var arguments = Arguments()
    private var rest: ArraySlice<Word> = []
    /// How much help was asked for.
    private(set) var wantedHelp: HelpForm?
    private var wantsHelp: Bool { wantedHelp != nil }
    /// Whether the operands begin after `--`, and so with no command.
    private var isLiteral = false
    /// The letters of ss(8) that are no options of ours.
    private(set) var listLetters: [Character] = []
    /// The subcommand that the words named after options, and the words without its name.
    private(set) var subcommand: (CommandSpec, words: [Word])?

    init(command: CommandSpec, program: Program) {
        self.command = command
        self.program = program
    }

    /// What was given, or nil if help was asked for or the words are those of a subcommand.
    mutating func parse(_ words: ArraySlice<Word>) throws(UsageError) -> Arguments? {
        rest = words
        while let word = rest.popFirst(), !wantsHelp {
            switch WordForm(word) {
            case .end:
                isLiteral = arguments.operands.isEmpty
                arguments.operands += rest
                rest = []
            case .long(let name, let attached):
                try parseLong(name, attached)
            case .cluster(let letters):
                try parseCluster(letters, of: word)
            case .operand:
                if arguments.operands.isEmpty, let subcommand = command.subcommand(named: word) {
                    self.subcommand = (subcommand, Array(words.prefix(words.count - rest.count - 1) + rest))
                    return nil
                }
                arguments.operands.append(word)
            }
        }
        if wantsHelp { return nil }
        try dealOperands()
        try checkRules()
        if let conflict = command.standardOutput?.conflict(in: arguments) { throw error(conflict) }
        return arguments
    }

    /// `--name`, `--name value` or `--name=value`.
    private mutating func parseLong(_ name: Word, _ attached: Word?) throws(UsageError) {
        guard let option = command.options.first(where: { Word($0.long) == name }) else {
            throw unknownOption(Word(bytes: "--".utf8 + name.bytes))
        }
        if option.isFlag, let attached {
            throw error("\(option.label) takes no value, but was given \(attached.quoted)")
        }
        try record(option, as: option.label, attached: attached)
    }

    /// `-4v`, `-w5`, `-w 5`: flags, the last of which may be an option with its value.
    private mutating func parseCluster(_ word: ArraySlice<UInt8>, of whole: Word) throws(UsageError) {
        var letters = word
        while let byte = letters.popFirst(), !wantsHelp {
            let letter = Character(UnicodeScalar(byte))
            guard let option = command.option(byte) else {
                if let known = command.letters.first(where: { $0.letter == letter }) {
                    listLetters.append(letter)
                    if let meaning = known.meaning { arguments.values[meaning, default: []].append(true) }
                    continue
                }
                throw unknownFlag(Word(bytes: [byte] + letters), in: whole)
            }
            let attached = option.isFlag || letters.isEmpty ? nil : Word(bytes: Array(letters))
            try record(option, as: "-\(letter)", attached: attached)
            if !option.isFlag { return }
        }
    }

    private mutating func record(
        _ option: OptionSpec, as label: String, attached: Word?
    ) throws(UsageError) {
        if option.long == Options.help.spec.long { wantedHelp = label == option.label ? .full : .summary }
        if option.isFlag {
            arguments.values[option.long, default: []].append(true)
            return
        }
        guard let word = attached ?? rest.popFirst() else {
            throw error("\(label) expects \(option.expectation)")
        }
        guard let value = option.read(word) else {
            throw badValue(word, of: option.kind, label, option.expectation)
        }
        arguments.values[option.long, default: []].append(value)
        arguments.order.append(option.long)
        if option.takesRest { takeRest(option, word) }
    }

    /// What follows belongs to the option, whatever it looks like.
    private mutating func takeRest(_ option: OptionSpec, _ word: Word) {
        arguments.values[option.long] = [[word] + rest]
        rest = []
    }

    /// Gives each operand of the command its words.
    private mutating func dealOperands() throws(UsageError) {
        var words = arguments.operands[...]
        let operands = command.operands(given: arguments.contains)
        if !operands.contains(where: { $0.replacing != nil }), let error = notAList(words) { throw error }
        for (index, operand) in operands.enumerated() {
            if operand.required, words.isEmpty {
                // As nc has it: 'listen -p 9000'.
                if arguments.contains("--source-port"), let reason = command.reason(for: "p") {
                    throw error("--source-port is where --to connects from; \(reason)")
                }
                throw error("\(operand.label) is missing; the form is: \(command.form)")
            }
            let count =
                if operand.kind.isEndpoint, !operand.repeats {
                    EndpointForm.wordCount(words)
                } else {
                    operand.repeats
                        ? words.count - wordsLeft(to: operands.dropFirst(index + 1).first, of: words)
                        : min(1, words.count)
                }
            if count > 0 { arguments.words[operand.label] = Array(words.prefix(count)) }
            if operand.kind.isEndpoint, count == 1 { try checkSubcommand(words) }
            if operand.kind == .host, index == 0 { try checkFunction(words) }
            if case .choice(let names) = operand.kind {
                for word in words.prefix(count) where !names.contains(where: { Word($0) == word }) {
                    let expectation = "one of " + names.joined(separator: ", ")
                    throw badValue(word, of: operand.kind, operand.label, expectation)
                }
            }
            if operand.kind == .duration, let word = words.prefix(count).first,
                ValueType<Duration>.duration.read(word) == nil
            {
                let type = ValueType<Duration>.duration
                throw badValue(word, of: operand.kind, operand.label, type.expectation)
            }
            words = words.dropFirst(count)
        }
        if let extra = words.first {
            throw unexpected(extra)
        }
    }

    /// A bare word could be the name of a service, or that of a subcommand with a slip.
    private func checkSubcommand(_ words: ArraySlice<Word>) throws(UsageError) {
        guard !isLiteral, let word = words.first, !EndpointForm.isComplete(word),
            let nearest = NearestMatch.of(word.text, among: command.subcommands.map(\.name))
        else { return }
        throw error("unknown command \(word.quoted)", word, meant: nearest)
    }

    /// A name that is one slip from a subcommand, with something to be done by it, is not worth a look-up.
    private func checkFunction(_ words: ArraySlice<Word>) throws(UsageError) {
        guard !isLiteral, words.count > 1, let word = words.first, word.bytes.count <= 64,
            let nearest = command.subcommands.first(where: {
                NearestMatch.distance(Array(word.text), Array($0.name)) == 1
            })
        else { return }
        throw error("unknown command \(word.quoted)", word, meant: nearest.name)
    }

    /// How many words at the end a repeating operand leaves to the one after it: an endpoint in one word, unless
    /// an option that was given takes its place.
    private func wordsLeft(to operand: OperandSpec?, of words: ArraySlice<Word>) -> Int {
        guard let operand, operand.kind.isEndpoint, words.count > 1, let last = words.last else { return 0 }
        let isReplaced = command.rules.contains {
            $0.rivals(of: operand.label).contains(where: arguments.contains)
        }
        return !isReplaced && EndpointForm.isComplete(last) ? 1 : 0
    }

    /// What to type for a UDP port, of which there is no connection to explain.
    private func udpAdvice(_ label: String, _ other: String) -> String {
        label == Options.explain.label && other == Options.udp.label
            ? ": to test a UDP port, type 'sockctl connect --check --udp'" : ""
    }

    private func checkRules() throws(UsageError) {
        for rule in command.rules {
            switch rule {
            case .atMostOne(let labels):
                let given = labels.filter(arguments.contains)
                if given.count > 1 { throw error("\(Phrase.list(given, "and")) cannot be combined") }
            case .conflict(let labels, let others):
                guard let label = labels.first(where: arguments.contains),
                    let other = others.first(where: arguments.contains)
                else { continue }
                throw error(
                    "\(label) and \(other) cannot be combined" + udpAdvice(label, other))
            case .needs(let label, let others):
                guard arguments.contains(label), !others.contains(where: arguments.contains) else { continue }
                if let extra = arguments.words[label]?.first { throw unexpected(extra, without: others) }
                throw error("\(label) needs \(Phrase.list(others, "or"))")
            }
        }
    }
}
