// One descriptor in the poll loop, with one reader and one writer that never make the loop wait.

import CommandSpec
import Sockets

/// A socket, pipe, file or terminal that bytes are read from, written to, or both.
final class Channel {
    let descriptor: BorrowedDescriptor
    let kind: FileKind
    /// What it is called in messages: `stdin`, a path, an address.
    let name: String
    /// Whether the kernel may be asked to move bytes here without a call ever waiting.
    let neverWaits: Bool

    private unowned let loop: EventLoop
    private var owned: OwnedDescriptor?
    private var watch: Watch?
    /// What a terminal is not asked for now, because another job has it; and when that is looked at again.
    private var withheld = Interest.none
    private var nextLook: Timer?
    /// Whether it is written to a terminal that does not want it from the background: the last words of the process.
    var insists = false

    /// Called when reading, or writing, is worth trying.
    var onReadable: (() -> Void)?
    var onWritable: (() -> Void)?
    /// Called once when an error or hang-up comes while nothing is waited for.
    var onHangUp: (() -> Void)?

    /// Whether it was handed down for the direction that it is to be used in.
    private let isUsable: Bool

    /// What the kernel may move bytes to and from; not a terminal, of which it is known where its cursor stands.
    var kernelEnd: KernelEnd? {
        neverWaits && isUsable && kind != .terminal ? KernelEnd(descriptor: descriptor, kind: kind) : nil
    }

    var wantsRead = false { didSet { if wantsRead != oldValue { update() } } }
    var wantsWrite = false { didSet { if wantsWrite != oldValue { update() } } }

    /// A descriptor of our own, opened non-blocking; closed by `close`.
    init(
        owning descriptor: consuming OwnedDescriptor, kind: FileKind, name: String, loop: EventLoop
    ) throws(Errno) {
        self.descriptor = descriptor.borrowed
        self.kind = kind
        self.name = name
        self.loop = loop
        isUsable = true
        neverWaits = true
        if kind != .socket, kind != .regular { try? descriptor.setNonBlocking() }
        owned = consume descriptor
        try register()
    }

    /// A descriptor that was inherited. Its flags, shared with the shell, are left alone: pipes and
    /// terminals are opened once more for ourselves, and where that is refused each call is made small
    /// enough not to wait. It is used in the direction that it was handed down with; in the other one it cannot be
    /// read (`EBADF`), and each write says so.
    init(inheriting descriptor: BorrowedDescriptor, writing: Bool, name: String, loop: EventLoop)
        throws(Errno)
    {
        kind = try descriptor.kind()
        self.name = name
        self.loop = loop
        var reopened: OwnedDescriptor?
        isUsable = descriptor.isOpen(forWriting: writing)
        guard isUsable || writing else { throw .badDescriptor }
        if isUsable, kind == .pipe || kind == .terminal {
            reopened = try? OwnedDescriptor.reopening(descriptor, writing: writing)
        }
        if let own = reopened.take() {
            self.descriptor = own.borrowed
            neverWaits = true
            owned = consume own
        } else {
            self.descriptor = descriptor
            neverWaits = !isUsable || kind == .regular || kind == .null
        }
        // What is heard of the wrong end of a pipe, such as that the other one is closed, means nothing here.
        if isUsable { try register() }
    }

    /// A socket of our own that is connected or listens, or is about to.
    convenience init(
        socket: consuming Socket, name: String, loop: EventLoop, operation: String
    ) throws(Failure) {
        do throws(Errno) {
            try self.init(owning: socket.release(), kind: .socket, name: name, loop: loop)
        } catch {
            throw Failure(operation, name, error)
        }
    }

    /// A file of our own.
    convenience init(file: consuming OwnedDescriptor, name: String, loop: EventLoop) throws(Failure) {
        do throws(Errno) {
            let kind = try file.kind()
            try self.init(owning: file, kind: kind, name: name, loop: loop)
        } catch {
            throw Failure("open", name, error, status: .inputOutput)
        }
    }

    deinit { watch?.cancel() }

    private func register() throws(Errno) {
        watch = try loop.watch(descriptor, interest: interest) { [unowned self] readiness in
            handle(readiness)
        }
    }

