// How far the words before the cursor have come: which command, which of its options, what is expected next. It reads
// them as the parser does, and is content with words that the parser would refuse.

struct TypedLine {
    /// Nil as long as none is named.
    private(set) var command: CommandSpec?
    /// Whether a word stands where a command should and names none.
    private(set) var isLost = false
    /// The labels of the options that stand there.
    private(set) var given: Set<String> = []
    private var values: [String: Word] = [:]
    /// The option whose value is the next word.
    private(set) var pending: OptionSpec?
    private(set) var operands: [Word] = []
    /// Whether `--` has come: there are no more options.
    private(set) var isLiteral = false
    /// The words of another program so far; nil where there is none.
    private(set) var programWords: Int?

    init(_ words: some Sequence<Word>, of program: Program) {
        for word in words {
            if command == nil {
                command = program.command(named: word)
                isLost = command == nil
            } else {
                take(word)
            }
        }
    }

    /// The last value of the option with this label.
    func value(of option: any OptionDefinition) -> Word? { values[option.label] }

    private mutating func take(_ word: Word) {
        guard let command else { return }
        if let count = programWords {
            programWords = count + 1
        } else if let option = pending {
            take(word, for: option)
        } else if isLiteral {
            operands.append(word)
        } else {
            switch WordForm(word) {
            case .end: isLiteral = true
            case .long(let name, let attached):
                guard let option = command.options.first(where: { Word($0.long) == name }) else { return }
                take(option, attached)
            case .cluster(let letters): take(letters: letters)
            case .operand:
                if operands.isEmpty, let subcommand = command.subcommand(named: word) {
                    self.command = subcommand
                } else {
                    if case .group = command.action { isLost = true }
                    operands.append(word)
                }
            }
        }
    }

    private mutating func take(letters: ArraySlice<UInt8>) {
        var letters = letters
        while let letter = letters.popFirst() {
            guard let option = command?.option(letter) else { continue }
            take(option, letters.isEmpty ? nil : Word(bytes: Array(letters)))
            if !option.isFlag { return }
        }
    }

    private mutating func take(_ option: OptionSpec, _ attached: Word?) {
        given.insert(option.label)
        if option.isFlag { return }
        if let attached { take(attached, for: option) } else { pending = option }
    }

    private mutating func take(_ value: Word, for option: OptionSpec) {
        values[option.label] = value
        pending = nil
        if option.takesRest { programWords = 1 }
    }
}

// MARK: - What may come

extension TypedLine {
    /// What the next operand may be.
    enum Slot {
        case operand(OperandSpec)
        /// The port of an endpoint in two words.
        case port(of: Word, OperandSpec)
    }

    /// An endpoint in a place where there may be another operand comes with it.
    var slots: [Slot] {
        guard let command else { return [] }
        var words = operands[...]
        let specs = command.operands { given.contains($0) }
        for (index, spec) in specs.enumerated() {
            if case .endpoint(let use) = spec.kind {
                repeat {
                    guard let first = words.first else { return allowed([spec]) }
                    let isWhole = use == .oneWord || EndpointForm.isComplete(first)
                    if !isWhole, words.count == 1 { return [.port(of: first, spec)] }
                    words = words.dropFirst(isWhole ? 1 : 2)
                } while spec.repeats
            } else if spec.repeats {
                return allowed(words.isEmpty ? [spec] : [spec] + specs[(index + 1)...])
            } else if words.popFirst() == nil {
                return allowed([spec])
            }
        }
        return []
    }

    /// Those that may stand beside what stands there, and need nothing that does not.
    private func allowed(_ specs: [OperandSpec]) -> [Slot] {
        let excluded = excluded
        return specs.filter { spec in
            !excluded.contains(spec.label)
                && !(command?.rules ?? []).contains { rule in
                    guard case .needs(spec.label, let others) = rule else { return false }
                    return others.allSatisfy { !given.contains($0) }
                }
        }.map(Slot.operand)
    }

    /// The subcommands that may still be named: they take the options that were given.
    var subcommands: [CommandSpec] {
        guard let command, operands.isEmpty, !isLiteral else { return [] }
        return command.subcommands.filter { given.isSubset(of: $0.options.map(\.label)) }
    }

    /// The labels of what may not stand beside what stands there.
    private var excluded: Set<String> {
        guard let command else { return [] }
        var present = given
        if let first = command.operands(given: { given.contains($0) }).first, !operands.isEmpty {
            present.insert(first.label)
        }
        return present.reduce(into: []) { excluded, label in
            for rule in command.rules { excluded.formUnion(rule.rivals(of: label)) }
        }
    }

    /// The options that may be added.
    var options: [OptionSpec] {
        guard let command, !isLiteral else { return [] }
        let excluded = excluded
        return command.options.filter {
            ($0.repeats || !given.contains($0.label)) && !excluded.contains($0.label)
        }
    }
}
