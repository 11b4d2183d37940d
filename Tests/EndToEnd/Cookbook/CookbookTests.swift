// Every recipe of sockctl-cookbook(7) is run, and does what it says. Where its script changes a line with sed, it is for a
// shorter time, or to put in what a reader would.

import CommandSpec
import Testing

/// A recipe by its caption, what is done with its lines, and what that prints.
struct RecipeRun: CustomTestStringConvertible, Sendable {
    let caption: String
    let script: String
    let prints: String

    init(_ caption: String, _ script: String, _ prints: String) {
        self.caption = caption
        self.script = script
        self.prints = prints
    }

    var testDescription: String { caption }

    static let all =
        findingOutWhoListens + movingFiles + seeingWhatAClientSends + testingAServer + waitingInAScript
        + watchingAConnection + makingANetworkBad + lookingAtACertificate + servingSomething
        + sendingDatagrams
        + lookingUpNames + goingThroughAProxy
}

@Suite("The recipes of sockctl-cookbook(7)")
struct CookbookTests {
    @Test("each is run, once")
    func all() {
        let captions = Cookbook.recipes.map(\.caption)
        #expect(captions.sorted() == RecipeRun.all.map(\.caption).sorted())
        #expect(Set(captions).count == captions.count)
    }

    /// A line that no script names would not be run.
    @Test("each line is run", arguments: RecipeRun.all)
    func lines(_ run: RecipeRun) throws {
        let recipe = try #require(Cookbook.recipes.first { $0.caption == run.caption })
        for number in 1...recipe.commands.count {
            #expect(run.script.contains("line \(number)") || run.script.contains("serve \(number)"))
        }
    }

    @Test("does what it says", arguments: RecipeRun.all)
    func recipe(_ run: RecipeRun) throws {
        let recipe = try #require(Cookbook.recipes.first { $0.caption == run.caption })
        try scene { scene in
            let program = try CookbookShell.run(scene, lines: recipe.commands, run.script)
            #expect(try program.exit() == .status(0), "\(scene)")
            #expect(program.output.text == run.prints, "\(scene)")
        }
    }
}