    private func handle(_ readiness: Readiness) {
        guard wantsRead || wantsWrite else {
            if readiness.isBroken { onHangUp?() }
            return
        }
        if wantsRead, readiness.isBroken || readiness.isReadable { onReadable?() }
        if wantsWrite, readiness.isBroken || readiness.isWritable { onWritable?() }
    }

    private var interest: Interest {
        Interest(read: wantsRead && !withheld.read, write: wantsWrite && !withheld.write)
    }

    private func update() { watch?.interest = interest }

    /// Whether it can be read at all; that takes nothing from it.
    func checkReadable() throws(Errno) {
        switch kind {
        case .socket: if try descriptor.get(.isListening) == .bool(true) { throw .notConnected }
        case .terminal: break
        default: try descriptor.checkReadable()
        }
    }

    /// Reads what is there; `EAGAIN` if nothing is.
    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        if kind == .socket { return try descriptor.receive(into: &buffer, flags: .dontWait) }
        if !neverWaits, try descriptor.waitUntilReady(for: .read, timeout: 0).isEmpty { throw .wouldBlock }
        do {
            let count = try descriptor.read(into: &buffer)
            if kind == .terminal { StatusLine.typed(buffer.bytes.extracting(first: count)) }
            return count
        } catch .inputOutput where kind == .terminal && !descriptor.isInForeground {
            throw withhold(.read)
        }
    }

    /// Writes as much as goes at once; `EAGAIN` if nothing does.
    func write(_ bytes: RawSpan) throws(Errno) -> Int {
        if kind == .socket { return try descriptor.send(bytes, flags: .dontWait) }
        if kind == .terminal, !insists, descriptor.refusesBackgroundOutput { throw withhold(.write) }
        if kind == .terminal { return try writeToTerminal(bytes) }
        if neverWaits { return try descriptor.write(bytes) }
        guard try !descriptor.waitUntilReady(for: .write, timeout: 0).isEmpty else { throw .wouldBlock }
        // What poll(2) calls writable takes PIPE_BUF bytes without waiting.
        return try descriptor.write(bytes.extracting(first: Self.atomicWrite))
    }

    private func writeToTerminal(_ bytes: RawSpan) throws(Errno) -> Int {
        if !neverWaits, try descriptor.waitUntilReady(for: .write, timeout: 0).isEmpty { throw .wouldBlock }
        let count = try descriptor.write(neverWaits ? bytes : bytes.extracting(first: Self.atomicWrite))
        // What is said on stderr are whole lines.
        if descriptor.number != BorrowedDescriptor.standardError.number, name != "stderr" {
            StatusLine.shown(bytes.extracting(first: count))
        }
        return count
    }

    /// The terminal is another job's now. Nothing tells when it is ours again, so that is looked at now and then, as
    /// long as there is something to be read or written.
    private func withhold(_ use: Interest) -> Errno {
        withheld = Interest(read: withheld.read || use.read, write: withheld.write || use.write)
        update()
        nextLook =
            nextLook
            ?? loop.after(Self.betweenLooks) { [unowned self] in
                nextLook = nil
                withheld = .none
                update()
            }
        return .wouldBlock
    }

    private static let betweenLooks = Duration.milliseconds(100)

    /// How much of a regular file is still to be read, 0 if it does not say; nil for anything else.
    var remainingFileSize: Int? {
        guard kind == .regular else { return nil }
        return max(0, (descriptor.fileSize() ?? 0) - (descriptor.offset() ?? 0))
    }

    /// `PIPE_BUF`.
    private static let atomicWrite = 4096

    /// Whether `close` was called: then the number may be somebody else's.
    var isClosed: Bool { watch == nil }

    /// Has each write go to the end of the file, of an open file of our own.
    func appendFromNowOn() { try? owned?.setAppending() }

    /// Stops waiting and closes what is ours.
    func close() {
        watch?.cancel()
        watch = nil
        nextLook = nil
        owned = nil
        onReadable = nil
        onWritable = nil
        onHangUp = nil
    }
}
