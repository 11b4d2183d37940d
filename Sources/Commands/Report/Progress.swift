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
    /// - Parameters:
    ///   - outboundLength: how many bytes are going to be sent, 0 if that is not known; nil for what is no file.
    ///   - inboundLength: how many are going to be received; nil if that is not known.
    init?(_ context: Context, _ connection: Connection, sends: Int?, receives: Bool, inboundLength: Int?) {
        guard Self.hasAudience(context) else { return nil }
        loop = context.loop
        hasSummary = context.settings.statistics
        if let length = sends {
            tracks.append(
                Track(
                    verb: "sent", total: length > 0 ? length : nil,
                    // What the peer's system has not acknowledged may still be on its way for long.
                    bytes: { [unowned connection] in connection.acknowledgedBytes },
                    isOver: { [unowned connection] in connection.hasAllAcknowledged }))
        }
        if receives {
            tracks.append(
                Track(
                    verb: "received", total: inboundLength,
                    bytes: { [unowned connection] in connection.inbound?.bytes ?? 0 },
                    isOver: { [unowned connection] in connection.inbound?.isFinished ?? true }))
        }
        if tracks.isEmpty { return nil }
    }

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
