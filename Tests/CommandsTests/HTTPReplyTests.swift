// What is answered to a request, with data or because it could not be read, and when the connection ends.

import Sockets
import Testing

@testable import Commands

@Suite struct HTTPReplyTests {
    private func request(_ head: String) throws -> HTTPMessage {
        let outcome = HTTPOutcome(Array((head + "\r\n\r\n").utf8))
        return try outcome.first
    }

    private func reply(_ data: String, to head: String) throws -> HTTPReply {
        HTTPReply(Array(data.utf8), to: try request(head))
    }

    private func text(_ reply: HTTPReply) -> String { String(decoding: reply.bytes, as: UTF8.self) }

    @Test func dataBecomesTheContent() throws {
        let reply = try reply("hi", to: "GET / HTTP/1.1\r\nHost: a")
        #expect(
            text(reply)
                == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n\r\nhi"
        )
        #expect(!reply.closes)
        #expect(reply.status == 200)
    }

    @Test func noDataIsAnEmptyContent() throws {
        #expect(
            text(try reply("", to: "GET / HTTP/1.1\r\nHost: a"))
                == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func bytesThatAreNoText() throws {
        let reply = HTTPReply([0xff, 0x00], to: try request("GET / HTTP/1.1\r\nHost: a"))
        #expect(text(reply).contains("Content-Type: application/octet-stream\r\n"))
        #expect(reply.bytes.suffix(2) == [0xff, 0x00])
    }

    @Test func headGetsNoContent() throws {
        let reply = try reply("hi", to: "HEAD / HTTP/1.1\r\nHost: a")
        #expect(text(reply).hasSuffix("Content-Length: 2\r\n\r\n"))
    }

    @Test func aTunnelIsRefused() throws {
        let reply = try reply("hi", to: "CONNECT a:443 HTTP/1.1\r\nHost: a")
        #expect(reply.status == 501)
        #expect(reply.closes)
    }

    /// RFC 9112 section 9.3.
    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a", false, nil),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close", true, "close"),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: TE, Close", true, "close"),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: closed", false, nil),
        ("GET / HTTP/1.0", true, "close"),
        ("GET / HTTP/1.0\r\nConnection: Keep-Alive", false, "keep-alive"),
        ("GET / HTTP/1.0\r\nConnection: keep-alive, close", true, "close"),
    ])
    func whetherTheConnectionEnds(head: String, closes: Bool, connection: String?) throws {
        let reply = try reply("hi", to: head)
        #expect(reply.closes == closes)
        let message = try HTTPOutcome(reply.bytes).first
        #expect(message.values(of: "Connection") == (connection.map { [Array($0.utf8)] } ?? []))
    }

    @Test(arguments: [
        ("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", 404, false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, false),
        ("HTTP/1.1 204 None\r\n\r\n", 204, false),
        ("HTTP/1.1 200 OK\r\n\r\nhi", 200, true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 200, true),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", 0, true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nlong", 200, true),
        ("HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, false),
        ("HTTP/1.1 100 Continue\r\n\r\n", 100, true),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n\u{1}\u{2}", 101, false),
        ("HTTP/1.1 200 OK\n\n", 0, true),
        ("HTTP/", 0, true),
    ])
    func aResponseIsSentAsItIs(data: String, status: Int, closes: Bool) throws {
        let reply = try reply(data, to: "GET / HTTP/1.1\r\nHost: a")
        #expect(text(reply) == data)
        #expect(reply.status == status)
        #expect(reply.closes == closes)
    }

    @Test(arguments: [
        (FramingError.rfc9112("2.2", "bad"), "400 Bad Request"),
        (.rfc9112("3", "long", status: 414), "414 URI Too Long"),
        (.rfc9110("5.4", "long", status: 431), "431 Request Header Fields Too Large"),
        (.rfc9112("6.1", "unknown", status: 501), "501 Not Implemented"),
        (.rfc9110("15.6.6", "2.0", status: 505), "505 HTTP Version Not Supported"),
        (.tooLong(length: 5, limit: 4), "413 Content Too Large"),
        (.cutOff(count: 1, length: nil), "400 Bad Request"),
    ])
    func whatCannotBeReadIsRefused(error: FramingError, status: String) throws {
        let reply = HTTPReply(refusing: error)
        #expect(text(reply).hasPrefix("HTTP/1.1 \(status)\r\n"))
        #expect(text(reply).hasSuffix("\r\n\r\n\(error.message)\n"))
        #expect(reply.closes)
        let outcome = HTTPOutcome(reply.bytes)
        #expect(outcome.error == nil)
        #expect(outcome.messages.count == 1)
    }

    /// Every status that the decoder's errors have is one that can be answered.
    @Test(arguments: HTTPTable.all)
    func everyRefusalIsAResponse(to example: HTTPCase) {
        guard let error = HTTPOutcome(example.stream).error else { return }
        let reply = HTTPReply(refusing: error)
        #expect(!text(reply).contains(" \r\n"), "no reason phrase: \(text(reply))")
        #expect(HTTPOutcome(reply.bytes).messages.count == 1)
        #expect(reply.bytes.allSatisfy { $0 >= 0x20 || [0x0a, 0x0d, 0x09].contains($0) })
    }
}
