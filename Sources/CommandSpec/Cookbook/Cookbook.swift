// The cookbook: what one wants to do, and the command lines that do it. The page sockctl-cookbook(7) is made from it,
// and `CookbookTests` runs every line.

/// One task: commands that are typed one after the other, or each in a shell of its own.
package struct Recipe: Sendable {
    package let caption: String
    /// Each is complete in itself, and may have several lines.
    package let commands: [String]
    /// What to know beside the lines.
    let note: String

    init(_ caption: String, _ commands: String..., note: String = "") {
        self.caption = caption
        self.commands = commands
        self.note = note
    }
}

package enum Cookbook {
    /// Recipes for one kind of task.
    package struct Chapter: Sendable {
        let title: String
        package let recipes: [Recipe]
    }

    package static let chapters = [
        findingOutWhoListens, movingFiles, seeingWhatAClientSends, testingAServer, waitingInAScript,
        watchingAConnection, makingANetworkBad, lookingAtACertificate, servingSomething, sendingDatagrams,
        lookingUpNames, goingThroughAProxy,
    ]

    package static let recipes = chapters.flatMap(\.recipes)
}
