// Zeros without end, for measuring: `send --zero SIZE`, `send --for DURATION`.

import Sockets

final class ZeroSource: MemorySource {
    static let block = [UInt8](repeating: 0, count: 256 << 10)

    private static let patience = Duration.seconds(1)

    private var left: Int
    private let piece: Int
    private let time: Duration?
    private let loop: EventLoop
    private let onOverdue: () -> Void
    private var end: Instant?
    private var timer: Timer?

    unowned var pump: Pump?
    var wantsReady = false
    var name: String { "zeros" }
    var fileLength: Int? { time == nil ? left : nil }

    /// - Parameters:
    ///   - size: how many bytes.
    ///   - piece: how many at once at most.
    ///   - time: for how long, from the first one on; nil for as long as it takes.
    ///   - onOverdue: called where the time has been over for a while, and not all has arrived: nobody has ended it since.
    init(
        _ size: Int, inPiecesOf piece: Int = block.count, for time: Duration?, _ loop: EventLoop,
        onOverdue: @escaping () -> Void = {}
    ) {
        left = size
        self.piece = piece
        self.onOverdue = onOverdue
        self.time = time
        self.loop = loop
    }

    func offer(_ body: (RawSpan) throws(Errno) -> Int) throws(Errno) -> OfferStep {
        if end == nil, let time {
            end = .now + time
            // A connection that takes nothing is not waited for.
            timer = loop.after(time) { [unowned self] in
                timer = loop.after(Self.patience, onOverdue)
                pump?.run()
            }
        }
        if left == 0 || end.map({ Instant.now >= $0 }) ?? false { return .ended }
        let taken = try unsafe body(Self.block.span.bytes.extracting(first: min(left, piece)))
        left -= taken
        return .took(taken)
    }

    func stop() -> Bool {
        left = 0
        return false
    }
}

/// Sends zeros over each connection, and lets go of what comes.
final class ZeroService: LocalService {
    private let source: () -> ZeroSource

    init(_ source: @escaping () -> ZeroSource) { self.source = source }

    func ends(for connection: ConnectionIdentity) -> SourceAndSink {
        SourceAndSink(source: source(), sink: NullSink())
    }
}
