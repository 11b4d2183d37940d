// Cutting in portions, joining again, and what both cost while a message is held.

import CommandSpec
import Testing

@testable import Framing

/// Each framing, a stream of three messages in it, and how long each is there.
private let streams: [(framing: String, stream: String, lengths: [Int])] = [
    ("line", "a\nbc\n\n", [2, 3, 1]), ("crlf", "a\r\nbc\r\n\r\n", [3, 4, 2]),
    ("fixed:2", "abcdef", [2, 2, 2]),
    ("u8", "\u{1}a\u{2}bc\u{0}", [2, 3, 1]), ("u16le", "\u{1}\0a\u{2}\0bc\0\0", [3, 4, 2]),
    ("varint", "\u{81}\0a\u{2}bc\0", [3, 3, 1]),
    (
        "http", "GET / HTTP/1.0\r\n\r\nGET /a HTTP/1.0\r\n\r\n\r\nGET /bc HTTP/1.0\r\n\r\n", [18, 19, 22]
    ),
]

private func bytes(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

@Suite struct MessageCutterTests {
    /// The message at which it was said is taken whole, and nothing of the next: from one call and byte by byte.
    @Test(arguments: streams)
    private func pausing(framing: String, stream: String, lengths: [Int]) throws {
        let framing = try #require(Framing(parsing: bytes(framing)))
        let stream = bytes(stream)
        for piece in [1, 2, 5, stream.count] {
            let cutter = MessageCutter(framing, maxMessage: 100)
            var rest = stream[...]
            var ends: [Int] = []
            while !rest.isEmpty {
                let before = cutter.count
                let portion = Array(rest.prefix(piece))
                let taken = try cutter.cut(portion.span.bytes) { _, _ in .pause }
                #expect(cutter.count - before <= 1)
                rest = rest.dropFirst(taken)
                if cutter.count > before {
                    ends.append(stream.count - rest.count)
                    #expect(cutter.remainder == [])
                }
            }
            #expect(ends == lengths.indices.map { lengths[...$0].reduce(0, +) }, "in pieces of \(piece)")
        }
    }

    @Test(arguments: streams)
    private func theLimit(framing: String, stream: String, lengths: [Int]) throws {
        let framing = try #require(Framing(parsing: bytes(framing)))
        let cutter = MessageCutter(framing, maxMessage: 100, limit: 2)
        let stream = bytes(stream)
        #expect(try cutter.cut(stream.span.bytes) { _, _ in .proceed } == lengths[0] + lengths[1])
        #expect(cutter.count == 2)
        #expect(try cutter.cut(stream.span.bytes) { _, _ in .proceed } == 0)
        var output: [UInt8] = []
        let joiner = framing.joiner(of: framing)
        let other = MessageCutter(framing, maxMessage: 100, limit: 2)
        #expect(
            try other.translate(stream.span.bytes, with: joiner, into: &output) == lengths[0] + lengths[1])
        #expect(output == Array(stream[..<(lengths[0] + lengths[1])]) || framing == .varint)
    }

    /// What is no message any more does not count as one.
    @Test func theLimitIsOnMessages() throws {
        let stream = bytes("HTTP/1.1 101 Yes\r\n\r\nfirst words")
        let framing = MessageFraming(FramingPair(local: .http, socket: .http), maxMessage: 1000)
        let conversation = framing.conversation()
        let cutter = framing.socketCutter(limit: 1, conversation)
        var output: [UInt8] = []
        let taken = try cutter.translate(
            stream.span.bytes, with: framing.localJoiner(conversation), into: &output)
        #expect(taken == stream.count && output == stream)

        let other = framing.conversation()
        var messages: [[UInt8]] = []
        let taken2 = try framing.socketCutter(limit: 1, other).cut(stream.span.bytes) { message, _ in
            messages.append([UInt8](copying: message))
            return .proceed
        }
        #expect(taken2 == stream.count && messages.count == 2)
    }

    /// Translating is cutting and joining each message.
    @Test func translating() throws {
        let names = [
            "none", "line", "crlf", "nul", "delim:aab", "delim:aa", "fixed:3", "u8", "u16le", "varint",
            "http",
        ]
        let framings = names.compactMap { Framing(parsing: bytes($0)) }
        let alphabet = bytes("\0\u{1}\u{2}\u{3}aab\n\r\nGx")
        var random = SplitMix64(state: 12)
        for source in framings {
            for target in framings where source != target || source != .http {
                for _ in 0..<40 {
                    let stream = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                        alphabet.randomElement(using: &random) ?? 0
                    }
                    let cut = Int.random(in: 0...stream.count, using: &random)
                    let pieces = [stream[..<cut], stream[cut...]]
                    let expected = oneByOne(pieces, source, target)
                    let found = translated(pieces, source, target)
                    #expect(found == expected, "\(source) to \(target): \(stream) in \(cut)")
                }
            }
        }
    }

    private struct Result: Equatable {
        var output: [UInt8] = []
        var count = 0
        var remainder: [UInt8] = []
        var error: TranslationError?
    }

    private func oneByOne(_ pieces: [ArraySlice<UInt8>], _ source: Framing, _ target: Framing) -> Result {
        let cutter = MessageCutter(source, maxMessage: 8)
        let joiner = target.joiner(of: source)
        var result = Result()
        for piece in pieces where result.error == nil {
            do throws(FramingError) {
                _ = try cutter.cut(piece.span.bytes) { message, _ in
                    do throws(FramingError) {
                        try joiner.encode(message, into: &result.output)
                        return .proceed
                    } catch {
                        result.error = .joining(error)
                        return .pause
                    }
                }
            } catch {
                result.error = .cutting(error)
            }
        }
        result.count = cutter.count
        result.remainder = cutter.remainder
        return result
    }

    private func translated(_ pieces: [ArraySlice<UInt8>], _ source: Framing, _ target: Framing) -> Result {
        let cutter = MessageCutter(source, maxMessage: 8)
        let joiner = target.joiner(of: source)
        var result = Result()
        for piece in pieces where result.error == nil {
            do throws(TranslationError) {
                _ = try cutter.translate(piece.span.bytes, with: joiner, into: &result.output)
            } catch {
                result.error = error
            }
        }
        result.count = cutter.count
        result.remainder = cutter.remainder
        return result
    }
}

