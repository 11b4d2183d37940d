// The pairs of lines in sockctl-cookbook(7), one of nc, ncat, socat, ss or the like and one of sockctl: both are run, and
// what they do is the same.

import CommandSpec
import Testing

/// How each pair is run.
enum EquivalentRuns {
    static let all = netcat + ncat + socat + socketStatistics + others
}

@Suite("The equivalents of sockctl-cookbook(7)")
struct EquivalentTests {
    @Test("each is run, once")
    func all() {
        let tasks = Equivalent.all.map(\.task)
        #expect(tasks.sorted() == EquivalentRuns.all.map(\.name).sorted())
        #expect(Set(tasks).count == tasks.count)
    }

    @Test("both do the same", arguments: EquivalentRuns.all)
    func pair(_ run: CookbookRun) throws {
        let pair = try #require(Equivalent.all.first { $0.task == run.name })
        #expect(run.names(line: 1))
        // At the same time, each in a network of its own.
        try scene { other in
            try scene { own in
                let theirs = try run.start(other, [pair.theirs])
                let ours = try run.start(own, [pair.ours])
                try run.expectDone(theirs, other, [pair.theirs])
                try run.expectDone(ours, own, [pair.ours])
            }
        }
    }
}
