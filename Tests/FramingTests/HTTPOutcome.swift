// Decoding a stream of HTTP for a test: whole, or in pieces. The fuzzer uses it, too.

@testable import Framing

/// What a decoder made of a stream.
struct HTTPOutcome: Equatable, CustomStringConvertible {
    var raw: [[UInt8]] = []
    var messages: [HTTPMessage?] = []
    var error: FramingError?
    var remainder: [UInt8] = []

    /// - Parameters:
    ///   - stream: in the pieces in which it comes. The end of the stream follows.
    ///   - methods: of the requests that the responses in it answer.
    init(_ stream: [ArraySlice<UInt8>], answering methods: [String] = [], maxMessage: Int = 1 << 20) {
        let exchange = HTTPExchange()
        for method in methods { exchange.expectResponse(to: method) }
        var decoder = HTTPDecoder(maxMessage: maxMessage, exchange)
        do throws(FramingError) {
            for piece in stream { try decode(Array(piece), &decoder) }
            var outcome = self
            try decoder.finish { outcome.note($0, $1) }
            self = outcome
        } catch {
            self.error = error
        }
        remainder = decoder.remainder
    }

    init(_ stream: [UInt8], answering methods: [String] = [], maxMessage: Int = 1 << 20) {
        self.init([stream[...]], answering: methods, maxMessage: maxMessage)
    }

    private mutating func decode(_ piece: [UInt8], _ decoder: inout HTTPDecoder) throws(FramingError) {
        var outcome = self
        defer { self = outcome }
        let count = try decoder.decode(piece.span.bytes) { outcome.note($0, $1) }
        precondition(count == piece.count, "nobody said to pause")
    }

    private mutating func note(_ bytes: RawSpan, _ detail: (any MessageDetail)?) -> Verdict {
        raw.append(bytes.withUnsafeBytes { Array($0) })
        messages.append((detail as? HTTPDetail)?.message)
        return .proceed
    }

    /// Bytes of a tunnel come in the pieces in which they came: put together they are the same.
    var joiningTunnels: HTTPOutcome {
        var joined = self
        (joined.raw, joined.messages) = ([], [])
        for (bytes, message) in zip(raw, messages) {
            if message == nil, let last = joined.messages.last, last == nil {
                joined.raw[joined.raw.count - 1] += bytes
            } else {
                joined.raw.append(bytes)
                joined.messages.append(message)
            }
        }
        return joined
    }

    var description: String {
        "\(raw.map { String(decoding: $0, as: UTF8.self) }) \(error.map { "\($0)" } ?? "no error") "
            + "remainder: \(String(decoding: remainder, as: UTF8.self).debugDescription)"
    }
}

extension HTTPExchange {
    /// A request went out, to which a response will come in; or of which the response is to go out.
    func expectResponse(to method: String, _ flow: Flow = .incoming) {
        requestPassed(Request(method: method), flow.opposite)
    }
}
