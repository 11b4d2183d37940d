import Foundation
import Sockets
import Testing

@testable import Commands

/// Payload as JSON has it, held against Foundation.
@Suite("Payload in JSON")
struct JSONTextTests {
    static let texts: [[UInt8]] =
        [
            [], Array("plain, and long enough for a word".utf8), Array(#"a "quoted" \ word"#.utf8),
            Array(0...0x7f), Array("é€😀 \u{7ff}\u{800}\u{ffff}\u{10000}\u{10ffff}".utf8),
            // Overlong, a surrogate, beyond Unicode, cut short, a byte that only continues.
            [0xc0, 0x80], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
            [0xf0, 0x8f, 0xbf, 0xbf],
            [0xe2, 0x82], [0x61, 0xf0, 0x9f, 0x98], [0x80], [0xff], [0xc2, 0x41],
        ]
        // A byte of each kind at each place of a word.
        + [0x1f, 0x20, 0x22, 0x5c, 0x7f, 0x80].flatMap { byte in
            (0..<9).map { place in (0..<9).map { $0 == place ? byte : 0x61 } }
        }

    @Test("is its text if that is UTF-8, and else base64", arguments: texts)
    func payload(_ bytes: [UInt8]) throws {
        var lines = JSONLines()
        var line = Array("before".utf8)
        let connection = ConnectionIdentity(number: 12, local: nil, peer: .inet(.loopback, port: 1))
        let event = DataReport(connection: connection, direction: .received, size: bytes.count)
        lines.append(event, payload: bytes.span.bytes, to: &line)
        #expect(line.starts(with: "before{".utf8) && line.last == 10)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.dropFirst(6))) as? [String: Any])
        #expect(object["connection"] as? Int == 12 && object["size"] as? Int == bytes.count)
        #expect(object["event"] as? String == "data" && object["direction"] as? String == "received")
        #expect(object["text"] as? String == String(validating: bytes, as: UTF8.self))
        let isText = String(validating: bytes, as: UTF8.self) != nil
        #expect(object["base64"] as? String == (isText ? nil : Data(bytes).base64EncodedString()))
    }

    private func written(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        var bytes: [UInt8] = []
        write(&writer)
        writer.drain(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("all bytes of any length are the same in base64", arguments: 0..<70)
    func base64(_ length: Int) throws {
        let bytes = [0xff] + (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 73) }
        #expect(written { $0.base64(bytes.span.bytes) } == "\"\(Data(bytes).base64EncodedString())\"")
    }

    @Test("a time is the same as text", arguments: [0, 1_795_858_060, 1_795_858_061, 951_782_400])
    func time(_ second: Int) {
        for microseconds in [0, 1, 999_999, 123_456] {
            let time = Timestamp(seconds: second, microseconds: microseconds)
            let text = written { writer in
                writer.time(time)
                writer.time(time, digits: 9)
            }
            #expect(text == "\"\(time)\",\"\(time.precise)\"")
        }
    }

    @Test("a number has its digits", arguments: [0, 9, 10, 99, 100, 1_000_000_007, Int.max, -1, Int.min])
    func number(_ value: Int) {
        #expect(written { $0.number(value) } == String(value))
    }

    @Test(
        "a share has three digits", arguments: [(0.0, "0.000"), (0.0301, "0.030"), (0.9996, "1"), (1, "1")])
    func share(_ value: Double, _ text: String) {
        #expect(written { $0.share(value) } == text)
    }

    @Test("what is longer than its buffer is whole")
    func grows() {
        let text = String(repeating: "é\"", count: 100_000)
        let line = written { $0.string(text) }
        #expect(line.utf8.count == 4 * 100_000 + 2 && line.hasSuffix(#"é\"""#))
    }
}
