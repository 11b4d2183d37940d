// A program that serves one peer, from its start to the end of its process group.

import Sockets

final class ServedProgram {
    private let child: ChildProgram
    /// Its standard input and output.
    let input: Channel
    let output: Channel
    private let loop: EventLoop
    private var watch: Watch?
    /// The next step towards its end.
    private var timer: Timer?
    /// When those of its group that go on are killed; nil before they were asked to end.
    private var killed: Instant?
    private var hasExited = false
    private var ending: ChildProgram.Ending?
    /// Told once nothing of it is left; nil while it is still wanted.
    private var completion: ((ChildProgram.Ending) -> Void)?

    /// So long it may take from `SIGTERM` to its end; and to end by itself, once its peer has ended in order.
    private static let patience = Duration.seconds(2)
    /// How often it is looked whether its group is gone.
    private static let look = Duration.milliseconds(10)

    var pid: Int32 { child.pid }

    init(_ child: ChildProgram, loop: EventLoop) throws(Errno) {
        self.child = child
        self.loop = loop
        func channel(_ end: consuming OwnedDescriptor?) throws(Errno) -> Channel {
            guard let end else { throw .badDescriptor }
            return try Channel(owning: end, kind: .pipe, name: "the program", loop: loop)
        }
        input = try channel(child.takeInput())
        output = try channel(child.takeOutput())
        watch = try loop.watch(child.descriptor.borrowed, interest: .read) { [unowned self] _ in exited() }
    }

    deinit { watch?.cancel() }

    /// Nobody takes what it says any more. It is told so when it says more, and may still read what has come for it.
    func losesAudience() { output.close() }

    /// Its peer is gone: has it end, and all that it started.
    /// - Parameters:
    ///   - inOrder: whether it may finish what it does first.
    ///   - completion: called when nothing of it is left, never at once.
    func end(inOrder: Bool, _ completion: @escaping (ChildProgram.Ending) -> Void) {
        self.completion = completion
        output.close()
        // What was taken for it is still written, if it goes on reading.
        if !inOrder { input.close() }
        if hasExited {
            timer = loop.after(.zero) { [unowned self] in endGroup() }
        } else if inOrder {
            timer = loop.after(Self.patience) { [unowned self] in terminate() }
        } else {
            terminate()
        }
    }

    /// It may not finish what it does any more.
    func hurry() { if completion != nil, killed == nil, !hasExited { terminate() } }

    /// There is no time left at all.
    func kill() { child.signal(.kill) }

    private func exited() {
        hasExited = true
        // Not reaped while it is wanted: its number is that of its group.
        watch?.cancel()
        watch = nil
        if completion != nil { endGroup() }
    }

    private func terminate() {
        askToEnd()
        timer = loop.after(Self.patience) { [unowned self] in child.signal(.kill) }
    }

    private func askToEnd() {
        guard killed == nil else { return }
        killed = .now + Self.patience
        child.signal(.terminate)
    }

    /// It has ended; those that it started end now.
    private func endGroup() {
        askToEnd()
        ending = child.reap()
        waitForGroup()
    }

    private func waitForGroup() {
        guard child.hasGroup else { return finish() }
        if let killed, killed <= .now {
            child.signal(.kill)
            return finish()
        }
        timer = loop.after(Self.look) { [unowned self] in waitForGroup() }
    }

    private func finish() {
        timer = nil
        input.close()
        let completion = completion
        self.completion = nil
        completion?(ending ?? .killed(.kill))
    }
}
