// Sets a paragraph in mdoc: each sentence begins a line, and what is `quoted` gets the macro for what it is: an
// option, a constant of the API, a file, another page.

extension Mdoc {
    package mutating func paragraph(_ text: String) {
        var line = ""
        func flush(_ mdoc: inout Mdoc) {
            if !line.isEmpty { mdoc.line(line) }
            line = ""
        }
        for word in Self.split(text) {
            if let macro = macro(for: word) {
                flush(&self)
                self.macro(macro)
                continue
            }
            if line.count + 1 + word.count > 76 { flush(&self) }
            line += (line.isEmpty ? "" : " ") + Self.plain(word, beginsLine: line.isEmpty)
            if word.last.map(".?!".contains) == true { flush(&self) }
        }
        flush(&self)
    }

    /// The words of the text; what stands in backquotes is part of one word, spaces and all.
    private static func split(_ text: String) -> [String] {
        var words = [""]
        var isQuoted = false
        for character in text {
            if character == "`" { isQuoted.toggle() }
            if character == " ", !isQuoted {
                words.append("")
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words.filter { !$0.isEmpty }
    }

    private static func plain(_ word: String, beginsLine: Bool) -> String {
        let escaped = word.replacing("\\", with: "\\e")
        return beginsLine && (word.hasPrefix(".") || word.hasPrefix("'")) ? "\\&" + escaped : escaped
    }

    /// The macro line for a word that is quoted or a placeholder, with the punctuation around it.
    private func macro(for word: String) -> String? {
        let before = word.prefix { $0 == "(" }
        let core: Substring
        let after: Substring
        if let open = word.firstIndex(of: "`"), let close = word.lastIndex(of: "`"), open < close {
            core = word[word.index(after: open)..<close]
            after = word[word.index(after: close)...]
        } else {
            core = word.dropFirst(before.count).prefix { $0.isLetter }
            after = word[core.endIndex...]
            guard placeholders.contains(String(core)), after.allSatisfy({ $0.isPunctuation }) else {
                return nil
            }
        }
        let name = placeholders.contains(String(core)) ? "Ar \(core)" : Self.markup(String(core))
        let parts = [name.prefix(2)] + before.map { Substring(String($0)) } + [name.dropFirst(3)]
        return (parts + after.map { Substring(String($0)) }).joined(separator: " ")
    }

    /// The macro for what is quoted: a flag, a page, a path, a constant, or anything else that is typed.
    private static func markup(_ text: String) -> String {
        if let page = reference(text) { return "Xr \(page.name) \(page.section)" }
        if text.hasPrefix("-"), !text.contains(" "), text != "-", text != "--" {
            return "Fl \(literal(String(text.dropFirst())))"
        }
        if text.hasPrefix("/") { return "Pa \(argument(text))" }
        if text.count > 3, text.allSatisfy({ $0.isUppercase || $0.isNumber || $0 == "_" }) {
            return "Dv \(text)"
        }
        return "Ql \(argument(text))"
    }
}
