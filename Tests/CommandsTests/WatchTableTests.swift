// What the screen of `info --watch` is made of: keys, rates, ages, the course of a rate.

import Testing

@testable import Commands
@testable import Sockets

@Suite("info --watch: parts of the screen")
struct WatchTableTests {
    @Test(
        "keys",
        arguments: [
            ("a", [Key.character("a")]), ("\u{1b}[A\u{1b}OB", [.up, .down]), ("\u{1b}", [.escape]),
            ("\u{1b}[5~\u{1b}[6~", [.pageUp, .pageDown]), ("\u{1b}[H\u{1b}[F", [.home, .end]),
            ("\u{1b}[1~\u{1b}[4~", [.home, .end]), ("\u{1b}[1;5C", [.other]),
            ("\r\u{7f}", [.enter, .backspace]),
            ("é", [.character("é")]), ("\u{1}", [.other]), ("\u{1b}[", [.other]), ("\u{1b}[9999", [.other]),
        ])
    func keys(_ text: String, _ keys: [Key]) { #expect(KeyDecoder.keys(in: Array(text.utf8)) == keys) }

    @Test("bytes that are no text are no key of a name")
    func noText() { #expect(KeyDecoder.keys(in: [0xff, 0xc3]) == [.other, .other]) }

    @Test(
        "rates",
        arguments: [
            (nil, ""), (0, ""), (0.4, ""), (1, "1"), (1023, "1023"), (1024, "1K"), (1536, "1.50K"),
            (1_048_576, "1M"), (5e9, "4.66G"), (1e30, "888178419P"),
        ] as [(Double?, String)])
    func rates(_ rate: Double?, _ text: String) {
        if rate == 1e30 {
            #expect(WatchRow.rate(rate).hasSuffix("P"))
        } else {
            #expect(WatchRow.rate(rate) == text)
        }
    }

    @Test("ages", arguments: [(0, "0s"), (59, "59s"), (60, "1m"), (7199, "1h"), (200_000, "2d")])
    func ages(_ seconds: Int, _ text: String) { #expect(WatchRow.age(.seconds(seconds)) == text) }

    @Test(
        "the course of a rate",
        arguments: [
            ([], 3, "   "), ([0, 5, 10], 3, " ▅█"), ([1, 2, 3, 4], 2, "▇█"), ([10], 4, "   █"),
            ([0, 0], 2, "  "),
        ] as [([Float], Int, String)])
    func sparkline(_ values: [Float], _ width: Int, _ text: String) {
        #expect(Sparkline.text(values, width: width, ascii: false) == text)
        #expect(Sparkline.text(values, width: width, ascii: true).utf8.allSatisfy { $0 < 0x80 })
    }

    @Test("a history keeps the last")
    func history() {
        var history = RateHistory()
        for value in 0..<100 { history.add(Double(value)) }
        #expect(history.values.count == RateHistory.length)
        #expect(history.values.last == 99)
    }

    @Test("cells are cut in the middle and padded", arguments: [("abcdefgh", 5, "ab…gh"), ("ab", 4, "ab  ")])
    func cells(_ text: String, _ width: Int, _ cell: String) {
        #expect(WatchTable.padded(text, width, false, false) == cell)
    }
}
