// What is wrong with a command line, in words for the person who typed it: what was not understood, and the line to type
// instead, or the nearest word that would have been understood and where to read more.

package struct UsageError: Error, Equatable, CustomStringConvertible {
    package let message: String
    /// The command whose help is worth reading, such as `listen`; nil for the program's own.
    package let command: String?
    /// The word that was not understood, with the one that was probably meant.
    let slip: Slip?
    /// What to type instead, where that is sure.
    package private(set) var line: ShellLine?

    /// A word, and what was probably meant by it.
    struct Slip: Equatable, Sendable {
        let typed: Word
        let meant: String

        /// The same words without the slip.
        func mended(_ words: [Word]) -> [Word] {
            let equals = [UInt8(ascii: "=")]
            guard
                let index = words.firstIndex(where: { word in
                    word == typed || word.bytes.starts(with: typed.bytes + equals)
                        || word.bytes.suffix(typed.bytes.count + 1) == (equals + typed.bytes)[...]
                })
            else { return words }
            var words = words
            let isValue = words[index].bytes.starts(with: "--".utf8) && !typed.bytes.starts(with: "--".utf8)
            let bytes = words[index].bytes
            words[index] = Word(
                bytes: isValue
                    ? bytes.dropLast(typed.bytes.count) + Array(meant.utf8)
                    : Array(meant.utf8) + bytes.dropFirst(typed.bytes.count))
            return words
        }
    }

    package init(_ message: String, command: String? = nil) {
        self.init(message, command: command, slip: nil)
    }

    init(_ message: String, command: String? = nil, slip: Slip?) {
        self.message = message
        self.command = command
        self.slip = slip
    }

    /// The same with the line that the words should have been.
    func answered(for words: [Word], by program: Program) -> UsageError {
        var copy = self
        copy.line = program.line(insteadOf: words, slip)
        return copy
    }

    /// The lines for stderr, without a final line feed.
    package var description: String {
        "\(Program.sockctl.name): \(words)\n\(advice)"
    }

    /// What is wrong, with what was probably meant.
    package var words: String {
        guard line == nil, let slip else { return message }
        return message + " (did you mean '\(slip.meant)'?)"
    }

    /// What to type, or where to read more.
    package var advice: String {
        if let line { return Self.advice(line) }
        let help = [Program.sockctl.name, command, "--help"].compactMap(\.self).joined(separator: " ")
        return "try '\(help)'"
    }

    package static func advice(_ line: ShellLine) -> String { "type: \(line)" }
}
