// What is read from stdin or a file, cut into messages there and joined again for the socket.

import CommandSpec
import Framing
import Sockets

final class FramedSource: MemorySource {
    private let origin: any ByteSource
    private let cutter: MessageCutter
    private let joiner: MessageJoiner
    private let keepsLength: Bool
    private let delay: Duration
    private let loop: EventLoop
    private let input: ByteBuffer
    /// Encoded, and not yet read.
    private var ready: [UInt8] = []
    private var offset = 0
    /// Whether each message is read by itself: there is a pause between them, or the socket keeps boundaries.
    private let oneByOne: Bool
    private let keepsBoundaries: Bool
    /// Where in `ready` each message ends, if each is read by itself.
    private var ends: ArraySlice<Int> = []
    private var pause: Timer?
    private var hasEnded = false
    private(set) var failure: Failure?
    /// What is said in both directions of the connection.
    let conversation: (any Conversation)?

    var name: String { origin.name }
    let isSilent = false
    /// Where the socket keeps boundaries each message goes in one call, however long it is.
    var memory: (any MemorySource)? { keepsBoundaries ? self : nil }
    unowned var pump: Pump? {
        didSet {
            origin.pump = pump
        }
    }
    var wantsReady = false { didSet { update() } }
    var messages: Int? { cutter.count }
    /// Another framing makes it longer or shorter.
    var fileLength: Int? { keepsLength ? origin.fileLength : origin.fileLength.map { _ in 0 } }

    init(
        _ origin: any ByteSource, _ framing: MessageFraming, _ conversation: (any Conversation)?,
        delay: Duration, loop: EventLoop
    ) {
        self.conversation = conversation
        self.origin = origin
        self.delay = delay
        self.loop = loop
        keepsBoundaries = framing.keepsBoundaries
        oneByOne = delay > .zero || framing.keepsBoundaries
        let isCut = framing.pair.local != .none || !framing.keepsBoundaries
        input = ByteBuffer(capacity: isCut ? 256 << 10 : MessageFraming.record)
        keepsLength = framing.pair.local == framing.pair.socket
        cutter = framing.localCutter(conversation)
        joiner = framing.socketJoiner(conversation)
    }

    func offer(_ body: (RawSpan) throws(Errno) -> Int) throws(Errno) -> OfferStep {
        let front: Range<Int>
        do throws(Errno) {
            guard let next = try self.front() else { return .ended }
            front = next
        } catch {
            return error == .wouldBlock ? .empty : .failed(error)
        }
        let bytes = ready
        let taken = try unsafe body(bytes.span.bytes.extracting(front))
        pass(taken)
        return .took(taken)
    }

    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        guard let front = try front() else { return 0 }
        let count = buffer.fill(with: ready[front])
        pass(count)
        return count
    }

    /// What is next of what is encoded: one message if there is a pause between them. Nil at the end.
    private func front() throws(Errno) -> Range<Int>? {
        if pause != nil { throw .wouldBlock }
        while offset == ready.count {
            if failure != nil { throw .badMessage }
            if hasEnded { return nil }
            try takeMore()
        }
        return offset..<(ends.first ?? ready.count)
    }

    private func pass(_ count: Int) {
        offset += count
        if offset == ends.first { rest() }
    }

    private func takeMore() throws(Errno) {
        ready.removeAll(keepingCapacity: true)
        offset = 0
        let count = try input.fill { (span) throws(Errno) in try origin.read(into: &span) }
        if count == 0 {
            hasEnded = true
            do throws(FramingError) { try cutter.finishInput(encode) } catch { fail(.cutting(error)) }
        } else {
            _ = input.drain { span in
                do throws(TranslationError) { try join(span) } catch { fail(error) }
                return span.byteCount
            }
        }
    }

    private func join(_ bytes: RawSpan) throws(TranslationError) {
        if !oneByOne {
            _ = try cutter.translate(bytes, with: joiner, into: &ready)
        } else {
            do throws(FramingError) { _ = try cutter.cut(bytes, encode) } catch { throw .cutting(error) }
        }
    }

    private func fail(_ error: TranslationError) {
        guard failure == nil else { return }
        switch error {
        case .cutting(let error): failure = cutter.failure(error, "read", name)
        case .joining(let error): failure = Failure("send", name, message: cutter.count, error)
        }
    }

    private func encode(_ message: RawSpan, _: (any MessageDetail)?) -> Verdict {
        guard failure == nil else { return .pause }
        do throws(FramingError) {
            try joiner.encode(message, into: &ready)
        } catch {
            fail(.joining(error))
            return .pause
        }
        // An empty record would be taken for the end.
        if oneByOne, !keepsBoundaries || ready.count > ends.last ?? 0 { ends.append(ready.count) }
        return .proceed
    }

    /// The pause after a message, unless it was the last one for good.
    private func rest() {
        ends.removeFirst()
        if delay == .zero || hasEnded && ends.isEmpty { return }
        pause = loop.after(delay) { [unowned self] in
            pause = nil
            if wantsReady { pump?.run() }
        }
    }

    func stop() -> Bool { origin.stop() }

    private func update() {
        let hasMore = offset < ready.count || failure != nil || hasEnded
        origin.wantsReady = wantsReady && !hasMore && pause == nil
        guard wantsReady, hasMore, pause == nil else { return }
        // What is in memory is always ready, but the caller is still at work.
        loop.schedule(after: .zero) { [weak self] in
            guard let self, wantsReady, pause == nil else { return }
            pump?.run()
        }
    }
}
