// The line that shows how far a transfer has come: never wider than the terminal, and true.

import Sockets
import Testing

@testable import Commands

@Suite struct ProgressLineTests {
    static let lines: [ProgressLine] = {
        var lines: [ProgressLine] = []
        for (bytes, total) in [
            (0, 1), (1, 1), (0, 50 << 20), (1 << 30, 3 << 30), (1 << 50, 1 << 52), (.max, .max), (5, 3),
            (0, 0),
        ] {
            for rate in [0, 0.3, 1e3, 1e9, 1e30, .infinity] {
                for elapsed in [Duration.zero, .seconds(75), .seconds(360_000), .seconds(1 << 40)] {
                    for idle in [Duration.zero, .seconds(3)] {
                        for total in [total, nil] {
                            lines.append(
                                ProgressLine(
                                    verb: "received", bytes: bytes, total: total, rate: rate,
                                    elapsed: elapsed, idle: idle))
                        }
                    }
                }
            }
        }
        return lines
    }()

    @Test func fitsEveryWidth() {
        for line in Self.lines {
            for columns in 0...200 {
                let text = line.text(columns: columns)
                #expect(text.utf8.count <= max(0, columns - 2), "\(line) in \(columns): \(text)")
                #expect(text.utf8.allSatisfy { (0x20...0x7e).contains($0) })
                #expect((line.summary(columns: columns) ?? "").count <= max(0, columns - 2))
            }
        }
    }

    @Test(arguments: [
        (80, "sent   42%  [====>         ]    42 MiB of 100 MiB    10 MiB/s  0:04, 0:06 left"),
        (60, "sent   42%  [===>       ]    42 MiB    10 MiB/s  0:06 left"),
        (40, " 42%    42 MiB    10 MiB/s  0:06 left"), (20, " 42%  0:06 left"), (10, " 42%"), (5, ""),
    ])
    func whatIsShown(columns: Int, text: String) {
        let line = ProgressLine(
            verb: "sent", bytes: 42 << 20, total: 100 << 20, rate: 10 * 1048576, elapsed: .seconds(4.2))
        #expect(line.text(columns: columns) == text)
        #expect(line.text(columns: 100).count == 98)
    }

    @Test func unknownEnd() {
        let line = ProgressLine(verb: "received", bytes: 42 << 20, rate: 10 * 1048576, elapsed: .seconds(4.2))
        #expect(line.text(columns: 80) == "received    42 MiB    10 MiB/s  0:04")
        #expect(line.text(columns: 14) == "  42 MiB")
        #expect(line.summary(columns: 80) == "received 42 MiB in 4.20 s, 10 MiB/s")
    }

    @Test func stalled() {
        let line = ProgressLine(
            verb: "sent", bytes: 42, total: 100, rate: 0, elapsed: .seconds(4), idle: .seconds(3))
        #expect(line.text(columns: 80).hasSuffix("0 bytes/s  0:04, stalled"))
        var unknown = line
        unknown.total = nil
        #expect(unknown.text(columns: 80).hasSuffix("0 bytes/s  stalled"))
        var brief = line
        brief.idle = .seconds(1)
        #expect(brief.text(columns: 80).hasSuffix("-:-- left"))
    }

    @Test func moreThanWasPromised() {
        let line = ProgressLine(verb: "sent", bytes: 101, total: 100, rate: 1, elapsed: .seconds(1))
        #expect(!line.text(columns: 80).contains("%"))
        #expect(line.summary(columns: 80) == "sent 101 bytes in 1 s, 101 bytes/s")
    }

    @Test(arguments: [
        (0, "0:00"), (59.9, "0:59"), (60, "1:00"), (3599, "59:59"), (3600, "1:00:00"),
        (359_999, "99:59:59"), (360_000, "4 days"),
    ])
    func clock(seconds: Double, text: String) {
        #expect(ProgressLine.clock(.seconds(seconds)) == text)
    }
}
