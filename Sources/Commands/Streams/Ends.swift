// Where bytes come from and where they go, as one direction of a connection sees it.

import Framing
import Sockets

/// What the kernel may move bytes from or to, past this program.
struct KernelEnd {
    /// Nil for what has none because it takes everything and keeps nothing.
    let descriptor: BorrowedDescriptor?
    let kind: FileKind
    /// Of a file that several read: where this reader is.
    var place: FilePlace?
    /// Of a socket: whether the kernel can let go of received bytes unseen.
    var discards = false
}

/// Where one of several readers of a file is.
final class FilePlace {
    var offset: Int
    init(_ offset: Int) { self.offset = offset }
}

/// Something that bytes are read from.
protocol ByteSource: AnyObject {
    /// What the kernel may take the bytes from as they are; nil where it may not.
    var kernelEnd: KernelEnd? { get }
    /// The same source where its bytes are in memory; nil where they are not.
    var memory: (any MemorySource)? { get }
    /// What it is called in messages.
    var name: String { get }
    /// How many bytes a file will give, 0 if it does not say; nil for what is no file.
    var fileLength: Int? { get }
    /// Who reads, to be run when reading is worth trying and wanted.
    var pump: Pump? { get set }
    var wantsReady: Bool { get set }
    /// How many bytes are there to be read; nil where that is not known.
    var unread: Int? { get }
    /// How many bytes have come and will never be read.
    func countUnread() -> Int
    /// How long the record is that has to be read in one call; nil where there is none.
    var nextRecord: Int? { get }
    /// How many bytes are read at once at most.
    var mostAtOnce: Int { get }
    /// Whether it is told again of what is still there, so that a read that gave less than was asked for has emptied
    /// it for now.
    var tellsAgain: Bool { get }
    /// How many messages were read, where it cuts them.
    var messages: Int? { get }
    /// Why reading fails, where an error number does not say it all.
    var failure: Failure? { get }
    /// Reads what is there: `EAGAIN` if nothing is, zero at the end.
    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int
    /// Takes nothing more from where it comes. False if what it holds still comes, and then its end.
    func stop() -> Bool
    /// There is nothing more for now, after so many bytes.
    func willWait(after bytes: Int)
    /// Nobody reads any more.
    func isAbandoned()
    /// Whether it is known that there is nothing yet.
    var isIdle: Bool { get }
    /// Whether nothing tells that there is more when a turn is over.
    var isSilent: Bool { get }
}

extension ByteSource {
    var kernelEnd: KernelEnd? { nil }
    var memory: (any MemorySource)? { nil }
    var fileLength: Int? { nil }
    var tellsAgain: Bool { false }
    var nextRecord: Int? { nil }
    var mostAtOnce: Int { .max }
    var unread: Int? { nil }
    func countUnread() -> Int { unread ?? 0 }
    var messages: Int? { nil }
    var failure: Failure? { nil }
    func stop() -> Bool { true }
    func isAbandoned() {}
    var isIdle: Bool { false }
    var isSilent: Bool { false }
    func willWait(after bytes: Int) {}
}

/// What an offer came to.
enum OfferStep {
    case took(Int)
    /// There is nothing for now.
    case empty
    case ended
    /// It cannot be had.
    case failed(Errno)
}

/// A source whose bytes are in memory, and stay there until they are taken.
protocol MemorySource: ByteSource {
    /// Offers what is at the front to `body`, which says how much of it it took.
    func offer(_ body: (RawSpan) throws(Errno) -> Int) throws(Errno) -> OfferStep
}

extension MemorySource {
    var memory: (any MemorySource)? { self }
    var isSilent: Bool { true }

    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        let capacity = buffer.byteCount
        var copy: [UInt8] = []
        let step = try offer { (bytes) throws(Errno) in
            let part = bytes.extracting(first: capacity)
            copy.append(part)
            return part.byteCount
        }
        switch step {
        case .took: break
        case .empty: throw .wouldBlock
        case .ended: return 0
        case .failed(let error): throw error
        }
        return buffer.fill(with: copy[...])
    }
}

