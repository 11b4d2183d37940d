// What is read of a recording's line is what is in it, held against Foundation.

import Foundation
import Testing

@testable import Commands

@Suite("Reading JSON")
struct JSONReaderTests {
    static let good = [
        "{}", " { \"a\" : 1 } ", #"{"a":"b","c":{"d":-7,"e":[1,[2],{"f":null}]},"g":true,"h":false}"#,
        #"{"a":"\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00é😀"}"#,
        #"{"a":0,"b":-0,"c":1.5,"d":1e3,"e":-2.5E-7}"#,
        #"{"a":9223372036854775807,"b":9223372036854775808}"#, #"{"a":1,"a":"b"}"#, "{\"\":\"\"}",
    ]

    @Test(arguments: good)
    func read(_ text: String) throws {
        let fields = try JSONReader.object(Array(text.utf8))
        let expected = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(Set(fields.keys) == Set(expected.keys))
        for (name, value) in fields { try check(value, expected[name]) }
    }

    private func check(_ value: JSONReader.Value, _ expected: Any?) throws {
        switch value {
        case .string(let text): #expect(text == expected as? String)
        case .integer(let number): #expect(number == expected as? Int)
        case .object(let fields):
            let expected = try #require(expected as? [String: Any])
            #expect(Set(fields.keys) == Set(expected.keys))
            for (name, value) in fields { try check(value, expected[name]) }
        case .other: #expect(!(expected is String) && !(expected is [String: Any]))
        }
    }

    @Test(arguments: [
        "", "1", "[]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":1}x", "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":1.}", "{\"a\":.5}", "{\"a\":1e}", "{\"a\":-}", "{\"a\":\"", "{\"a\":\"\n\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\ud800\\u0041\"}", "{\"a\":\"\\udc00\"}",
        "{\"a\":nul}", "{\"a\":[1 2]}", "{\"a\" 1}", "{\"a\":1 \"b\":2}",
        "{\"a\":" + String(repeating: "[", count: 100_000),
    ])
    func malformed(_ text: String) {
        #expect(throws: JSONReader.Malformed.self) { try JSONReader.object(Array(text.utf8)) }
    }

    @Test func notUTF8() {
        #expect(throws: JSONReader.Malformed.self) {
            try JSONReader.object(Array("{\"a\":\"".utf8) + [0xff] + Array("\"}".utf8))
        }
    }

    @Test(arguments: 0..<40)
    func base64(_ length: Int) {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 73 + 200) }
        #expect(Base64.decode(Data(bytes).base64EncodedString()) == bytes)
    }

    @Test(arguments: ["A", "AA", "AAA", "A===", "====", "AA=A", "AAA*", "AA==AAAA", "AAAA\n"])
    func noBase64(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
