// What a terminal gets to see of bytes that could command it.

import Sockets
import Testing

@testable import Commands

@Suite struct TerminalEscaperTests {
    static let cases: [([UInt8], String)] = [
        (Array("plain text\twith tab\n".utf8), "plain text\twith tab\n"),
        (Array("grün 日本 🙂".utf8), "grün 日本 🙂"),
        (Array("\u{1b}]0;title\u{7}".utf8), "^[]0;title^G"),
        (Array("\u{1b}[2J".utf8), "^[[2J"),
        (Array("a\r\nb\rc".utf8), "a\r\nb^Mc"),
        ([0x00, 0x7f], "^@^?"),
        ([0x9b, 0x41], "\\x9bA"),
        ([0xc2, 0x9b], "\\u{9b}"),
        ([0xff, 0xfe], "\\xff\\xfe"),
        (Array("\u{202e}txt".utf8), "\\u{202e}txt"),
        (Array("\u{200b}\u{feff}".utf8), "\\u{200b}\\u{feff}"),
        ([0xe2, 0x82], "\\xe2\\x82"),
        ([0xc0, 0x80], "\\xc0\\x80"),
        ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"),
        ([0xf4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
        ([0xe2, 0x41], "\\xe2A"),
    ]

    @Test(arguments: cases)
    func visible(bytes: [UInt8], text: String) {
        #expect(escape([bytes]) == text)
    }

    @Test(arguments: cases)
    func wherever(bytes: [UInt8], text: String) {
        for split in 0...bytes.count {
            #expect(escape([Array(bytes[..<split]), Array(bytes[split...])]) == text, "split at \(split)")
        }
    }

    @Test func neverAControlCharacter() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let bytes = (0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = escape([bytes])
            let isSafe = text.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) || "\t\r\n".unicodeScalars.contains($0)
            }
            #expect(isSafe, "\(bytes)")
        }
    }

    private func escape(_ chunks: [[UInt8]]) -> String {
        var escaper = TerminalEscaper()
        var output: [UInt8] = []
        for chunk in chunks { escaper.append(chunk.span.bytes, to: &output) }
        escaper.finish(to: &output)
        return String(decoding: output, as: UTF8.self)
    }
}
