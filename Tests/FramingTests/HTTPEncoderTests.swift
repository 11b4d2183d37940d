// What is to be sent as an HTTP message is one.

import Testing

@testable import Framing

@Suite struct HTTPEncoderTests {
    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    /// What the encoder says to each message, nil where it appended it unchanged.
    private func encode(_ messages: [String], answering methods: [String] = []) -> [FramingError?] {
        let exchange = HTTPExchange()
        for method in methods { exchange.expectResponse(to: method, .outgoing) }
        let encoder = HTTPEncoder(exchange)
        return messages.map { message in
            var output: [UInt8] = [1]
            do throws(FramingError) {
                try encoder.encode(Array(message.utf8).span.bytes, into: &output)
            } catch {
                #expect(output == [1], "nothing is appended")
                return error
            }
            #expect(output == [1] + Array(message.utf8))
            return nil
        }
    }

    @Test(arguments: [
        request, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "HTTP/1.1 200 OK\r\n\r\nto the end",
        "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", HTTPCase.chunked("2\r\nhi\r\n0\r\n\r\n"),
    ])
    func messages(_ message: String) {
        #expect(encode([message]) == [nil])
    }

    @Test(arguments: [
        ("", "no message"), ("\r\n", "no message"), (request + request, "followed by more"),
        (request + "\r\n", "followed by more"), ("\r\n" + request, "empty line before"), ("GET /\n", "LF"),
        (HTTPCase.request("Content-Length: 5\r\n\r\nhi"), "cut off"),
        (HTTPCase.request("Content-Length: 1\r\n\r\nhi"), "followed by more"),
        (HTTPCase.chunked("2\r\nhi\r\n"), "cut off"), ("plain text", "cut off"),
    ])
    func whatIsNone(_ message: String, words: String) throws {
        let error = try #require(encode([message])[0])
        #expect(error.message.contains(words), "\(error.message)")
    }

    /// What follows a message that was refused is not harmed by it.
    @Test func aRefusedMessageChangesNothing() {
        #expect(encode([Self.request, "nonsense", Self.request]).map { $0 == nil } == [true, false, true])
    }

    @Test func nothingFollowsAResponseThatEndsWithTheConnection() {
        #expect(
            encode(["HTTP/1.1 200 OK\r\n\r\nhi", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])[1] != nil)
    }

    @Test func aResponseToHeadHasNoContent() {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
        #expect(encode([head, head + "hi"], answering: ["HEAD", "GET"]) == [nil, nil])
    }

    @Test func afterATunnelAnythingGoes() {
        #expect(encode(["CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", "\u{16}\u{3}", "x"]) == [nil, nil, nil])
        #expect(encode(["HTTP/1.1 101 Switching Protocols\r\n\r\n", "\u{16}\u{3}"]) == [nil, nil])
    }
}
