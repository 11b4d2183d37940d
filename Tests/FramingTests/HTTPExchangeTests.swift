// Both directions of a connection together: what one decoder has read decides what the other takes for HTTP.

import Testing

@testable import Framing

@Suite struct HTTPExchangeTests {
    /// A connection on which we ask, or are asked.
    private struct Connection {
        let exchange = HTTPExchange()
        var incoming: HTTPDecoder
        var outgoing: HTTPDecoder

        init() {
            incoming = HTTPDecoder(maxMessage: 1000, exchange, .incoming)
            outgoing = HTTPDecoder(maxMessage: 1000, exchange, .outgoing)
        }

        /// What comes of the bytes; `raw` for what is no HTTP.
        mutating func receive(_ text: String) throws(FramingError) -> [String] {
            try Self.decode(text, &incoming)
        }

        mutating func send(_ text: String) throws(FramingError) -> [String] {
            try Self.decode(text, &outgoing)
        }

        private static func decode(_ text: String, _ decoder: inout HTTPDecoder) throws(FramingError)
            -> [String]
        {
            var result: [String] = []
            _ = try decoder.decode(Array(text.utf8).span.bytes) { bytes, detail in
                let raw = String(decoding: [UInt8](copying: bytes), as: UTF8.self)
                result.append(detail == nil ? "raw " + raw : String(raw.prefix { $0 != "\r\n" }))
                return .proceed
            }
            return result
        }
    }

    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let connect = "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    private static let switching = "HTTP/1.1 101 Yes\r\n\r\n"

    @Test func afterSwitchingNeitherDirectionIsHTTP() throws {
        var connection = Connection()
        #expect(try connection.send(Self.get) == ["GET / HTTP/1.1"])
        #expect(
            try connection.receive(Self.switching + "\u{1}\u{2}") == ["HTTP/1.1 101 Yes", "raw \u{1}\u{2}"])
        #expect(try connection.send("no HTTP\n") == ["raw no HTTP\n"])
        #expect(try connection.receive(Self.ok) == ["raw " + Self.ok])
    }

    /// A line that was begun when the other side switched is not lost, and not waited for.
    @Test func whatWasBegunPasses() throws {
        var connection = Connection()
        _ = try connection.send(Self.get)
        #expect(try connection.send("no ") == [])
        _ = try connection.receive(Self.switching)
        #expect(try connection.send("HTTP") == ["raw no HTTP"])
    }

    @Test func aTunnelThatWeGrant() throws {
        var connection = Connection()
        #expect(try connection.receive(Self.connect + "early") == ["CONNECT a:1 HTTP/1.1", "raw early"])
        #expect(try connection.send("HTTP/1.1 200 OK\r\n\r\nhello") == ["HTTP/1.1 200 OK", "raw hello"])
        #expect(try connection.receive("bye") == ["raw bye"])
    }

    @Test func aTunnelThatWeRefuse() throws {
        var connection = Connection()
        _ = try connection.receive(Self.connect)
        _ = try connection.send("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
        #expect(try connection.receive(Self.get) == ["GET / HTTP/1.1"])
        #expect(try connection.send(Self.ok) == ["HTTP/1.1 200 OK"])
    }

    /// The responses of our side are read as what they answer, too.
    @Test func whatWeAnswerToHeadHasNoContent() throws {
        var connection = Connection()
        _ = try connection.receive(Self.head + Self.get)
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
        #expect(try connection.send(head) == ["HTTP/1.1 200 OK"])
        #expect(try connection.send(head) == [])
        #expect(try connection.send("hi") == ["HTTP/1.1 200 OK"])
    }

    /// Who has asked is the client: a request is no answer.
    @Test func aRequestIsNoResponse() throws {
        var connection = Connection()
        _ = try connection.send(Self.get)
        let error = #expect(throws: FramingError.self) { try connection.receive(Self.get) }
        #expect(error?.message.contains("a request, 'GET / HTTP/1.1', where a response is to come") == true)

        var other = Connection()
        _ = try other.receive(Self.get)
        #expect(throws: FramingError.self) { try other.send(Self.get) }
    }

    /// Requests without an end that nobody answers take little memory, and the first of them is still known.
    @Test func manyRequestsAreRemembered() throws {
        let exchange = HTTPExchange()
        for number in 0..<200_000 { exchange.requestPassed(number % 2 == 0 ? .head : .other, .outgoing) }
        #expect(exchange.responseBegan(status: 200, .incoming) == .head)
        #expect(exchange.responseBegan(status: 103, .incoming) == .other)
        #expect(exchange.responseBegan(status: 200, .incoming) == .other)
        #expect(exchange.responseBegan(status: 200, .incoming) == .head)
    }

    /// What was tried and came to nothing has not been said.
    @Test func anEncoderTakesBackWhatIsRefused() throws {
        let exchange = HTTPExchange()
        let encoder = HTTPEncoder(exchange, .outgoing)
        var output: [UInt8] = []
        #expect(throws: FramingError.self) {
            try encoder.encode(Array((Self.head + Self.get).utf8).span.bytes, into: &output)
        }
        try encoder.encode(Array(Self.get.utf8).span.bytes, into: &output)
        #expect(exchange.responseBegan(status: 200, .incoming) == .other)
        #expect(exchange.responseBegan(status: 200, .incoming) == .other)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "ab"),
        ("HTTP/1.1 200 OK\r\n\r\nab", "ab"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nd", "abcd"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\ndefg", "abcde"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense\r\n", "abc"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n\n", "abc"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b", "abc"),
        ("HTTP/1.1 200 OK\r\nContent-Le", ""), ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nabc", ""),
    ])
    func whatHasComeOfABody(stream: String, body: String) {
        var decoder = HTTPDecoder(maxMessage: 1000)
        _ = try? decoder.decode(Array(stream.utf8).span.bytes) { _, _ in .proceed }
        #expect(decoder.remainingBody == Array(body.utf8))
        // Nor is it forgotten when the stream ends there.
        let untilEnd = stream.hasSuffix("\r\n\r\nab") && !stream.contains("Length")
        try? decoder.finish { _, _ in .proceed }
        #expect(decoder.remainingBody == (untilEnd ? [] : Array(body.utf8)))
    }
}
