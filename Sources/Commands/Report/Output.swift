// Standard output, or the file given instead, as a queue that never makes the loop wait.

import Framing
import Sockets

/// What is to be written: formatted events and payload of many peers, in order.
final class Output {
    /// The text that waits. One value, because access to each property is checked when an event is added.
    private struct WaitingText {
        var bytes: [UInt8] = []
        /// How many of them are written.
        var written = 0
        var unwritten = Unwritten()

        mutating func add(_ standing: Standing, _ fill: (inout [UInt8]) -> Void) {
            let before = bytes.count
            fill(&bytes)
            unwritten.add(standing, length: bytes.count - before)
        }

        mutating func dropWritten() {
            guard written == bytes.count || written > Output.highWater else { return }
            if written == bytes.count {
                bytes.removeAll(keepingCapacity: bytes.count <= 2 * Output.highWater)
            } else {
                bytes.removeFirst(written)
            }
            written = 0
        }
    }

    /// From here on its writers should stop reading.
    private static let highWater = 1 << 20

    private let sink: ChannelSink
    let isTerminal: Bool
    /// Whether the line at the foot of the terminal has to make room for it; stderr is where that line is.
    private let withdrawsStatus: Bool
    private var waitingText = WaitingText()
    /// What is lost if that is never written.
    var unwritten: Unwritten { waitingText.unwritten }
    private var isGathering = false
    /// Writes at the end of its turns; nil where each addition is written at once.
    private var loop: EventLoop?
    private var isDue = false
    /// What a turn gathers at most.
    private static let turn = 64 << 10
    /// Called in turn, each once, while there is room.
    private var waiting: ArraySlice<() -> Void> = []
    private var isReleasing = false
    private var drained: [() -> Void] = []
    /// A time in which something waited, because the other end took nothing.
    struct Wait {
        let since: Instant
        let until: Instant
    }
    private(set) var lastWait: Wait?
    private var waitsSince: Instant?
    /// Called when writing has failed; nothing is written any more.
    var onFailure: (() -> Void)?
    private(set) var failure: Errno?

    init(_ sink: ChannelSink, withdrawsStatus: Bool = true) {
        self.withdrawsStatus = withdrawsStatus && sink.channel.kind == .terminal
        self.sink = sink
        isTerminal = sink.channel.kind == .terminal
        sink.channel.onWritable = { [unowned self] in flush() }
    }

    var name: String { sink.name }

    /// Fails as soon as nobody reads any more, also while there is nothing to write.
    func noticeHangUp() {
        sink.channel.onHangUp = { [unowned self] in fail(.brokenPipe) }
    }

    /// How many bytes wait to be written.
    var backlog: Int { waitingText.bytes.count - waitingText.written }

    /// Whether so much more keeps nobody waiting.
    func hasRoom(for count: Int) -> Bool { failure == nil && backlog + count < Self.highWater }

    /// Whether so much waits that nothing should be added that can be held back.
    var isFull: Bool { failure == nil && backlog >= Self.highWater }

    func append(_ bytes: some Collection<UInt8>) {
        append { $0 += bytes }
    }

    /// Lets `fill` add to what will be written, and writes what goes at once.
    /// - Parameter standing: what that text stands for.
    func append(_ standing: Standing = .nothing, _ fill: (inout [UInt8]) -> Void) {
        guard failure == nil else { return waitingText.unwritten.refuse(standing) }
        waitingText.add(standing, fill)
        if !sink.wantsReady, !isGathering { flushSoon() }
    }

    /// Events of many peers are written together, before the loop waits again.
    func gatherTurns(of loop: EventLoop) { self.loop = loop }

    private func flushSoon() {
        guard let loop, backlog < Self.turn else { return flush() }
        guard !isDue else { return }
        isDue = true
        loop.beforeWaiting { [weak self] in
            guard let self, isDue, failure == nil, !sink.wantsReady else { return }
            flush()
        }
    }

    /// Writes what `body` adds when all of it is there.
    func gather(_ body: () -> Void) {
        isGathering = true
        body()
        isGathering = false
        if failure == nil, !sink.wantsReady { flushSoon() }
    }

    /// Adds bytes that, as far as nothing else waits, are written from where they are.
    /// - Parameter part: how many of them stand for one that was received.
    func pass(_ bytes: RawSpan, each part: Int) {
        if withdrawsStatus { StatusLine.withdraw() }
        var written = 0
        while failure == nil, backlog == 0, !sink.wantsReady, written < bytes.byteCount {
            do {
                written += try sink.write(bytes.extracting(droppingFirst: written))
            } catch .wouldBlock {
                break
            } catch {
                fail(error)
            }
        }
        guard written < bytes.byteCount else { return }
        guard failure == nil else {
            return waitingText.unwritten.refuse(.each(part, of: bytes.byteCount - written))
        }
        waitingText.bytes.append(bytes.extracting(droppingFirst: written))
        // Parts are counted from the beginning, also where some are written.
        waitingText.unwritten.add(.each(part, of: bytes.byteCount), length: bytes.byteCount)
        waitingText.unwritten.wrote(written)
        if !sink.wantsReady, !isGathering { flush() }
    }

    /// Calls `body` when there is room.
    func whenRoom(_ body: @escaping () -> Void) { waiting.append(body) }

    /// Calls `body` when everything is written, or will never be.
    func whenDrained(_ body: @escaping () -> Void) {
        if isDue, failure == nil, !sink.wantsReady { flush() }
        if backlog == 0 || failure != nil { body() } else { drained.append(body) }
    }

    private func flush() {
        isDue = false
        if withdrawsStatus, backlog > 0 { StatusLine.withdraw() }
        while backlog > 0 {
            do {
                let written = waitingText.written
                let count = try unsafe waitingText.bytes.withUnsafeBufferPointer { (bytes) throws(Errno) in
                    try unsafe sink.write(bytes.span.bytes.extracting(droppingFirst: written))
                }
                waitingText.written += count
                waitingText.unwritten.wrote(count)
            } catch .wouldBlock {
                break
            } catch {
                fail(error)
                return
            }
        }
        waitingText.dropWritten()
        sink.wantsReady = backlog > 0
        if let since = waitsSince, backlog == 0 {
            (lastWait, waitsSince) = (Wait(since: since, until: .now), nil)
        } else if backlog > 0, waitsSince == nil {
            waitsSince = .now
        }
        if !isFull { releaseWaiting() }
        if backlog == 0 { releaseDrained() }
    }

    /// Nothing is written any more.
    func fail(_ error: Errno) {
        guard failure == nil else { return }
        failure = error
        sink.wantsReady = false
        releaseWaiting()
        releaseDrained()
        onFailure?()
    }

    private func releaseDrained() {
        let bodies = drained
        drained = []
        for body in bodies { body() }
    }

    /// One after the other: what the first of them add may leave no room for the others.
    private func releaseWaiting() {
        guard !isReleasing else { return }
        isReleasing = true
        while !isFull || failure != nil, let next = waiting.popFirst() { next() }
        isReleasing = false
    }

    /// Writes what waits without a loop, at most for so many milliseconds without progress.
    func finish(patience: Int32) {
        sink.channel.insists = true
        let descriptor = sink.channel.descriptor
        while backlog > 0, failure == nil {
            guard let ready = try? descriptor.waitUntilReady(for: .write, timeout: patience), !ready.isEmpty
            else { return }
            flush()
        }
    }
}
