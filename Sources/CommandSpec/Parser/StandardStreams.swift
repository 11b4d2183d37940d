// `-` stands for standard input or output wherever an option names a file. Each of the two is there once: what is read
// twice, or written by two, is refused.

extension Word {
    /// Whether it stands for standard input or output where a file is named. A file of that name is `./-`.
    package var isStandardStream: Bool { self == "-" }
}

/// An option that names a file, and what names standard input or output there.
struct FileUse: Sendable {
    let option: OptionSpec
    let isInput: Bool
    let mark: Word

    private static func reads(_ option: any OptionDefinition) -> FileUse {
        FileUse(option: option.spec, isInput: true, mark: option.spec.kind == .data ? "@-" : "-")
    }

    private static func writes(_ option: any OptionDefinition) -> FileUse {
        FileUse(option: option.spec, isInput: false, mark: "-")
    }

    static let all = [
        reads(Options.file), reads(Options.replay), reads(Options.data), reads(Options.reply),
        writes(Options.output), writes(Options.record),
    ]

    /// As it is typed: `--reply @-`.
    var text: String { "\(option.label) \(mark.text)" }

    func isGiven(in arguments: Arguments) -> Bool {
        arguments.values[option.long]?.last as? Word == mark
    }
}

/// When nothing but a recording goes to standard output.
package struct StandardOutput: Sendable {
    /// What leaves no payload for it, each by itself.
    let isFreeWith: [any CommandPart]
    /// What brings payload in the first place; nil where some always comes.
    let payloadNeeds: (any CommandPart)?

    package init(isFreeWith parts: [any CommandPart], payloadNeeds need: (any CommandPart)? = nil) {
        isFreeWith = parts
        payloadNeeds = need
    }

    private func isFree(_ arguments: Arguments) -> Bool {
        if let payloadNeeds, !arguments.contains(payloadNeeds.label) { return true }
        return isFreeWith.contains { arguments.contains($0.label) }
    }

    /// What is wrong with the streams that were named; nil if nothing is.
    func conflict(in arguments: Arguments) -> String? {
        let given = FileUse.all.filter { $0.isGiven(in: arguments) }
        for isInput in [true, false] {
            let uses = given.filter { $0.isInput == isInput }.map(\.text)
            guard uses.count > 1 else { continue }
            return "\(Phrase.list(uses, "and")) cannot both be standard \(isInput ? "input" : "output")"
        }
        guard let output = given.first(where: { !$0.isInput }) else { return nil }
        if arguments[Options.json] {
            return "\(output.text) and --json cannot be combined: the events go to standard output"
        }
        guard output.option.long == Options.record.spec.long, !isFree(arguments) else { return nil }
        return "\(output.text) needs \(Phrase.list(isFreeWith.map(\.label), "or")): "
            + "standard output has what is received"
    }
}
