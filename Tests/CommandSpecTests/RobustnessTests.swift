// The parser on input that nobody would type: it answers or refuses, and its messages stay fit to print.

import Testing

@testable import CommandSpec

@Suite struct RobustnessTests {
    private struct Sequence: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static let pieces: [Word] =
        Program.sockctl.allCommands.flatMap { command in
            [Word(command.name)] + command.options.map { Word($0.label) }
                + command.options.compactMap { $0.shortLabel.map { Word($0) } }
        } + [
            "", "-", "--", "---", "=", "--=", "-=", "--\u{301}", "-\u{301}", "\u{1b}[2J", "--\u{7}bell", "-é",
            ":",
            "[", "[]:", "]:", "99999999999999999999999", "-99999999999999999999999", "9223372036854775807h",
            "0.9999999999999999999999999999999999999s", "unix:", "--timeout=", "--timeout=5", "--json=",
            "-w5", "5s",
            Word(bytes: [0xff, 0xfe]), Word(bytes: [0x2d, 0xff]), Word(bytes: [0x2d, 0x2d, 0xc3]),
            Word(String(repeating: "x", count: 5000)), Word("--" + String(repeating: "timeout", count: 500)),
            Word("-" + String(repeating: "v", count: 5000)),
        ]

    @Test(arguments: 0..<20) func anything(seed: UInt64) {
        var random = Sequence(state: seed)
        for _ in 0..<500 {
            let line = (0..<Int.random(in: 0...8, using: &random)).compactMap { _ in
                Self.pieces.randomElement(using: &random)
            }
            do {
                _ = try Program.sockctl.parse(line)
            } catch {
                #expect(!error.message.isEmpty)
                #expect(
                    error.description.unicodeScalars.allSatisfy {
                        $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7f
                    })
                #expect(error.description.split(separator: "\n").count == 2)
            }
        }
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
