// The processor time of a process, as `/proc/PID/stat` has it.

import Testing

@testable import Sockets

@Suite struct PeerProcessTests {
    @Test("utime and stime, whatever the name", arguments: ["sh", "a b", "x) S 1 2 3", ")", ""])
    func parses(_ name: String) {
        let fields = (1...40).map(String.init).joined(separator: " ")
        // State, then eleven more, then utime 12 and stime 13 of these.
        let stat = "77 (\(name)) S \(fields)\n"
        #expect(
            PeerProcess.processorTime(parsing: Array(stat.utf8), ticks: 100) == .milliseconds((11 + 12) * 10))
    }

    @Test(
        "what is no such file",
        arguments: [
            "", "77", "77 (sh) S 1 2", "77 (sh) S " + Array(repeating: "x", count: 20).joined(separator: " "),
        ])
    func nonsense(_ stat: String) {
        #expect(PeerProcess.processorTime(parsing: Array(stat.utf8), ticks: 100) == nil)
    }
}
