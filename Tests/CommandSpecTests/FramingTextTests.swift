// The values of `--frame`: what is read, what is refused, and that what is written reads back.

import Framing
import Testing

@testable import CommandSpec

private func delimiter(_ text: String) -> Framing { .delimiter(Array(text.utf8)) }
private func prefix(_ width: Int, bigEndian: Bool) -> Framing {
    .lengthPrefix(width: width, bigEndian: bigEndian)
}
private let line = Framing.delimiter([10])

@Suite struct FramingTextTests {
    /// As typed, what it means, and how it is written back where that differs.
    static let singles: [(text: String, framing: Framing, written: String?)] = [
        ("none", .none, nil), ("line", line, nil), ("crlf", .delimiter([13, 10]), nil),
        ("nul", .delimiter([0]), nil), ("varint", .varint, nil), ("http", .http, nil),
        ("u8", prefix(1, bigEndian: true), nil),
        ("u16be", prefix(2, bigEndian: true), nil), ("u16le", prefix(2, bigEndian: false), nil),
        ("u32be", prefix(4, bigEndian: true), nil), ("u32le", prefix(4, bigEndian: false), nil),
        ("u64be", prefix(8, bigEndian: true), nil), ("u64le", prefix(8, bigEndian: false), nil),
        ("fixed:1", .fixed(1), nil), ("fixed:512", .fixed(512), nil),
        ("fixed:4k", .fixed(4096), "fixed:4096"),
        ("fixed:007", .fixed(7), "fixed:7"),
        ("delim:,", delimiter(","), nil), ("delim:END", delimiter("END"), nil),
        ("delim: ", delimiter(" "), nil), ("delim:§", delimiter("§"), nil),
        ("delim:\\n", line, "line"), ("delim:\\r\\n", .delimiter([13, 10]), "crlf"),
        ("delim:\\0", .delimiter([0]), "nul"), ("delim:\\x0a", line, "line"),
        ("delim:\\n\\n", delimiter("\n\n"), nil),
        ("delim:\\t\\a\\b\\f\\v\\e\\\\\\:", .delimiter([9, 7, 8, 12, 11, 27, 92, 58]), nil),
        ("delim:\\x1e", .delimiter([0x1e]), nil), ("delim:\\x7", .delimiter([7]), "delim:\\a"),
        ("delim:\\x411", delimiter("A1"), "delim:A1"),
        ("delim:\\xfFx", .delimiter([255, 120]), "delim:\\xffx"),
        ("delim:\\377", .delimiter([255]), "delim:\\xff"), ("delim:\\1011", delimiter("A1"), "delim:A1"),
        ("delim:\\08", .delimiter([0, 56]), "delim:\\x008"),
        ("delim:\\7x", .delimiter([7, 120]), "delim:\\ax"),
        // Colons that do not cut it in two.
        ("delim::", delimiter(":"), "delim:\\:"), ("delim:::", delimiter("::"), "delim:\\:\\:"),
        ("delim:a:b", delimiter("a:b"), "delim:a\\:b"), ("delim:a\\:u8", delimiter("a:u8"), nil),
        ("delim:u8", delimiter("u8"), nil), ("delim::u8", delimiter(":u8"), "delim:\\:u8"),
        ("delim:line:", delimiter("line:"), "delim:line\\:"),
        ("delim:delim:", delimiter("delim:"), "delim:delim\\:"),
    ]

    static let pairs: [(text: String, local: Framing, socket: Framing, written: String?)] = [
        ("line:u32be", line, prefix(4, bigEndian: true), nil), ("none:http", .none, .http, nil),
        ("line:delim:|", line, delimiter("|"), nil),
        ("delim:,:u32be", delimiter(","), prefix(4, bigEndian: true), nil),
        ("fixed:8:u16be", .fixed(8), prefix(2, bigEndian: true), nil), ("line:fixed:8", line, .fixed(8), nil),
        ("fixed:8:fixed:9", .fixed(8), .fixed(9), nil), ("line:line", line, line, "line"),
        ("delim:a:delim:b", delimiter("a"), delimiter("b"), nil),
        ("delim:a:b:u8", delimiter("a:b"), prefix(1, bigEndian: true), "delim:a\\:b:u8"),
        ("delim:::u8", delimiter(":"), prefix(1, bigEndian: true), "delim:\\::u8"),
        ("delim:\\\\:u8", delimiter("\\"), prefix(1, bigEndian: true), nil),
        ("delim:\\:u8:u8", delimiter(":u8"), prefix(1, bigEndian: true), nil),
        ("line:delim:a:b", line, delimiter("a:b"), "line:delim:a\\:b"),
        // The first colon that has a framing on either side.
        ("delim:x:delim:y:u8", delimiter("x"), delimiter("y:u8"), "delim:x:delim:y\\:u8"),
        ("delim:x:delim:u8", delimiter("x"), delimiter("u8"), nil),
        ("line:delim:a:u8", line, delimiter("a:u8"), "line:delim:a\\:u8"),
    ]

