// A connected socket as a stream.

import Sockets

final class SocketStream: Stream {
    private let descriptor: BorrowedDescriptor
    private var owned: OwnedDescriptor?
    /// The file that it is bound to, if that is ours.
    private var file: UnixSocketFile?
    let kind: StreamKind
    private var watch: Watch?
    private unowned let loop: EventLoop
    private var moderation: ReceiveModeration?
    /// Why it is broken, which the kernel has told and tells no more: said after what is there to be read.
    private var brokenBy: Errno?
    /// Whether the first that comes may be what a server of TLS says to a client that speaks none.
    var mayMeetTLS = false
    private var metAlert = false
    /// Whether a call may wait that is not told otherwise: others share the socket and its flags.
    private let mayWait: Bool
    /// Whether `SO_RCVLOWAT` is ours to change.
    private let mayModerate: Bool

    unowned var reader: (any StreamWaiter)?
    unowned var writer: (any StreamWaiter)?
    unowned var owner: (any StreamOwner)?

    var wantsRead = false { didSet { if wantsRead != oldValue { update() } } }
    var wantsWrite = false { didSet { if wantsWrite != oldValue { update() } } }

    /// - Parameters:
    ///   - descriptor: a connected socket.
    ///   - wantsRead: said here it costs no call of its own.
    init(
        _ descriptor: consuming OwnedDescriptor, _ kind: StreamKind, mayModerate: Bool, loop: EventLoop,
        wantsRead: Bool = false, mayWait: Bool = false, brokenBy: Errno? = nil, file: UnixSocketFile? = nil
    ) throws(Errno) {
        self.descriptor = descriptor.borrowed
        self.kind = kind
        self.mayModerate = mayModerate && kind == .tcp
        self.loop = loop
        self.brokenBy = brokenBy
        self.file = file
        self.mayWait = mayWait
        self.wantsRead = wantsRead
        owned = consume descriptor
        watch = try loop.watch(self.descriptor, interest: interest) { [unowned self] in handle($0) }
    }

    deinit { watch?.cancel() }

    /// What the kernel moves is bytes, and no records.
    var kernelDescriptor: BorrowedDescriptor? {
        brokenBy == nil && !mayWait && !kind.keepsBoundaries ? descriptor : nil
    }
    var socket: BorrowedDescriptor? { descriptor }
    var hasBufferedInput: Bool { false }

    private func handle(_ readiness: Readiness) {
        guard wantsRead || wantsWrite else {
            if readiness.isBroken || readiness.hasEnded { owner?.streamHungUp(isGone: readiness.hasHungUp) }
            return
        }
        if mayMeetTLS, readiness.isReadable { lookForAlert() }
        if wantsRead, readiness.isBroken || readiness.isReadable { reader?.run() }
        if wantsWrite, readiness.isBroken || readiness.isWritable { writer?.run() }
    }

    /// Looks at the first bytes, which are still read then.
    private func lookForAlert() {
        mayMeetTLS = false
        // Where nothing has come, looking would take the error that is pending, and nobody would be told of it.
        guard (try? descriptor.inputQueue()) == PlainAnswer.alertSize else { return }
        let buffer = ByteBuffer(capacity: PlainAnswer.alertSize + 1)
        _ = try? buffer.fill { (span) throws(Errno) in
            try descriptor.receive(into: &span, flags: [.dontWait, .peek])
        }
        metAlert = PlainAnswer.isAlert(buffer.emptied())
    }

    func failure(atEndOf bytes: Int) -> Failure? {
        metAlert && bytes == PlainAnswer.alertSize ? PlainAnswer.failure : nil
    }

    private var interest: Interest { Interest(read: wantsRead, write: wantsWrite) }

    private func update() { watch?.interest = interest }

    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        let count = try descriptor.receive(into: &buffer, flags: .dontWait)
        if count == 0, let brokenBy { throw brokenBy }
        if count == 0, kind.keepsBoundaries, try !hasEndedRecords() { throw .wouldBlock }
        return count
    }

    /// An empty record looks like the end, which is where the peer has finished and nothing is left.
    private func hasEndedRecords() throws(Errno) -> Bool {
        guard try descriptor.peerHasFinished() else { return false }
        return try descriptor.inputQueue() == 0
    }

    /// Empty records before it are passed over.
    var nextRecord: Int? {
        guard kind.keepsBoundaries, watch != nil else { return nil }
        for _ in 0..<64 {
            guard let length = try? descriptor.nextRecordLength() else { return nil }
            if length > 0 { return length }
            if (try? hasEndedRecords()) != false { return nil }
            _ = try? descriptor.receiveDiscarding(count: 0)
        }
        return nil
    }

    func write(_ bytes: RawSpan) throws(Errno) -> Int { try descriptor.send(bytes, flags: .dontWait) }

    func finishSending() { try? descriptor.shutdown(.sending) }

    var unacknowledged: Int? {
        guard kind.acknowledges, watch != nil else { return nil }
        return (try? descriptor.outputQueue()) ?? 0
    }

    var unread: Int? { watch == nil ? nil : try? descriptor.inputQueue() }

    func takePendingError() -> Errno? { watch == nil ? nil : descriptor.takePendingError() }

    func willWait(afterReceiving bytes: Int) {
        guard mayModerate, watch != nil else { return }
        if let moderation { return moderation.willWait(after: bytes) }
        guard bytes >= ReceiveModeration.pouring else { return }
        let moderation = ReceiveModeration(descriptor, loop: loop)
        self.moderation = moderation
        moderation.willWait(after: bytes)
    }

    func tcpInfo() -> TCPInfo? {
        guard kind == .tcp, watch != nil else { return nil }
        return try? TCPInfo(of: descriptor)
    }

    var localAddress: SocketAddress? { watch == nil ? nil : (try? descriptor.localAddress()) ?? nil }

    func value(of option: SocketOption) -> OptionValue? { watch == nil ? nil : try? descriptor.get(option) }

    func sendAtOnce() {
        if kind == .tcp { try? descriptor.set(.noDelay, to: true) }
    }

    func reset() {
        // Closing with a linger time of zero resets the connection.
        if kind == .tcp, watch != nil { try? descriptor.set(.linger, to: .linger(on: true, seconds: 0)) }
    }

    func close() {
        moderation?.end()
        moderation = nil
        watch?.cancel()
        watch = nil
        file?.remove()
        file = nil
        owned = nil
        reader = nil
        writer = nil
        owner = nil
    }
}
