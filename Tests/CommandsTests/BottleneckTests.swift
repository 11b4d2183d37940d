// Who held a transfer up, told from the program's own waits and from TCP_INFO.

import Sockets
import Testing

@testable import Commands

@Suite struct HeldUpTests {
    /// TCP_INFO with these times in milliseconds, and these counts.
    static func tcp(
        busy: UInt64 = 0, window: UInt64 = 0, buffer: UInt64 = 0, cwnd: UInt32 = 10, sent: UInt64 = 0,
        again: UInt64 = 0, disorder: UInt32 = 0
    ) -> TCPInfo {
        var bytes = [UInt8](repeating: 0, count: 280)
        func put(_ value: some FixedWidthInteger, at offset: Int) {
            withUnsafeBytes(of: value) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
        }
        put(UInt32(1448), at: 16)
        put(cwnd, at: 80)
        put(UInt32(1), at: 156)
        put(busy * 1000, at: 168)
        put(window * 1000, at: 176)
        put(buffer * 1000, at: 184)
        put(sent, at: 200)
        put(again, at: 208)
        put(disorder, at: 224)
        return TCPInfo(bytes: bytes)
    }

    static func account(
        sent: Int = 1 << 20, received: Int = 0, _ time: Int, input: Int = 0, output: Int = 0,
        tcp: TCPInfo? = nil, sendBuffer: Int? = nil
    ) -> ClosingAccount {
        let timing = TransferTiming(
            time: .milliseconds(time), waitedForInput: .milliseconds(input),
            waitedForOutput: .milliseconds(output))
        return ClosingAccount(
            by: .peer, how: .eof, received: .init(bytes: received, messages: 1, timing: timing),
            sent: .init(bytes: sent, messages: 1, timing: timing), duration: .milliseconds(time), tcp: tcp,
            sendBuffer: sendBuffer)
    }

    static let cases: [(String, ClosingAccount, Bottleneck.Cause, String)] = [
        ("a slow reader", account(2000, output: 1900, tcp: tcp(busy: 1990, window: 1400)), .receiver, "70%"),
        (
            "a slow reader whose buffers took all at once",
            account(1, tcp: tcp(busy: 5000, window: 4000)), .receiver, "80%"
        ),
        ("pauses in the input", account(1000, input: 980, tcp: tcp(busy: 12)), .input, "98%"),
        (
            "a trickle on a long way, of which some is always under way",
            account(1000, input: 950, tcp: tcp(busy: 1000)), .input, "95%"
        ),
        (
            "bursts that a slow reader has not digested when the next one comes",
            account(1000, input: 900, output: 90, tcp: tcp(busy: 1000, window: 990)), .receiver, "99%"
        ),
        ("a thin line", account(2000, output: 1980, tcp: tcp(busy: 2000)), .network, "99%"),
        ("a slow disk", account(2000, output: 200, tcp: tcp(busy: 400)), .program, "90%"),
        (
            "a send buffer that the kernel found too small",
            account(1000, output: 1000, tcp: tcp(busy: 1000, buffer: 800)), .sendBuffer, "80%"
        ),
        (
            "a send buffer that the user made too small",
            account(1000, output: 1000, tcp: tcp(busy: 1000), sendBuffer: 4608), .sendBuffer, "over 99%"
        ),
        (
            "a send buffer of the user's that is large enough",
            account(1000, output: 1000, tcp: tcp(busy: 1000), sendBuffer: 1 << 20), .network, "over 99%"
        ),
        ("a slow reader of a Unix socket", account(1000, output: 900), .receiver, "90%"),
    ]

    @Test(arguments: cases)
    func sending(_ what: String, account: ClosingAccount, cause: Bottleneck.Cause, share: String) throws {
        let bottleneck = try #require(account.sendingBottleneck)
        #expect(bottleneck.most?.cause == cause, "\(bottleneck)")
        #expect(bottleneck.shares.map(\.share).reduce(0, +) <= 1.001, "\(bottleneck)")
        let summary = Statistics.summary(of: JSONShapeTests.connection, account)
        #expect(summary.contains("sending was limited by") && summary.contains(share), "\(summary)")
    }

    @Test func receiving() throws {
        let slowOutput = Self.account(sent: 0, received: 1 << 20, 1000, input: 50, output: 900)
        #expect(slowOutput.receivingBottleneck?.most?.cause == .output)
        #expect(
            Statistics.summary(of: JSONShapeTests.connection, slowOutput)
                .contains("receiving was limited by the output (90% of the time)"))
        let lossy = Self.account(
            sent: 0, received: 1 << 20, 1000, input: 900, tcp: Self.tcp(disorder: 3))
        #expect(
            Statistics.summary(of: JSONShapeTests.connection, lossy)
                .contains("the sender or the network (90% of the time): 3 packets arrived out of order"))
    }

    @Test func tooLittleToTell() {
        #expect(Self.account(sent: 1000, 5000, input: 4000, tcp: Self.tcp()).sendingBottleneck == nil)
        #expect(Self.account(90, input: 80, tcp: Self.tcp(busy: 80)).sendingBottleneck == nil)
    }

    @Test func severalAreNamed() {
        let account = Self.account(
            1000, input: 300, output: 700, tcp: Self.tcp(busy: 1000, window: 400, sent: 100, again: 5))
        let summary = Statistics.summary(of: JSONShapeTests.connection, account)
        #expect(
            summary.contains(
                "sending was limited by the receiver (40%), the input (30%), the network (30%) of the time"),
            "\(summary)")
    }

    @Test(arguments: [
        (0, "0%"), (0.0004, "under 0.1%"), (0.012, "1.2%"), (0.5, "50%"), (0.125, "13%"),
        (0.985, "99%"),
        (0.999, "over 99%"), (1, "over 99%"),
    ])
    func percentages(share: Double, text: String) {
        #expect(Statistics.percent(share) == text)
    }

    @Test func waitsCountWhenSomethingCameOfThem() {
        var timing = TransferTiming()
        timing.resume(at: .now)
        timing.pause(forOutput: false, after: 0, at: .now)
        timing.resume(at: .now)
        timing.pause(forOutput: false, after: 10, at: .now)
        let time = timing.time
        #expect(timing.waitedForInput > .zero && timing.waitedForInput <= time)
        // Nothing more comes: that was no waiting for the transfer.
        timing.resume(at: .now)
        timing.end(after: 10, at: .now)
        #expect(timing.time == time)
        #expect(timing.waitedForOutput == .zero)
    }
}
