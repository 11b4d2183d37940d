// Where bytes come from and where they go, as a direction of a session sees it.

import Sockets

/// Something that bytes are read from.
protocol ByteSource: AnyObject {
    /// The channel behind it, if the bytes are read from there as they are.
    var channel: Channel? { get }
    /// What it is called in messages.
    var name: String { get }
    /// How many bytes a file will give, 0 if it does not say; nil for what is no file.
    var fileLength: Int? { get }
    /// Whether `onReady` is to be called when reading is worth trying.
    var wantsReady: Bool { get set }
    var onReady: (() -> Void)? { get set }
    /// How many messages were read, where it cuts them.
    var messages: Int? { get }
    /// Why reading fails, where an error number does not say it all.
    var failure: Failure? { get }
    /// Reads what is there: `EAGAIN` if nothing is, zero at the end.
    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int
}

extension ByteSource {
    var messages: Int? { nil }
    var failure: Failure? { nil }
    var fileLength: Int? { channel?.remainingFileSize }
}

/// Something that bytes are written to.
protocol ByteSink: AnyObject {
    var channel: Channel? { get }
    var name: String { get }
    /// Whether `onReady` is to be called when writing is worth trying.
    var wantsReady: Bool { get set }
    var onReady: (() -> Void)? { get set }
    /// How many messages were written, where it cuts them.
    var messages: Int? { get }
    /// Why writing, or the end, fails, where an error number does not say it all.
    var failure: Failure? { get }
    /// Writes what goes at once: `EAGAIN` if nothing does.
    func write(_ bytes: RawSpan) throws(Errno) -> Int
    /// No more will come.
    func end()
}

extension ByteSink {
    var messages: Int? { nil }
    var failure: Failure? { nil }
}

/// Reads from a channel.
final class ChannelSource: ByteSource {
    private let origin: Channel
    var channel: Channel? { origin }
    var name: String { origin.name }
    var onReady: (() -> Void)? {
        get { origin.onReadable }
        set { origin.onReadable = newValue }
    }
    var wantsReady: Bool {
        get { origin.wantsRead }
        set { origin.wantsRead = newValue }
    }

    init(_ channel: Channel) { origin = channel }

    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int { try origin.read(into: &buffer) }
}

/// Writes to a channel.
final class ChannelSink: ByteSink {
    private let target: Channel
    private let atEnd: (Channel) -> Void
    var channel: Channel? { target }
    var name: String { target.name }
    var onReady: (() -> Void)? {
        get { target.onWritable }
        set { target.onWritable = newValue }
    }
    var wantsReady: Bool {
        get { target.wantsWrite }
        set { target.wantsWrite = newValue }
    }

    /// - Parameter atEnd: what the end of the stream means here: `SHUT_WR`, closing stdout, nothing.
    init(_ channel: Channel, atEnd: @escaping (Channel) -> Void = { _ in }) {
        target = channel
        self.atEnd = atEnd
    }

    func write(_ bytes: RawSpan) throws(Errno) -> Int { try target.write(bytes) }
    func end() { atEnd(target) }
}

/// Has nothing to give.
final class EmptySource: ByteSource {
    var channel: Channel? { nil }
    var name: String { "nothing" }
    var wantsReady = false
    var onReady: (() -> Void)?
    func read(into buffer: inout MutableRawSpan) -> Int { 0 }
}

/// Takes everything and keeps nothing.
final class NullSink: ByteSink {
    var channel: Channel? { nil }
    var name: String { "nowhere" }
    var wantsReady = false
    var onReady: (() -> Void)?
    func write(_ bytes: RawSpan) -> Int { bytes.byteCount }
    func end() {}
}
