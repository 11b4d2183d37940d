// TLS over a stream: what is read from the one below is decrypted, what is written is encrypted and sent below. It keeps
// going by itself what the protocol owes: the handshake, what is encrypted and could not be sent yet, close_notify.

import CommandSpec
import Sockets
import TLS

final class TLSStream: StreamLayer {
    let below: any Stream
    let session: TLSSession
    private let pool: BufferPool
    /// Whether an end of the stream without close_notify is accepted.
    private let ignoresUnexpectedEOF: Bool
    private var handshake: Handshake?
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

    /// Whether the last read took all that was there: otherwise no readiness tells of the rest.
    private(set) var hasBufferedInput = false { didSet { if hasBufferedInput { wake() } } }
    private var isWaking = false
    /// Whether reading waits until what is to be sent has gone.
    private var readWaitsForOutput = false
    /// Whether the stream below has ended.
    private var belowHasEnded = false
    /// What is to be said once what was read has been handed out.
    private var readFailure: Failure?
    private(set) var failure: Failure?
    /// Why nothing can be sent any more.
    private var writeError: Errno?
    /// Whether our end is told once everything has been sent.
    private var isFinishing = false
    private var hasFinished = false
    private var hasSaidGoodbye = false
    /// How many bytes close_notify takes.
    private var goodbyeSize = 0
    /// How many bytes were encrypted that the stream below takes no more.
    private var undelivered = 0
    /// What the end of the stream below is, if the peer has not ended before: the kernel tells it once.
    private var endError: Errno?
    /// Whether the connection below is no more: what was not acknowledged by then never is.
    private var isGone = false
    /// The plaintext bytes of both directions stand for so many below.
    private var passed = (received: 0, sent: 0)
    var encrypted: (received: Int, sent: Int)? { passed }

    private struct Handshake {
        let started = Instant.now
        let completion: (Result<TLSStream, Failure>) -> Void
    }

    private final class Side: StreamWaiter {
        unowned var stream: TLSStream?
        var action: (TLSStream) -> Void = { _ in }
        func run() { if let stream { action(stream) } }
    }

    /// How much is read from below at once, and may wait to be sent.
    private static let mostPortions = 4
    private var portion: Int { pool.isCrowded ? BufferPool.share : 128 << 10 }

    init(_ below: any Stream, _ session: TLSSession, pool: BufferPool, ignoringUnexpectedEOF: Bool) {
        self.below = below
        self.session = session
        self.pool = pool
        ignoresUnexpectedEOF = ignoringUnexpectedEOF
        readSide.stream = self
        writeSide.stream = self
        readSide.action = { $0.belowIsReadable() }
        writeSide.action = { $0.belowIsWritable() }
        below.reader = readSide
        below.writer = writeSide
    }

    var kernelDescriptor: BorrowedDescriptor? { nil }

    private func update() {
        below.wantsRead = handshake != nil || wantsRead && !readWaitsForOutput && !belowHasEnded
        below.wantsWrite = session.hasOutput && writeError == nil || wantsWrite
    }

    // MARK: The handshake

    /// Begins it. The completion is called once, later and not from here.
    func begin(_ completion: @escaping (Result<TLSStream, Failure>) -> Void) {
        handshake = Handshake(completion: completion)
        // Its messages are small, and each waits for an answer.
        below.sendAtOnce()
        proceed()
        update()
    }

    /// How long it took; nil before it is done.
    private(set) var handshakeTime: Duration?

    private func proceed() {
        guard let handshake else { return }
        while true {
            switch session.handshake() {
            case .done:
                handshakeTime = Instant.now - handshake.started
                flushQuietly()
                return conclude(handshake, nil)
            case .failed(let error):
                // The alert that says so.
                flushQuietly()
                return conclude(handshake, Failure("tls", nil, .tls(error)))
            case .needsInput:
                flushQuietly()
                do throws(Errno) {
                    if try fill() > 0 { continue }
                    return conclude(handshake, failureAtEnd())
                } catch .wouldBlock {
                    // Why the peer takes nothing more may have come before.
                    guard let writeError else { return update() }
                    return conclude(handshake, failure(of: writeError))
                } catch {
                    return conclude(handshake, failure(of: error))
                }
            }
        }
    }

