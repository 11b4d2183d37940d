// The standard input of a program where what comes for it is looked at first: cut into messages, or shown as events.
// Messages are joined for it as they are for stdout.

import Framing
import Sockets

final class ProgramReceiver: Receiver {
    private let program: ServedProgram
    private var channel: Channel { program.input }
    private let joiner: MessageJoiner?
    private var held: [UInt8] = []
    private var hasEnded = false
    private var isGone = false
    weak var sink: ReceivingSink?
    /// Told once, when the program reads nothing any more.
    var onGone: (() -> Void)?

    /// So much may wait where messages are joined, for one call to write many.
    private static let limit = 32 << 10

    init(_ program: ServedProgram, _ joiner: MessageJoiner?) {
        self.program = program
        self.joiner = joiner
        // Held until the channel is closed, which may be after the end of the connection.
        channel.onWritable = { [self] in flush() }
        channel.onHangUp = { [self] in readerIsGone() }
    }

    var isBlocked: Bool { joiner == nil ? !held.isEmpty : held.count >= Self.limit }

    func take(_ bytes: RawSpan, _ message: MessageReport?) throws(FramingError) {
        guard !isGone else { return }
        if message != nil, let joiner { try joiner.encode(bytes, into: &held) } else { held.append(bytes) }
    }

    func flush() {
        let wasBlocked = isBlocked
        var written = 0
        do throws(Errno) {
            while written < held.count {
                written += try channel.write(unsafe held.span.bytes.extracting(droppingFirst: written))
            }
        } catch .wouldBlock {
        } catch {
            return readerIsGone()
        }
        held.removeFirst(written)
        channel.wantsWrite = !held.isEmpty
        if held.isEmpty, hasEnded { channel.close() }
        if wasBlocked, !isBlocked { sink?.resume() }
    }

    private func readerIsGone() {
        guard !isGone else { return }
        isGone = true
        held = []
        channel.close()
        onGone?()
        sink?.resume()
    }

    func peerHasEnded() {
        hasEnded = true
        flush()
    }

    func peerIsGone() { program.losesAudience() }
}
