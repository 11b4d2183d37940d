// The help: on any terminal it keeps to the width; the summary fits the screen of a common one.

import Testing

@testable import CommandSpec

private let topics = [CommandSpec?.none] + Program.sockctl.allCommands

@Suite struct HelpTests {
    /// The lines that are not there to be pasted.
    private func prose(_ text: String, of command: CommandSpec?) -> [Substring] {
        let examples = (command.map { [$0] } ?? Program.sockctl.commands).flatMap(\.examples)
        let pasted = examples.flatMap { $0.line.split(separator: "\n") }.map { "  " + $0 }
        return text.split(separator: "\n").filter { !pasted.contains(String($0)) }
    }

    @Test(arguments: topics, [40, 53, 80, 132]) func keepsToTheWidth(command: CommandSpec?, width: Int) {
        let text = HelpText(.sockctl, width: width).text(of: command)
        for line in prose(text, of: command) { #expect(line.count <= width, "\(line)") }
    }

    /// The line feed at the end is not one more line.
    @Test(arguments: topics) func summaryFitsAScreen(command: CommandSpec?) {
        let lines = HelpText(.sockctl, width: 80).text(of: command, .summary).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 25 && lines.last == "", "\(lines.count)")
        for line in lines { #expect(line.count <= 80 && line.last != " ", "\(line)") }
    }

    @Test(arguments: topics) func summaryKeepsToTheWidth(command: CommandSpec?) {
        for width in [40, 53, 132] {
            let text = HelpText(.sockctl, width: width).text(of: command, .summary)
            for line in prose(text, of: command) { #expect(line.count <= width, "\(line)") }
        }
    }

    @Test(arguments: Program.sockctl.allCommands) func summaryHasWhatIsNeededMost(command: CommandSpec) {
        let text = HelpText(.sockctl, width: 80).text(of: command, .summary)
        #expect(text.contains("usage: \(command.form)\n"))
        #expect(text.contains("sockctl \(command.fullName) --help"))
        for subcommand in command.subcommands { #expect(text.contains(subcommand.name)) }
        guard case .run = command.action else { return }
        let own = command.options.filter { !["color", "help"].contains($0.long) }
        let shown = command.summaryOptions
        #expect(shown.count == min(own.count, CommandSpec.summarized), "\(shown.map(\.long))")
        for option in shown { #expect(text.contains(" \(option.label)") && text.contains(option.help)) }
        #expect(command.examples.count >= HelpText.summarizedExamples)
        for example in command.examples.prefix(HelpText.summarizedExamples) {
            for line in example.line.split(separator: "\n") { #expect(text.contains("  \(line)\n")) }
        }
    }

    @Test(arguments: topics) func fullHelpNamesThePage(command: CommandSpec?) {
        let lines = HelpText(.sockctl, width: 80).text(of: command).split(
            separator: "\n", omittingEmptySubsequences: false)
        for line in lines { #expect(line.count <= 80 && line.last != " ", "\(line)") }
        let page = command.map { $0.hasPage ? $0.pageName : "sockctl" } ?? "sockctl"
        #expect(lines.dropLast().last?.hasSuffix("man \(page)") == true)
    }

    @Test(arguments: [Int.min, -1, 0, 1, 39]) func anyWidthIsTaken(width: Int) {
        let narrow = HelpText(.sockctl, width: width).text(of: .listen)
        #expect(narrow == HelpText(.sockctl, width: 40).text(of: .listen))
    }

    @Test(arguments: Program.sockctl.allCommands) func namesEveryOption(command: CommandSpec) {
        let text = HelpText(.sockctl, width: 80).text(of: command)
        for option in command.options {
            #expect(text.contains(" \(option.label)") && text.contains(option.help), "\(option.label)")
        }
        #expect(text.contains("usage: \(command.form)\n"))
    }

    @Test func columnsAreAligned() {
        let rows = [(term: "-a", meaning: "one two three four"), (term: "--long", meaning: "five")]
        #expect(
            TextLayout(width: 34).columns(rows) == [
                "  -a      one two three four", "  --long  five",
            ])
        #expect(
            TextLayout(width: 20).columns(rows) == [
                "  -a", "      one two three", "      four", "  --long", "      five",
            ])
    }

    @Test func helpOfAGroup() {
        let text = HelpText(.nested, width: 80).text(of: Program.nested.commands.first)
        #expect(text.contains("usage: sockctl udp COMMAND\n"))
        #expect(text.contains("  send  send datagrams\n"))
    }

    @Test(arguments: Topic.all.map(\.name)) func explainsATopic(name: String) throws {
        guard case .topic(let topic) = try Program.sockctl.parse(["help", Word(name)]) else {
            Issue.record("no topic")
            return
        }
        for width in [40, 80] {
            let text = HelpText(.sockctl, width: width).text(of: topic)
            #expect(text.hasPrefix("\(name): ") && text.hasSuffix("man \(topic.page)\n"))
            #expect(!text.contains("`"))
            // What is there to be pasted is not wrapped.
            for line in text.split(separator: "\n") where !line.hasPrefix("  ") {
                #expect(line.count <= width, "\(line)")
            }
        }
    }

    @Test func topicsAreNoCommandsAndHaveTheirSlips() throws {
        #expect(Set(Topic.all.map(\.name)).isDisjoint(with: Program.sockctl.commandNames))
        #expect(throws: UsageError.self) { try Program.sockctl.parse(["help", "framing", "x"]) }
        do throws(UsageError) { _ = try Program.sockctl.parse(["help", "endpoint"]) } catch {
            #expect(error.line?.description == "sockctl help endpoints")
        }
    }
}
