// Durations, sizes and numbers: what is read, and what is refused.

import Testing

@testable import CommandSpec

@Suite struct ScanTests {
    @Test(arguments: [
        ("250ms", Duration.milliseconds(250)), ("5s", .seconds(5)), ("1.5m", .seconds(90)),
        ("2h", .seconds(7200)), ("3", .seconds(3)), ("0.25", .milliseconds(250)), ("007", .seconds(7)),
        ("0.000000001", .nanoseconds(1)), ("0.5ms", .microseconds(500)),
        ("1.333333333333333333333333333333", .nanoseconds(1_333_333_333)),
        ("9223372036", .seconds(9_223_372_036)),
    ])
    func duration(text: String, expected: Duration) {
        #expect(ValueType<Duration>.duration.read(Word(text)) == expected)
    }

    @Test(arguments: [
        "", "s", "ms", ".", "1.", ".5", "1..5", "1.5.5", "-1", "+1", "nan", "inf", "1e3", "0x10", "5 s", " 5",
        "5sec", "5S", "1d", "1,5", "9223372037", "99999999999999999999", "9223372036854775807h", "1.5xs",
        "\u{0665}s", "0", "0.0", "0ms", "0.0000000001", "1.999999999999999999999x",
    ])
    func notADuration(text: String) {
        #expect(ValueType<Duration>.duration.read(Word(text)) == nil)
    }

    @Test func pauseMayBeZero() {
        #expect(ValueType<Duration>.pause.read("0") == .zero)
        #expect(ValueType<Duration>.pause.read("-0") == nil)
    }

    @Test(arguments: [
        ("512", 512), ("64k", 65_536), ("64K", 65_536), ("10M", 10_485_760), ("1G", 1_073_741_824),
        ("2T", 2 << 40), ("1", 1),
        ("8589934591G", 8_589_934_591 << 30),
    ])
    func size(text: String, expected: Int) {
        #expect(ValueType<Int>.size.read(Word(text)) == expected)
    }

    @Test(arguments: [
        "", "k", "0", "0k", "-1", "1.5k", "1kb", "1KiB", "8589934592G", "9223372036854775808", "1 k",
    ])
    func notASize(text: String) {
        #expect(ValueType<Int>.size.read(Word(text)) == nil)
    }

    @Test func numbersKeepTheirRange() {
        let type = ValueType<Int>.number(1...20)
        #expect(type.read("1") == 1)
        #expect(type.read("20") == 20)
        for text in ["0", "21", "", "+1", "1 ", "0x1", "99999999999999999999999"] {
            #expect(type.read(Word(text)) == nil, "\(text)")
        }
        #expect(ValueType<UInt16>.port.read("65535") == 65535)
        #expect(ValueType<UInt16>.port.read("65536") == nil)
    }

    @Test func textHasToBeUTF8ButAFileNameHasNot() {
        let odd = Word(bytes: [0x61, 0xff])
        #expect(ValueType<String>.text(.interface, "a name").read(odd) == nil)
        #expect(ValueType<Word>.file.read(odd) == odd)
        #expect(ValueType<Word>.file.read("") == nil)
        #expect(odd.text == "a\u{fffd}")
        #expect(Word("a\u{1b}[2J\u{9b}").quoted == #"'a\x1b[2J\x9b'"#)
    }

    @Test func choices() {
        let type = ValueType<String>.choice(["bash", "zsh"])
        #expect(type.read("zsh") == "zsh")
        #expect(type.read("zs") == nil)
    }
}
