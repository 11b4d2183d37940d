// One side of a recorded session, played back with its pacing.

import CommandSpec
import Framing
import Sockets

final class ReplaySource: MemorySource {
    private let origin: Channel
    private let loop: EventLoop
    private let cutter = MessageCutter(.delimiter([UInt8(ascii: "\n")]), maxMessage: longestLine)
    private let input = ByteBuffer(capacity: 256 << 10)
    private var session: RecordedSession
    private let wanted: Int?
    private let keepsBoundaries: Bool
    private var actions: ArraySlice<RecordedAction> = []
    /// What is left of the action that is being played.
    private var bytes: ArraySlice<UInt8> = []
    private var started: Instant?
    private var pause: Timer?
    private var isRead = false
    private(set) var failure: Failure?

    /// More than a line needs, in bytes: what one call sends or receives fits into a socket's buffer, of which tcp_wmem
    /// and tcp_rmem allow 4 and 6 MiB; in JSON a byte has six characters at most.
    private static let longestLine = 40 << 20

    var name: String { origin.name }
    let isSilent = false
    /// Where the socket keeps boundaries what was recorded of one call goes in one, however long it is.
    var memory: (any MemorySource)? { keepsBoundaries ? self : nil }
    unowned var pump: Pump? {
        didSet {
            origin.onReadable = { [unowned self] in pump?.run() }
        }
    }
    var wantsReady = false { didSet { update() } }

    /// - Parameters:
    ///   - connection: the number of the one to play; nil for the first.
    ///   - keepsBoundaries: whether the socket does.
    init(_ origin: Channel, role: Role, connection: Int?, keepsBoundaries: Bool, loop: EventLoop) {
        self.origin = origin
        self.keepsBoundaries = keepsBoundaries
        self.loop = loop
        session = RecordedSession(of: role, connection: connection)
        wanted = connection
    }

    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        guard try isDue() else { return 0 }
        let count = buffer.fill(with: bytes)
        bytes.removeFirst(count)
        return count
    }

    func offer(_ body: (RawSpan) throws(Errno) -> Int) throws(Errno) -> OfferStep {
        do throws(Errno) {
            guard try isDue() else { return .ended }
        } catch {
            return error == .wouldBlock ? .empty : .failed(error)
        }
        let due = bytes
        let taken = try unsafe body(due.span.bytes)
        bytes.removeFirst(taken)
        return .took(taken)
    }

    /// Makes ready what is next, if its time has come: `EAGAIN` if not.
    /// - Returns: false at the end.
    private func isDue() throws(Errno) -> Bool {
        // The time runs from when the connection is made, which is when it is first asked for something.
        let start = started ?? .now
        started = start
        if pause != nil { throw .wouldBlock }
        while bytes.isEmpty {
            while actions.isEmpty {
                if failure != nil { throw .badMessage }
                if isRead { return false }
                try takeMore()
            }
            guard let action = actions.first else { continue }
            let wait = start + action.offset - .now
            if wait > .zero {
                rest(wait)
                throw .wouldBlock
            }
            actions.removeFirst()
            switch action.kind {
            case .bytes(let recorded): bytes = recorded[...]
            case .end: return false
            }
        }
        return true
    }

    private func takeMore() throws(Errno) {
        let count = try input.fill { (span) throws(Errno) in try origin.read(into: &span) }
        var problem: FramingError?
        if count == 0 {
            isRead = true
            do throws(FramingError) { try cutter.finishInput(take) } catch { problem = error }
        } else {
            _ = input.drain { span in
                do throws(FramingError) { _ = try cutter.cut(span, take) } catch { problem = error }
                return span.byteCount
            }
        }
        if problem != nil {
            let words = "line \(cutter.count + 1) is longer than any of a recording"
            failure = failure ?? .noRecording(name, words, of: .connections)
        }
        if isRead, failure == nil, !session.hasConnection {
            failure = .noRecording(
                name, "there is no connection \(wanted.map { "\($0) " } ?? "")in it", of: .connections)
        }
    }

    private func take(_ line: RawSpan, _: (any MessageDetail)?) -> Verdict {
        guard failure == nil, line.byteCount > 0 else { return .proceed }
        do throws(RecordedSession.Malformed) {
            let bytes = unsafe line.withUnsafeBytes { unsafe Array($0) }
            if let action = try session.next(bytes) { actions.append(action) }
        } catch {
            failure = .noRecording(name, error, of: .connections)
        }
        return .proceed
    }

    private func rest(_ duration: Duration) {
        pause = loop.after(duration) { [unowned self] in
            pause = nil
            if wantsReady { pump?.run() }
        }
    }

    private func update() {
        let hasMore = !bytes.isEmpty || !actions.isEmpty || isRead || failure != nil
        origin.wantsRead = wantsReady && !hasMore && pause == nil
        guard wantsReady, hasMore, pause == nil else { return }
        // What is in memory is always ready, but the caller is still at work.
        loop.schedule(after: .zero) { [weak self] in
            guard let self, wantsReady, pause == nil else { return }
            pump?.run()
        }
    }
}
