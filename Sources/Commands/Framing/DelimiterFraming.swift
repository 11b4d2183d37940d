// Messages up to a delimiter: `line`, `crlf`, `nul`, `delim:STRING`.

/// Hands over what stands before each delimiter. Of delimiters that overlap, the first one counts.
struct DelimiterDecoder: MessageDecoder {
    private let delimiter: [UInt8]
    private let maxMessage: Int
    /// The message that is not complete: no whole delimiter is in it, but it may end in the beginning of one.
    private var held: [UInt8] = []
    private var failure: FramingError?

    /// - Precondition: the delimiter is not empty.
    init(_ delimiter: [UInt8], maxMessage: Int) {
        precondition(!delimiter.isEmpty)
        self.delimiter = delimiter
        self.maxMessage = maxMessage
    }

    var remainder: [UInt8] { held }

    mutating func decode(_ bytes: RawSpan, _ body: MessageBody) throws(FramingError) {
        if let failure { throw failure }
        var start = 0
        if !held.isEmpty {
            guard let end = try completeHeld(with: bytes, body) else { return }
            start = end
        }
        while let end = bytes.firstOffset(of: delimiter, from: start) {
            guard end - start <= maxMessage else { throw fail(bytes, from: start) }
            body(bytes.extracting(start..<end), nil)
            start = end + delimiter.count
        }
        try hold(bytes, from: start)
    }

    mutating func finish(_ body: MessageBody) throws(FramingError) {
        if let failure { throw failure }
        if !held.isEmpty { throw .cutOff(count: held.count, length: nil) }
    }

    /// Hands over what is held with its end in `bytes`.
    /// - Returns: where the next message begins; nil if the end is not there, and `bytes` is held as well.
    private mutating func completeHeld(
        with bytes: RawSpan, _ body: MessageBody
    ) throws(FramingError) -> Int? {
        // A delimiter that began in what is held ends before as many bytes as it has.
        let tail = held.suffix(delimiter.count - 1)
        var seam = Array(tail)
        seam.append(bytes.extracting(first: delimiter.count - 1))
        let end: Int
        if let offset = unsafe seam.span.bytes.firstOffset(of: delimiter) {
            end = offset - tail.count
        } else if let offset = bytes.firstOffset(of: delimiter) {
            end = offset
        } else {
            try hold(bytes, from: 0)
            return nil
        }
        guard held.count + end <= maxMessage else { throw fail(bytes, from: 0) }
        // Negative where the delimiter began in what is held.
        if end < 0 { held.removeLast(-end) } else { held.append(bytes.extracting(first: end)) }
        body(unsafe held.span.bytes, nil)
        held.removeAll(keepingCapacity: held.capacity <= Self.keptCapacity)
        return end + delimiter.count
    }

    private mutating func hold(_ bytes: RawSpan, from start: Int) throws(FramingError) {
        // What stands before the beginning of a delimiter is too long, whatever follows.
        let count = held.count + bytes.byteCount - start
        guard count - maxMessage < delimiter.count else { throw fail(bytes, from: start) }
        if start < bytes.byteCount { held.append(bytes.extracting(droppingFirst: start)) }
    }

    private mutating func fail(_ bytes: RawSpan, from start: Int) -> FramingError {
        let error = FramingError.tooLong(length: nil, limit: maxMessage)
        failure = error
        held.append(bytes.extracting(droppingFirst: start))
        return error
    }
}

struct DelimiterEncoder: MessageEncoder {
    private let delimiter: [UInt8]

    init(_ delimiter: [UInt8]) { self.delimiter = delimiter }

    mutating func encode(_ message: RawSpan, into output: inout [UInt8]) throws(FramingError) {
        let start = output.count
        output.append(message)
        output += delimiter
        // Looked for with the delimiter at its end: "a" and then "aa" would be cut after nothing.
        guard unsafe output.span.bytes.firstOffset(of: delimiter, from: start) == start + message.byteCount
        else {
            output.removeLast(output.count - start)
            throw .containsDelimiter
        }
    }
}
