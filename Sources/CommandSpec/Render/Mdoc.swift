// Writes the mdoc(7) language, in which manual pages are written: sections, paragraphs, lists and displays.

package struct Mdoc {
    package private(set) var text = ""
    /// The words that stand for a value, such as FILE: they are set as arguments.
    let placeholders: Set<String>

    package init(title: String, section: Int, summary: String, placeholders: Set<String> = []) {
        self.placeholders = placeholders
        macro("Dd \(Manual.date)")
        macro("Dt \(title.uppercased()) \(section)")
        macro("Os \(Program.sockctl.versionLine)")
        heading("NAME")
        macro("Nm \(title)")
        macro("Nd \(summary)")
    }

    mutating func line(_ line: String) { text += line + "\n" }

    package mutating func macro(_ macro: String) { line("." + macro) }

    package mutating func heading(_ title: String) { macro("Sh \(title)") }

    /// What would be taken for a macro, such as the word In, or for a delimiter, gets a character of no width.
    package mutating func subheading(_ title: String) {
        let words = title.split(separator: " ").map { word in
            word.count == 2 && word.first?.isUppercase == true ? "\\&\(word)" : "\(word)"
        }
        let end = title.last?.isPunctuation == true ? "\\&" : ""
        macro("Ss " + words.joined(separator: " ") + end)
    }

    mutating func prose(_ prose: [Prose]) {
        for (index, block) in prose.enumerated() {
            switch block {
            case .text(let text):
                if index > 0 { macro("Pp") }
                paragraph(text)
            case .list(let items):
                list(items) { mdoc, item in
                    mdoc.macro("It " + Self.words(item.term))
                    mdoc.paragraph(item.text.asSentence)
                }
            case .code(let code):
                display(code)
            }
        }
    }

    package mutating func list<Item>(_ items: [Item], _ body: (inout Mdoc, Item) -> Void) {
        macro("Bl -tag -width Ds")
        for item in items { body(&self, item) }
        macro("El")
    }

    /// Lines exactly as they are, further to the right or, within a list, close to what they belong to.
    package mutating func display(_ code: String, offset: String? = "indent") {
        macro(offset.map { "Bd -literal -offset \($0)" } ?? "Bd -literal -compact")
        for line in code.split(separator: "\n", omittingEmptySubsequences: false) {
            self.line(Self.literal(String(line)))
        }
        macro("Ed")
    }

    package mutating func crossReferences(_ pages: [String]) {
        heading("SEE ALSO")
        let sorted = pages.compactMap(Self.reference).sorted { ($0.section, $0.name) < ($1.section, $1.name) }
        for (index, page) in sorted.enumerated() {
            macro("Xr \(page.name) \(page.section)" + (index + 1 < sorted.count ? " ," : ""))
        }
    }

    /// The name and section of `nc(1)`.
    static func reference(_ page: String) -> (name: String, section: String)? {
        let parts = page.split(separator: "(")
        guard parts.count == 2, parts[1].count == 2, parts[1].last == ")" else { return nil }
        return (String(parts[0]), String(parts[1].dropLast()))
    }

    /// The text escaped, so that it is printed as it stands, also where it begins a line.
    static func literal(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            default: result.append(character)
            }
        }
        return result.hasPrefix(".") ? "\\&" + result : result
    }

    /// The words of the text, each safe as the argument of a macro.
    static func words(_ text: String) -> String {
        text.split(separator: " ").map { argument(String($0)) }.joined(separator: " ")
    }

    /// The text as one argument of a macro.
    package static func argument(_ text: String) -> String {
        let escaped = literal(text).replacing("\"", with: "\\(dq")
        let quoted = escaped.contains(" ") ? "\"\(escaped)\"" : escaped
        // What could be taken for a macro or a delimiter is told apart by a character of no width.
        let isShort = text.count <= 3 && !text.contains(" ")
        return isShort ? "\\&" + quoted : quoted
    }
}
