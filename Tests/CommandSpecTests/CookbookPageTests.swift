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

    /// Beside its indentation a line has 73 columns on a terminal of 80.
    @Test(arguments: Cookbook.recipes.map(\.commands))
    func fits(commands: [String]) {
        for line in commands.joined(separator: "\n").split(separator: "\n") {
            #expect(line.count <= 73, "\(line)")
        }
    }
}
