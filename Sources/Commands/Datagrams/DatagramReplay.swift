// One side of a recording of datagrams, played back: each with its boundary, at the same distances in time.

import CommandSpec
import Framing
import Sockets

final class DatagramReplay: DatagramSource {
    private let lines: DatagramInput
    private let loop: EventLoop
    private var session = RecordedSession(of: .client, datagrams: true)
    private var next: RecordedAction?
    /// When the first one was sent.
    private var started: Instant?
    private var pause: Timer?

    var onReady: (() -> Void)? { didSet { lines.onReady = onReady } }
    let cycle = Int.max

    /// More than a recorded datagram needs, in bytes.
    private static let longestLine = 4 << 20

    init(_ file: Channel, loop: EventLoop) {
        let cutter = MessageCutter(
            .delimiter([UInt8(ascii: "\n")]), maxMessage: Self.longestLine)
        lines = DatagramInput(file, .messages(cutter))
        self.loop = loop
    }

    func peek(atMost limit: Int) -> DatagramStep {
        while next == nil {
            switch lines.peek(atMost: 1) {
            case .block(let line):
                lines.advance(by: 1)
                do throws(RecordedSession.Malformed) {
                    if line.size > 0 { next = try session.next(line.bytes) }
                } catch {
                    return .failed(.noRecording(lines.name, error, of: .datagrams))
                }
            case .end where !session.hasConnection: return failed("there is no datagram in it")
            case .failed(let failure) where failure.status == .malformed:
                return failed("line \(session.line + 1) is longer than any of a recording")
            case let other: return other
            }
        }
        guard let next, case .bytes(let bytes) = next.kind else { return .end }
        let start = started ?? .now
        started = start
        let wait = start + next.offset - .now
        guard wait > .zero else { return .block(DatagramBlock(bytes)) }
        pause?.cancel()
        pause = loop.after(wait) { [unowned self] in onReady?() }
        return .later
    }

    func advance(by count: Int) { next = nil }

    func close() {
        pause?.cancel()
        lines.close()
    }

    private func failed(_ words: String) -> DatagramStep {
        .failed(.noRecording(lines.name, words, of: .datagrams))
    }
}