extension MutableRawSpan {
    /// Copies as many of these bytes as there is room for.
    /// - Returns: how many.
    mutating func fill(with bytes: ArraySlice<UInt8>) -> Int {
        let count = Swift.min(byteCount, bytes.count)
        unsafe withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes {
                unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count]))
            }
        }
        return count
    }
}

/// Something that bytes are written to.
protocol ByteSink: AnyObject {
    /// What the kernel may give the bytes to as they are; nil where it may not.
    var kernelEnd: KernelEnd? { get }
    var name: String { get }
    /// Who writes, to be run when writing is worth trying and wanted.
    var pump: Pump? { get set }
    var wantsReady: Bool { get set }
    /// Whether it is our own output, and not the peer, that makes it wait.
    var isOurs: Bool { get }
    /// Whether others write to the same output, so that it is not for one of them to say why that failed.
    var sharesOutput: Bool { get }
    /// Whether it takes nothing for now, so that nothing is to be taken for it either.
    var isBlocked: Bool { get }
    /// How many bytes are written at once at most.
    var mostAtOnce: Int { get }
    /// How many messages were written, where it cuts them.
    var messages: Int? { get }
    /// Why writing, or the end, fails, where an error number does not say it all.
    var failure: Failure? { get }
    /// The pump has its turn.
    func beginTurn()
    /// Writes what goes at once: `EAGAIN` if nothing does.
    func write(_ bytes: RawSpan) throws(Errno) -> Int
    /// No more will come, whatever the reason.
    func end()
    /// The peer has ended its side: whoever answers it answers to that.
    func peerHasEnded()
    /// What is written here cannot be answered any more: nothing is kept for that.
    func peerIsGone()
    /// What still had to come when the connection ended by the peer, or broke; nil if nothing did.
    /// - Parameter failure: why it ended, unless in order.
    func unmet(after failure: Failure?) -> Failure?
    /// Whether it goes on after this error, and lets go of what it is given.
    func discards(after error: Errno) -> Bool
}

extension ByteSink {
    var kernelEnd: KernelEnd? { nil }
    var isOurs: Bool { false }
    var sharesOutput: Bool { false }
    var isBlocked: Bool { false }
    var mostAtOnce: Int { .max }
    var messages: Int? { nil }
    var failure: Failure? { nil }
    func beginTurn() {}
    func end() {}
    func peerHasEnded() {}
    func peerIsGone() {}
    func unmet(after failure: Failure?) -> Failure? { nil }
    func discards(after error: Errno) -> Bool { false }
}

/// Reads from a file, a pipe or a terminal.
final class ChannelSource: ByteSource {
    private let origin: Channel
    private let answers: Bool
    var name: String { origin.name }
    unowned var pump: Pump? {
        didSet {
            origin.onReadable = pump == nil ? nil : { [unowned self] in pump?.run() }
        }
    }
    var wantsReady: Bool {
        get { origin.wantsRead }
        set { origin.wantsRead = newValue }
    }
    var kernelEnd: KernelEnd? { origin.kernelEnd }
    var fileLength: Int? { origin.remainingFileSize }
    let tellsAgain = true

    /// - Parameter answers: whether it answers what the peer has said, and so comes to an end of its own after that.
    init(_ channel: Channel, answers: Bool = false) {
        origin = channel
        self.answers = answers
    }

    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int { try origin.read(into: &buffer) }
    func stop() -> Bool { !answers }
}

