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
    /// Reads what is there: `EAGAIN` if nothing is, zero at the end.
    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int
}

extension ByteSource {
    var fileLength: Int? { channel?.remainingFileSize }
}

/// Something that bytes are written to.
protocol ByteSink: AnyObject {
    var channel: Channel? { get }
    var name: String { get }
    /// Whether `onReady` is to be called when writing is worth trying.
    var wantsReady: Bool { get set }
    var onReady: (() -> Void)? { get set }
    /// Writes what goes at once: `EAGAIN` if nothing does.
    func write(_ bytes: RawSpan) throws(Errno) -> Int
    /// No more will come.
    func end()
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

/// Hands bytes to the reporter, which writes them in its format.
final class ReportingSink: ByteSink {
    private let reporter: any Reporter
    private let connection: ConnectionIdentity
    private let output: Output
    var channel: Channel? { nil }
    var name: String { output.name }
    var onReady: (() -> Void)?
    var wantsReady = false { didSet { if wantsReady, !oldValue { waitForRoom() } } }

    init(_ reporter: any Reporter, _ connection: ConnectionIdentity, _ output: Output) {
        self.reporter = reporter
        self.connection = connection
        self.output = output
    }

    func write(_ bytes: RawSpan) throws(Errno) -> Int {
        if let failure = output.failure { throw failure }
        if output.isFull { throw .wouldBlock }
        output.append { reporter.render(bytes, of: connection, into: &$0) }
        if let failure = output.failure { throw failure }
        return bytes.byteCount
    }

    func end() { output.append { reporter.renderEnd(of: connection, into: &$0) } }

    private func waitForRoom() {
        output.whenRoom { [weak self] in
            guard let self, wantsReady else { return }
            wantsReady = false
            onReady?()
        }
    }
}
