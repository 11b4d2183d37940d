// Sends back what each peer sends. A peer that does not read is not read from.

import CommandSpec
import Framing
import Sockets

final class EchoService: LocalService {
    private let context: Context

    init(_ context: Context) { self.context = context }

    func ends(for connection: ConnectionIdentity) -> SourceAndSink {
        let framing = context.settings.framing
        let loop = EchoLoop(joiner: framing.flatMap { $0.keepsBoundaries ? nil : $0.echoJoiner() })
        return SourceAndSink(
            source: loop,
            sink: ReceivingSink(
                context, of: connection, showing: .events(context), cutter: framing?.socketCutter(),
                receiver: loop))
    }
}

/// From what comes in to what goes out, holding what did not go at once.
final class EchoLoop: MemorySource, Receiver {
    private let joiner: Joiner?
    private var held: [UInt8] = []
    private var offset = 0
    private var hasEnded = false
    private var isGone = false

    unowned var pump: Pump?
    unowned var sink: ReceivingSink?
    var wantsReady = false
    var name: String { "the echo" }
    private(set) var messages: Int?

    /// Most have none.
    private final class Joiner {
        var joiner: MessageJoiner
        init(_ joiner: MessageJoiner) { self.joiner = joiner }
    }

    init(joiner: MessageJoiner?) {
        self.joiner = joiner.map(Joiner.init)
        if joiner != nil { messages = 0 }
    }

    /// So much may wait where messages are joined, for one call to send many.
    private static let limit = 32 << 10

    var isBlocked: Bool {
        guard !isGone else { return false }
        return joiner == nil ? !held.isEmpty : held.count >= Self.limit
    }

    func take(_ bytes: RawSpan, _ message: MessageReport?) throws(FramingError) {
        guard !isGone else { return }
        if message != nil, joiner != nil {
            var joined = held
            held = []
            defer { held = joined }
            try joiner?.joiner.encode(bytes, into: &joined)
            messages = messages.map { $0 + 1 }
            return
        }
        var taken = 0
        if held.isEmpty, let pump { taken = pump.push(bytes) }
        if taken < bytes.byteCount, !isGone { held.append(bytes.extracting(droppingFirst: taken)) }
    }

    func flush() { if !held.isEmpty { pump?.run() } }

    func offer(_ body: (RawSpan) throws(Errno) -> Int) throws(Errno) -> OfferStep {
        guard offset < held.count else { return hasEnded ? .ended : .empty }
        let bytes = held
        let taken = try unsafe body(bytes.span.bytes.extracting(droppingFirst: offset))
        offset += taken
        if offset == held.count {
            held.removeAll(keepingCapacity: false)
            offset = 0
        }
        if !isBlocked { sink?.resume() }
        return .took(taken)
    }

    var isIdle: Bool { held.isEmpty && !hasEnded }

    func stop() -> Bool {
        hasEnded = true
        return false
    }

    func peerHasEnded() {
        hasEnded = true
        pump?.run()
    }

    func peerIsGone() {
        isGone = true
        held = []
        offset = 0
    }
}