    private func conclude(_ handshake: Handshake, _ failure: Failure?) {
        self.handshake = nil
        hasBufferedInput = session.inputCount > 0
        update()
        // Not from here: whoever began it has to have returned.
        pool.loop.schedule(after: .zero) { [self] in
            handshake.completion(failure.map { .failure($0) } ?? .success(self))
        }
    }

    /// The stream below ended in the middle of the handshake.
    private func failureAtEnd() -> Failure {
        if !session.began.isEmpty, !session.began.isTLS {
            return Failure("tls", nil, .tls(.plain(session.began, session.role)))
        }
        return Failure("tls", nil, .tls(.endedEarly(session.role, hasAnswered: !session.began.isEmpty)))
    }

    private func failure(of error: Errno) -> Failure {
        var failure = Failure("tls", nil, error)
        if error == .connectionReset || error == .brokenPipe {
            failure.cause = .explained("the connection was reset during the TLS handshake", error)
            failure.status = .tls
        }
        return failure
    }

    // MARK: What comes

    /// No readiness of the stream below tells of what was taken from it already.
    private func wake() {
        guard !isWaking, wantsRead else { return }
        isWaking = true
        pool.loop.schedule(after: .zero) { [weak self] in
            guard let self else { return }
            isWaking = false
            if wantsRead, hasBufferedInput { reader?.run() }
        }
    }

    private func belowIsReadable() {
        if handshake != nil { return proceed() }
        if wantsRead { reader?.run() }
    }

