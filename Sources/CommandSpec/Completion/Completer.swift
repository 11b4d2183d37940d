// What may follow on a command line: the place of the unfinished word says whether it is a command, an option, a value
// or an operand, and what it is says what is offered. The tables of the parser are all it knows of the command line.

package struct Completer {
    let program: Program
    let live: any LiveValues
    let line: TypedLine

    /// What the last of the words may become, which is empty where none is begun.
    /// - Parameter live: made for the network namespace that the words name, where they name one.
    package static func completion(
        of words: [Word], in program: Program, live: (_ namespace: Word?) -> any LiveValues
    ) -> Completion {
        let line = TypedLine(words.dropLast(), of: program)
        // What is no text is offered nothing but names of files.
        guard let word = (words.last ?? "").validText else {
            return line.pending?.kind == .file ? .files : .nothing
        }
        let namespace = line.value(of: Options.netns)
        return Completer(program: program, live: live(namespace), line: line).completion(of: word)
    }

    func completion(of word: String) -> Completion {
        if let count = line.programWords { return Completion(programWords: count + 1) }
        if let option = line.pending { return values(of: option, word) }
        if line.isLost { return .nothing }
        guard let command = line.command else { return beginning(word) }
        if !line.isLiteral, word.hasPrefix("-") { return options(word, of: command) }
        let completion = operands(word, of: command)
        // Where nothing else may stand, an option may.
        return completion.isEmpty && word.isEmpty && line.slots.isEmpty
            ? Completion(line.options.filter { $0.long != Options.help.spec.long }.map(\.candidate), for: "")
            : completion
    }

    /// The first word.
    private func beginning(_ word: String) -> Completion {
        guard !word.hasPrefix("-") else {
            return Completion(
                [Candidate("--help", Options.help.spec.help), Candidate("--version", "show the version")],
                for: word)
        }
        return Completion(program.commands.map(\.candidate), for: word)
    }

    /// A word that begins like an option.
    private func options(_ word: String, of command: CommandSpec) -> Completion {
        switch WordForm(Word(word)) {
        case .long(let name, let attached?):
            guard let option = command.options.first(where: { Word($0.long) == name }), !option.isFlag else {
                return .nothing
            }
            return values(of: option, attached.text).behind("--\(option.long)=")
        case .cluster(let letters):
            return cluster(letters, word, of: command)
        default:
            return Completion(line.options.map(\.candidate), for: word)
        }
    }

    /// `-4v`, `-oTCP_NODELAY`: what is after the letter of an option is its value.
    private func cluster(_ letters: ArraySlice<UInt8>, _ word: String, of command: CommandSpec) -> Completion
    {
        var letters = letters
        while let letter = letters.popFirst() {
            guard let option = command.option(letter) else { return .nothing }
            if option.isFlag || letters.isEmpty { continue }
            let value = String(decoding: letters, as: UTF8.self)
            return values(of: option, value).behind(word.dropLast(value.count))
        }
        // It is whole.
        return Completion([Candidate(word)], for: word)
    }

    private func operands(_ word: String, of command: CommandSpec) -> Completion {
        if case .help = command.action { return Completion(topics, for: word) }
        let subcommands = Completion(line.subcommands.map(\.candidate), for: word)
        return line.slots.reduce(subcommands) { completion, slot in
            switch slot {
            case .operand(let operand): completion + values(operand.kind, word)
            case .port(let host, let operand): completion + port(of: host.text, operand, word)
            }
        }
    }

    /// What `help` may be asked about next.
    private var topics: [Candidate] {
        var commands = program.commands
        for word in line.operands { commands = commands.first { Word($0.name) == word }?.subcommands ?? [] }
        let topics = line.operands.isEmpty ? Topic.all.map { Candidate($0.name, $0.summary) } : []
        return commands.map(\.candidate) + topics
    }
}

extension CommandSpec {
    fileprivate var candidate: Candidate { Candidate(name, summary) }
}

extension OptionSpec {
    fileprivate var candidate: Candidate { Candidate(label, help) }
}
