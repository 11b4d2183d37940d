// The standard input of a program, as a connection sees it. A program that does not read to the end is no failure: what
// comes after that is let go of, while what it says is still sent.

import Framing
import Sockets

final class ProgramInput: ByteSink {
    private let program: ServedProgram
    private let loop: EventLoop
    private var isGone = false
    /// Told once, when the program reads nothing any more.
    var onGone: (() -> Void)?

    unowned var pump: Pump? {
        didSet {
            channel.onWritable = pump == nil ? nil : { [unowned self] in pump?.run() }
            channel.onHangUp = pump == nil ? nil : { [unowned self] in pump?.sinkIsGone(.brokenPipe) }
        }
    }
    var wantsReady: Bool {
        get { channel.wantsWrite }
        set { channel.wantsWrite = newValue }
    }
    var name: String { channel.name }
    let isOurs = true
    var kernelEnd: KernelEnd? {
        isGone ? KernelEnd(descriptor: nil, kind: .null) : channel.kernelEnd
    }

    init(_ program: ServedProgram, loop: EventLoop) {
        self.program = program
        self.loop = loop
    }

    private var channel: Channel { program.input }

    func write(_ bytes: RawSpan) throws(Errno) -> Int {
        isGone ? bytes.byteCount : try channel.write(bytes)
    }

    func discards(after error: Errno) -> Bool {
        guard error == .brokenPipe else { return false }
        guard !isGone else { return true }
        isGone = true
        // In the middle of a call on it, perhaps.
        loop.schedule(after: .zero) { [weak self] in
            self?.channel.close()
            self?.onGone?()
        }
        return true
    }

    func end() { channel.close() }
    func peerIsGone() { program.losesAudience() }
}
