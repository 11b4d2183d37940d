// From one socket to another. What is said and answered goes through a buffer, which takes two calls; what pours in goes
// past this program, which takes more calls and spares the copying.

import Sockets

final class RelayTransfer: Transfer {
    private let copy: CopyTransfer
    private let input: BorrowedDescriptor
    private let output: BorrowedDescriptor
    private let environment: PumpEnvironment
    /// Nil as long as little comes.
    private var pipe: PipedTransfer?
    private var isPouring = false
    /// How much has come since there was nothing.
    private var moved = 0

    /// From so many bytes at once on copying takes longer than the calls that spare it.
    private static let pouring = 16 << 10

    init(
        from input: BorrowedDescriptor, to output: BorrowedDescriptor, copying copy: CopyTransfer,
        _ environment: PumpEnvironment
    ) {
        self.input = input
        self.output = output
        self.copy = copy
        self.environment = environment
    }

    var pending: Int { copy.pending + (pipe?.pending ?? 0) }

    func move(limit: Int) -> TransferStep {
        let step = isPouring ? splice(limit: limit) : copy.move(limit: limit)
        switch step {
        case .moved(let count):
            moved += count
            if moved >= Self.pouring { isPouring = true }
        case .movedAll(let count):
            moved += count
            hasEmptied()
        case .needsInput: hasEmptied()
        default: break
        }
        return step
    }

    /// There is nothing more for now.
    private func hasEmptied() {
        isPouring = moved >= Self.pouring
        moved = 0
    }

    private func splice(limit: Int) -> TransferStep {
        let pipe = pipe ?? PipedTransfer(from: input, to: output, environment)
        self.pipe = pipe
        let step = pipe.move(limit: limit)
        // Where there is no pipe for now it is copied for now.
        guard case .unsupported = step else { return step }
        return copy.move(limit: limit)
    }

    func flush() -> FlushStep { copy.pending > 0 ? copy.flush() : pipe?.flush() ?? .done }
    func takePending() -> [UInt8] { pipe?.takePending() ?? [] }
}
