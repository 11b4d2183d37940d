// `sockctl info --watch`: looks at the sockets in a regular rhythm, and hands what it sees to a screen or a stream.

import CommandSpec
import Sockets

final class WatchCommand: RunTask {
    private let context: Context
    private let interval: Duration
    /// How many rounds are left; nil for no limit.
    private var left: Int?
    private let reader: any WatchReader
    private let screen: WatchScreen?
    private let watch: SocketWatch
    private var closings: Watch?
    private var timer: Timer?
    private var pause: Timer?
    private var isOver = false

    private static let usualInterval = Duration.seconds(1)
    /// More often than this the list alone would take the processor.
    private static let leastInterval = Duration.milliseconds(10)

    /// Both ends of a connection close within less.
    private static let pauseTime = Duration.milliseconds(2)

    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let command = try WatchCommand(context, arguments)
        context.run.begin(command)
        try command.begin()
    }

    private init(_ context: Context, _ arguments: Arguments) throws(Failure) {
        self.context = context
        let word = arguments[Operands.watchInterval].first
        interval = word.flatMap(ValueType<Duration>.duration.read) ?? Self.usualInterval
        guard interval >= Self.leastInterval else {
            throw Failure(
                "info", "--watch \(word?.text ?? "")", words: "the shortest interval is 10ms", status: .usage)
        }
        left = arguments[Options.count]
        let grouping = arguments[Options.by].flatMap(WatchGrouping.init)
        if WatchScreen.isPossible(context) {
            let screen = WatchScreen(context, interval: interval, by: grouping ?? .connection)
            (self.screen, reader) = (screen, screen)
        } else {
            (screen, reader) = (nil, WatchStream(context, by: grouping))
        }
        var filter = try SocketFilter(arguments)
        filter.pid = arguments[Options.pid].map { Int32($0) }
        if let pid = filter.pid { _ = try ProcessHandle.found(pid) }
        watch = try SocketWatch(filter, reader: reader)
    }

    private func begin() throws(Failure) {
        try screen?.begin { [unowned self] in end(nil) }
        do throws(Failure) { try watch.look() } catch {
            screen?.end()
            throw error
        }
        // On the screen it would stand in the way.
        if screen == nil, let notice = SocketListing.ownersNotice(watch.unseen) {
            context.reporter.notice(notice)
        }
        if let descriptor = watch.descriptor {
            closings = try attempt("epoll_ctl") { () throws(Errno) in
                try context.loop.watch(descriptor, interest: .read) { [unowned self] _ in heard() }
            }
        }
        schedule(after: .now)
    }

    /// The kernel tells of sockets that have closed: they are taken together, a moment later.
    private func heard() {
        closings?.interest = .none
        pause = context.loop.after(Self.pauseTime * (watch.isWaiting ? 5 : 1)) { [unowned self] in take() }
    }

    private func take() {
        watch.drain()
        if watch.isWaiting {
            heard()
        } else if reader.isFull {
            // The kernel keeps them, or counts them as missed, until there is room.
            context.output.whenRoom { [weak self] in self?.closings?.interest = .read }
        } else {
            closings?.interest = .read
        }
    }

    /// Rounds are counted from the first, so that none of them makes the others late.
    private func schedule(after last: Instant) {
        var next = last + interval
        let now = Instant.now
        if next < now { next = now }
        timer = context.loop.after(max(.zero, next - now)) { [unowned self] in
            if reader.isFull {
                context.output.whenRoom { [weak self] in self?.look(at: next) }
            } else {
                look(at: next)
            }
        }
    }

    private func look(at time: Instant) {
        guard !isOver else { return }
        do throws(Failure) { try watch.look() } catch { return end(error) }
        if let count = left {
            left = count - 1
            if count <= 1 { return end(nil) }
        }
        schedule(after: time)
    }

    private func end(_ failure: Failure?) {
        guard !isOver else { return }
        isOver = true
        closings?.cancel()
        timer = nil
        pause = nil
        watch.finish()
        screen?.end()
        context.run.end(self)
        context.finish(failure)
    }

    func interrupt(_ interruption: Interruption) { end(interruption.failure) }
}
