// What is answered to a request, with data or because it could not be read, and when the connection ends.

import Testing

@testable import Framing

@Suite struct HTTPReplyTests {
    private func request(_ head: String) throws -> HTTPMessage {
        let outcome = HTTPOutcome(Array((head + "\r\n\r\n").utf8))
        return try outcome.first
    }

    private func reply(_ data: String, to head: String) throws -> Answer {
        try reply(Array(data.utf8), to: head)
    }

    private func reply(_ data: [UInt8], to head: String) throws -> Answer {
        try #require(HTTPReply(data).answer(to: HTTPDetail(try request(head)), in: nil))
    }

    private func text(_ answer: Answer) -> String { String(decoding: answer.bytes, as: UTF8.self) }

    @Test func dataBecomesTheContent() throws {
        let reply = try reply("hi", to: "GET / HTTP/1.1\r\nHost: a")
        #expect(
            text(reply)
                == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n\r\nhi"
        )
        #expect(!reply.isLast)
    }

    @Test func noDataIsAnEmptyContent() throws {
        #expect(
            text(try reply("", to: "GET / HTTP/1.1\r\nHost: a"))
                == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func bytesThatAreNoText() throws {
        let reply = try reply([0xff, 0x00], to: "GET / HTTP/1.1\r\nHost: a")
        #expect(text(reply).contains("Content-Type: application/octet-stream\r\n"))
        #expect(reply.bytes.suffix(2) == [0xff, 0x00])
    }

    @Test func headGetsNoContent() throws {
        let reply = try reply("hi", to: "HEAD / HTTP/1.1\r\nHost: a")
        #expect(text(reply).hasSuffix("Content-Length: 2\r\n\r\n"))
    }

    @Test func aTunnelIsRefused() throws {
        let reply = try reply("hi", to: "CONNECT a:443 HTTP/1.1\r\nHost: a")
        #expect(text(reply).hasPrefix("HTTP/1.1 501 "))
        #expect(reply.isLast)
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
        #expect(reply.isLast == closes)
        let message = try HTTPOutcome(reply.bytes).first
        #expect(message.values(of: "Connection") == (connection.map { [Array($0.utf8)] } ?? []))
    }

    @Test(arguments: [
        ("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false),
        ("HTTP/1.1 204 None\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\n\r\nhi", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", true),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nlong", true),
        ("HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false),
        ("HTTP/1.1 100 Continue\r\n\r\n", true),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n\u{1}\u{2}", false),
        ("HTTP/1.1 200 OK\n\n", true),
        ("HTTP/", true),
    ])
    func aResponseIsSentAsItIs(data: String, closes: Bool) throws {
        let reply = try reply(data, to: "GET / HTTP/1.1\r\nHost: a")
        #expect(text(reply) == data)
        #expect(reply.isLast == closes)
    }

    /// After 101 neither direction is HTTP, nor after CONNECT was granted; a refusal changes nothing.
    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a", "HTTP/1.1 101 Yes\r\n\r\n", true),
        ("GET / HTTP/1.1\r\nHost: a", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false),
        ("CONNECT a:1 HTTP/1.1\r\nHost: a", "HTTP/1.1 200 OK\r\n\r\n", true),
        ("CONNECT a:1 HTTP/1.1\r\nHost: a", "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", false),
        ("CONNECT a:1 HTTP/1.1\r\nHost: a", "hi", false),
    ])
    func whetherItIsStillHTTP(head: String, data: String, isTunnel: Bool) throws {
        let exchange = HTTPExchange()
        var decoder = HTTPDecoder(maxMessage: 1000, exchange)
        _ = try decoder.decode(Array((head + "\r\n\r\n").utf8).span.bytes) { _, detail in
            #expect(HTTPReply(Array(data.utf8)).answer(to: detail, in: exchange) != nil)
            return .proceed
        }
        #expect(exchange.isRaw(.incoming) == isTunnel)
        #expect(exchange.isRaw(.outgoing) == isTunnel)
    }

    /// The content is not copied for each request.
    @Test func theContentIsShared() throws {
        let content = [UInt8](repeating: 1, count: 100_000)
        let reply = HTTPReply(content)
        let request = try request("GET / HTTP/1.1\r\nHost: a")
        for _ in 0..<2 {
            let answer = try #require(reply.answer(to: HTTPDetail(request), in: nil))
            #expect(answer.head.count < 200)
            #expect(
                answer.shared[0].withUnsafeBytes { $0.baseAddress }
                    == content.withUnsafeBytes { $0.baseAddress })
        }
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
        let reply = HTTPReply.refusal(of: error)
        #expect(text(reply).hasPrefix("HTTP/1.1 \(status)\r\n"))
        #expect(text(reply).hasSuffix("\r\n\r\n\(error.message)\n"))
        #expect(reply.isLast)
        let outcome = HTTPOutcome(reply.bytes)
        #expect(outcome.error == nil)
        #expect(outcome.messages.count == 1)
    }

    /// Every status that the decoder's errors have is one that can be answered.
    @Test(arguments: HTTPTable.all)
    func everyRefusalIsAResponse(to example: HTTPCase) {
        guard let error = HTTPOutcome(example.stream).error else { return }
        let reply = HTTPReply.refusal(of: error)
        #expect(!text(reply).contains(" \r\n"), "no reason phrase: \(text(reply))")
        #expect(HTTPOutcome(reply.bytes).messages.count == 1)
        #expect(reply.bytes.allSatisfy { $0 >= 0x20 || [0x0a, 0x0d, 0x09].contains($0) })
    }
}
