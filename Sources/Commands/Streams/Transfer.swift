// The ways in which bytes get from a source to a sink. All behave the same; they differ in who moves the
// bytes: the kernel where nothing looks at them, this program where something does.

import CommandSpec
import Framing
import Sockets

/// What one attempt to move bytes came to.
enum TransferStep {
    /// So many bytes were taken from the source.
    case moved(Int)
    /// So many were, and there is nothing more for now.
    case movedAll(Int)
    case needsInput
    case needsOutput
    /// The source has ended.
    case ended
    case sourceFailed(Errno)
    case sinkFailed(Errno)
    /// It cannot be done this way between these two.
    case unsupported
}

/// What an attempt to write what was taken came to.
enum FlushStep {
    case done
    case needsOutput
    case sinkFailed(Errno)
    case unsupported
}

protocol Transfer: AnyObject {
    /// How many bytes were taken from the source and not yet given to the sink.
    var pending: Int { get }
    /// Takes up to `limit` bytes. Called only when nothing is pending.
    func move(limit: Int) -> TransferStep
    /// Gives what is pending to the sink.
    func flush() -> FlushStep
    /// Hands over what is pending, to go on in another way.
    func takePending() -> [UInt8]
}

extension Transfer {
    var pending: Int { 0 }
    func flush() -> FlushStep { .done }
    func takePending() -> [UInt8] { [] }
}

enum Transfers {
    /// At most so much is asked of the kernel at once.
    static let step = 1 << 20

    /// The fastest way between the two.
    /// - Parameter unchanged: whether every byte goes through as it is.
    static func best(
        from source: any ByteSource, to sink: any ByteSink, unchanged: Bool, _ environment: PumpEnvironment,
        copying: () -> CopyTransfer
    ) -> any Transfer {
        guard unchanged else { return copying() }
        if let memory = source.memory { return MemoryTransfer(from: memory, to: sink) }
        guard let from = source.kernelEnd, let to = sink.kernelEnd, let input = from.descriptor
        else { return copying() }
        if from.kind == .socket, to.kind == .null, from.discards { return DiscardTransfer(from: input) }
        guard let output = to.descriptor else { return copying() }
        switch (from.kind, to.kind) {
        case (.regular, .socket):
            return SendfileTransfer(from: input, at: from.place, to: output)
        case (.pipe, .socket), (.socket, .pipe):
            return SpliceTransfer(from: input, to: output, socketIsOutput: to.kind == .socket)
        case (.socket, .regular), (.socket, .null):
            // What was opened to append is refused by `splice`.
            return output.appends ? copying() : PipedTransfer(from: input, to: output, environment)
        case (.socket, .socket):
            return RelayTransfer(from: input, to: output, copying: copying(), environment)
        default:
            return copying()
        }
    }
}

/// Memory to anything: the bytes stay where they are until they are taken.
final class MemoryTransfer: Transfer {
    private let source: any MemorySource
    private let sink: any ByteSink

    init(from source: any MemorySource, to sink: any ByteSink) {
        self.source = source
        self.sink = sink
    }

    func move(limit: Int) -> TransferStep {
        do {
            let step = try source.offer { (bytes) throws(Errno) in
                try sink.write(bytes.extracting(first: limit))
            }
            return switch step {
            case .took(let count): .moved(count)
            case .empty: .needsInput
            case .ended: .ended
            case .failed(let error): .sourceFailed(error)
            }
        } catch .wouldBlock {
            return .needsOutput
        } catch {
            return .sinkFailed(error)
        }
    }
}

/// File to socket: `sendfile(2)`.
final class SendfileTransfer: Transfer {
    private let input: BorrowedDescriptor
    private let place: FilePlace?
    private let output: BorrowedDescriptor

    init(from input: BorrowedDescriptor, at place: FilePlace?, to output: BorrowedDescriptor) {
        self.input = input
        self.place = place
        self.output = output
    }

    func move(limit: Int) -> TransferStep {
        do {
            let most = min(limit, Transfers.step)
            let count =
                if let place {
                    try input.sendfile(to: output, from: &place.offset, count: most)
                } else {
                    try input.sendfile(to: output, count: most)
                }
            return count == 0 ? .ended : .moved(count)
        } catch .wouldBlock {
            return .needsOutput
        } catch .invalidArgument, .notImplemented, .notSupported {
            return .unsupported
        } catch {
            return error.isOfNetwork ? .sinkFailed(error) : .sourceFailed(error)
        }
    }
}

/// Pipe to socket or socket to pipe: `splice(2)`.
final class SpliceTransfer: Transfer {
    private let input: BorrowedDescriptor
    private let output: BorrowedDescriptor
    private let socketIsOutput: Bool
    private var vainAttempts = 0

