// What an unfinished word of a command line may become: the answer to a shell that completes, and the lines in which
// the shell's script reads it.

/// One continuation of the word, or of what is left of it after the prefix.
package struct Candidate: Hashable, Sendable {
    package let value: String
    /// A few words for a list; may be empty.
    package let description: String
    /// Whether the word goes on after it, as after `unix:`: no space follows.
    package let isOpen: Bool

    package init(_ value: String, _ description: String = "", isOpen: Bool = false) {
        self.value = value
        self.description = description
        self.isOpen = isOpen
    }

    /// The same with something after it that the word goes on behind.
    func opened(by end: String) -> Candidate { Candidate(value + end, description, isOpen: true) }
}

/// Everything that a word may become.
package struct Completion: Equatable, Sendable {
    /// What stays as it was typed: `--option=`, `line:`, `@`. The candidates, and the names of files, come after it.
    package var prefix = ""
    package var candidates: [Candidate] = []
    /// Whether the names of files are candidates, too. The shell knows them best.
    package var takesFiles = false
    /// How many words, with this one, are the command line of another program, which the shell may know how to complete.
    package var programWords = 0

    static let nothing = Completion()
    static let files = Completion(takesFiles: true)

    /// The same behind something that stays as it is.
    func behind(_ text: some StringProtocol) -> Completion {
        var copy = self
        copy.prefix = text + prefix
        return copy
    }

    /// Both, of the same word: one of them may have a prefix, and is alone then.
    static func + (left: Completion, right: Completion) -> Completion {
        if left.isEmpty { return right }
        if right.isEmpty || left.prefix != right.prefix { return left }
        var sum = left
        sum.candidates += right.candidates
        sum.takesFiles = left.takesFiles || right.takesFiles
        return sum
    }

    /// Whether something is offered.
    var isEmpty: Bool { candidates.isEmpty && !takesFiles && programWords == 0 }
}

extension Completion {
    /// One line for each thing, its fields separated by tabs. A script skips lines that begin with a word it does not
    /// know: it may have been installed with another version.
    /// - Parameter typed: the word, as it is without the shell's quotes.
    package func lines(typed: String) -> String {
        guard Self.isPlain(prefix), Self.isPlain(typed) else { return "" }
        let plain = candidates.filter { Self.isPlain($0.value) }
        var lines = "typed\t\(typed)\nprefix\t\(prefix)\n"
        if Self.sharesLess(plain.map(\.value), behind: prefix, than: typed) { lines += "apart\n" }
        for candidate in plain {
            lines += candidate.isOpen ? "open\t" : "word\t"
            lines += candidate.value
            lines += "\t"
            if Self.isPlain(candidate.description) { lines += candidate.description }
            lines += "\n"
        }
        if takesFiles { lines += "files\n" }
        if programWords > 0 { lines += "program\t\(programWords)\n" }
        return lines
    }

    /// Whether it can be shown on a terminal: others choose the names of processes and hosts.
    private static func isPlain(_ text: String) -> Bool {
        if text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return true }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && !(0x7f..<0xa0).contains(scalar.value)
                && scalar.properties.generalCategory != .format
        }
    }

    /// Whether the beginning that all have in common is not what was typed and more: a shell that puts it in the place of
    /// the word would take letters away.
    private static func sharesLess(_ values: [String], behind prefix: String, than typed: String) -> Bool {
        guard values.count > 1, let first = values.first.map({ Array($0.utf8) }) else { return false }
        let common = values.dropFirst().reduce(first.count) { common, value in
            zip(first[..<common], value.utf8).prefix { $0 == $1 }.count
        }
        let shared = prefix + String(decoding: first[..<common], as: UTF8.self)
        return !shared.lowercased().contains(typed.lowercased())
    }
}
