// A payload that is known beforehand: the DATA operands, or a file that is sent several times.

import Sockets

/// Messages one after the other, with a pause between them, the whole repeated.
final class PayloadSource: MemorySource {
    enum Message {
        case bytes([UInt8])
        /// A file, from this offset on.
        case file(Channel, from: Int)
    }

    private let parts: [Message]
    /// How many were read, where each is a message of a framing.
    private(set) var messages: Int?
    private let delay: Duration
    private let loop: EventLoop
    private var repetitionsLeft: Int
    private var index = 0
    private var offset = 0
    private var pause: Timer?

    let name: String
    let isSilent = false
    unowned var pump: Pump?
    var wantsReady = false { didSet { if wantsReady { readAgain() } } }

    /// - Parameter isFramed: whether each part is a message of a framing.
    init(
        _ parts: [Message], isFramed: Bool = false, name: String, repetitions: Int, delay: Duration,
        loop: EventLoop
    ) {
        self.parts = parts
        messages = isFramed ? 0 : nil
        self.name = name
        self.delay = delay
        self.loop = loop
        repetitionsLeft = repetitions - 1
    }

    /// What is in memory goes from there, each message by a call of its own, however long it is.
    var memory: (any MemorySource)? {
        parts.allSatisfy { if case .bytes = $0 { true } else { false } } ? self : nil
    }

    func offer(_ body: (RawSpan) throws(Errno) -> Int) throws(Errno) -> OfferStep {
        if pause != nil { return .empty }
        while index < parts.count, case .bytes(let bytes) = parts[index] {
            if offset < bytes.count {
                let taken = try unsafe body(bytes.span.bytes.extracting(droppingFirst: offset))
                offset += taken
                return .took(taken)
            }
            if try advance() { return .empty }
        }
        return .ended
    }

    var fileLength: Int? {
        var total = 0
        for message in parts {
            guard case .file(let channel, _) = message, let size = channel.remainingFileSize else {
                return nil
            }
            total += size
        }
        let (product, overflow) = total.multipliedReportingOverflow(by: repetitionsLeft + 1)
        return overflow ? 0 : product
    }

    /// Reads of one message at a time, so that each is sent by a call of its own.
    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        if pause != nil { throw .wouldBlock }
        while index < parts.count {
            let count: Int
            switch parts[index] {
            case .bytes(let bytes):
                count = buffer.fill(with: bytes[offset...])
            case .file(let channel, _):
                count = try channel.read(into: &buffer)
            }
            offset += count
            if count > 0 { return count }
            if try advance() { throw .wouldBlock }
        }
        return 0
    }

    /// Goes to the next message; true if there is a pause before it.
    private func advance() throws(Errno) -> Bool {
        if offset > 0, let count = messages { messages = count + 1 }
        offset = 0
        index += 1
        if index == parts.count {
            guard repetitionsLeft > 0 else { return false }
            repetitionsLeft -= 1
            index = 0
        }
        if case .file(let channel, let start) = parts[index] { try channel.descriptor.rewind(to: start) }
        guard delay > .zero else { return false }
        pause = loop.after(delay) { [unowned self] in
            pause = nil
            if wantsReady { pump?.run() }
        }
        return true
    }

    private func readAgain() {
        // What is in memory is always ready, but the caller is still at work.
        guard pause == nil else { return }
        loop.schedule(after: .zero) { [weak self] in
            guard let self, wantsReady, pause == nil else { return }
            pump?.run()
        }
    }
}
