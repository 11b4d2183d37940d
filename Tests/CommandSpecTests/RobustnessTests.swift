// The parser on input that nobody would type: it answers or refuses, and its messages stay fit to print.

import HostileCommandLines
import Testing

@testable import CommandSpec

@Suite struct RobustnessTests {
    /// A line is understood, or it is said what was not, in words that are fit to print.
    private func expectAnswer(_ line: CommandLineWords) {
        do throws(UsageError) {
            _ = try Program.sockctl.parse(line.map { Word(bytes: $0) })
        } catch {
            let text = error.description
            guard !error.message.isEmpty, text.split(separator: "\n").count == 2,
                text.unicodeScalars.allSatisfy({ $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7f })
            else {
                Issue.record("\(line.map { Word(bytes: $0).quoted.prefix(100) }): \(text.prefix(1000))")
                return
            }
        }
    }

    @Test("100,000 lines", arguments: 0..<20) func anything(seed: UInt64) {
        var lines = HostileCommandLines(seed: seed, longest: 1000)
        for _ in 0..<5000 { expectAnswer(lines.next()) }
    }

    @Test("every option of every command with every value") func options() {
        var count = 0
        for line in HostileCommandLines.everyOption(longest: 4 << 10) {
            expectAnswer(line)
            // No program can be handed a NUL, so that what runs the binary has none.
            if let empty = line.firstIndex(where: { $0.last == UInt8(ascii: "=") }) {
                var line = line
                line[empty] += [0, 0x78]
                expectAnswer(line)
            }
            count += 1
        }
        #expect(count > 10_000)
    }

    @Test(arguments: [
        ("time-out", "timeout"), ("tiemout", "timeout"), ("timeou", "timeout"), ("keepopen", "keep-open"),
        ("keep", "keep-open"), ("verbos", "verbose"), ("x", nil), ("zzzzzz", nil), ("", nil), ("no-", nil),
    ])
    func nearest(word: String, expected: String?) {
        let candidates = ["timeout", "keep-open", "verbose", "numeric", "no-reply", "no-half-close"]
        #expect(NearestMatch.of(word, among: candidates) == expected)
    }

    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "ab", 2), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "axc", 1),
        ("kitten", "sitting", 3), ("ca", "abc", 3),
    ])
    func distance(first: String, second: String, expected: Int) {
        #expect(NearestMatch.distance(Array(first), Array(second)) == expected)
        #expect(NearestMatch.distance(Array(second), Array(first)) == expected)
    }
}