/// The time of a byte does not depend on how much is held when it comes.
@Suite(.serialized) struct HoldingTests {
    static let framings: [(framing: String, head: String)] = [
        ("line", ""), ("crlf", ""), ("delim:abcdefgh", ""), ("u32be", "\u{7f}\0\0\0"),
        ("fixed:2147483647", ""),
        ("http", "HTTP/1.1 200 OK\r\n\r\n"),
        ("http", "POST / HTTP/1.0\r\nContent-Length: 2000000000\r\n\r\n"),
        ("http", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n70000000\r\n"),
    ]

    @Test(arguments: framings) func byteByByte(framing name: String, head: String) throws {
        let framing = try #require(Framing(parsing: bytes(name)))
        let segment = [UInt8](repeating: 0x78, count: 1 << 16)
        func time(held: Int) throws -> Duration {
            var decoder = framing.decoder(maxMessage: .max)
            _ = try decoder.decode(bytes(head).span.bytes) { _, _ in .proceed }
            for _ in 0..<held >> 16 { _ = try decoder.decode(segment.span.bytes) { _, _ in .proceed } }
            let byte: [UInt8] = [0x78]
            return try ContinuousClock().measure {
                for _ in 0..<20_000 { _ = try decoder.decode(byte.span.bytes) { _, _ in .proceed } }
            }
        }
        // The quickest of three: others are at work here, too. Copying what is held took 3 ms a byte, and 16 times as long
        // for 16 times as much.
        func quickest(held: Int) throws -> Duration {
            try (0..<3).map { _ in try time(held: held) }.min() ?? .zero
        }
        let (few, many) = (try quickest(held: 1 << 20), try quickest(held: 1 << 24))
        #expect(many < few * 8, "\(name): \(few) with 1 MiB held, \(many) with 16 MiB")
    }

    /// What is longer than the maximum is refused when it is, not when its end comes.
    @Test func aLongLineIsRefusedAtOnce() throws {
        let cutter = MessageCutter(.delimiter([0x0a]), maxMessage: 1 << 20)
        let segment = [UInt8](repeating: 0x78, count: 1 << 16)
        for _ in 0..<16 { _ = try cutter.cut(segment.span.bytes) { _, _ in .proceed } }
        #expect(throws: FramingError.tooLong(length: nil, limit: 1 << 20)) {
            _ = try cutter.cut(segment.span.bytes) { _, _ in .proceed }
        }
        #expect(cutter.remainder.count == 17 << 16)
    }
}
