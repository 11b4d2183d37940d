// Messages whose length is known before they begin: `fixed:SIZE`, `u8` to `u64le`, `varint`.

/// Hands over the bytes that follow each length.
struct PrefixDecoder<Prefix: LengthPrefix>: MessageDecoder {
    private let prefix: Prefix
    private let maxMessage: Int
    /// The message that is not complete, with its prefix.
    private var held: [UInt8] = []
    private var failure: FramingError?

    init(_ prefix: Prefix, maxMessage: Int) {
        self.prefix = prefix
        self.maxMessage = maxMessage
    }

    var remainder: [UInt8] { held }

    mutating func decode(_ bytes: RawSpan, _ body: MessageBody) throws(FramingError) {
        if let failure { throw failure }
        var start = 0
        do {
            if !held.isEmpty, try !completeHeld(with: bytes, from: &start, body) { return }
            while start < bytes.byteCount {
                let rest = bytes.extracting(droppingFirst: start)
                guard let (size, length) = try header(of: rest), rest.byteCount - size >= length else {
                    held.append(rest)
                    return
                }
                body(rest.extracting(size..<size + length), nil)
                start += size + length
            }
        } catch {
            failure = error
            held.append(bytes.extracting(droppingFirst: start))
            throw error
        }
    }

    mutating func finish(_ body: MessageBody) throws(FramingError) {
        if let failure { throw failure }
        guard !held.isEmpty else { return }
        guard let (size, length) = try header(of: unsafe held.span.bytes) else {
            throw .cutOffPrefix(count: held.count)
        }
        throw .cutOff(count: held.count - size, length: length)
    }

    /// The size of the prefix and the length of the message; nil if the prefix is not there wholly.
    private func header(of bytes: RawSpan) throws(FramingError) -> (size: Int, length: Int)? {
        guard let (length, size) = try prefix.read(bytes) else { return nil }
        guard let count = Int(exactly: length), count <= maxMessage else {
            throw .tooLong(length: length, limit: maxMessage)
        }
        return (size, count)
    }

    /// Adds to what is held what it lacks, and hands it over if that is all.
    /// - Parameter start: is moved past what was taken.
    private mutating func completeHeld(
        with bytes: RawSpan, from start: inout Int, _ body: MessageBody
    ) throws(FramingError) -> Bool {
        // Not a byte more of the prefix than it has: what follows is a message.
        var known = try header(of: unsafe held.span.bytes)
        while known == nil, start < bytes.byteCount {
            held.append(bytes.byte(at: start))
            start += 1
            known = try header(of: unsafe held.span.bytes)
        }
        guard let (size, length) = known else { return false }
        let taken = min(length - (held.count - size), bytes.byteCount - start)
        held.append(bytes.extracting(start..<start + taken))
        start += taken
        guard held.count - size == length else { return false }
        body(unsafe held.span.bytes.extracting(droppingFirst: size), nil)
        held.removeAll(keepingCapacity: held.capacity <= Self.keptCapacity)
        return true
    }
}

struct PrefixEncoder<Prefix: LengthPrefix>: MessageEncoder {
    private let prefix: Prefix

    init(_ prefix: Prefix) { self.prefix = prefix }

    mutating func encode(_ message: RawSpan, into output: inout [UInt8]) throws(FramingError) {
        try prefix.write(message.byteCount, into: &output)
        output.append(message)
    }
}
