// Messages up to a delimiter: `line`, `crlf`, `nul`, `delim:STRING`.

/// Hands over what stands before each delimiter. Of delimiters that overlap, the first one counts.
struct DelimiterDecoder: RangeDecoder {
    private let delimiter: [UInt8]
    private let maxMessage: Int
    /// No whole delimiter is in it, but it may end in the beginning of one.
    private(set) var held: [UInt8] = []
    private var failure: FramingError?

    /// - Precondition: the delimiter is not empty.
    init(_ delimiter: [UInt8], maxMessage: Int) {
        precondition(!delimiter.isEmpty)
        self.delimiter = delimiter
        self.maxMessage = maxMessage
    }

    mutating func next(in bytes: RawSpan, from position: inout Int) throws(FramingError) -> Found? {
        if let failure { throw failure }
        guard held.isEmpty else { return try completeHeld(with: bytes, from: &position) }
        guard let end = bytes.firstOffset(of: delimiter, from: position) else {
            try hold(bytes, from: &position)
            return nil
        }
        guard end - position <= maxMessage else { throw fail(bytes, from: &position) }
        defer { position = end + delimiter.count }
        return .given(position..<end)
    }

    mutating func finish(_ body: MessageBody) throws(FramingError) {
        if let failure { throw failure }
        if !held.isEmpty { throw .cutOff(count: held.count, length: nil) }
    }

    mutating func release() {
        held.removeAll(keepingCapacity: held.capacity <= Self.keptCapacity)
    }

    /// Looks for the end of what is held. Of what is held only as many bytes are looked at as could be the
    /// beginning of a delimiter.
    private mutating func completeHeld(
        with bytes: RawSpan, from position: inout Int
    ) throws(FramingError) -> Found? {
        guard let end = seam(with: bytes, from: position) ?? bytes.firstOffset(of: delimiter, from: position)
        else {
            try hold(bytes, from: &position)
            return nil
        }
        guard held.count + end - position <= maxMessage else { throw fail(bytes, from: &position) }
        // Before the position where the delimiter began in what is held.
        if end < position {
            held.removeLast(position - end)
        } else {
            held.append(bytes.extracting(position..<end))
        }
        position = end + delimiter.count
        return .held(0..<held.count)
    }

    /// Where a delimiter begins in what is held and ends in `bytes`, as an offset in them.
    private func seam(with bytes: RawSpan, from position: Int) -> Int? {
        guard delimiter.count > 1 else { return nil }
        var seam = Array(held.suffix(delimiter.count - 1))
        let count = seam.count
        seam.append(bytes.extracting(droppingFirst: position).extracting(first: delimiter.count - 1))
        return unsafe seam.span.bytes.firstOffset(of: delimiter).map { position + $0 - count }
    }

    private mutating func hold(_ bytes: RawSpan, from position: inout Int) throws(FramingError) {
        // What stands before the beginning of a delimiter is too long, whatever follows.
        let count = held.count + bytes.byteCount - position
        guard count - maxMessage < delimiter.count else { throw fail(bytes, from: &position) }
        take(bytes, from: &position)
    }

    private mutating func fail(_ bytes: RawSpan, from position: inout Int) -> FramingError {
        let error = FramingError.tooLong(length: nil, limit: maxMessage)
        failure = error
        take(bytes, from: &position)
        return error
    }

    private mutating func take(_ bytes: RawSpan, from position: inout Int) {
        held.append(bytes.extracting(droppingFirst: position))
        position = bytes.byteCount
    }
}

extension DelimiterDecoder {
    /// The same delimiter on both sides: what is whole passes as it is, in one piece.
    mutating func translate(
        _ bytes: RawSpan, with joiner: MessageJoiner, into output: inout [UInt8], count: inout Int,
        limit: Int
    ) throws(TranslationError) -> Int {
        guard case .delimiter(let encoder) = joiner.form, encoder.delimiter == delimiter else {
            return try join(bytes, with: joiner, into: &output, count: &count, limit: limit)
        }
        do throws(FramingError) {
            return try pass(bytes, into: &output, count: &count, limit: limit)
        } catch {
            throw .cutting(error)
        }
    }

    private mutating func pass(
        _ bytes: RawSpan, into output: inout [UInt8], count: inout Int, limit: Int
    ) throws(FramingError) -> Int {
        var position = 0
        // What is whole and not yet in the output.
        var whole = 0..<0
        defer { if !whole.isEmpty { output.append(bytes.extracting(whole)) } }
        while count < limit, let found = try next(in: bytes, from: &position) {
            count += 1
            if case .held = found {
                output.append(unsafe held.span.bytes)
                output += delimiter
                release()
                whole = position..<position
            } else {
                whole = whole.lowerBound..<position
            }
        }
        return position
    }
}

struct DelimiterEncoder: MessageEncoder {
    let delimiter: [UInt8]
    /// Whether no message can hold the delimiter, because it was cut off at it.
    private let isSafe: Bool

    /// - Parameter source: the framing by which the messages were cut.
    init(_ delimiter: [UInt8], of source: Framing? = nil) {
        self.delimiter = delimiter
        // One that begins as it ends could still come about at the seam: "a" and then "aa".
        let overlapsItself = (1..<delimiter.count).contains { delimiter.starts(with: delimiter[$0...]) }
        isSafe = source == .delimiter(delimiter) && !overlapsItself
    }

    func encode(_ message: RawSpan, into output: inout [UInt8]) throws(FramingError) {
        let start = output.count
        output.append(message)
        output += delimiter
        if isSafe { return }
        // Looked for with the delimiter at its end: "a" and then "aa" would be cut after nothing.
        guard unsafe output.span.bytes.firstOffset(of: delimiter, from: start) == start + message.byteCount
        else {
            output.removeLast(output.count - start)
            throw .containsDelimiter
        }
    }
}
