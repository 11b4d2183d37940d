// TLS over a stream, once the handshake is done: what is read from the one below is decrypted, what is written is encrypted
// and sent below. What is encrypted and could not be sent yet goes by itself, and after it our close_notify.

import CommandSpec
import Sockets
import TLS

final class TLSStream: StreamLayer {
    private let ciphertext: Ciphertext
    private let loop: EventLoop
    /// How long the handshake took.
    let handshakeTime: Duration
    /// Whether an end of the stream without close_notify is accepted.
    private let ignoresUnexpectedEOF: Bool
    private let readSide = Side()
    private let writeSide = Side()

    unowned var reader: (any StreamWaiter)?
    unowned var writer: (any StreamWaiter)?
    var wantsRead = false {
        didSet {
            guard wantsRead != oldValue else { return }
            update()
            if wantsRead, hasBufferedInput { wake() }
        }
    }
    var wantsWrite = false { didSet { if wantsWrite != oldValue { update() } } }

    /// Whether the last read left something that was taken from below: no readiness tells of it.
    private(set) var hasBufferedInput = false { didSet { if hasBufferedInput { wake() } } }
    private var isWaking = false
    /// Whether reading waits until what is to be sent has gone.
    private var readWaitsForOutput = false
    /// Set when nothing more comes.
    private var ending: Ending?
    private(set) var failure: Failure?
    /// Whether our end is told once everything has been sent.
    private var isFinishing = false
    private var hasFinished = false
    private var hasSaidGoodbye = false
    /// How many bytes close_notify takes.
    private var goodbyeSize = 0
    /// What the end of the stream below is, if the peer has not ended before: the kernel tells it once.
    private var brokenBy: Errno?
    /// Whether the connection below is no more: what was not acknowledged by then never is.
    private var isGone = false

    private final class Side: StreamWaiter {
        var action: () -> Void = {}
        func run() { action() }
    }

    init(
        _ ciphertext: Ciphertext, _ loop: EventLoop, handshakeTime: Duration, ignoringUnexpectedEOF: Bool
    ) {
        self.ciphertext = ciphertext
        self.loop = loop
        self.handshakeTime = handshakeTime
        ignoresUnexpectedEOF = ignoringUnexpectedEOF
        // What came with the end of the handshake.
        hasBufferedInput = ciphertext.session.inputCount > 0
        readSide.action = { [unowned self] in if wantsRead { reader?.run() } }
        writeSide.action = { [unowned self] in belowIsWritable() }
        below.reader = readSide
        below.writer = writeSide
        update()
    }

    var below: any Stream { ciphertext.below }
    var mostAtOnce: Int { ciphertext.mostAtOnce }
    var session: TLSSession { ciphertext.session }
    var kernelDescriptor: BorrowedDescriptor? { nil }
    var encrypted: (received: Int, sent: Int)? { ciphertext.passed }
    var tls: TLSReport.Facts? { TLSReport.Facts(self) }

    private func update() {
        below.wantsRead = wantsRead && !readWaitsForOutput && !ciphertext.hasEnded
        below.wantsWrite = session.hasOutput || wantsWrite
    }

    // MARK: What comes

    private func wake() {
        guard !isWaking, wantsRead else { return }
        isWaking = true
        loop.schedule(after: .zero) { [weak self] in
            guard let self else { return }
            isWaking = false
            if wantsRead, hasBufferedInput { reader?.run() }
        }
    }

    /// Why nothing follows.
    private enum Ending {
        /// The peer said so: close_notify.
        case closed
        /// The stream below ended without that.
        case cutShort
        case broke(Errno)
        case failed(TLSError)
    }

