// What is wrong with a command line, in words for the person who typed it: what was not understood, the
// nearest thing that would have been, and where to read more.

package struct UsageError: Error, Equatable, CustomStringConvertible {
    package let message: String
    /// The command whose help is worth reading, such as `listen`; nil for the program's own.
    package let command: String?
    /// What was probably meant, such as `--timeout`.
    package let suggestion: String?

    package init(_ message: String, command: String? = nil, suggestion: String? = nil) {
        self.message = message
        self.command = command
        self.suggestion = suggestion
    }

    /// The lines for stderr, without a final line feed.
    package var description: String {
        "\(Program.sockctl.name): \(words)\n\(advice)"
    }

    /// What is wrong, with what was probably meant.
    package var words: String { message + (suggestion.map { " (did you mean '\($0)'?)" } ?? "") }

    /// Where to read more.
    package var advice: String {
        let help = [Program.sockctl.name, command, "--help"].compactMap(\.self).joined(separator: " ")
        return "try '\(help)'"
    }
}
