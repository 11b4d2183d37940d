// Every framing but HTTP, on streams that are right and on streams that are not, however they are split.

import CommandSpec
import Testing

@testable import Framing

/// A stream, its messages, and how it ends, with at most 8 bytes a message. The text is Latin-1.
private struct Case: CustomTestStringConvertible {
    let framing: String
    let stream: String
    let messages: [String]
    let error: FramingError?
    /// What belongs to no message, when the whole stream came at once.
    let remainder: String

    init(
        _ framing: String, _ stream: String, _ messages: [String], _ error: FramingError? = nil,
        _ remainder: String = ""
    ) {
        (self.framing, self.stream, self.messages) = (framing, stream, messages)
        (self.error, self.remainder) = (error, remainder)
    }

    var testDescription: String { "\(framing) \(stream.debugDescription)" }
}

private func bytes(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

private let tooLong = FramingError.tooLong(length: nil, limit: 8)
private func tooLong(_ length: UInt64) -> FramingError { .tooLong(length: length, limit: 8) }
private func cutOff(_ count: Int, _ length: Int? = nil) -> FramingError {
    .cutOff(count: count, length: length)
}
private let badVarint = FramingError.badLength("its length prefix has more than 64 bits")

private let cases: [Case] = [
    Case("line", "", []),
    Case("line", "a\nbc\n\nd\n", ["a", "bc", "", "d"]),
    Case("line", "\n", [""]),
    Case("line", "a\r\n", ["a\r"]),
    Case("line", "a\nbc", ["a"], cutOff(2), "bc"),
    Case("line", "12345678\n", ["12345678"]),
    Case("line", "12345678", [], cutOff(8), "12345678"),
    Case("line", "a\n123456789\nb\n", ["a"], tooLong, "123456789\nb\n"),
    Case("line", "123456789", [], tooLong, "123456789"),
    Case("nul", "a\n\0\0b\0", ["a\n", "", "b"]),
    Case("crlf", "a\r\n\nb\r\r\n\r\n", ["a", "\nb\r", ""]),
    Case("crlf", "a\rb\nc\r\n", ["a\rb\nc"]),
    Case("crlf", "a\r", [], cutOff(2), "a\r"),
    Case("crlf", "12345678\r\n12345678\r", ["12345678"], cutOff(9), "12345678\r"),
    Case("crlf", "12345678\r\r", [], tooLong, "12345678\r\r"),
    Case("crlf", "123456789\r\n", [], tooLong, "123456789\r\n"),
    Case("delim:aab", "aaab", ["a"]),
    Case("delim:aab", "aabaaab", ["", "a"]),
    Case("delim:aab", "aaaaabx", ["aaa"], cutOff(1), "x"),
    Case("delim:aab", "aaaaaaaaaab", ["aaaaaaaa"]),
    Case("delim:aab", "aaaaaaaaaaab", [], tooLong, "aaaaaaaaaaab"),
    Case("delim:abab", "abaabab", ["aba"]),
    Case("delim:abab", "ababab", [""], cutOff(2), "ab"),
    Case("delim:aa", "aaa", [""], cutOff(1), "a"),
    Case("delim:END", "oneENDEENDENEND", ["one", "E", "EN"]),
    Case("fixed:3", "abcdef", ["abc", "def"]),
    Case("fixed:3", "abcde", ["abc"], cutOff(2, 3), "de"),
    Case("fixed:1", "ab", ["a", "b"]),
    Case("fixed:8", "", []),
    Case("fixed:9", "", []),
    Case("fixed:9", "a", [], tooLong(9), "a"),
    Case("u8", "\u{1}a\u{0}\u{2}bc", ["a", "", "bc"]),
    Case("u8", "\u{8}12345678", ["12345678"]),
    Case("u8", "\u{9}123456789", [], tooLong(9), "\u{9}123456789"),
    Case("u8", "\u{1}a\u{3}bc", ["a"], cutOff(2, 3), "\u{3}bc"),
    Case("u8", "\u{3}", [], cutOff(0, 3), "\u{3}"),
    Case("u16be", "\0\u{1}a\0\0", ["a", ""]),
    Case("u16be", "\0\u{1}a\0", ["a"], .cutOffPrefix(count: 1), "\0"),
    Case("u16le", "\u{1}\0a\u{2}\0", ["a"], cutOff(0, 2), "\u{2}\0"),
    Case("u16be", "\u{1}\0", [], tooLong(256), "\u{1}\0"),
    Case("u16le", "\u{1}\0a\0\u{1}b", ["a"], tooLong(256), "\0\u{1}b"),
    Case("u32be", "\0\0\0\u{3}abc\0\0\0", ["abc"], .cutOffPrefix(count: 3), "\0\0\0"),
    Case("u32le", "\u{3}\0\0\0abc", ["abc"]),
    Case("u32be", "\u{ff}\u{ff}\u{ff}\u{ff}", [], tooLong(0xffff_ffff), "\u{ff}\u{ff}\u{ff}\u{ff}"),
    Case("u64be", "\0\0\0\0\0\0\0\u{1}a", ["a"]),
    Case("u64le", "\u{1}\0\0\0\0\0\0\0a", ["a"]),
    Case("u64be", "\u{80}\0\0\0\0\0\0\0a", [], tooLong(1 << 63), "\u{80}\0\0\0\0\0\0\0a"),
    Case(
        "u64le", String(repeating: "\u{ff}", count: 8), [], tooLong(.max),
        String(repeating: "\u{ff}", count: 8)),
    Case("varint", "\u{1}a\0\u{2}bc", ["a", "", "bc"]),
    // As protobuf does, more bytes than needed are taken.
    Case("varint", "\u{81}\0a\u{80}\u{80}\u{80}\u{80}\u{80}\u{80}\u{80}\u{80}\u{80}\0", ["a", ""]),
    Case("varint", "\u{ac}\u{2}", [], tooLong(300), "\u{ac}\u{2}"),
    Case("varint", "\u{1}a\u{81}", ["a"], .cutOffPrefix(count: 1), "\u{81}"),
    Case("varint", "\u{83}\0ab", [], cutOff(2, 3), "\u{83}\0ab"),
    Case(
        "varint", String(repeating: "\u{ff}", count: 9) + "\u{1}", [], tooLong(.max),
        String(repeating: "\u{ff}", count: 9) + "\u{1}"),
    Case(
        "varint", String(repeating: "\u{80}", count: 9) + "\u{2}", [], badVarint,
        String(repeating: "\u{80}", count: 9) + "\u{2}"),
    Case(
        "varint", String(repeating: "\u{80}", count: 11), [], badVarint,
        String(repeating: "\u{80}", count: 11)),
]

@Suite struct FramingTests {
    @Test(arguments: cases) private func stream(_ test: Case) throws {
        let framing = try #require(Framing(parsing: bytes(test.framing)))
        var expected = Decoded(messages: test.messages.map(bytes), error: test.error)
        switch test.error {
        case .cutOff, .cutOffPrefix: expected.remainder = bytes(test.remainder)
        default: break
        }
        for pieces in splits(of: bytes(test.stream)) {
            #expect(framing.decode(pieces, maxMessage: 8) == expected, "\(pieces)")
        }

        var decoder = framing.decoder(maxMessage: 8)
        _ = try? decoder.decode(bytes(test.stream).span.bytes) { _, _ in .proceed }
        #expect(decoder.remainder == bytes(test.remainder))
    }

    @Test func withoutBoundariesEachCallIsAMessage() {
        let pieces: [[UInt8]] = [[1, 2], [], [3], Array(repeating: 4, count: 100)]
        let decoded = Framing.none.decode(pieces.map { $0[...] }, maxMessage: .max)
        #expect(decoded == Decoded(messages: [[1, 2], [3], Array(repeating: 4, count: 100)]))
        // What one call returned may be a record, which can be too long.
        let bounded = Framing.none.decode(pieces.map { $0[...] }, maxMessage: 8)
        #expect(bounded == Decoded(messages: [[1, 2], [3]], error: .tooLong(length: 100, limit: 8)))
    }

    /// Nothing is copied of a message that lies in one call.
    @Test(arguments: ["line", "crlf", "fixed:3", "u8", "u32le", "varint", "none"])
    func messagesAreHandedOverWhereTheyLie(name: String) throws {
        let framing = try #require(Framing(parsing: bytes(name)))
        var stream: [UInt8] = []
        for message in ["abc", "def"] { try framing.encode(bytes(message), into: &stream) }
        stream.withUnsafeBytes { stream in
            var decoder = framing.decoder(maxMessage: 8)
            var count = 0
            _ = try? decoder.decode(RawSpan(_unsafeBytes: stream)) { message, _ in
                count += 1
                message.withUnsafeBytes { message in
                    #expect(message.baseAddress! >= stream.baseAddress!)
                    #expect(message.baseAddress! + message.count <= stream.baseAddress! + stream.count)
                }
                return .proceed
            }
            #expect(count == (name == "none" ? 1 : 2))
        }
    }

    @Test(arguments: ["line", "crlf", "fixed:9", "u8", "u64be", "varint"])
    func afterAnErrorNothingIsTaken(name: String) throws {
        var decoder = try #require(Framing(parsing: bytes(name))).decoder(maxMessage: 8)
        func decode(_ text: [UInt8]) -> FramingError? {
            do {
                _ = try decoder.decode(text.span.bytes) { _, _ in
                    Issue.record("a message")
                    return .proceed
                }
                return nil
            } catch { return error }
        }
        let stream = [UInt8](repeating: 0x7f, count: 20)
        let error = try #require(decode(stream))
        #expect(decoder.remainder == stream)
        #expect(decode([0x0d, 0x0a, 0, 0, 0]) == error)
        #expect(decoder.remainder == stream)
        #expect(throws: error) { try decoder.finish { _, _ in .proceed } }
    }

    /// A peer that announces a gigabyte gets no memory for it.
    @Test func aLengthOverTheMaximumFailsBeforeItsBytes() throws {
        let decoded = Framing.lengthPrefix(width: 4, bigEndian: true)
            .decode([[0x40, 0, 0, 0][...]], maxMessage: 1 << 24)
        #expect(decoded.error == .tooLong(length: 1 << 30, limit: 1 << 24))
    }

    @Test func theGreatestMaximum() {
        for framing in Framing.names.filter({ $0 != "http" }).compactMap({ Framing(parsing: bytes($0)) }) {
            let decoded = framing.decode([[0x7f, 0xff][...], [0xff, 0xff, 0xff][...]], maxMessage: .max)
            #expect(decoded.messages.isEmpty || framing == .none)
        }
        let huge = Framing.lengthPrefix(width: 8, bigEndian: true)
            .decode([[0x7f] + [UInt8](repeating: 0xff, count: 7)[...], [1, 2, 3][...]], maxMessage: .max)
        #expect(huge.error == .cutOff(count: 3, length: .max))
        let many = Framing.delimiter([1, 2, 3]).decode([[1, 2][...], [1, 2][...]], maxMessage: .max)
        #expect(many.error == .cutOff(count: 4, length: nil))
    }

    private static let encoded: [(framing: String, message: String, bytes: String)] = [
        ("none", "abc", "abc"), ("line", "abc", "abc\n"), ("line", "", "\n"), ("crlf", "a\rb", "a\rb\r\n"),
        ("crlf", "a\r", "a\r\r\n"), ("nul", "a\n", "a\n\0"), ("delim:aab", "aa", "aaaab"),
        ("fixed:3", "abc", "abc"),
        ("u8", "abc", "\u{3}abc"), ("u16be", "abc", "\0\u{3}abc"), ("u16le", "abc", "\u{3}\0abc"),
        ("u32be", "a", "\0\0\0\u{1}a"), ("u32le", "a", "\u{1}\0\0\0a"), ("u64be", "", "\0\0\0\0\0\0\0\0"),
        ("u64le", "a", "\u{1}\0\0\0\0\0\0\0a"), ("varint", "abc", "\u{3}abc"), ("varint", "", "\0"),
    ]

    @Test(arguments: encoded) func encoder(name: String, message: String, expected: String) throws {
        var output: [UInt8] = [9]
        try #require(Framing(parsing: bytes(name))).encode(bytes(message), into: &output)
        #expect(output == [9] + bytes(expected))
    }

    @Test func lengthsOfMoreThanAByte() throws {
        for (name, prefix) in [
            ("varint", [0xac, 0x02]), ("u16be", [0x01, 0x2c]), ("u16le", [0x2c, 0x01]),
            ("u32be", [0, 0, 1, 0x2c]),
        ] as [(String, [UInt8])] {
            var output: [UInt8] = []
            let message = [UInt8](repeating: 7, count: 300)
            try #require(Framing(parsing: bytes(name))).encode(message, into: &output)
            #expect(output == prefix + message)
        }
    }

    private static let refused: [(framing: String, message: String, error: FramingError)] = [
        ("line", "a\nb", .containsDelimiter), ("line", "\n", .containsDelimiter),
        ("crlf", "a\r\n", .containsDelimiter),
        ("nul", "\0", .containsDelimiter),
        // Its end could not be told from the delimiter.
        ("delim:aa", "ba", .containsDelimiter), ("delim:aba", "xab", .containsDelimiter),
        ("fixed:3", "ab", .wrongLength(2, fixed: 3)), ("fixed:3", "abcd", .wrongLength(4, fixed: 3)),
        ("fixed:3", "", .wrongLength(0, fixed: 3)),
        ("u8", String(repeating: "x", count: 256), .prefixTooNarrow(length: 256, largest: 255)),
        ("u16be", String(repeating: "x", count: 65_536), .prefixTooNarrow(length: 65_536, largest: 65_535)),
    ]

    @Test(arguments: refused)
    func encoderRefuses(name: String, message: String, expected: FramingError) throws {
        let framing = try #require(Framing(parsing: bytes(name)))
        var output: [UInt8] = [9]
        #expect(throws: expected) { try framing.encode(bytes(message), into: &output) }
        #expect(output == [9])
    }

    @Test func widestPrefixes() throws {
        for width in [1, 2] {
            var output: [UInt8] = []
            let message = [UInt8](repeating: 0, count: 1 << (8 * width) - 1)
            try Framing.lengthPrefix(width: width, bigEndian: true).encode(message, into: &output)
            #expect(output == [UInt8](repeating: 255, count: width) + message)
        }
    }
}
