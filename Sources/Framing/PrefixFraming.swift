// Messages whose length is known before they begin: `fixed:SIZE`, `u8` to `u64le`, `varint`.

/// Hands over the bytes that follow each length.
struct PrefixDecoder: RangeDecoder {
    private let prefix: LengthPrefix
    private let maxMessage: Int
    /// With its prefix.
    private(set) var held: [UInt8] = []
    private var failure: FramingError?

    init(_ prefix: LengthPrefix, maxMessage: Int) {
        self.prefix = prefix
        self.maxMessage = maxMessage
    }

    mutating func next(in bytes: RawSpan, from position: inout Int) throws(FramingError) -> Found? {
        if let failure { throw failure }
        do {
            guard held.isEmpty else { return try completeHeld(with: bytes, from: &position) }
            guard position < bytes.byteCount else { return nil }
            let rest = bytes.extracting(droppingFirst: position)
            guard let (size, length) = try header(of: rest), rest.byteCount - size >= length else {
                take(rest.byteCount, of: bytes, from: &position)
                return nil
            }
            defer { position += size + length }
            return .given(position + size..<position + size + length)
        } catch {
            failure = error
            take(bytes.byteCount - position, of: bytes, from: &position)
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

    mutating func release() {
        held.removeAll(keepingCapacity: held.capacity <= Self.keptCapacity)
    }

    /// The size of the prefix and the length of the message; nil if the prefix is not there wholly.
    private func header(of bytes: RawSpan) throws(FramingError) -> (size: Int, length: Int)? {
        guard let (length, size) = try prefix.read(bytes) else { return nil }
        guard let count = Int(exactly: length), count <= maxMessage else {
            throw .tooLong(length: length, limit: maxMessage)
        }
        return (size, count)
    }

    /// Adds to what is held what it lacks.
    private mutating func completeHeld(
        with bytes: RawSpan, from position: inout Int
    ) throws(FramingError) -> Found? {
        // Not a byte more of the prefix than it has: what follows is a message.
        var known = try header(of: unsafe held.span.bytes)
        while known == nil, position < bytes.byteCount {
            take(1, of: bytes, from: &position)
            known = try header(of: unsafe held.span.bytes)
        }
        guard let (size, length) = known else { return nil }
        let lacking = length - (held.count - size)
        take(min(lacking, bytes.byteCount - position), of: bytes, from: &position)
        return held.count - size == length ? .held(size..<held.count) : nil
    }

    private mutating func take(_ count: Int, of bytes: RawSpan, from position: inout Int) {
        held.append(bytes.extracting(position..<position + count))
        position += count
    }
}

struct PrefixEncoder: MessageEncoder {
    private let prefix: LengthPrefix

    init(_ prefix: LengthPrefix) { self.prefix = prefix }

    func encode(_ message: RawSpan, into output: inout [UInt8]) throws(FramingError) {
        try prefix.write(message.byteCount, into: &output)
        output.append(message)
    }
}
