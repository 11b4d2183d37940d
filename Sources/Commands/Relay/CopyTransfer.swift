// Bytes moved by hand, with a buffer: between ends that the kernel cannot join, or where they are looked
// at and changed on the way.

import Sockets

final class CopyTransfer: Transfer {
    private let source: any ByteSource
    private let sink: any ByteSink
    private let buffer = ByteBuffer(capacity: 256 << 10)
    /// Rewrites what passes, such as line feeds into CR LF.
    private var rewriter: CRLFEncoder?
    /// What was rewritten or taken over, and is written before the buffer.
    private var rewritten: [UInt8] = []
    private var rewrittenOffset = 0

    init(
        from source: any ByteSource, to sink: any ByteSink, rewriter: CRLFEncoder? = nil,
        pending: [UInt8] = []
    ) {
        self.source = source
        self.sink = sink
        self.rewriter = rewriter
        rewritten = pending
    }

    var pending: Int { rewritten.count - rewrittenOffset + buffer.count }

    func move(limit: Int) -> TransferStep {
        let count: Int
        do {
            count = try buffer.fill(limit: limit) { (span) throws(Errno) in try source.read(into: &span) }
        } catch .wouldBlock {
            return .needsInput
        } catch {
            return .sourceFailed(error)
        }
        if count == 0 { return .ended }
        if rewriter != nil {
            _ = buffer.drain { span in
                rewriter?.encode(span, into: &rewritten)
                return span.byteCount
            }
        }
        return .moved(count)
    }

    func flush() -> FlushStep {
        do {
            try flushRewritten()
            while !buffer.isEmpty {
                _ = try buffer.drain { (span) throws(Errno) in try sink.write(span) }
            }
            return .done
        } catch .wouldBlock {
            return .needsOutput
        } catch {
            return .sinkFailed(error)
        }
    }

    private func flushRewritten() throws(Errno) {
        let bytes = rewritten
        while rewrittenOffset < bytes.count {
            rewrittenOffset += try unsafe sink.write(
                bytes.span.bytes.extracting(droppingFirst: rewrittenOffset))
        }
        rewritten = []
        rewrittenOffset = 0
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
