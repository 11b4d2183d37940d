// What people type who come from nc, ncat, socat, ss, curl or telnet, and what is typed with a slip: the whole line to type
// instead. It is shown and never run, and shown only if it would be understood.

extension Program {
    /// The line to type instead of one that was refused; nil where none is sure.
    package func line(insteadOf words: [Word]) -> ShellLine? { line(insteadOf: words, nil) }

    /// - Parameter slip: a word of it, and what was probably meant by it.
    func line(insteadOf words: [Word], _ slip: UsageError.Slip?) -> ShellLine? {
        // What is long holds data, and nobody types it again; nor what no terminal shows.
        guard words.count <= 32, words.reduce(0, { $0 + $1.bytes.count }) <= 400,
            words.allSatisfy({ $0.validText?.unicodeScalars.allSatisfy(\.properties.isPrintable) == true })
        else { return nil }
        var named = OtherNames.replaced(in: words, self)
        if named == words, let slip { named = OtherNames.replaced(in: slip.mended(words), self) }
        let path = path(of: named)
        var refused = [words]
        // A command of ours that lacks its operands is told what they are.
        let translations = named == words ? Self.translations.dropLast() : Self.translations[...]
        for translate in translations {
            guard let candidate = translate(named, path, self), !candidate.isEmpty,
                !refused.contains(candidate)
            else { continue }
            if isUnderstood(candidate) { return ShellLine([Word(name)] + candidate) }
            refused.append(candidate)
        }
        return nil
    }

    /// The commands that the first words name.
    private func path(of words: [Word]) -> [CommandSpec] {
        guard let first = words.first, let command = command(named: first) else { return [] }
        guard words.count > 1, let below = command.subcommand(named: words[1]) else { return [command] }
        return [command, below]
    }

    /// How a line may be read, with the commands that it names; each is asked in turn.
    private static let translations: [@Sendable ([Word], [CommandSpec], Program) -> [Word]?] = [
        { words, path, _ in path.isEmpty ? SocatLine.translated(words) : nil },
        { words, _, _ in CurlLine.translated(words) },
        { words, path, program in ListLine.translated(words, path, program) },
        { words, path, program in NetcatLine(words, path, program)?.words },
        { words, path, program in EndpointHabits.replaced(in: words, path, program) },
        { words, _, _ in words },
        { words, path, _ in withPlace(words, path) },
    ]

    /// A command alone, with what it needs.
    private static func withPlace(_ words: [Word], _ path: [CommandSpec]) -> [Word]? {
        guard let command = path.last, words.count == command.path.count,
            let operand = command.operands.first, operand.required
        else { return nil }
        guard operand.kind.isEndpoint else { return nil }
        return words + (["listen", "recv"].contains(command.name) ? ["PORT"] : ["HOST", "PORT"])
    }

    /// Whether the parser takes it, or would with what is left to fill in.
    private func isUnderstood(_ words: [Word]) -> Bool {
        do throws(UsageError) {
            _ = try understand(words)
            return true
        } catch {
            return false
        }
    }
}

/// Words as they are typed in a shell.
package struct ShellLine: Equatable, Sendable, CustomStringConvertible {
    let words: [Word]

    init(_ words: [Word]) { self.words = words }

    package var description: String { words.map(Self.quoted).joined(separator: " ") }

    /// A word so that the shell takes it as it is; who somebody is to a proxy is not repeated.
    private static func quoted(_ word: Word) -> String {
        let text = withoutUser(word.text)
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./:@%+=,".utf8.contains(byte)
            }
        }
        if isPlain, !text.isEmpty { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
            + "'"
    }

    private static func withoutUser(_ text: String) -> String {
        guard let start = text.firstRange(of: "://")?.upperBound else { return text }
        let authority = text[start...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return text }
        return text[..<start] + "USER@" + text[text.index(after: at)...]
    }
}

extension Unicode.Scalar.Properties {
    /// Neither a control character nor one that only formats.
    fileprivate var isPrintable: Bool {
        switch generalCategory {
        case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
