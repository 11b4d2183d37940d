// Watches the transfer of a file, for a person at a terminal. The pumps count their bytes anyway: a timer looks
// at the counts now and then, so that it costs the transfer nothing.

import CommandSpec
import Sockets

final class Progress {
    /// One direction.
    private struct Track {
        let verb: String
        let total: Int?
        let bytes: () -> Int
        let isOver: () -> Bool
    }

    private let loop: EventLoop
    /// Whether a summary of its own will say how it went.
    private let hasSummary: Bool
    /// The direction that is shown first, and what follows it.
    private var tracks: [Track] = []
    private var began = Instant.now
    private var lastMoved = Instant.now
    private var samples: [(time: Instant, bytes: Int)] = []
    private var timer: Timer?

    private static let interval = Duration.milliseconds(100)
    /// What takes less is not worth a line that comes and goes.
    private static let patience = Duration.milliseconds(500)
    /// The rate is that of this time.
    private static let window = Duration.seconds(3)

    /// Nil where no file is transferred, or nobody looks.
    init?(_ context: Context, _ plan: SessionPlan, _ socket: Channel, inbound: Pump, outbound: Pump?) {
        guard Self.hasAudience(context) else { return nil }
        loop = context.loop
        hasSummary = context.settings.statistics
        if let outbound, let length = outbound.source.fileLength {
            // What the peer's system has not acknowledged may still be on its way for long.
            let unacknowledged = { [unowned socket] in
                socket.hasPreciseQueue ? (try? socket.descriptor.outputQueue()) ?? 0 : 0
            }
            tracks.append(
                Track(
                    verb: "sent", total: length > 0 ? length : nil,
                    bytes: { [unowned outbound] in max(0, outbound.bytes - unacknowledged()) },
                    isOver: { [unowned outbound] in outbound.isFinished && unacknowledged() == 0 }))
        }
        if plan.output != nil, context.payload.kind == .regular, !plan.inputIsTerminal {
            tracks.append(
                Track(
                    verb: "received", total: plan.byteLimit < .max ? plan.byteLimit : nil,
                    bytes: { [unowned inbound] in inbound.bytes },
                    isOver: { [unowned inbound] in inbound.isFinished }))
        }
        if tracks.isEmpty { return nil }
    }

    deinit { timer?.cancel() }

    private static func hasAudience(_ context: Context) -> Bool {
        let settings = context.settings
        return BorrowedDescriptor.standardError.isTerminal && Environment.terminalObeys
            && settings.verbosity != .quiet && !settings.json && !settings.hex
            // What is written to the same terminal as it is cannot be told from the line.
            && !(context.payload.kind == .terminal && settings.raw)
    }

    func start() {
        began = .now
        lastMoved = began
        samples = [(began, 0)]
        wait()
    }

    /// The session is over.
    func end() {
        guard let track = tracks.first else { return }
        look(at: track)
        finish(track)
        tracks = []
        timer?.cancel()
    }

    private func wait() {
        timer = loop.after(Self.interval) { [weak self] in self?.tick() }
    }

    private func tick() {
        guard let track = tracks.first else { return }
        let line = look(at: track)
        if track.isOver() {
            finish(track)
            tracks.removeFirst()
            if !tracks.isEmpty { start() }
            return
        }
        if Instant.now - began >= Self.patience {
            StatusLine.show(line.text(columns: columns))
        }
        wait()
    }

    @discardableResult
    private func look(at track: Track) -> ProgressLine {
        let now = Instant.now
        let bytes = track.bytes()
        if bytes != samples.last?.bytes { lastMoved = now }
        samples.append((now, bytes))
        while samples.count > 2, now - samples[0].time > Self.window { samples.removeFirst() }
        let time = now - samples[0].time
        return ProgressLine(
            verb: track.verb, bytes: bytes, total: track.total,
            rate: Double(bytes - samples[0].bytes) / max(time.seconds, 0.001), elapsed: now - began,
            idle: now - lastMoved)
    }

    private func finish(_ track: Track) {
        var line = look(at: track)
        line.elapsed = max(lastMoved - began, .milliseconds(1))
        StatusLine.end(with: hasSummary ? nil : line.summary(columns: columns))
    }

    /// Of a terminal that does not say how wide it is, what they used to have.
    private var columns: Int { BorrowedDescriptor.standardError.terminalColumns ?? 80 }
}

extension Channel {
    /// Whether `SIOCOUTQ` counts bytes of payload: on others than TCP sockets it counts memory.
    fileprivate var hasPreciseQueue: Bool {
        !isClosed && (try? descriptor.localAddress())??.family.hasTCP == true
    }
}
