// The ways in which bytes get from a source to a sink. All behave the same; they differ in who moves the
// bytes: the kernel where nothing looks at them, this program where something does.

import CommandSpec
import Sockets

/// What one attempt to move bytes came to.
enum TransferStep {
    /// So many bytes were taken from the source.
    case moved(Int)
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
        from source: any ByteSource, to sink: any ByteSink, unchanged: Bool, copying: () -> CopyTransfer
    ) -> any Transfer {
        guard unchanged, let input = source.channel, let output = sink.channel, input.neverWaits,
            output.neverWaits, !input.isObserved, !output.isObserved
        else { return copying() }
        switch (input.kind, output.kind) {
        case (.regular, .socket):
            return SendfileTransfer(from: input, to: output)
        case (.pipe, .socket), (.socket, .pipe):
            return SpliceTransfer(from: input, to: output)
        case (.socket, .null) where input.canDiscard:
            return DiscardTransfer(from: input)
        case (.socket, .regular), (.socket, .null):
            return PipedTransfer(from: input, to: output) ?? copying()
        default:
            return copying()
        }
    }
}

/// File to socket: `sendfile(2)`.
final class SendfileTransfer: Transfer {
    private let input: Channel
    private let output: Channel

    init(from input: Channel, to output: Channel) {
        self.input = input
        self.output = output
    }

    func move(limit: Int) -> TransferStep {
        do {
            let count = try input.descriptor.sendfile(
                to: output.descriptor, count: min(limit, Transfers.step))
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
    private let input: Channel
    private let output: Channel
    private var vainAttempts = 0

    init(from input: Channel, to output: Channel) {
        self.input = input
        self.output = output
        (input.kind == .pipe ? input : output).descriptor.setPipeCapacity(Transfers.step)
    }

    func move(limit: Int) -> TransferStep {
        do {
            let count = try input.descriptor.splice(to: output.descriptor, count: min(limit, Transfers.step))
            vainAttempts = 0
            return count == 0 ? .ended : .moved(count)
        } catch .wouldBlock {
            return whatIsMissing()
        } catch .invalidArgument, .notImplemented, .notSupported {
            return .unsupported
        } catch .brokenPipe {
            return .sinkFailed(.brokenPipe)
        } catch {
            return output.kind == .socket && error.isOfNetwork ? .sinkFailed(error) : .sourceFailed(error)
        }
    }

    /// `EAGAIN` does not say which of the two was not ready.
    private func whatIsMissing() -> TransferStep {
        let canWrite = (try? output.descriptor.waitUntilReady(for: .write, timeout: 0)) ?? []
        if canWrite.isEmpty { return .needsOutput }
        let canRead = (try? input.descriptor.waitUntilReady(for: .read, timeout: 0)) ?? []
        if canRead.isEmpty { return .needsInput }
        // Both became ready since, or the kernel disagrees with itself: then it is done by hand.
        vainAttempts += 1
        return vainAttempts > 8 ? .unsupported : .needsInput
    }
}

/// Socket to file, through a pipe of our own: `splice(2)` twice.
final class PipedTransfer: Transfer {
    private let input: Channel
    private let output: Channel
    private let pipe: Pipe
    private(set) var pending = 0

    /// Nil if there can be no pipe, or the file was opened to append, which `splice` refuses.
    init?(from input: Channel, to output: Channel) {
        guard !output.descriptor.appends, let pipe = try? Pipe(capacity: Transfers.step) else { return nil }
        self.input = input
        self.output = output
        self.pipe = pipe
    }

    func move(limit: Int) -> TransferStep {
        do {
            let count = try input.descriptor.splice(to: pipe.writeEnd, count: min(limit, pipe.capacity))
            pending = count
            return count == 0 ? .ended : .moved(count)
        } catch .wouldBlock {
            // Our pipe is empty, so it is the socket that has nothing.
            return .needsInput
        } catch .invalidArgument, .notImplemented, .notSupported {
            return .unsupported
        } catch {
            return .sourceFailed(error)
        }
    }

    func flush() -> FlushStep {
        while pending > 0 {
            do {
                pending -= try pipe.readEnd.splice(to: output.descriptor, count: pending)
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
        let buffer = ByteBuffer(capacity: max(pending, 1))
        while buffer.count < pending {
            let count = try? buffer.fill { (span) throws(Errno) in try pipe.readEnd.read(into: &span) }
            guard let count, count > 0 else { break }
        }
        pending = 0
        var bytes: [UInt8] = []
        _ = buffer.drain { span in
            unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
            return span.byteCount
        }
        return bytes
    }
}

/// TCP to `/dev/null`: the kernel lets go of the bytes where they are.
final class DiscardTransfer: Transfer {
    private let input: Channel

    init(from input: Channel) { self.input = input }

    func move(limit: Int) -> TransferStep {
        do {
            let count = try input.descriptor.receiveDiscarding(count: min(limit, 16 * Transfers.step))
            return count == 0 ? .ended : .moved(count)
        } catch .wouldBlock {
            return .needsInput
        } catch {
            return .sourceFailed(error)
        }
    }
}

extension Channel {
    /// Whether the kernel can let go of what is received: a TCP socket, whose bytes nobody looks at.
    var canDiscard: Bool {
        guard kind == .socket, !isObserved, let address = try? descriptor.localAddress() else { return false }
        return address.family != .unix
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
