// What holds for every framing on any input: random streams and random messages, from a fixed seed.

import CommandSpec
import Testing

@testable import Framing

/// Framings with all that is special about one: delimiters that overlap themselves, both byte orders, a fixed
/// size that is too long.
private let framings = [
    "none", "line", "crlf", "nul", "delim:aab", "delim:abab", "delim:aaa", "delim:\\x01a", "fixed:1",
    "fixed:3",
    "fixed:6", "fixed:7", "u8", "u16be", "u16le", "u32be", "u32le", "u64be", "u64le", "varint",
].compactMap { Framing(parsing: Array($0.utf8)) }

private let maxMessage = 6

@Suite struct FramingPropertyTests {
    /// Bytes that mean something to a framing, so that short streams get far.
    private static let alphabet: [UInt8] = [
        0, 0, 0, 1, 2, 3, 6, 7, 0x0a, 0x0d, 0x61, 0x61, 0x62, 0x80, 0x81, 0xff,
    ]

    /// A million streams in all.
    @Test(arguments: framings) func anyStream(framing: Framing) throws {
        var random = SplitMix64(state: UInt64(framing.description.utf8.reduce(17) { $0 &* 31 &+ Int($1) }))
        var stream: [UInt8] = []
        for number in 0..<50_000 {
            var bits = random.next()
            stream.removeAll(keepingCapacity: true)
            for _ in 0..<Int(random.next() % 15) {
                stream.append(Self.alphabet[Int(bits & 15)])
                bits >>= 4
            }
            // In two or three pieces, and sometimes byte by byte.
            let first = Int(random.next() % UInt64(stream.count + 1))
            let second = first + Int(random.next() % UInt64(stream.count - first + 1))
            let pieces =
                number % 4 == 0
                ? stream.indices.map { stream[$0...$0] }
                : [stream[..<first], stream[first..<second], stream[second...]]

            // Most streams go on: an error is slow, because the test library records where it was thrown.
            let isWhole = number % 8 == 0
            let whole = decode([stream[...]], isWhole, framing)
            let split = framing == .none ? whole : decode(pieces, isWhole, framing)
            guard whole.result == split.result, !whole.holdsTooMuch, !split.holdsTooMuch else {
                Issue.record("\(framing): \(stream) in \(pieces.map(\.count)): \(whole), but \(split)")
                return
            }
        }
    }

    private func decode(_ pieces: [ArraySlice<UInt8>], _ isWhole: Bool, _ framing: Framing) -> (
        result: Decoded, holdsTooMuch: Bool
    ) {
        var holdsTooMuch = false
        let result = framing.decode(pieces, maxMessage: maxMessage, isWhole: isWhole) { held in
            if held > maxMessage + 10 { holdsTooMuch = true }
        }
        return (result, holdsTooMuch)
    }

    /// What was encoded is what is decoded, however it is split; and what cannot be is refused.
    @Test(arguments: framings.filter { $0 != .none }) func decoderIsTheInverse(framing: Framing) throws {
        var random = SplitMix64(state: 42)
        var refused = 0
        for _ in 0..<150 {
            var messages: [[UInt8]] = []
            var stream: [UInt8] = []
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                let length =
                    if case .fixed(let size) = framing { size } else {
                        Int.random(in: 0...400, using: &random)
                    }
                // Few letters for some, so that delimiters come up.
                let top: UInt8 = Bool.random(using: &random) ? 0x63 : 0xff
                let message = (0..<length).map { _ in
                    UInt8.random(in: top == 0xff ? 0...255 : 0x61...top, using: &random)
                }
                let before = stream.count
                do throws(FramingError) {
                    try framing.encode(message, into: &stream)
                    messages.append(message)
                } catch {
                    refused += 1
                    #expect(stream.count == before)
                    if case .delimiter(let delimiter) = framing {
                        #expect(error == .containsDelimiter)
                        #expect((message + delimiter.dropLast()).contains(delimiter))
                    } else {
                        #expect(framing == .lengthPrefix(width: 1, bigEndian: true))
                        #expect(error == .prefixTooNarrow(length: length, largest: 255))
                    }
                }
            }
            var pieces: [ArraySlice<UInt8>] = []
            var rest = stream[...]
            while !rest.isEmpty {
                pieces.append(rest.prefix(Int.random(in: 1...120, using: &random)))
                rest = rest.dropFirst(pieces[pieces.count - 1].count)
            }
            #expect(framing.decode([stream[...]], maxMessage: 400) == Decoded(messages: messages))
            #expect(framing.decode(pieces, maxMessage: 400) == Decoded(messages: messages))
        }
        // The test has met both.
        switch framing {
        case .delimiter, .lengthPrefix(width: 1, _): #expect(refused > 0)
        default: #expect(refused == 0)
        }
    }
}
