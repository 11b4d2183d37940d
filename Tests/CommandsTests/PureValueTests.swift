// The small values that need no socket: line ends, queues, address order, statistics.

import CommandSpec
import Sockets
import Testing

import enum CommandSpec.ExitStatus

@testable import Commands

@Suite struct PureValueTests {
    @Test(arguments: [
        ("a\nb\n", "a\r\nb\r\n"), ("a\r\nb", "a\r\nb"), ("\n\n", "\r\n\r\n"), ("\r", "\r"), ("", ""),
        ("\r\r\n\n", "\r\r\n\r\n"),
    ])
    func lineFeedsBecomeCRLF(input: String, output: String) {
        let bytes = Array(input.utf8)
        for split in 0...bytes.count {
            var encoder = CRLFEncoder()
            var result: [UInt8] = []
            encoder.encode(Array(bytes[..<split]).span.bytes, into: &result)
            encoder.encode(Array(bytes[split...]).span.bytes, into: &result)
            #expect(String(decoding: result, as: UTF8.self) == output)
        }
    }

    @Test func echoKeepsOrderAcrossPartialWrites() throws {
        let loop = EchoLoop(joiner: nil)
        let (first, second): ([UInt8], [UInt8]) = ([1, 2, 3], [4, 5])
        try loop.take(first.span.bytes, nil)
        try loop.take(second.span.bytes, nil)
        #expect(loop.isBlocked)
        var sent: [UInt8] = []
        var room = 4
        func offer() throws(Errno) -> OfferStep {
            try loop.offer { (bytes) throws(Errno) in
                guard room > 0 else { throw .wouldBlock }
                let count = min(2, bytes.byteCount, room)
                for index in 0..<count {
                    sent.append(bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
                }
                room -= count
                return count
            }
        }
        _ = try offer()
        _ = try offer()
        #expect(throws: Errno.wouldBlock) { _ = try offer() }
        room = 10
        _ = try offer()
        #expect(sent == [1, 2, 3, 4, 5])
        #expect(!loop.isBlocked)
        if case .empty = try offer() {} else { Issue.record("nothing is left") }
        loop.peerHasEnded()
        if case .ended = try offer() {} else { Issue.record("it has ended") }
    }

    @Test func familiesTakeTurns() {
        func v4(_ port: UInt16) -> SocketAddress { .inet(.loopback, port: port) }
        func v6(_ port: UInt16) -> SocketAddress { .inet6(.loopback, port: port) }
        #expect(
            Candidates.interleaved([v6(1), v6(2), v4(3), v4(4), v4(5)])
                == [v6(1), v4(3), v6(2), v4(4), v4(5)])
        #expect(Candidates.interleaved([v4(1)]) == [v4(1)])
        #expect(Candidates.interleaved([]).isEmpty)
    }

    @Test(arguments: [
        (0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1 KiB"), (1536, "1.50 KiB"),
        (50 << 20, "50 MiB"), (5 << 30, "5 GiB"), (1_234_567, "1.18 MiB"), (.max, "8 EiB"),
    ])
    func sizes(count: Int, text: String) {
        #expect(Statistics.bytes(count) == text)
    }

    @Test(arguments: [
        (Errno.connectionRefused, ExitStatus.refused), (.timedOut, .timedOut),
        (.hostUnreachable, .unreachable),
        (.networkUnreachable, .unreachable), (.connectionReset, .connectionLost),
        (.brokenPipe, .connectionLost),
        (.addressInUse, .addressUnavailable), (.addressNotAvailable, .addressUnavailable),
        (.notPermitted, .notPermitted), (.accessDenied, .notPermitted), (.noSuchFile, .failure),
    ])
    func statusOfAnError(error: Errno, status: ExitStatus) {
        #expect(ExitStatus(error) == status)
        #expect(
            Failure("connect", "127.0.0.1:9", error).text.hasPrefix(
                "connect 127.0.0.1:9: \(error.message) (\(error.name))"))
    }

    @Test func everyAttemptIsListed() {
        var failure = Failure("connect", "localhost:9", .connectionRefused)
        failure.attempts = [
            .init(address: .inet6(.loopback, port: 9), error: .connectionRefused),
            .init(address: .inet(.loopback, port: 9), error: .timedOut),
        ]
        #expect(failure.text.contains("[::1]:9: connection refused (ECONNREFUSED)"))
        #expect(failure.text.contains("127.0.0.1:9: connection timed out (ETIMEDOUT)"))
    }
}
