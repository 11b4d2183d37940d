// The words of a line as bash has it: what is typed up to the cursor, with its quotes. bash itself would hand over its
// words cut in pieces at every `:` and `=`.

package enum ShellWords {
    /// The words after the command's name, without quotes, assignments before the command and redirections. The last one
    /// is the one at the cursor, and may be empty.
    package static func split(_ line: String) -> [Word] {
        var scan = Scan()
        for byte in line.utf8 { scan.take(byte) }
        scan.finish()
        let command = scan.words.drop { isAssignment($0) }
        return command.dropFirst().map { Word(bytes: $0) }
    }

    private static func isAssignment(_ word: [UInt8]) -> Bool {
        let name = word.prefix { $0 != UInt8(ascii: "=") }
        guard name.count < word.count, let first = name.first else { return false }
        return (first == UInt8(ascii: "_") || Character(Unicode.Scalar(first)).isLetter)
            && name.allSatisfy {
                $0 == UInt8(ascii: "_") || Character(Unicode.Scalar($0)).isLetter || isDigit($0)
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private struct Scan {
        var words: [[UInt8]] = []
        private var word: [UInt8] = []
        private var isInWord = false
        /// The quote that is open.
        private var quote: UInt8?
        private var isEscaped = false
        /// Whether the word is the file of a redirection.
        private var isRedirected = false

        mutating func take(_ byte: UInt8) {
            if isEscaped {
                isEscaped = false
                // In double quotes a backslash stands for itself before most characters.
                if quote != nil, !#"\"$`"#.utf8.contains(byte) { word.append(UInt8(ascii: "\\")) }
                word.append(byte)
            } else if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                (isEscaped, isInWord) = (true, true)
            } else if let open = quote {
                if byte == open { quote = nil } else { word.append(byte) }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                (quote, isInWord) = (byte, true)
            } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                if isInWord { end() }
            } else if byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") {
                // The number before it is a descriptor.
                if isInWord, !word.allSatisfy(ShellWords.isDigit) { end() }
                (word, isInWord, isRedirected) = ([], false, true)
            } else {
                word.append(byte)
                isInWord = true
            }
        }

        private mutating func end() {
            if !isRedirected { words.append(word) }
            (word, isInWord, isRedirected) = ([], false, false)
        }

        mutating func finish() { end() }
    }
}
