// Random HTTP messages come out as they were put in, and broken ones do no harm. The seed is fixed; a failure
// names the number of the round, which is the same in every run.

import Testing

@testable import Framing

@Suite struct HTTPPropertyTests {
    @Test func whatIsPutInComesOut() throws {
        var random = HTTPGenerator(seed: 9112)
        for round in 0..<500 {
            let samples = (0..<Int.random(in: 1...4, using: &random)).map { _ in random.sample() }
            let stream = samples.flatMap(\.bytes)
            let outcome = HTTPOutcome(random.pieces(of: stream))
            try #require(outcome.error == nil, "round \(round): \(outcome)")
            try #require(outcome.messages == samples.map(\.message), "round \(round): \(outcome)")
            try #require(outcome.raw == samples.map(\.bytes), "round \(round)")
        }
    }

    @Test func whatIsDecodedCanBeEncoded() throws {
        var random = HTTPGenerator(seed: 9110)
        for round in 0..<200 {
            let samples = (0..<3).map { _ in random.sample() }
            let encoder = HTTPEncoder()
            var stream: [UInt8] = []
            for sample in samples { try encoder.encode(sample.bytes.span.bytes, into: &stream) }
            try #require(stream == samples.flatMap(\.bytes), "round \(round)")
        }
    }

    /// Messages with a few bytes changed are read the same in one piece and in many, within the limit, and
    /// nothing of them is lost.
    @Test func brokenMessagesDoNoHarm() throws {
        var random = HTTPGenerator(seed: 2616)
        // Making messages takes longer than reading them: each is broken in many ways.
        let samples = (0..<100).map { _ in random.sample().bytes + random.sample().bytes }
        var refused = 0
        let rounds = 5000
        for round in 0..<rounds {
            var stream = samples[round % samples.count]
            for _ in 0..<Int.random(in: 1...3, using: &random) { random.mutate(&stream) }
            let pieces = random.pieces(of: stream)
            let limit = round % 8 == 0 ? 200 : 1 << 20
            let whole = HTTPOutcome(stream, maxMessage: limit)
            let split = HTTPOutcome(pieces, maxMessage: limit)
            let joined = split.joiningTunnels
            guard joined.messages == whole.messages, joined.raw == whole.raw, joined.error == whole.error,
                whole.raw.flatMap(\.self) + whole.remainder == stream,
                split.remainder.count <= limit + (pieces.map(\.count).max() ?? 0)
            else {
                Issue.record("round \(round): \(whole), but \(split)")
                return
            }
            refused += whole.error == nil ? 0 : 1
        }
        #expect((rounds / 2..<rounds).contains(refused), "\(refused) of \(rounds) refused")
    }

    /// The time that a byte takes does not grow with what came before it. A decoder that looked at it again
    /// would take hours.
    @Test(.timeLimit(.minutes(1))) func aLongMessageByteByByte() {
        let chunks = String(repeating: "1\r\nx\r\n", count: 20_000)
        let stream = Array(HTTPCase.chunked(chunks + "0\r\n\r\n").utf8)
        let outcome = HTTPOutcome(stream.indices.map { stream[$0...$0] })
        #expect(outcome.messages.first??.body.count == 20_000)
    }
}

