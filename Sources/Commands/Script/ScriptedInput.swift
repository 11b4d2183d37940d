// Plays a script on a connection: sends what it says once what it expects has come, and then goes on with an input.

import CommandSpec
import Framing
import Sockets

final class ScriptedInput: ByteSource, Receiver {
    private let context: Context
    private let connection: ConnectionIdentity
    private let timeout: Duration
    private let isFramed: Bool
    private let following: any ByteSource
    /// How much it sends.
    private let size: Int
    private var course: ScriptCourse
    /// How much of the step that is being sent was read.
    private var offset = 0
    private var sent = 0
    /// Whether what has come just now met an expectation.
    private var hasAdvanced = false
    private var timer: Timer?
    /// Whether nothing is sent after the script.
    private var isStopped = false
    /// Whether an expectation was not met.
    private var hasFailed = false

    var name: String { course.isDone ? following.name : "the script" }
    unowned var pump: Pump? { didSet { following.pump = pump } }
    unowned var sink: ReceivingSink?
    var wantsReady = false { didSet { update() } }
    let isBlocked = false
    var fileLength: Int? { following.fileLength.map { $0 > 0 ? $0 + size : 0 } }
    var messages: Int? { isFramed ? sent + (following.messages ?? 0) : following.messages }

    init(
        _ script: Script, on connection: ConnectionIdentity, then following: any ByteSource,
        _ context: Context
    ) {
        self.context = context
        self.connection = connection
        self.following = following
        timeout = script.timeout
        size = script.steps.reduce(0) { $0 + ($1.isExpectation ? 0 : $1.bytes.count) }
        isFramed = context.settings.framing != nil
        course = ScriptCourse(script.steps, isFramed: isFramed)
    }

    // MARK: What is sent

    /// Reads of one step at a time, so that each is sent by a call of its own.
    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        while let bytes = course.sending {
            let count = buffer.fill(with: bytes[offset...])
            offset += count
            if offset == bytes.count {
                offset = 0
                sent += 1
                report(course.haveSent())
            }
            if count > 0 { return count }
        }
        guard course.isDone else {
            if timer == nil, !hasFailed { startTimer() }
            throw .wouldBlock
        }
        return isStopped ? 0 : try following.read(into: &buffer)
    }

    func stop() -> Bool {
        isStopped = true
        return course.isDone && following.stop()
    }

    func isAbandoned() {
        timer = nil
        following.isAbandoned()
    }

    private func update() {
        following.wantsReady = wantsReady && course.isDone && !isStopped
        guard wantsReady, course.sending != nil || course.isDone && isStopped else { return }
        // What is in memory is always ready, but the caller is still at work.
        context.loop.schedule(after: .zero) { [weak self] in
            guard let self, wantsReady else { return }
            pump?.run()
        }
    }

    // MARK: What comes

    func take(_ bytes: RawSpan, _ message: MessageReport?) {
        for step in course.take(bytes) {
            timer = nil
            hasAdvanced = true
            report(step)
        }
    }

    func flush() {
        guard hasAdvanced else { return }
        hasAdvanced = false
        pump?.run()
    }

    func peerHasEnded() { fail("the peer closed its sending side") }

    func peerIsGone() {}

    func unmet(after failure: Failure?) -> Failure? {
        guard course.expectsMore, failure.map({ $0.status == .connectionLost }) ?? true else { return nil }
        return complaint(failure?.message ?? "the peer closed the connection")
    }

    // MARK: What is not met

    private func startTimer() {
        timer = context.loop.after(timeout) { [unowned self] in
            // It may have come, and wait for our own output.
            if sink?.pump?.isHeldUpHere == true { return startTimer() }
            fail("it did not come within \(Statistics.text(timeout))")
        }
    }

    private func fail(_ reason: String) {
        guard course.expectsMore, !hasFailed else { return }
        hasFailed = true
        timer = nil
        let failure = complaint(reason)
        // Whoever said so is still at work.
        context.loop.schedule(after: .zero) { [context] in
            context.run.interrupt(Interruption(by: .local, how: .error, failure: failure))
        }
    }

    private func complaint(_ reason: String) -> Failure {
        Failure("expect", connection.name, words: course.complaint(reason), status: .malformed)
    }

    private func report(_ index: Int) {
        context.reporter.report(ScriptStep(connection: connection, course, index))
    }
}
