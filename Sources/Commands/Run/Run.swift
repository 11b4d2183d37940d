// One run of a command: the loop, the signals, the deadline, what is running, and the status at the end.

import CommandSpec
import Sockets

/// What ends a run from outside: a signal, the deadline, an output that nobody reads any more.
struct Interruption {
    let by: EndedBy
    let how: CloseReason
    let failure: Failure?
}

/// Something that a run waits for. The run keeps it alive from `begin` to `end`, and no longer.
protocol RunTask: AnyObject {
    /// Ends in order, as soon as that can be done, and then leaves the run by `Run.end`.
    func interrupt(_ interruption: Interruption)
}

final class Run {
    let loop: EventLoop

    private var signals: SignalSource
    /// What signals mean that a command has asked for.
    private var handlers: [Signal: () -> Void] = [:]
    private var signalWatch: Watch?
    private var signal: Signal?
    private var tasks: [ObjectIdentifier: (order: Int, task: any RunTask)] = [:]
    private var begun = 0
    private var interruption: Interruption?
    private var failure: Failure?
    /// That of the first thing that failed while others went on.
    private var status: ExitStatus?
    private(set) var isFinished = false
    /// Writes what is left to be written, and calls back when it is; set by whoever owns the outputs.
    var drain: (@escaping () -> Void) -> Void = { $0() }
    /// What was not written and, as the loop has ended, never will be.
    var loss: () -> Failure? = { nil }
    /// That of a program, where it decides.
    var programStatus: Int32?
    /// Whether something is being ended that is gone soon, which is waited for.
    var endsSoon: () -> Bool = { false }
    /// The last thing that is done, whatever ends the run.
    var onExit: () -> Void = {}
    /// How many bytes wait to be written.
    var backlog: () -> Int = { 0 }

    /// So long an interrupted run may take to end in order.
    static let grace = Duration.seconds(2)

    /// When all of it is ended, since the command began.
    private let deadline: Duration?

    init(deadline: Duration?) throws(Failure) {
        self.deadline = deadline
        let caught = [Signal.interrupt, .terminate, .hangUp, .user1].filter { !$0.isIgnored }
        signals = try attempt("signalfd") { () throws(Errno) in try SignalSource(caught) }
        let loop = try attempt("epoll_create") { () throws(Errno) in try EventLoop() }
        self.loop = loop
        signalWatch = try attempt("epoll_ctl") { () throws(Errno) in
            try loop.watch(signals.descriptor, interest: .read) { [unowned self] _ in
                while let signal = signals.next() { interrupted(by: signal) }
            }
        }
    }

    /// Runs until the command has finished, and says with what status the process ends.
    /// - Parameter report: says why it failed.
    func run(_ report: (Failure) -> Void) -> Int32 {
        if let deadline {
            loop.schedule(after: StartLimit.end().left) { [unowned self] in
                interrupt(Interruption(by: .timeout, how: .timeout, failure: .deadline(deadline)))
            }
        }
        do {
            try loop.run()
        } catch {
            failure = Failure("epoll_wait", nil, error)
        }
        onExit()
        StatusLine.end()
        let loss = loss()
        if let failure = failure?.adding(loss) ?? loss {
            self.failure = failure
            report(failure)
        }
        StandardError.finish()
        if let signal { signal.dieOf() }
        return (status ?? failure?.status)?.rawValue ?? programStatus ?? ExitStatus.success.rawValue
    }

    // MARK: What is running

    func begin(_ task: any RunTask) {
        begun += 1
        tasks[ObjectIdentifier(task)] = (begun, task)
        if let interruption { task.interrupt(interruption) }
    }

    /// The task is done. The last one of an interrupted run ends the command.
    func end(_ task: any RunTask) {
        guard tasks.removeValue(forKey: ObjectIdentifier(task)) != nil else { return }
        if tasks.isEmpty, let interruption { finish(interruption.failure) }
    }

    // MARK: How it ends

    /// Something failed while others go on: the status of the first is that of the command.
    func note(_ status: ExitStatus) {
        if status != .success { self.status = self.status ?? status }
    }

    /// The command is done: what is left to write is written, then the loop ends.
    /// - Parameter hurried: whether an output that takes nothing for the time of the grace is given up; otherwise it is waited for.
    func finish(_ failure: Failure?, hurried: Bool = false) {
        guard !isFinished else { return }
        isFinished = true
        self.failure = failure
        if interruption != nil { giveUpAfterGrace() } else if hurried { giveUpWhenStalled() }
        drain { [unowned self] in loop.stop() }
    }

    /// Fails the command in place of nothing.
    func fail(_ failure: Failure?) { self.failure = self.failure ?? failure }

    /// Interrupts all that is running. What is still not done after the grace is left as it is.
    func interrupt(_ interruption: Interruption) {
        guard self.interruption == nil else { return }
        self.interruption = interruption
        giveUpAfterGrace()
        if isFinished { return fail(interruption.failure) }
        guard !tasks.isEmpty else { return finish(interruption.failure) }
        for (_, task) in tasks.values.sorted(by: { $0.order < $1.order }) { task.interrupt(interruption) }
    }

    /// Calls `body` when the signal comes, instead of what it meant.
    func on(_ signal: Signal, _ body: @escaping () -> Void) {
        if !signals.takes(signal) { signals.add([signal]) }
        handlers[signal] = body
    }

    private func interrupted(by signal: Signal) {
        if let handler = handlers[signal] { return handler() }
        // Whoever asks twice does not want to wait.
        if self.signal != nil {
            onExit()
            StatusLine.end()
            signal.dieOf()
        }
        self.signal = signal
        if isFinished { return giveUpAfterGrace() }
        interrupt(Interruption(by: .signal, how: .signal, failure: nil))
    }

    private func giveUpAfterGrace() {
        loop.schedule(after: Self.grace) { [unowned self] in giveUp() }
    }

    /// An output that still takes something is waited for.
    private func giveUpWhenStalled() {
        let before = backlog()
        loop.schedule(after: Self.grace) { [unowned self] in
            if backlog() < before { giveUpWhenStalled() } else { giveUp() }
        }
    }

    private func giveUp() {
        if endsSoon() { return loop.schedule(after: .milliseconds(10)) { [unowned self] in giveUp() } }
        fail(interruption?.failure)
        loop.stop()
    }
}
