// Tables and cards: what they do where the terminal is narrow, what they leave out, and what is in colour.

import Testing

@testable import Commands
@testable import Sockets

@Suite struct TextTableTests {
    private static func table(_ rows: [[String]]) -> TextTable {
        var table = TextTable(
            columns: [
                .init(title: "name", minimum: 9),
                .init(title: "size", isRight: true, folded: { "size " + $0 }),
                .init(title: "state", role: { $0 == "up" ? .good : nil }),
                .init(title: "owner", folded: { $0 }),
            ], foldsLastBelow: 30)
        for row in rows { table.add(row) }
        return table
    }

    private static var sample: TextTable {
        table([["/run/user/1000/bus", "5", "up", "root"], ["/x", "-", "down", ""]])
    }

    @Test(
        arguments: [
            (
                nil,
                "name                size  state  owner|/run/user/1000/bus     5  up     root|/x                     -  down"
            ),
            // A long name is cut first.
            (
                34,
                "name            size  state  owner|/run/u…000/bus     5  up     root|/x                 -  down"
            ),
            // A narrow terminal always has the owner on the second line.
            (
                29,
                "name              size  state|/run/us…1000/bus     5  up|  root|/x                   -  down"
            ),
            // And what else has no room.
            (20, "name           state|/run/u…00/bus  up|  size 5  root|/x             down|  size -"),
        ] as [(Int?, String)])
    func narrow(columns: Int?, lines: String) {
        let text = Self.sample.text(TextStyle(columns: columns))
        #expect(text.split(separator: "\n").joined(separator: "|") == lines)
    }

    @Test func emptyColumnsAreLeftOut() {
        var table = Self.table([["a", "-", "up", ""], ["b", "", "up", "*"]])
        table.dropEmptyColumns()
        #expect(table.text(TextStyle()) == "name  state\na     up\nb     up\n")
        // Without rows the titles say what there would be.
        var none = Self.table([])
        none.dropEmptyColumns()
        #expect(none.text(TextStyle()) == "name  size  state  owner\n")
    }

    @Test func coloursTakeNoRoom() {
        let plain = Self.sample.text(TextStyle())
        let colored = Self.sample.text(TextStyle(hasColor: true))
        #expect(colored.contains("\u{1b}[32mup\u{1b}[0m") && colored.hasPrefix("\u{1b}[1mname"))
        #expect(colored.replacing(/\u{1b}\[[0-9]+m/, with: "") == plain)
    }

    @Test func aCardWrapsItsValues() {
        var card = Card(indent: 1)
        card.add("state", "LISTEN", .good)
        card.add("owner", "alpha pid=1 fd=2\n, beta pid=3 fd=4")
        card.add("nothing", nil)
        card.add("nothing", "")
        #expect(card.text(TextStyle()) == " state  LISTEN\n owner  alpha pid=1 fd=2^J, beta pid=3 fd=4\n")
        #expect(
            card.text(TextStyle(columns: 26)) == """
                 state  LISTEN
                 owner  alpha pid=1
                        fd=2^J, beta pid=3
                        fd=4

                """)
        #expect(card.text(TextStyle(hasColor: true)).contains("\u{1b}[32mLISTEN\u{1b}[0m"))
    }
}

@Suite struct ColorChoiceTests {
    @Test(
        arguments: [
            // What is said, NO_COLOR, CLICOLOR_FORCE, a terminal; colours.
            (nil, false, false, true, true), (nil, false, false, false, false),
            (nil, true, false, true, false), (nil, false, true, false, true), (nil, true, true, true, false),
            ("auto", true, true, true, false), ("auto", false, false, true, true),
            ("always", true, false, false, true), ("never", false, true, true, false),
        ] as [(String?, Bool, Bool, Bool, Bool)])
    func precedence(choice: String?, noColor: Bool, forced: Bool, terminal: Bool, isColored: Bool) {
        #expect(
            ColorChoice.isColored(choice, noColor: noColor, forced: forced, onTerminal: terminal)
                == isColored)
    }
}