/// Makes messages at random, and breaks them.
struct HTTPGenerator: RandomNumberGenerator {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(state: seed) }

    mutating func next() -> UInt64 { random.next() }

    /// A message and its bytes, put together without the code that is tested.
    mutating func sample() -> (message: HTTPMessage, bytes: [UInt8]) {
        let isRequest = Bool.random(using: &self)
        var message = HTTPMessage(
            start: isRequest
                ? .request(method: token(), target: "/" + token())
                : .response(status: Int.random(in: 200...203, using: &self), reason: token() + " " + token()),
            minorVersion: 1, fields: isRequest ? [.init(name: "Host", value: Array("a.example:1".utf8))] : [])
        for _ in 0..<Int.random(in: 0...5, using: &self) { message.fields.append(field()) }
        message.body = (0..<Int.random(in: 0...100, using: &self)).map { _ in
            UInt8(truncatingIfNeeded: next())
        }
        var content: [UInt8] = []
        if Bool.random(using: &self) {
            message.fields.append(.init(name: "Transfer-Encoding", value: Array("chunked".utf8)))
            (content, message.trailers) = chunked(message.body)
        } else {
            if isRequest, Bool.random(using: &self) { message.body = [] }
            content = message.body
            if !isRequest || !content.isEmpty {
                message.fields.append(.init(name: "content-length", value: Array("\(content.count)".utf8)))
            }
        }
        return (message, head(message) + content)
    }

    private mutating func head(_ message: HTTPMessage) -> [UInt8] {
        let line =
            switch message.start {
            case .request(let method, let target): "\(method) \(target) HTTP/1.1\r\n"
            case .response(let status, let reason): "HTTP/1.1 \(status) \(reason)\r\n"
            }
        return Array(line.utf8) + message.fields.flatMap { bytes(of: $0) } + Array("\r\n".utf8)
    }

    private mutating func bytes(of field: HTTPMessage.Field) -> [UInt8] {
        let blanks = ["", " ", "\t", " \t "]
        let before = blanks.randomElement(using: &self) ?? ""
        let after = blanks.randomElement(using: &self) ?? ""
        return Array("\(field.name):\(before)".utf8) + field.value + Array("\(after)\r\n".utf8)
    }

    private mutating func chunked(_ body: [UInt8]) -> (bytes: [UInt8], trailers: [HTTPMessage.Field]) {
        var bytes: [UInt8] = []
        for piece in pieces(of: body) where !piece.isEmpty {
            let size = String(piece.count, radix: 16, uppercase: Bool.random(using: &self))
            let parameter = Bool.random(using: &self) ? "" : ";\(token())=\"\\\"\(token())\""
            bytes += Array("0\(size)\(parameter)\r\n".utf8) + piece + Array("\r\n".utf8)
        }
        let trailers = (0..<Int.random(in: 0...2, using: &self)).map { _ in field() }
        bytes += Array("0\r\n".utf8) + trailers.flatMap { self.bytes(of: $0) } + Array("\r\n".utf8)
        return (bytes, trailers)
    }

    private mutating func token() -> String {
        let characters = Array("abcXYZ019!#$%&'*+-.^_`|~")
        // A method must not be CONNECT, a name not one of those that are understood: none has an x first.
        let rest = (0..<Int.random(in: 0...8, using: &self)).map { _ in
            characters.randomElement(using: &self) ?? "a"
        }
        return "x" + String(rest).replacing("#", with: "-")
    }

    private mutating func field() -> HTTPMessage.Field {
        var value = (0..<Int.random(in: 0...20, using: &self)).map { _ in
            [UInt8.random(in: 0x20...0x7e, using: &self), 0x09, UInt8.random(in: 0x80...0xff, using: &self)]
                .randomElement(using: &self) ?? 0x20
        }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
        return .init(name: token(), value: value)
    }

    /// The bytes, cut anywhere.
    mutating func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        let longest = [1, 7, 60, 1000].randomElement(using: &self) ?? 1
        while !rest.isEmpty {
            let count = min(Int.random(in: 1...longest, using: &self), rest.count)
            pieces.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    /// Changes, inserts, takes away or repeats something, often what parsers trip over.
    mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &self)
        let end = min(place + Int.random(in: 1...40, using: &self), bytes.count)
        let words = [
            "\r", "\n", "\r\n", "\r\n\r\n", "\u{0}", " ", "\t", ":", "0", "-", "f", ";", "\"", "HTTP/1.0",
            "\r\nTransfer-Encoding: chunked", "\r\nContent-Length: 3", "\r\n x: y",
            "CONNECT a:1 HTTP/1.1\r\n",
        ]
        switch Int.random(in: 0..<6, using: &self) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: next())
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        case 3: bytes.removeSubrange(place...)
        default: bytes.insert(contentsOf: (words.randomElement(using: &self) ?? "").utf8, at: place)
        }
    }
}
