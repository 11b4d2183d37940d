// An HTTP message in the JSON output is as sockctl-json(7) documents it.

import CommandSpec
import Foundation
import Framing
import Sockets
import Testing

@testable import Commands

@Suite struct JSONHTTPTests {
    private static let streams: [[UInt8]] = [
        Array("GET /a HTTP/1.1\r\nHost: a\r\nB: c\r\nB: d\r\n\r\n".utf8),
        Array("HTTP/1.0 200 OK\r\nA: ".utf8) + [0xff] + Array("\r\n\r\n".utf8) + [0xff, 0xfe],
        Array("HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nT: u\r\n\r\n".utf8),
    ]

    private func object(_ stream: [UInt8]) throws -> [String: Any] {
        var message: HTTPMessage?
        let cutter = MessageCutter(.http, maxMessage: 1 << 20)
        func note(_: RawSpan, _ detail: (any MessageDetail)?) -> Verdict {
            message = message ?? (detail as? HTTPDetail)?.message
            return .proceed
        }
        _ = try cutter.cut(stream.span.bytes, note)
        try cutter.finish(note)
        var writer = JSONWriter()
        var line: [UInt8] = []
        try HTTPReport(message: #require(message)).write(to: &writer)
        writer.drain(into: &line)
        return try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    }

    @Test func aRequest() throws {
        let object = try object(Self.streams[0])
        #expect(object["kind"] as? String == "request")
        #expect(object["method"] as? String == "GET")
        #expect(object["target"] as? String == "/a")
        #expect(object["version"] as? String == "1.1")
        #expect(object["status"] == nil)
        #expect(
            object["headers"] as? [[String: String]] == [
                ["name": "Host", "value": "a"], ["name": "B", "value": "c"], ["name": "B", "value": "d"],
            ])
    }

    @Test func aResponseThatIsNoText() throws {
        let object = try object(Self.streams[1])
        #expect(object["status"] as? Int == 200)
        #expect(object["reason"] as? String == "OK")
        #expect(object["headers"] as? [[String: String]] == [["name": "A", "base64": "/w=="]])
        let body = try #require(object["body"] as? [String: Any])
        #expect(body["size"] as? Int == 2)
        #expect(body["base64"] as? String == "//4=")
        #expect(body["text"] == nil)
    }

    @Test func trailers() throws {
        let object = try object(Self.streams[2])
        #expect(object["trailers"] as? [[String: String]] == [["name": "T", "value": "u"]])
        #expect((object["body"] as? [String: Any])?["text"] as? String == "hi")
    }

    @Test(arguments: streams)
    func fieldsAreDocumented(stream: [UInt8]) throws {
        try Documented.object(try object(stream), as: "http")
    }
}