    /// Takes what is there from below.
    private func fill() throws(Errno) -> Int {
        guard !belowHasEnded else { return 0 }
        let count = try session.fill(limit: portion) { [below] (span) throws(Errno) in
            try below.read(into: &span)
        }
        if count == 0 { belowHasEnded = true }
        passed.received += count
        return count
    }

    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        var count = 0
        var wasFull = true
        var portions = 0
        hasBufferedInput = false
        if let readFailure {
            failure = readFailure
            throw .protocolError
        }
        while count < buffer.byteCount {
            var rest = buffer._mutatingExtracting(droppingFirst: count)
            switch session.read(into: &rest) {
            case .read(let more): count += more
            case .needsInput:
                // What has come is handed out before more is asked for, unless there is much of it.
                if count > 0, !wasFull { return count }
                // What is no payload takes its turns as payload does.
                guard portions < Self.mostPortions else {
                    hasBufferedInput = true
                    if count > 0 { return count }
                    throw .wouldBlock
                }
                portions += 1
                do throws(Errno) {
                    let filled = try fill()
                    if filled == 0 { return try ended(after: count) }
                    wasFull = filled >= portion
                } catch .wouldBlock {
                    if count > 0 { return count }
                    throw .wouldBlock
                } catch {
                    guard count > 0 else { throw broke(error) }
                    endError = error
                    hasBufferedInput = true
                    return count
                }
            case .needsOutput:
                readWaitsForOutput = true
                update()
                if count > 0 { return count }
                throw .wouldBlock
            case .ended:
                // The end itself is still to be read.
                hasBufferedInput = count > 0
                return count
            case .failed(let error):
                flushQuietly()
                readFailure = Failure("receive", nil, .tls(error))
                guard count == 0 else {
                    hasBufferedInput = true
                    return count
                }
                failure = readFailure
                throw .protocolError
            }
        }
        hasBufferedInput = true
        return count
    }

    private func broke(_ error: Errno) -> Errno {
        if error == .connectionReset, hasFinished { failure = .brokenOff(error) }
        return error
    }

    /// The stream below has ended without close_notify. What came before is handed out first.
    private func ended(after count: Int) throws(Errno) -> Int {
        guard count == 0 else {
            hasBufferedInput = true
            return count
        }
        if let endError { throw broke(endError) }
        if !ignoresUnexpectedEOF, failure == nil { failure = .cutShort }
        return 0
    }

    var unread: Int? {
        let decrypted = session.decrypted
        guard decrypted != 0 || session.inputCount > 0 else { return below.unread }
        return max(0, decrypted) + (decrypted < 0 ? 0 : session.inputCount + (below.unread ?? 0))
    }

    func countUnread() -> Int {
        var count = 0
        // What comes while it is counted is not waited for.
        let end = passed.received + (below.unread ?? 0)
        let scratch = pool.take()
        defer { pool.give(scratch) }
        while true {
            let more = try? scratch.fill { (span) throws(Errno) in try read(into: &span) }
            guard let more, more > 0 else { return count }
            count += scratch.drain { $0.byteCount }
            if passed.received > end { return count }
        }
    }

    // MARK: What is sent

    private func belowIsWritable() {
        flushQuietly()
        if handshake != nil { return proceed() }
        if readWaitsForOutput, !session.hasOutput {
            readWaitsForOutput = false
            if wantsRead { reader?.run() }
        }
        if wantsWrite, !session.hasOutput || writeError != nil { writer?.run() }
        update()
    }

    func write(_ bytes: RawSpan) throws(Errno) -> Int {
        if let writeError { throw writeError }
        guard try flush() else { throw .wouldBlock }
        let count: Int
        do throws(TLSError) {
            count = try session.write(bytes, limit: portion)
        } catch {
            failure = Failure("send", nil, .tls(error))
            throw .protocolError
        }
        _ = try flush()
        return count
    }

    /// Sends what is encrypted.
    /// - Returns: whether all of it has gone.
    private func flush() throws(Errno) -> Bool {
        while session.hasOutput {
            do throws(Errno) {
                try session.drain { [below] (bytes) throws(Errno) in
                    let count = try below.write(bytes)
                    passed.sent += count
                    return count
                }
            } catch .wouldBlock {
                update()
                return false
            } catch {
                writeError = error
                undelivered = session.outputCount
                session.dropOutput()
                throw error
            }
        }
        if isFinishing, !hasFinished {
            hasFinished = true
            below.finishSending()
        }
        return true
    }

    /// What cannot be sent is told to whoever writes next.
    private func flushQuietly() {
        _ = try? flush()
    }

    /// How many bytes are encrypted and not below yet.
    var unacknowledged: Int? {
        guard writeError == nil, !isGone else { return 0 }
        let waiting = session.outputCount + (isFinishing && !hasFinished ? 1 : 0)
        guard let count = below.unacknowledged else { return waiting }
        return count + waiting
    }

    /// A peer that closes before it has read our close_notify resets the connection, and has lost nothing. Whether it had
    /// ended is still to be read then: if it had not, the end of the stream is the error.
    func takePendingError() -> Errno? {
        guard let error = below.takePendingError() ?? (isGone ? nil : writeError) else { return nil }
        isGone = true
        guard error == .brokenPipe || error == .connectionReset, onlyGoodbyeIsLeft else { return error }
        endError = error
        return nil
    }

    /// Whether all payload has arrived. What a connection that is reset had not delivered stays counted below.
    private var onlyGoodbyeIsLeft: Bool {
        hasSaidGoodbye
            && undelivered + session.outputCount + (below.unacknowledged ?? 0)
                <= goodbyeSize + (hasFinished ? 1 : 0)
    }

    /// Below there may be no acknowledgement; what waits here has not arrived either way.
    var acknowledges: Bool { true }

    func finishSending() {
        sayGoodbye()
        isFinishing = true
        flushQuietly()
        update()
    }

    func sayGoodbye() {
        guard !hasSaidGoodbye, writeError == nil, failure == nil || belowHasEnded else { return }
        hasSaidGoodbye = true
        let before = session.outputCount
        session.sayGoodbye()
        goodbyeSize = session.outputCount - before
        flushQuietly()
    }

    func failure(atEndOf bytes: Int) -> Failure? { failure }

    var tls: TLSReport.Facts? { TLSReport.Facts(self) }

    func close() {
        handshake = nil
        reader = nil
        writer = nil
        below.close()
    }
}

extension [UInt8] {
    fileprivate var isTLS: Bool { first.map { (0x14...0x17).contains($0) } ?? false }
}

extension Failure {
    /// A reset after our half-close.
    fileprivate static func brokenOff(_ error: Errno) -> Failure {
        Failure(
            "receive", nil, error,
            hint: "some servers break off when TLS is half-closed: --no-half-close leaves our side open")
    }

    /// A stream of TLS that ends without close_notify.
    static var cutShort: Failure {
        Failure(
            "receive", words: "the stream ended without TLS's close_notify: it may have been cut short",
            status: .connectionLost,
            hint: "ncat as a sender, and some servers, always end so: --ignore-unexpected-eof accepts it")
    }
}
