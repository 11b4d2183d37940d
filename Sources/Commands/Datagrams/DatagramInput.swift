// Datagrams that are read from stdin or a file: all of it as one, each read(2) as one, or cut by the framing.

import CommandSpec
import Framing
import Sockets

final class DatagramInput: DatagramSource {
    enum Cut {
        case whole
        /// Each read is one, at most so long.
        case reads(Int)
        case messages(MessageCutter)
    }

    private let channel: Channel
    private let cut: Cut
    private let crlf: Bool
    private let repetitions: Int
    private let buffer: ByteBuffer
    private var waiting: ArraySlice<[UInt8]> = []
    /// How much that is, in bytes.
    private var held = 0
    private var isRead = false
    private var failure: Failure?
    /// All of it, where it is sent several times.
    private var list: DatagramList?

    var onReady: (() -> Void)?

    /// More than any datagram over IP holds.
    static let limit = 1 << 20
    /// So much is kept to be sent again, in bytes.
    private static let keptLimit = 256 << 20

    init(_ channel: Channel, _ cut: Cut, crlf: Bool = false, repetitions: Int = 1) {
        self.channel = channel
        self.cut = cut
        self.crlf = crlf
        self.repetitions = repetitions
        buffer =
            switch cut {
            case .whole: ByteBuffer(capacity: Self.limit + 1)
            // With --crlf each byte may become two.
            case .reads(let longest): ByteBuffer(capacity: crlf ? longest / 2 : longest)
            case .messages: ByteBuffer(capacity: 64 << 10)
            }
        channel.onReadable = { [unowned self] in read() }
    }

    var name: String { channel.name }
    var isTyped: Bool { channel.kind == .terminal }
    var cycle: Int { list?.cycle ?? .max }

    func peek(atMost limit: Int) -> DatagramStep {
        if let list { return list.peek(atMost: limit) }
        if repetitions == 1, let first = waiting.first { return .block(DatagramBlock(first)) }
        guard isRead else {
            channel.wantsRead = true
            return .later
        }
        if let failure { return .failed(failure) }
        guard repetitions > 1 else { return .end }
        let list = DatagramList(Array(waiting), repetitions: repetitions)
        self.list = list
        waiting = []
        return list.peek(atMost: limit)
    }

    func advance(by count: Int) {
        if let list { return list.advance(by: count) }
        held -= waiting.removeFirst().count
    }

    func close() {
        channel.wantsRead = false
        channel.onReadable = nil
        channel.close()
    }

    private func read() {
        do throws(Errno) {
            isRead = try buffer.fill { (span) throws(Errno) in try channel.read(into: &span) } == 0
        } catch .wouldBlock {
            return
        } catch {
            fail(Failure("read", name, error, status: .inputOutput))
        }
        if failure == nil { take() }
        guard isRead || repetitions == 1 && !waiting.isEmpty else { return }
        channel.wantsRead = false
        onReady?()
    }

    private func take() {
        switch cut {
        case .whole:
            if isRead { add(drained()) }
            if buffer.space == 0 {
                fail(.tooLong(name, "more than \(Self.limit) bytes", SocketAddress?.none))
            }
        case .reads:
            if !isRead { add(drained()) }
        case .messages(let cutter):
            take(cutter)
        }
    }

    private func take(_ cutter: MessageCutter) {
        func take(_ message: RawSpan, _: (any MessageDetail)?) -> Verdict {
            var bytes: [UInt8] = []
            bytes.append(message)
            add(bytes)
            return .proceed
        }
        var problem: FramingError?
        _ = buffer.drain { span in
            do throws(FramingError) {
                if isRead { try cutter.finishInput(take) } else { _ = try cutter.cut(span, take) }
            } catch {
                problem = error
            }
            return span.byteCount
        }
        if let problem { fail(cutter.failure(problem, "read", name)) }
    }

    private func drained() -> [UInt8] {
        let bytes = buffer.emptied()
        return crlf ? bytes.withCRLF : bytes
    }

    private func add(_ message: [UInt8]) {
        waiting.append(message)
        held += message.count
        if held > Self.keptLimit {
            let words = "more than \(Statistics.bytes(Self.keptLimit)) cannot be sent several times"
            fail(Failure("read", name, words: words, status: .malformed))
        }
    }

    /// What was read before is still sent, unless it is to be sent several times.
    private func fail(_ failure: Failure) {
        self.failure = self.failure ?? failure
        isRead = true
    }
}

extension [UInt8] {
    /// As they go out with `--crlf`.
    var withCRLF: [UInt8] {
        var encoder = CRLFEncoder()
        var result: [UInt8] = []
        unsafe encoder.encode(span.bytes, into: &result)
        return result
    }
}

extension Failure {
    /// A datagram that no packet holds.
    static func tooLong(_ operand: String, _ size: String, _ address: SocketAddress?) -> Failure {
        let most =
            address.flatMap { address in
                address.longestDatagram.map {
                    ", and over \(address.family == .inet ? "IPv4" : "IPv6") one holds \($0)"
                }
            } ?? ""
        return Failure(
            "send", operand, words: "\(size) do not fit into a datagram\(most)", status: .malformed,
            hint: "send a stream with 'sockctl send', or several datagrams: each DATA is one")
    }
}
