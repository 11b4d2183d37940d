// The pairs of lines in sockctl-cookbook(7), one of nc, ncat, socat, ss or the like and one of sockctl: both are run, and
// what they do is the same.

import CommandSpec
import Testing

/// A pair by its task, what is done with the line of either, and what that prints.
struct EquivalentRun: CustomTestStringConvertible, Sendable {
    let task: String
    let script: String
    let prints: String

    init(_ task: String, _ script: String, _ prints: String) {
        self.task = task
        self.script = script
        self.prints = prints
    }

    var testDescription: String { task }

    static let all = netcat + ncat + socat + socketStatistics + others
}

@Suite("The equivalents of sockctl-cookbook(7)")
struct EquivalentTests {
    @Test("each is run, once")
    func all() {
        let tasks = Equivalent.all.map(\.task)
        #expect(tasks.sorted() == EquivalentRun.all.map(\.task).sorted())
        #expect(Set(tasks).count == tasks.count)
        for run in EquivalentRun.all { #expect(run.script.contains("line 1")) }
    }

    @Test("both do the same", arguments: EquivalentRun.all)
    func pair(_ run: EquivalentRun) throws {
        let pair = try #require(Equivalent.all.first { $0.task == run.task })
        // Each in a network of its own: a port that one has used is free for the other.
        for line in [pair.theirs, pair.ours] {
            try scene { scene in
                let program = try CookbookShell.run(scene, lines: [line], run.script)
                #expect(try program.exit() == .status(0), "\(line)\n\(scene)")
                #expect(program.output.text == run.prints, "\(line)\n\(scene)")
            }
        }
    }
}
