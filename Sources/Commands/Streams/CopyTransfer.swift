// Bytes moved by hand, with a buffer: between ends that the kernel cannot join, or where they are looked
// at and changed on the way.

import CommandSpec
import Framing
import Sockets

final class CopyTransfer: Transfer {
    private let source: any ByteSource
    private let sink: any ByteSink
    private let pool: BufferPool
    /// Lent while something in it is to be written.
    private var buffer: ByteBuffer?
    /// Rewrites what passes, such as line feeds into CR LF.
    private var rewriter: CRLFEncoder?
    /// What was rewritten or taken over, or kept when the buffer was given back. It is written first.
    private var own: [UInt8] = []
    private var ownOffset = 0

    init(
        from source: any ByteSource, to sink: any ByteSink, pool: BufferPool, rewriter: CRLFEncoder? = nil,
        pending: [UInt8] = []
    ) {
        self.source = source
        self.sink = sink
        self.pool = pool
        self.rewriter = rewriter
        own = pending
    }

    var pending: Int { own.count - ownOffset + (buffer?.count ?? 0) }

    func move(limit: Int) -> TransferStep {
        let record = source.nextRecord ?? 0
        guard record <= Defaults.maxMessage else { return .sourceFailed(.messageTooLong) }
        let buffer = record > pool.limit ? ByteBuffer(capacity: record) : pool.take()
        // What would be left of a record is lost.
        let asked = min(limit, max(record, min(pool.limit, source.mostAtOnce, sink.mostAtOnce)))
        let count: Int
        do {
            count = try buffer.fill(limit: asked) { (span) throws(Errno) in try source.read(into: &span) }
        } catch {
            pool.give(buffer)
            return error == .wouldBlock ? .needsInput : .sourceFailed(error)
        }
        if count == 0 {
            pool.give(buffer)
            return .ended
        }
        if var rewriter {
            own = buffer.emptied { rewriter.encode($0, into: &$1) }
            self.rewriter = rewriter
            pool.give(buffer)
        } else {
            self.buffer = buffer
        }
        return count < asked && source.tellsAgain ? .movedAll(count) : .moved(count)
    }

    func flush() -> FlushStep {
        do {
            try flushOwn()
            if let buffer {
                while !buffer.isEmpty {
                    _ = try buffer.drain { (span) throws(Errno) in try sink.write(span) }
                }
                self.buffer = nil
                pool.give(buffer)
            }
            return .done
        } catch .wouldBlock {
            giveBack()
            return .needsOutput
        } catch {
            return .sinkFailed(error)
        }
    }

    private func flushOwn() throws(Errno) {
        guard !own.isEmpty else { return }
        let bytes = own
        while ownOffset < bytes.count {
            ownOffset += try unsafe sink.write(bytes.span.bytes.extracting(droppingFirst: ownOffset))
        }
        own = []
        ownOffset = 0
    }

    /// One of many keeps no buffer that was lent when there were few.
    private func giveBack() {
        guard let buffer, buffer.capacity > pool.limit, own.isEmpty else { return }
        own = buffer.emptied()
        self.buffer = nil
        pool.give(buffer)
    }
}

extension ByteBuffer {
    /// What `encode` makes of all that is in it, which is taken out.
    func emptied(_ encode: (RawSpan, inout [UInt8]) -> Void = { $1.append($0) }) -> [UInt8] {
        var bytes: [UInt8] = []
        _ = drain { span in
            encode(span, &bytes)
            return span.byteCount
        }
        return bytes
    }
}

/// Writes each line feed as CR LF; one that already has its CR is left alone.
struct CRLFEncoder {
    private var lastWasReturn = false

    mutating func encode(_ bytes: RawSpan, into output: inout [UInt8]) {
        output.reserveCapacity(output.count + bytes.byteCount)
        for offset in 0..<bytes.byteCount {
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            if byte == UInt8(ascii: "\n"), !lastWasReturn { output.append(UInt8(ascii: "\r")) }
            output.append(byte)
            lastWasReturn = byte == UInt8(ascii: "\r")
        }
    }
}
