// What a word of the command line is by its looks, before `--`.

enum WordForm {
    /// `--`: only operands follow.
    case end
    /// `--name`, `--name=value`.
    case long(name: Word, attached: Word?)
    /// `-4v`, `-w5`: what follows the hyphen.
    case cluster(ArraySlice<UInt8>)
    case operand

    init(_ word: Word) {
        let hyphen = UInt8(ascii: "-")
        guard word.bytes.count > 1, word.bytes[0] == hyphen else {
            self = .operand
            return
        }
        guard word.bytes[1] == hyphen else {
            self = .cluster(word.bytes.dropFirst())
            return
        }
        let parts = word.bytes.dropFirst(2).split(
            separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false
        ).map { Word(bytes: Array($0)) }
        self = word == "--" ? .end : .long(name: parts[0], attached: parts.count > 1 ? parts[1] : nil)
    }
}

extension CommandSpec {
    /// The option with this letter.
    func option(_ letter: UInt8) -> OptionSpec? {
        let letter = Character(Unicode.Scalar(letter))
        return options.first { $0.short == letter }
    }

    /// The operands that it takes beside the options that were given: one of them may have another in the place of all.
    func operands(given isGiven: (String) -> Bool) -> [OperandSpec] {
        let replacing = operands.filter { $0.replacing.map(isGiven) ?? false }
        return replacing.isEmpty ? operands.filter { $0.replacing == nil } : replacing
    }
}
