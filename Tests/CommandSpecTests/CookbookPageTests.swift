// What sockctl-cookbook(7) and README say of each other, and that the page fits a terminal. `Tests/EndToEnd/Cookbook`
// runs the lines.

import Foundation
import Testing

@testable import CommandSpec

@Suite struct CookbookPageTests {
    @Test func readmeShowsTenOfThem() throws {
        let readme = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "README.md"), encoding: .utf8)
        let section = try #require(readme.firstMatch(of: /(?s)\n## Recipes\n(.*?)\n##[ ]/)).output.1
        #expect(section.contains("Ten of the \(Cookbook.recipes.count) "))
        #expect(section.contains("\(Equivalent.all.count) lines of"))
        let shown = section.matches(of: /(?s)\*\*([^*\n]+)\*\*\n\n```sh\n(.*?)\n```/).map(\.output)
        #expect(shown.count == 10)
        for (_, caption, code) in shown {
            let recipe = Cookbook.recipes.first { $0.caption == caption }
            #expect(recipe?.commands.joined(separator: "\n") == String(code), "\(caption)")
        }
    }

    /// A word of a caption that is a macro of mdoc(7), such as In, must not act as one.
    @Test func saysEverything() throws {
        let directory = try ScratchDirectory()
        let file = try directory.write(CookbookPage.text, to: "page")
        let lines = try Tool.output(of: "mandoc", ["-T", "ascii", "-O", "width=1000", file])
            .replacing(/.\u{8}/, with: "").split(separator: "\n").map { $0.drop { $0 == " " } }
        let shown = Set(lines.map(String.init))
        for recipe in Cookbook.recipes {
            #expect(shown.contains(recipe.caption))
            for line in recipe.commands.flatMap({ $0.split(separator: "\n") }) where !line.contains("…") {
                #expect(shown.contains(String(line.drop { $0 == " " })))
            }
        }
        for pair in Equivalent.all {
            for line in [pair.task, pair.theirs, pair.ours] { #expect(shown.contains(line)) }
        }
    }

    /// Beside its indentation a line has 73 columns on a terminal of 80.
    @Test(arguments: Cookbook.recipes.map(\.commands))
    func fits(commands: [String]) {
        for line in commands.joined(separator: "\n").split(separator: "\n") {
            #expect(line.count <= 73, "\(line)")
        }
    }
}