    private enum Step {
        /// There may be more, and no readiness tells of it.
        case full
        case empty
        case ended(Ending)
    }

    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        hasBufferedInput = false
        if let ending { return try tell(ending) }
        var count = 0
        switch decrypt(into: &buffer, &count) {
        case .full:
            hasBufferedInput = true
            ciphertext.settle()
        case .empty: break
        case .ended(let ending):
            // What came before it is handed out first.
            self.ending = ending
            guard count > 0 else { return try tell(ending) }
            hasBufferedInput = true
        }
        guard count > 0 else { throw .wouldBlock }
        return count
    }

    private func decrypt(into buffer: inout MutableRawSpan, _ count: inout Int) -> Step {
        var portions = 0
        var wasFull = true
        while count < buffer.byteCount {
            var rest = buffer._mutatingExtracting(droppingFirst: count)
            switch session.read(into: &rest) {
            case .read(let more): count += more
            case .needsInput:
                // What has come is handed out before more is asked for, unless there is much of it; and what is no payload
                // takes turns as payload does.
                if count > 0, !wasFull { return .empty }
                guard portions < Self.mostPortions else { return .full }
                portions += 1
                do throws(Errno) {
                    let filled = try ciphertext.fill()
                    guard filled > 0 else { return .ended(brokenBy.map { .broke($0) } ?? .cutShort) }
                    wasFull = filled >= ciphertext.portion
                } catch .wouldBlock {
                    return .empty
                } catch {
                    return .ended(.broke(error))
                }
            case .needsOutput:
                readWaitsForOutput = true
                update()
                return .empty
            case .ended: return .ended(.closed)
            case .failed(let error):
                // The alert that says so.
                flushQuietly()
                return .ended(.failed(error))
            }
        }
        return .full
    }

    /// How many portions of what came one read looks through.
    private static let mostPortions = 4

    private func tell(_ ending: Ending) throws(Errno) -> Int {
        switch ending {
        case .closed: return 0
        case .cutShort:
            if !ignoresUnexpectedEOF { failure = failure ?? .cutShort }
            return 0
        case .broke(let error):
            if error == .connectionReset, hasFinished { failure = .brokenOff(error) }
            throw error
        case .failed(let error):
            failure = Failure("receive", nil, .tls(error))
            throw .protocolError
        }
    }

    /// At most so many: what is still encrypted takes more room than it will.
    var unread: Int? {
        guard ending == nil else { return 0 }
        let decrypted = session.decrypted
        guard decrypted >= 0 else { return 0 }
        return decrypted + session.inputCount + (below.unread ?? 0)
    }

    func countUnread() -> Int {
        var count = 0
        // What comes while it is counted is not waited for.
        let end = ciphertext.passed.received + (below.unread ?? 0)
        let scratch = ByteBuffer(capacity: ciphertext.portion)
        while true {
            let more = try? scratch.fill { (span) throws(Errno) in try read(into: &span) }
            guard let more, more > 0 else { return count }
            count += scratch.drain { $0.byteCount }
            if ciphertext.passed.received > end { return count }
        }
    }

    // MARK: What is sent

    private func belowIsWritable() {
        flushQuietly()
        if readWaitsForOutput, !session.hasOutput {
            readWaitsForOutput = false
            if wantsRead { reader?.run() }
        }
        if wantsWrite, !session.hasOutput { writer?.run() }
        update()
    }

    func write(_ bytes: RawSpan) throws(Errno) -> Int {
        if let error = ciphertext.writeError { throw error }
        guard try flush() else { throw .wouldBlock }
        let count: Int
        do throws(TLSError) {
            count = try session.write(bytes, limit: ciphertext.portion)
        } catch {
            failure = Failure("send", nil, .tls(error))
            throw .protocolError
        }
        _ = try flush()
        return count
    }

    /// Sends what is encrypted, and what follows it.
    /// - Returns: whether all of it has gone.
    private func flush() throws(Errno) -> Bool {
        guard try ciphertext.flush() else {
            update()
            return false
        }
        if isFinishing, !hasFinished {
            hasFinished = true
            below.finishSending()
        }
        return true
    }

    /// What cannot be sent is told to whoever writes next, or asks.
    private func flushQuietly() {
        _ = try? flush()
    }

    func finishSending() {
        sayGoodbye()
        isFinishing = true
        flushQuietly()
        update()
    }

    func sayGoodbye() {
        guard !hasSaidGoodbye, ciphertext.writeError == nil, failure == nil || ciphertext.hasEnded else {
            return
        }
        hasSaidGoodbye = true
        let before = session.outputCount
        session.sayGoodbye()
        goodbyeSize = session.outputCount - before
        flushQuietly()
    }

    // MARK: What has arrived

    /// Below there may be no acknowledgement; what waits here has not arrived either way.
    var acknowledges: Bool { true }

    /// How many bytes are encrypted and not below yet, and what is below and has not arrived.
    var unacknowledged: Int? {
        guard ciphertext.writeError == nil, !isGone else { return 0 }
        let waiting = session.outputCount + (isFinishing && !hasFinished ? 1 : 0)
        return waiting + (below.unacknowledged ?? 0)
    }

    /// A peer that closes before it has read our close_notify resets the connection, and has lost nothing. Whether it had
    /// ended is still to be read then: if it had not, the end of the stream is the error.
    func takePendingError() -> Errno? {
        guard let error = below.takePendingError() ?? (isGone ? nil : ciphertext.writeError) else {
            return nil
        }
        isGone = true
        guard error == .brokenPipe || error == .connectionReset, onlyGoodbyeIsLeft else { return error }
        brokenBy = error
        return nil
    }

    /// Whether all payload has arrived. What a connection that is reset had not delivered stays counted below.
    private var onlyGoodbyeIsLeft: Bool {
        hasSaidGoodbye
            && ciphertext.undelivered + session.outputCount + (below.unacknowledged ?? 0)
                <= goodbyeSize + (hasFinished ? 1 : 0)
    }

    func close() {
        reader = nil
        writer = nil
        below.close()
    }
}

extension Failure {
    /// A reset after our half-close.
    fileprivate static func brokenOff(_ error: Errno) -> Failure {
        Failure(
            "receive", nil, error,
            hint: "some servers break off when TLS is half-closed: --no-half-close leaves our side open")
    }

    /// A stream of TLS that ends without close_notify.
    fileprivate static var cutShort: Failure {
        Failure(
            "receive", words: "the stream ended without TLS's close_notify: it may have been cut short",
            status: .connectionLost,
            hint: "ncat as a sender, and some servers, always end so: --ignore-unexpected-eof accepts it")
    }
}
