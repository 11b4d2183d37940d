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
        // C1 controls as bytes, as UTF-8, and behind what looks like the start of a longer character.
        ([0x80, 0x9f], "\\x80\\x9f"),
        ([0xc2, 0x80, 0xc2, 0x9f], "\\u{80}\\u{9f}"),
        ([0xe2, 0x9b, 0x41], "\\xe2\\x9bA"),
        ([0xe2, 0x1b, 0x5b], "\\xe2^[["),
        ([0xf0, 0x9f, 0x98], "\\xf0\\x9f\\x98"),
        // Longer than needed: ESC in two, three and four bytes.
        ([0xc0, 0x9b], "\\xc0\\x9b"),
        ([0xe0, 0x80, 0x9b], "\\xe0\\x80\\x9b"),
        ([0xf0, 0x80, 0x80, 0x9b], "\\xf0\\x80\\x80\\x9b"),
        ([0xf8, 0x88, 0x80, 0x80, 0x80], "\\xf8\\x88\\x80\\x80\\x80"),
        // Halves of a surrogate pair, as some encoders write them.
        ([0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], "\\xed\\xa0\\xbd\\xed\\xb8\\x80"),
        // Everything that turns the direction.
        (Array("\u{61c}\u{200e}\u{200f}".utf8), "\\u{61c}\\u{200e}\\u{200f}"),
        (
            Array("\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}".utf8),
            "\\u{202a}\\u{202b}\\u{202c}\\u{202d}\\u{202e}"
        ),
        (
            Array("\u{2066}\u{2067}\u{2068}\u{2069}".utf8),
            "\\u{2066}\\u{2067}\\u{2068}\\u{2069}"
        ),
        // What breaks lines without being a line feed.
        (Array("\u{85}\u{2028}\u{2029}\u{b}\u{c}".utf8), "\\u{85}\\u{2028}\\u{2029}^K^L"),
        // What takes no room, or room that looks empty: text could be hidden in it.
        (
            Array("\u{ad}\u{34f}\u{200c}\u{200d}\u{2060}\u{2064}".utf8),
            "\\u{ad}\\u{34f}\\u{200c}\\u{200d}\\u{2060}\\u{2064}"
        ),
        (
            Array("\u{115f}\u{1160}\u{17b4}\u{180b}\u{180e}\u{3164}\u{ffa0}".utf8),
            "\\u{115f}\\u{1160}\\u{17b4}\\u{180b}\\u{180e}\\u{3164}\\u{ffa0}"
        ),
        (
            Array("\u{fe00}\u{fe0f}\u{e0100}\u{e01ef}".utf8),
            "\\u{fe00}\\u{fe0f}\\u{e0100}\\u{e01ef}"
        ),
        (Array("\u{e0001}\u{e0041}\u{e007f}".utf8), "\\u{e0001}\\u{e0041}\\u{e007f}"),
        (Array("\u{fff9}\u{fffb}".utf8), "\\u{fff9}\\u{fffb}"),
        ([0xef, 0xb7, 0x90, 0xef, 0xbf, 0xbf], "\\u{fdd0}\\u{ffff}"),
        (Array("\u{e000}\u{f8ff}\u{10fffd}".utf8), "\\u{e000}\\u{f8ff}\\u{10fffd}"),
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

    @Test func everyScalarAloneIsShownOrHarmless() {
        for value in (0..<0x110000 as Range<UInt32>) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = escape([Array(String(scalar).utf8)])
            if text == String(scalar) {
                let isPlain =
                    !scalar.properties.isDefaultIgnorableCodePoint && !scalar.properties.isBidiControl
                #expect(isPlain, "\(String(value, radix: 16))")
            } else {
                #expect(text.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "\(String(value, radix: 16))")
            }
        }
    }

    /// JSON for a terminal says the same in other words.
    @Test(arguments: [
        ("plain {\"a\":1}\n", "plain {\"a\":1}\n"), ("日本", "日本"), ("\u{9b}", "\\u009b"),
        ("\u{7f}", "\\u007f"),
        ("\u{202e}", "\\u202e"), ("\u{feff}", "\\ufeff"), ("\u{e0041}", "\\udb40\\udc41"),
    ])
    func json(text: String, shown: String) {
        #expect(TerminalEscaper.json(Array(text.utf8)) == Array(shown.utf8))
    }

    /// What a peer chose does not begin a line of its own.
    @Test(arguments: [
        ("a\nb", "a^Jb"), ("a\r\nb", "a^M^Jb"), ("\n\u{301}", "^J\u{301}"), ("a\tb", "a^Ib"), ("\r", "^M"),
        ("plain", "plain"), ("\u{85}\u{2028}", "\\u{85}\\u{2028}"),
    ])
    func inOneLine(text: String, shown: String) {
        #expect(Array(TerminalEscaper.line(text).utf8) == Array(shown.utf8))
    }

    /// Nor does what a user typed, and a tab moves nothing.
    @Test func failureInOneLine() {
        let failure = Failure("resolve", "\ta\nb", words: "no such\tname", status: .resolution, hint: "\tx")
        #expect(failure.text == "resolve ^Ia^Jb: no such^Iname\n  ^Ix")
    }

    /// Nor in a failure, in a file either.
    @Test(arguments: ["a\nb", "a\r\nb", "\r\n", "\n\u{301}", "a\r\n\r\nb"])
    func inOneLineOfAFailure(text: String) {
        let failure = Failure("connect", text, words: text, status: .failure)
        #expect(!failure.text.utf8.contains(0x0a), "\(failure.text)")
    }

    /// Colours of our own stay; those that were in a cell do not.
    @Test func coloursInAnAnswer() {
        let style = TextStyle(isVerbose: true, hasColor: true, escapes: true)
        let evil = "a\u{1b}[8mb\u{1b}[0m\nc\u{9b}31m"
        let texts = [
            AnswerText.lines([evil], style), AnswerText.rows([[evil, evil]], style),
            AnswerText.fields([("name", evil)], style),
            SocketNameAnswer(.unix(.path(Array(evil.utf8)))).text(style),
            OptionValuesAnswer(values: [.init(option: .catalog[0], value: .text(evil))]).text(style),
        ]
        for text in texts {
            let shown = TerminalEscaper.visible(text, keepingColor: true)
            #expect(shown.contains("^[[8mb^[[0m"), "\(shown)")
            #expect(!shown.contains("\u{1b}[8m") && !shown.contains("\u{9b}"), "\(shown)")
            #expect(shown.split(separator: "\n").count == 1, "\(shown)")
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