/// Writes to a file, a pipe or a terminal.
final class ChannelSink: ByteSink {
    private let target: Channel
    private let atEnd: () -> Void
    var channel: Channel { target }
    var name: String { target.name }
    let isOurs = true
    unowned var pump: Pump? {
        didSet {
            guard pump != nil else {
                target.onWritable = nil
                target.onHangUp = nil
                return
            }
            target.onWritable = { [unowned self] in pump?.run() }
            target.onHangUp = { [unowned self] in pump?.sinkIsGone(.brokenPipe) }
        }
    }
    var wantsReady: Bool {
        get { target.wantsWrite }
        set { target.wantsWrite = newValue }
    }
    var kernelEnd: KernelEnd? { target.kernelEnd }

    /// - Parameter atEnd: what the end of the stream means here: closing stdout, nothing.
    init(_ channel: Channel, atEnd: @escaping () -> Void = {}) {
        target = channel
        self.atEnd = atEnd
    }

    func write(_ bytes: RawSpan) throws(Errno) -> Int { try target.write(bytes) }
    func end() { atEnd() }
}

/// What comes over a stream.
final class StreamSource: ByteSource {
    private let stream: any Stream
    var name: String { "the peer" }
    var kernelEnd: KernelEnd? {
        stream.kernelDescriptor.map {
            KernelEnd(descriptor: $0, kind: .socket, discards: stream.kind.discards)
        }
    }
    var pump: Pump? {
        get { stream.reader as? Pump }
        set { stream.reader = newValue }
    }
    var wantsReady: Bool {
        get { stream.wantsRead }
        set { stream.wantsRead = newValue }
    }
    var tellsAgain: Bool { !stream.hasBufferedInput }
    var mostAtOnce: Int { stream.mostAtOnce }
    var nextRecord: Int? { stream.nextRecord }
    /// Where each read is a record, how many.
    private(set) var messages: Int?
    var unread: Int? { stream.unread }
    func countUnread() -> Int { stream.countUnread() }

    init(_ stream: any Stream) {
        self.stream = stream
        messages = stream.kind.keepsBoundaries ? 0 : nil
    }

    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        let count = try stream.read(into: &buffer)
        if count > 0, let number = messages { messages = number + 1 }
        return count
    }
    func willWait(after bytes: Int) { stream.willWait(afterReceiving: bytes) }
}

/// What goes over a stream.
final class StreamSink: ByteSink {
    private let stream: any Stream
    var name: String { "the peer" }
    var kernelEnd: KernelEnd? { stream.kernelDescriptor.map { KernelEnd(descriptor: $0, kind: .socket) } }
    var pump: Pump? {
        get { stream.writer as? Pump }
        set { stream.writer = newValue }
    }
    var wantsReady: Bool {
        get { stream.wantsWrite }
        set { stream.wantsWrite = newValue }
    }

    /// Where each write is a record, how many.
    private(set) var messages: Int?
    /// Of bytes that have no boundaries so many make a record.
    var mostAtOnce: Int { stream.kind.keepsBoundaries ? MessageFraming.record : .max }

    init(_ stream: any Stream) {
        self.stream = stream
        messages = stream.kind.keepsBoundaries ? 0 : nil
    }

    func write(_ bytes: RawSpan) throws(Errno) -> Int {
        let count = try stream.write(bytes)
        if count > 0, let number = messages { messages = number + 1 }
        return count
    }
}

/// Has nothing to give, and ends at once.
final class EmptySource: ByteSource {
    var name: String { "nothing" }
    var wantsReady = false
    var pump: Pump? {
        get { nil }
        set {}
    }
    func read(into buffer: inout MutableRawSpan) -> Int { 0 }
}

/// Takes everything and keeps nothing.
final class NullSink: ByteSink {
    var kernelEnd: KernelEnd? { KernelEnd(descriptor: nil, kind: .null) }
    var name: String { "nowhere" }
    var wantsReady = false
    var pump: Pump? {
        get { nil }
        set {}
    }
    func write(_ bytes: RawSpan) -> Int { bytes.byteCount }
}

/// Where a connection's bytes come from and go to.
struct SourceAndSink {
    /// What is sent; nil if nothing ever is.
    var source: (any ByteSource)?
    /// What takes what is received.
    var sink: any ByteSink
}
