// The errors of the command parser. Each says what was not understood and, where there is one, the nearest
// thing that would have been.

import Framing

extension CommandParser {
    /// - Parameter meant: what `typed` was probably meant to be.
    func error(_ message: String, _ typed: Word? = nil, meant: String? = nil) -> UsageError {
        let slip = typed.flatMap { typed in meant.map { UsageError.Slip(typed: typed, meant: $0) } }
        return UsageError(message, command: command.fullName, slip: slip)
    }

    /// - Parameter options: one of which would have made room for it.
    func unexpected(_ word: Word, without options: [String] = []) -> UsageError {
        let condition = options.isEmpty ? "" : " without " + Phrase.list(options, "or")
        return error("unexpected operand \(word.quoted)\(condition); the form is: \(command.form)")
    }

    func badValue(_ word: Word, of kind: ValueKind, _ label: String, _ expectation: String) -> UsageError {
        var suggestion: String?
        switch kind {
        case .choice(let names): suggestion = NearestMatch.of(word.text, among: names)
        case .framing: suggestion = NearestMatch.of(word.text, among: Framing.names)
        default: break
        }
        if kind == .framing, let complaint = Framing.complaint(word.bytes) {
            return error("\(label): \(word.quoted): \(complaint)")
        }
        return error("\(label): \(word.quoted) is not \(expectation)", word, meant: suggestion)
    }

    func unknownOption(_ word: Word) -> UsageError {
        if let error = optionOfOthers(word.text, where: { Word($0.label) == word }) { return error }
        let name = String(word.text.dropFirst(2))
        if let foreign = ForeignOption.named(long: name, in: command) {
            let reason = foreign.reason.isEmpty ? "" : ": \(foreign.reason)"
            return error("unknown option \(word.quoted)\(reason)")
        }
        let nearest = NearestMatch.of(name, among: command.options.map(\.long))
        return error("unknown option \(word.quoted)", word, meant: nearest.map { "--" + $0 })
    }

    /// The commands that do have an option; nil if none has.
    private func optionOfOthers(_ text: String, where isIt: (OptionSpec) -> Bool) -> UsageError? {
        let owners = program.allCommands.filter { $0.options.contains(where: isIt) }
        if owners.isEmpty { return nil }
        let names = Phrase.list(owners.map { "'\($0.fullName)'" }, "and")
        let verb = owners.count == 1 ? "has" : "have"
        return error("'\(command.fullName)' has no option \(text), but \(names) \(verb) it")
    }

    /// For a letter that is no option; `tail` begins with it.
    func unknownFlag(_ tail: Word, in cluster: Word) -> UsageError {
        let letter = tail.text.prefix(1)
        let whole = String(cluster.text.dropFirst())
        if whole.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) {
            return error("unknown option \(cluster.quoted); an operand that begins with '-' goes after '--'")
        }
        let nearest = whole.count > 2 ? NearestMatch.of(whole, among: command.options.map(\.long)) : nil
        if let nearest {
            return error("unknown option \(Word("-" + letter).quoted)", cluster, meant: "--" + nearest)
        }
        if let reason = letter.first.flatMap(command.reason) {
            return error("unknown option \(Word("-" + letter).quoted): \(reason)")
        }
        if let error = optionOfOthers("-" + letter, where: { $0.shortLabel == "-" + letter }) { return error }
        return error("unknown option \(Word("-" + letter).quoted)")
    }
}
