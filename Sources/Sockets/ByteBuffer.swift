// Memory of a fixed size that bytes pass through: filled at its end, drained at its start.

/// A buffer between one source and one sink.
@safe package final class ByteBuffer {
    private let memory: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0

    /// - Parameter capacity: in bytes.
    package init(capacity: Int) {
        unsafe memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { unsafe memory.deallocate() }

    package var capacity: Int { unsafe memory.count }
    package var count: Int { end - start }
    package var isEmpty: Bool { start == end }
    /// How many bytes can be added now.
    package var space: Int { capacity - end }

    /// Lets `body` write into the free part and say how many bytes it wrote.
    /// - Parameter limit: at most so many bytes are offered.
    package func fill<Failure: Error>(
        limit: Int = .max, _ body: (inout MutableRawSpan) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        if isEmpty { (start, end) = (0, 0) }
        let free = unsafe UnsafeMutableRawBufferPointer(
            rebasing: memory[end..<min(capacity, end + min(limit, space))])
        var span = unsafe MutableRawSpan(_unsafeBytes: free)
        let count = try body(&span)
        end += count
        return count
    }

    /// Moves what is in another one here, as far as there is room.
    package func take(from other: ByteBuffer) {
        _ = fill { target in
            other.drain { bytes in
                let part = bytes.extracting(first: target.byteCount)
                unsafe part.withUnsafeBytes { source in
                    unsafe target.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
                }
                return part.byteCount
            }
        }
    }

    /// Lets `body` see what is there and say how many bytes it took.
    package func drain<Failure: Error>(_ body: (RawSpan) throws(Failure) -> Int) throws(Failure) -> Int {
        let span = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: memory[start..<end]))
        let count = try body(span)
        start += count
        if isEmpty { (start, end) = (0, 0) }
        return count
    }
}
