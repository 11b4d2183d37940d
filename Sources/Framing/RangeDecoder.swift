// Decoders that can say where a message lies: the loops that hand over one after the other, without an indirect
// call for each where they are joined again.

/// Where a message that is complete lies.
enum Found {
    /// In the bytes that were given.
    case given(Range<Int>)
    /// In what was held.
    case held(Range<Int>)
}

/// A decoder whose messages are ranges of the stream.
protocol RangeDecoder: MessageDecoder {
    /// The message that is not complete, and after `next` found it there, the one that is.
    var held: [UInt8] { get }

    /// Finds the next message, and takes what belongs to it.
    /// - Parameter position: where the bytes begin that were not taken; it is moved past what is.
    /// - Returns: nil if there is none; then all bytes were taken.
    mutating func next(in bytes: RawSpan, from position: inout Int) throws(FramingError) -> Found?

    /// What was held has been handed over.
    mutating func release()
}

extension RangeDecoder {
    var remainder: [UInt8] { held }

    mutating func decode(_ bytes: RawSpan, _ body: MessageBody) throws(FramingError) -> Int {
        var position = 0
        while let found = try next(in: bytes, from: &position) {
            let verdict: Verdict
            switch found {
            case .given(let range):
                verdict = body(bytes.extracting(range), nil)
            case .held(let range):
                verdict = unsafe body(held.span.bytes.extracting(range), nil)
                release()
            }
            if verdict == .pause { break }
        }
        return position
    }

    mutating func translate(
        _ bytes: RawSpan, with joiner: MessageJoiner, into output: inout [UInt8], count: inout Int,
        limit: Int
    ) throws(TranslationError) -> Int {
        try join(bytes, with: joiner, into: &output, count: &count, limit: limit)
    }

    /// One choice of the encoder for all messages.
    mutating func join(
        _ bytes: RawSpan, with joiner: MessageJoiner, into output: inout [UInt8], count: inout Int,
        limit: Int
    ) throws(TranslationError) -> Int {
        switch joiner.form {
        case .delimiter(let encoder):
            try joinEach(bytes, with: encoder, into: &output, count: &count, limit: limit)
        case .prefix(let encoder):
            try joinEach(bytes, with: encoder, into: &output, count: &count, limit: limit)
        case .verbatim, .http, .forwarded:
            try joinEach(bytes, with: joiner, into: &output, count: &count, limit: limit)
        }
    }

    @inline(__always)
    private mutating func joinEach(
        _ bytes: RawSpan, with encoder: some MessageEncoder, into output: inout [UInt8],
        count: inout Int, limit: Int
    ) throws(TranslationError) -> Int {
        var position = 0
        while count < limit {
            let found: Found?
            do throws(FramingError) { found = try next(in: bytes, from: &position) } catch {
                throw .cutting(error)
            }
            guard let found else { break }
            count += 1
            do throws(FramingError) {
                switch found {
                case .given(let range):
                    try encoder.encode(bytes.extracting(range), into: &output)
                case .held(let range):
                    defer { release() }
                    try encoder.encode(unsafe held.span.bytes.extracting(range), into: &output)
                }
            } catch {
                throw .joining(error)
            }
        }
        return position
    }
}