    @Test(arguments: singles) func single(text: String, framing: Framing, written: String?) throws {
        let pair = try #require(ValueType<FramingPair>.framing.read(Word(text)))
        #expect(pair == FramingPair(local: framing, socket: framing))
        #expect(Framing(parsing: Array(text.utf8)) == framing)
        #expect(framing.description == written ?? text)
        #expect(pair.description == written ?? text)
        #expect(FramingPair(parsing: Array(pair.description.utf8)) == pair)
    }

    @Test(arguments: pairs) func pair(text: String, local: Framing, socket: Framing, written: String?) throws
    {
        let pair = try #require(ValueType<FramingPair>.framing.read(Word(text)))
        #expect(pair == FramingPair(local: local, socket: socket))
        #expect(pair.description == written ?? text)
        #expect(FramingPair(parsing: Array(pair.description.utf8)) == pair)
    }

    @Test(arguments: [
        "", ":", "::", "lines", "Line", "LINE", " line", "line ", "line:", ":line", "line:lin", "lin:line",
        "line:u8:u8", "line::u8", "u16", "u32", "u64", "u8be", "u24be", "u128le", "u", "ube", "u032be",
        "u32BE",
        "delim", "delim:", "line:delim:", "delim:\\", "delim:a\\", "delim:\\q", "delim:\\x",
        "delim:\\xg", "delim:\\8", "delim:\\400", "delim:\\777", "delim:\\u1234", "delim:\\ n", "delim:\\N",
        "fixed", "fixed:", "fixed:0", "fixed:-1", "fixed:x", "fixed:1.5k", "fixed:8:", "fixed:8:x",
        "fixed:9223372036854775808", "fixed:8589934592G", "none:", "http:1.1", "varint:varint:varint",
    ])
    func refused(text: String) {
        #expect(ValueType<FramingPair>.framing.read(Word(text)) == nil)
    }

    @Test func bytesThatAreNotUTF8() {
        let word = Word(bytes: Array("delim:".utf8) + [0xff])
        #expect(ValueType<FramingPair>.framing.read(word)?.socket == .delimiter([0xff]))
        #expect(ValueType<FramingPair>.framing.read(Word(bytes: [0xff])) == nil)
        #expect(Framing.delimiter([0xff, 0x41]).description == "delim:\\xffA")
    }

    /// Every pair of framings, with every byte in a delimiter.
    @Test func whatIsWrittenReadsBack() {
        let delimiters =
            (UInt8.min...UInt8.max).flatMap { byte in
                [[byte], [byte, 0x30], [0x5c, byte], [byte, 0x3a], [0xc3, byte]]
            }.map { Framing.delimiter($0) }
        let others: [Framing] = [
            line, .fixed(512), .varint, delimiter("u8"), delimiter("a:line"), delimiter("delim:"),
        ]
        for framing in delimiters + Self.singles.map(\.framing) {
            #expect(Framing(parsing: Array(framing.description.utf8)) == framing)
            for other in others {
                for pair in [
                    FramingPair(local: framing, socket: other), FramingPair(local: other, socket: framing),
                ] {
                    #expect(FramingPair(parsing: Array(pair.description.utf8)) == pair, "\(pair)")
                }
            }
        }
    }

    @Test func everyNameIsOneFraming() {
        #expect(Framing.names.count == 13)
        for name in Framing.names {
            #expect(Framing(parsing: Array(name.utf8))?.description == name)
            #expect(ValueType<FramingPair>.framing.expectation.contains(name))
        }
    }
}
