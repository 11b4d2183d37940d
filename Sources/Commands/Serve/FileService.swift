// Sends each peer the same file, from its beginning; what they send goes to stdout.

import CommandSpec
import Framing
import Sockets

final class FileService: LocalService {
    private let context: Context
    private let file: Channel
    /// Where the file begins, which was perhaps read in part before it was handed down.
    private let start: Int
    private let payload: PayloadOutput
    private let receives: Bool

    /// - Throws: `Failure` if the file cannot be read more than once.
    init(_ context: Context, _ file: Channel, receives: Bool) throws(Failure) {
        guard file.kind == .regular, let start = file.descriptor.offset() else {
            throw Failure(
                "read", file.name,
                words: "with --keep-open each peer gets the file from its beginning, and this "
                    + "can be read only once", status: .usage,
                hint:
                    "give a regular file, or the input without --file: then what comes next goes to all peers"
            )
        }
        self.context = context
        self.file = file
        self.start = start
        self.receives = receives
        payload = PayloadOutput(context)
    }

    func ends(for connection: ConnectionIdentity) -> SourceAndSink {
        let conversation = context.settings.framing?.conversation()
        let source = context.framed(FileSource(file, from: start, loop: context.loop), conversation)
        guard receives else { return SourceAndSink(source: source, sink: NullSink()) }
        return SourceAndSink(
            source: source,
            sink: ReceivingSink(
                context, of: connection, showing: .payload(payload),
                cutter: context.settings.framing?.socketCutter(conversation)))
    }
}

/// A file as one of several readers has it, with a place of its own.
final class FileSource: ByteSource {
    private let file: Channel
    private let loop: EventLoop
    private let place: FilePlace

    unowned var pump: Pump?
    /// A file is always ready, but the caller is still at work.
    var wantsReady = false {
        didSet {
            guard wantsReady else { return }
            loop.schedule(after: .zero) { [weak self] in
                if let self, wantsReady { pump?.run() }
            }
        }
    }
    var name: String { file.name }
    var fileLength: Int? { file.descriptor.fileSize().map { max(0, $0 - place.offset) } }
    var kernelEnd: KernelEnd? { KernelEnd(descriptor: file.descriptor, kind: .regular, place: place) }

    init(_ file: Channel, from start: Int, loop: EventLoop) {
        self.file = file
        place = FilePlace(start)
        self.loop = loop
    }

    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        let count = try file.descriptor.read(into: &buffer, at: place.offset)
        place.offset += count
        return count
    }
}
