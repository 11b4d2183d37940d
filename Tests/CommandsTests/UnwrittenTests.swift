// What is lost of an output's text, held against what it stands for.

import Testing

@testable import Commands

@Suite struct UnwrittenTests {
    struct Row: Sendable {
        let pieces: [(standing: Standing, length: Int)]
        let written: Int
        let lost: Int
    }

    @Test(arguments: [
        Row(pieces: [], written: 0, lost: 0),
        Row(pieces: [(.nothing, 100)], written: 10, lost: 0),
        // Bytes as they came.
        Row(pieces: [(.each(1, of: 100), 100), (.each(1, of: 50), 50)], written: 30, lost: 120),
        // Events: of one that is cut nothing is left.
        Row(pieces: [(.whole(7), 100), (.whole(7), 100), (.whole(9), 101)], written: 99, lost: 23),
        Row(pieces: [(.whole(7), 100), (.whole(7), 100), (.whole(9), 101)], written: 100, lost: 16),
        Row(pieces: [(.whole(7), 100), (.nothing, 20), (.whole(9), 101)], written: 119, lost: 9),
        Row(pieces: [(.whole(7), 100), (.nothing, 20), (.whole(9), 101)], written: 221, lost: 0),
        // Messages with other delimiters.
        Row(pieces: [(.spread(200), 100)], written: 50, lost: 100),
        Row(pieces: [(.spread(100), 200), (.spread(3), 100)], written: 199, lost: 4),
        // A block of datagrams, the last of which is shorter.
        Row(pieces: [(.each(10, of: 35), 35)], written: 0, lost: 4),
        Row(pieces: [(.each(10, of: 35), 35)], written: 11, lost: 3),
        Row(pieces: [(.each(10, of: 35), 35)], written: 30, lost: 1),
        // Datagrams without a byte.
        Row(pieces: [(.each(1, of: 0), 0), (.whole(1), 20)], written: 0, lost: 1),
    ])
    func lost(row: Row) {
        var unwritten = Unwritten()
        for (standing, length) in row.pieces { unwritten.add(standing, length: length) }
        unwritten.wrote(row.written)
        #expect(unwritten.received == row.lost)
    }

    @Test("short pieces are counted together, and none is forgotten")
    func short() {
        var unwritten = Unwritten()
        for number in 0..<1000 { unwritten.add(.whole(1), length: 1 + number % 2) }
        #expect(unwritten.received == 1000)
        unwritten.wrote(1500 - 15)
        #expect((10...26).contains(unwritten.received))
        unwritten.wrote(15)
        #expect(unwritten.received == 0)
    }

    @Test("what comes when nothing is written any more is lost as well")
    func refused() {
        var unwritten = Unwritten()
        unwritten.add(.whole(5), length: 100)
        unwritten.refuse(.each(10, of: 35))
        unwritten.refuse(.spread(3))
        #expect(unwritten.received == 12)
    }
}
