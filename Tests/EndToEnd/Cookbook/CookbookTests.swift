// Every recipe of sockctl-cookbook(7) is run, and does what it says. Where its script changes a line with sed, it is for a
// shorter time, or to put in what a reader would.

import CommandSpec
import Testing

/// How each recipe is run.
enum RecipeRuns {
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
        #expect(captions.sorted() == RecipeRuns.all.map(\.name).sorted())
        #expect(Set(captions).count == captions.count)
    }

    @Test("does what it says", arguments: RecipeRuns.all)
    func recipe(_ run: CookbookRun) throws {
        let lines = try #require(Cookbook.recipes.first { $0.caption == run.name }).commands
        for number in 1...lines.count { #expect(run.names(line: number), "line \(number) is not run") }
        try scene { scene in try run.expectDone(try run.start(scene, lines), scene, lines) }
    }
}
