// The handshake of TLS on a stream that was just made or accepted. It ends with a `TLSStream`, or with why there is none.

import CommandSpec
import Sockets
import TLS

final class TLSHandshake: StreamWaiter {
    /// What is wrong where it is not done when the time is up.
    static let lateness = "it accepted, and the TLS handshake was not done in time"

    private let ciphertext: Ciphertext
    private let loop: EventLoop
    private let ignoresUnexpectedEOF: Bool
    private let began = Instant.now
    private let completion: (Result<TLSStream, Failure>) -> Void
    private var isOver = false

    /// - Parameters:
    ///   - ignoringUnexpectedEOF: whether the stream accepts an end without close_notify.
    ///   - completion: called once, later and not from `start`.
    init(
        _ session: TLSSession, over below: any Stream, _ environment: PumpEnvironment,
        ignoringUnexpectedEOF: Bool, _ completion: @escaping (Result<TLSStream, Failure>) -> Void
    ) {
        ciphertext = Ciphertext(below, session, environment.pool)
        loop = environment.loop
        ignoresUnexpectedEOF = ignoringUnexpectedEOF
        self.completion = completion
    }

    func start() {
        let below = ciphertext.below
        below.reader = self
        below.writer = self
        // Its messages are small, and each waits for an answer.
        below.sendAtOnce()
        below.wantsRead = true
        run()
    }

    func run() {
        while !isOver {
            let step = ciphertext.session.handshake()
            // Also the alert that says why it failed. That it cannot be sent is looked at below.
            _ = try? ciphertext.flush()
            switch step {
            case .done:
                return conclude { [ciphertext, loop, ignoresUnexpectedEOF, began] in
                    .success(
                        TLSStream(
                            ciphertext, loop, handshakeTime: Instant.now - began,
                            ignoringUnexpectedEOF: ignoresUnexpectedEOF))
                }
            case .failed(let error): return fail(Failure("tls", nil, .tls(error)))
            case .needsInput:
                do throws(Errno) {
                    guard try ciphertext.fill() > 0 else {
                        return fail(Failure("tls", nil, .tls(ciphertext.session.errorAtEnd)))
                    }
                } catch .wouldBlock {
                    // Why the peer takes nothing more may have come before.
                    if let error = ciphertext.writeError { return fail(failure(of: error)) }
                    ciphertext.below.wantsWrite = ciphertext.session.hasOutput
                    return
                } catch {
                    return fail(failure(of: error))
                }
            }
        }
    }

    private func failure(of error: Errno) -> Failure {
        var failure = Failure("tls", nil, error)
        if error == .connectionReset || error == .brokenPipe {
            failure.cause = .explained("the connection was reset during the TLS handshake", error)
            failure.status = .tls
        }
        return failure
    }

    private func fail(_ failure: Failure) { conclude { .failure(failure) } }

    /// Not from here: whoever began it has to have returned.
    private func conclude(_ result: @escaping () -> Result<TLSStream, Failure>) {
        isOver = true
        let below = ciphertext.below
        (below.wantsRead, below.wantsWrite) = (false, false)
        (below.reader, below.writer) = (nil, nil)
        let stream = result()
        loop.schedule(after: .zero) { [completion] in completion(stream) }
    }
}
