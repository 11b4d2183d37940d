// `-` stands for standard input or output wherever an option names a file, and so do the names that the system has for
// the two. Each of them is there once: what is read twice, or written by two, is refused.

extension Word {
    /// Whether it stands for standard input where a file is read. A file of the name `-` is `./-`.
    package var isStandardInput: Bool {
        ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].contains(self)
    }

    /// Whether it stands for standard output where a file is written.
    package var isStandardOutput: Bool {
        ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].contains(self)
    }

    /// The FILE of `@FILE`; nil where there is no `@`.
    package var afterAt: Word? {
        bytes.first == UInt8(ascii: "@") ? Word(bytes: Array(bytes.dropFirst())) : nil
    }
}

/// An option that names a file.
struct FileUse: Sendable {
    let option: OptionSpec
    let isInput: Bool
    /// The file in what was typed; nil where that is none.
    private let file: @Sendable (Word) -> Word?

    private static func reads(_ option: any OptionDefinition) -> FileUse {
        FileUse(option: option.spec, isInput: true) {
            [kind = option.spec.kind] in kind == .dataOrFile ? $0.afterAt : $0
        }
    }

    private static func writes(
        _ option: any OptionDefinition, file: @escaping @Sendable (Word) -> Word? = { $0 }
    ) -> FileUse {
        FileUse(option: option.spec, isInput: false, file: file)
    }

    static let all = [
        reads(Options.file), reads(Options.replay), reads(Options.data), reads(Options.reply),
        reads(Options.faults), reads(Options.ca), reads(Options.cert), reads(Options.key),
        reads(Options.clientCA), reads(Options.viaAuth),
        writes(Options.output), writes(Options.record) { RecordingTarget($0).file },
    ]

    /// Where standard input or output is named, that as it is typed: `--reply @-`.
    func standardStream(in arguments: Arguments) -> String? {
        guard let word = arguments.values[option.long]?.last as? Word, let file = file(word),
            isInput ? file.isStandardInput : file.isStandardOutput
        else { return nil }
        return "\(option.label) \(word.text)"
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
        let given = FileUse.all.compactMap { use in use.standardStream(in: arguments).map { (use, $0) } }
        for isInput in [true, false] {
            let uses = given.filter { $0.0.isInput == isInput }.map(\.1)
            guard uses.count > 1 else { continue }
            return "\(Phrase.list(uses, "and")) cannot both be standard \(isInput ? "input" : "output")"
        }
        guard let (output, text) = given.first(where: { !$0.0.isInput }) else { return nil }
        if arguments[Options.json] {
            return "\(text) and --json cannot be combined: the events go to standard output"
        }
        guard output.option.long == Options.record.spec.long, !isFree(arguments) else { return nil }
        return "\(text) needs \(Phrase.list(isFreeWith.map(\.label), "or")): "
            + "standard output has what is received"
    }
}
