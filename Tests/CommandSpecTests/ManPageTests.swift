// The manual pages: clean mdoc, nothing left out, and no reference to a page of ours that does not exist.

import Testing

@testable import CommandSpec

private let programs = [Program.sockctl, Program.nested]

private func pages(of program: Program) -> [(path: String, contents: String)] {
    program.generatedFiles.filter { $0.path.hasPrefix("man/") }
}

@Suite struct ManPageTests {
    /// Whether other pages are installed is not a property of ours: lint says that too, and it is left out.
    @Test(arguments: programs)
    func lint(program: Program) throws {
        for page in pages(of: program) { try expectClean(page.contents, page.path) }
    }

    @Test func cookbook() throws { try expectClean(CookbookPage.text, "the cookbook") }

    private func expectClean(_ page: String, _ name: String) throws {
        let directory = try ScratchDirectory()
        let file = try directory.write(page, to: "page")
        // On stderr it says what the database of pages lacks.
        let complaints = try Tool.output(
            of: "mandoc", ["-T", "lint", "-W", "style", file], withErrors: false
        )
        .split(separator: "\n")
        .filter { !$0.contains("referenced manual not found") }
        #expect(complaints.isEmpty, "\(name)")
    }

    @Test(arguments: programs) func referencesAreToPagesThatExist(program: Program) {
        let others = [Manual.jsonPage, Manual.cookbookPage].map { page in
            String(page.reference.dropLast()).replacing("(", with: " ")
        }
        let known = Set(
            pages(of: program).map { page in
                page.path.dropFirst("man/".count).split(separator: ".").joined(separator: " ")
            } + others)
        let references = pages(of: program).flatMap { $0.contents.split(separator: "\n") }
            .filter { $0.hasPrefix(".Xr sockctl") }
            .map { $0.split(separator: " ").dropFirst().prefix(2).joined(separator: " ") }
        #expect(!references.isEmpty)
        #expect(Set(references).subtracting(known) == [])
    }

    @Test(arguments: Program.sockctl.allCommands.filter(\.hasPage))
    func saysEverything(command: CommandSpec) throws {
        let directory = try ScratchDirectory()
        let file = try directory.write(ManPage(.sockctl).page(of: command), to: "page")
        let text = try Tool.output(of: "mandoc", ["-T", "ascii", "-O", "width=1000", file])
            .replacing(/.\u{8}/, with: "")
        for heading in [
            "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES",
            "SEE ALSO",
        ] {
            #expect(text.contains("\n\(heading)\n"), "\(heading)")
        }
        for option in command.options {
            let names = [option.shortLabel, option.label].compactMap(\.self).joined(separator: ", ")
            let value = option.isFlag ? "" : " " + option.placeholder
            #expect(text.contains("     \(names)\(value)"), "\(names)\(value)")
        }
        // A caption may be the output itself.
        for example in command.examples {
            #expect(text.contains("     \(example.caption)\n"), "\(example.caption)")
        }
        if case .group = command.action { #expect(text.contains("sockctl \(command.fullName) COMMAND\n")) }
        for example in command.examples.flatMap({ $0.line.split(separator: "\n") }) {
            #expect(text.contains(example), "\(example)")
        }
        for status in ExitStatus.allCases {
            #expect(text.contains(status.meaning.dropFirst()), "\(status)")
        }
    }

    /// The values of a choice, such as `on|off`, are words of English, too.
    @Test func placeholdersAreCapitals() {
        for (path, contents) in pages(of: Program.sockctl) {
            for line in contents.split(separator: "\n") where line.hasPrefix(".Ar ") {
                #expect(line.dropFirst(4).first?.isUppercase == true, "\(path): \(line)")
            }
        }
    }

    @Test(arguments: [
        ("Plain text. A second sentence.", "Plain text.\nA second sentence.\n"),
        ("Use `--timeout`, then stop.", "Use\n.Fl \\-timeout ,\nthen stop.\n"),
        ("Half-close (`SHUT_WR`).", "Half-close\n.Dv ( SHUT_WR ) .\n"),
        ("See `nc(1)` and `/dev/null`.", "See\n.Xr nc 1\nand\n.Pa /dev/null .\n"),
        ("The FILE, or `^[`.", "The\n.Ar FILE ,\nor\n.Ql \\&\\(ha[ .\n"),
        (".dot and \\ slash", "\\&.dot and \\e slash\n"), ("`HOST PORT`", ".Ql \"HOST PORT\"\n"),
    ])
    func markup(text: String, expected: String) {
        var page = Mdoc(title: "x", section: 1, summary: "x", placeholders: ["FILE"])
        let head = page.text
        page.paragraph(text)
        #expect(page.text.dropFirst(head.count) == expected)
    }

    /// A section that a page speaks of is on that page.
    @Test(arguments: programs) func sectionsAreThere(program: Program) {
        for (path, contents) in pages(of: program) {
            let lines = contents.split(separator: "\n")
            let headings = Set(lines.filter { $0.hasPrefix(".Sh ") }.map { String($0.dropFirst(4)) })
            for heading in pages(of: .sockctl).flatMap({ $0.contents.split(separator: "\n") })
                .filter({ $0.hasPrefix(".Sh ") }).map({ String($0.dropFirst(4)) })
            where !headings.contains(heading) && heading.count > 5 {
                #expect(
                    !contents.contains("see \(heading)") && !contents.contains("See \(heading)"),
                    "\(path): \(heading)")
            }
            #expect(contents.contains(".Os \(Program.sockctl.versionLine)\n"), "\(path)")
        }
    }
}
