// HTTP messages are cut and parsed as RFC 9112 says, however the stream is split.

import Testing

@testable import Framing

@Suite struct HTTPDecoderTests {
    @Test(arguments: HTTPTable.all)
    func verdict(of example: HTTPCase) {
        let outcome = HTTPOutcome(example.stream, answering: example.methods)
        switch (example.verdict, outcome.error) {
        case (.messages(let bodies), nil):
            let found = zip(outcome.raw, outcome.messages).map { raw, message in
                message.map { String(decoding: $0.body, as: UTF8.self) }
            }
            #expect(found == bodies)
            #expect(outcome.raw.flatMap(\.self) + outcome.remainder == example.stream)
        case (.refused(let section, let status), .http(_, let found, let foundStatus)):
            #expect(found == "RFC " + section.replacing(" ", with: ", section "))
            #expect(foundStatus == status)
        case (.tooLong, .tooLong), (.cutOff, .cutOff): break
        default: Issue.record("\(example.verdict), but \(outcome)")
        }
        // Whatever was wrong, no byte is lost.
        #expect(outcome.raw.flatMap(\.self) + outcome.remainder == example.stream)
    }

    @Test(arguments: HTTPTable.all)
    func howeverItIsSplit(_ example: HTTPCase) {
        let stream = example.stream
        let whole = HTTPOutcome(stream, answering: example.methods)
        func check(_ pieces: [ArraySlice<UInt8>], _ how: String) {
            var outcome = HTTPOutcome(pieces, answering: example.methods).joiningTunnels
            // After an error nothing more is taken: what was not yet fed is not in the remainder.
            if outcome.error != nil {
                #expect(whole.remainder.starts(with: outcome.remainder), "\(how)")
                outcome.remainder = whole.remainder
            }
            #expect(outcome == whole, "\(how)")
        }
        check(stream.indices.map { stream[$0...$0] }, "byte by byte")
        // All places where a short stream can be split, and some of a long one.
        for place in stride(from: 0, to: stream.count, by: 1 + stream.count * stream.count / 500_000) {
            check([stream[..<place], stream[place...]], "split at \(place)")
        }
    }
}

/// What a decoder hands over, and what it says of itself.
@Suite struct HTTPMessageTests {
    @Test func partsOfARequest() throws {
        let outcome = HTTPOutcome(
            Array(
                ("POST /a?b HTTP/1.0\r\nA:  one \r\nb: two\r\na:three\r\nContent-Length: 3\r\n\r\nx\u{0}y")
                    .utf8))
        let message = try outcome.first
        #expect(message.start == .request(method: "POST", target: "/a?b"))
        #expect(message.minorVersion == 0)
        #expect(message.fieldLines == ["A: one", "b: two", "a: three", "Content-Length: 3"])
        #expect(message.body == [0x78, 0, 0x79])
        #expect(message.values(of: "A") == [Array("one".utf8), Array("three".utf8)])
    }

    @Test func partsOfAResponse() throws {
        let outcome = HTTPOutcome(
            Array(
                ("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\nA: b\r\n\tc \r\n \r\n\r\n"
                    + "2;x=y\r\nab\r\n1\r\nc\r\n0\r\nD: e\r\nD:f\r\n\r\n").utf8))
        let message = try outcome.first
        #expect(message.start == .response(status: 404, reason: "Not Found"))
        #expect(message.fieldLines == ["Transfer-Encoding: chunked", "A: b c"])
        #expect(message.body == Array("abc".utf8))
        #expect(message.trailers.map(\.line) == ["D: e", "D: f"])
    }