    init(from input: BorrowedDescriptor, to output: BorrowedDescriptor, socketIsOutput: Bool) {
        self.input = input
        self.output = output
        self.socketIsOutput = socketIsOutput
        (socketIsOutput ? input : output).setPipeCapacity(Transfers.step)
    }

    func move(limit: Int) -> TransferStep {
        do {
            let count = try input.splice(to: output, count: min(limit, Transfers.step))
            vainAttempts = 0
            return count == 0 ? .ended : .moved(count)
        } catch .wouldBlock {
            return whatIsMissing()
        } catch .invalidArgument, .notImplemented, .notSupported {
            return .unsupported
        } catch .brokenPipe {
            return .sinkFailed(.brokenPipe)
        } catch {
            return socketIsOutput && error.isOfNetwork ? .sinkFailed(error) : .sourceFailed(error)
        }
    }

    /// `EAGAIN` does not say which of the two was not ready.
    private func whatIsMissing() -> TransferStep {
        let canWrite = (try? output.waitUntilReady(for: .write, timeout: 0)) ?? .none
        if canWrite.isEmpty { return .needsOutput }
        let canRead = (try? input.waitUntilReady(for: .read, timeout: 0)) ?? .none
        if canRead.isEmpty { return .needsInput }
        // Both became ready since, or the kernel disagrees with itself: then it is done by hand.
        vainAttempts += 1
        return vainAttempts > 8 ? .unsupported : .needsInput
    }
}

/// Socket to file or to another socket, through a pipe that is borrowed while there is something in it: `splice(2)` twice.
final class PipedTransfer: Transfer {
    private let input: BorrowedDescriptor
    private let output: BorrowedDescriptor
    private let pool: PipePool
    private let buffers: BufferPool
    private var pipe: PooledPipe?
    private(set) var pending = 0

    init(from input: BorrowedDescriptor, to output: BorrowedDescriptor, _ environment: PumpEnvironment) {
        self.input = input
        self.output = output
        pool = environment.pipes
        buffers = environment.pool
    }

    deinit { giveBack() }

    func move(limit: Int) -> TransferStep {
        guard let pipe = pipe ?? pool.take() else { return .unsupported }
        self.pipe = pipe
        do {
            let most = buffers.isCrowded ? min(pipe.capacity, BufferPool.share) : pipe.capacity
            let count = try input.splice(to: pipe.writeEnd, count: min(limit, most))
            pending = count
            guard count == 0 else { return .moved(count) }
            giveBack()
            return .ended
        } catch {
            giveBack()
            switch error {
            // Our pipe is empty, so it is the socket that has nothing.
            case .wouldBlock: return .needsInput
            case .invalidArgument, .notImplemented, .notSupported: return .unsupported
            default: return .sourceFailed(error)
            }
        }
    }

    func flush() -> FlushStep {
        guard let pipe else { return .done }
        while pending > 0 {
            do {
                pending -= try pipe.readEnd.splice(to: output, count: pending)
            } catch .wouldBlock {
                return .needsOutput
            } catch .invalidArgument, .notImplemented, .notSupported {
                return .unsupported
            } catch {
                return .sinkFailed(error)
            }
        }
        return .done
    }

    func takePending() -> [UInt8] {
        guard let pipe else { return [] }
        let buffer = ByteBuffer(capacity: max(pending, 1))
        while buffer.count < pending {
            let count = try? buffer.fill { (span) throws(Errno) in try pipe.readEnd.read(into: &span) }
            guard let count, count > 0 else { break }
        }
        pending = 0
        giveBack()
        return buffer.emptied()
    }

    /// A pipe with something left in it is nobody else's.
    private func giveBack() {
        if let pipe { pool.give(pipe, isEmpty: pending == 0) }
        pipe = nil
    }
}

/// TCP to `/dev/null`: the kernel lets go of the bytes where they are.
final class DiscardTransfer: Transfer {
    private let input: BorrowedDescriptor

    init(from input: BorrowedDescriptor) { self.input = input }

    func move(limit: Int) -> TransferStep {
        do {
            let count = try input.receiveDiscarding(count: min(limit, 16 * Transfers.step))
            return count == 0 ? .ended : .moved(count)
        } catch .wouldBlock {
            return .needsInput
        } catch {
            return .sourceFailed(error)
        }
    }
}

extension Errno {
    /// Whether it tells of the network or the peer, and not of a file.
    fileprivate var isOfNetwork: Bool {
        switch self {
        case .brokenPipe, .connectionReset, .connectionAborted, .timedOut, .hostUnreachable,
            .networkUnreachable,
            .networkDown, .hostDown, .notConnected:
            true
        default:
            ExitStatus(self) == .notPermitted
        }
    }
}