    @Test func valuesThatAreNotUTF8() throws {
        let outcome = HTTPOutcome(
            Array("GET / HTTP/1.0\r\nA: ".utf8) + [0xff, 0xe9] + Array("\r\n\r\n".utf8))
        let message = try outcome.first
        #expect(message.fields[0].value == [0xff, 0xe9])
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n" + "nonsense\r\n", 1),
        (
            HTTPCase.request("\r\n") + HTTPCase.request("\r\n")
                + HTTPCase.request("Content-Length: x\r\n\r\n"), 2
        ),
        (HTTPCase.chunked("1\r\na\r\n0\r\n\r\n") + HTTPCase.chunked("1\r\na\r\nx\r\n"), 1),
    ])
    func messagesBeforeAnErrorAreHandedOver(stream: String, count: Int) {
        let outcome = HTTPOutcome(Array(stream.utf8))
        #expect(outcome.messages.count == count)
        #expect(outcome.error != nil)
    }

    @Test func afterAnErrorNothingIsTaken() throws {
        var decoder = HTTPDecoder(maxMessage: 1000)
        #expect(throws: FramingError.self) {
            _ = try decoder.decode(Array("bad\r\n".utf8).span.bytes) { _, _ in .proceed }
        }
        #expect(throws: FramingError.self) {
            _ = try decoder.decode(Array(HTTPCase.request("\r\n").utf8).span.bytes) { _, _ in
                Issue.record("a message after an error")
                return .proceed
            }
        }
        #expect(throws: FramingError.self) { try decoder.finish { _, _ in .proceed } }
        #expect(decoder.remainder == Array("bad\r\n".utf8))
    }

    @Test func howMuchWasThere() {
        let head = HTTPCase.request("Content-Length: 5\r\n\r\n")
        #expect(
            HTTPOutcome(Array((head + "he").utf8)).error
                == .cutOff(count: head.utf8.count + 2, length: head.utf8.count + 5))
        #expect(HTTPOutcome(Array("GET /".utf8)).error == .cutOff(count: 5, length: nil))
    }

    /// The limit is on the whole message.
    @Test(arguments: [
        HTTPCase.request("Content-Length: 5\r\n\r\nhello"), HTTPCase.chunked("5\r\nhello\r\n0\r\n\r\n"),
        HTTPCase.chunked("5;extension=long\r\nhello\r\n0\r\nA: trailer\r\n\r\n"),
        HTTPCase.response("\r\nhello"), HTTPCase.request("\r\n"),
    ])
    func limit(message: String) {
        let stream = Array(message.utf8)
        let pieces = stream.indices.map { stream[$0...$0] }
        #expect(HTTPOutcome(stream, maxMessage: stream.count).error == nil)
        for limit in 0..<stream.count {
            let outcome = HTTPOutcome(pieces, maxMessage: limit)
            guard case .tooLong(_, limit) = outcome.error else {
                Issue.record("\(outcome) with \(limit)")
                continue
            }
            #expect(outcome.remainder.count <= limit + 1, "more than the limit is held, and the last piece")
            #expect(HTTPOutcome(stream, maxMessage: limit).error == outcome.error)
        }
    }

    /// Whether 100 Continue is to be sent, after each piece.
    @Test(arguments: [
        (
            [HTTPCase.request("Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"), "h", "i"],
            [true, false, false]
        ),
        (
            [HTTPCase.request("expect: 100-Continue\r\nTransfer-Encoding: chunked\r\n\r\n"), "0\r\n\r\n"],
            [true, false]
        ),
        (
            [HTTPCase.request("Expect: 100-continue\r\nContent-Length: 2\r\n\r"), "\n", "hi"],
            [false, true, false]
        ),
        ([HTTPCase.request("Expect: 100-continue\r\nContent-Length: 2\r\n\r\nh"), "i"], [false, false]),
        ([HTTPCase.request("Expect: 100-continue\r\nContent-Length: 0\r\n\r\n")], [false]),
        ([HTTPCase.request("Expect: 100-continue\r\n\r\n")], [false]),
        (
            [HTTPCase.request("Expect: 100-continue\r\nContent-Length: 2\r\n\r\n", version: "1.0"), "hi"],
            [false, false]
        ),
        ([HTTPCase.request("Expect: something\r\nContent-Length: 2\r\n\r\n")], [false]),
        ([HTTPCase.request("Content-Length: 2\r\n\r\n")], [false]),
        ([HTTPCase.response("Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")], [false]),
        (
            [
                HTTPCase.request("\r\n")
                    + HTTPCase.request("Expect: 100-continue\r\nContent-Length: 1\r\n\r\n"), "x",
            ],
            [true, false]
        ),
    ])
    func pendingContinue(pieces: [String], expected: [Bool]) throws {
        let exchange = HTTPExchange()
        var decoder = HTTPDecoder(maxMessage: 1000, exchange)
        for (piece, isPending) in zip(pieces, expected) {
            _ = try decoder.decode(Array(piece.utf8).span.bytes) { _, _ in .proceed }
            #expect(exchange.wantsContinue == isPending, "\(piece.debugDescription)")
        }
    }

    /// After CONNECT and 101 the bytes are not HTTP; after a refusal they are again.
    @Test(arguments: [
        ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", nil, false),
        ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 200, false),
        ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 407, true),
        ("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n", nil, true),
        ("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n", 200, true),
        ("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n", 101, false),
    ])
    func whatFollowsARequest(stream: String, status: Int?, isHTTP: Bool) throws {
        let exchange = HTTPExchange()
        var decoder = HTTPDecoder(maxMessage: 1000, exchange)
        _ = try decoder.decode(Array(stream.utf8).span.bytes) { _, _ in .proceed }
        if let status { exchange.requestWasAnswered(with: status) }
        var isMessage: [Bool] = []
        _ = try decoder.decode(Array("GET / HTTP/1.0\r\n\r\n".utf8).span.bytes) {
            isMessage.append($1 != nil)
            return .proceed
        }
        #expect(isMessage == [isHTTP])
    }
}
