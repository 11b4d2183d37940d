// A pipe that is full before the program writes its first byte to it, so that whatever it writes waits: nothing
// has to be flooded, and nothing guessed from time. Opened, it is read to its end.

import Foundation
import Glibc

final class Drain: @unchecked Sendable {
    /// What the child gets; closed here once it has it.
    private(set) var writeEnd: Int32
    private let readEnd: Int32
    private var stuffing = 0
    private var collector: Collector?

    init() throws {
        (readEnd, writeEnd) = try makePipe()
    }

    /// A FIFO by its path. It has a reader and a writer from now on, so that opening it waits for nobody.
    init(fifo path: String) throws {
        guard mkfifo(path, 0o600) == 0 else { throw Unexpected.call("mkfifo") }
        readEnd = try openFile(path, O_RDONLY | O_NONBLOCK)
        writeEnd = try openFile(path, O_WRONLY)
        _ = fcntl(readEnd, F_SETFL, 0)
    }

    deinit {
        closeWriteEnd()
        if collector == nil { close(readEnd) }
    }

    func closeWriteEnd() {
        if writeEnd >= 0 { closeForAll(writeEnd) }
        writeEnd = -1
    }

    /// Leaves room for nothing, and makes it as large as it may be: else the program makes room by making it larger.
    /// Through a description of its own, since the child's flags are not to change.
    func stuff() throws {
        _ = fcntl(readEnd, 1031, 1 << 20)  // F_SETPIPE_SZ
        let end = try openFile("/proc/self/fd/\(readEnd)", O_WRONLY | O_NONBLOCK)
        defer { close(end) }
        for size in [1 << 12, 1] {
            let block = [UInt8](repeating: 10, count: size)
            while case let count = write(end, block, size), count > 0 { stuffing += count }
        }
    }

    /// Reads one line while nothing has been stuffed in.
    func line() throws -> String {
        var line = Data()
        while line.last != 10 {
            let byte = try readExactly(1, from: readEnd)
            if byte.isEmpty { break }
            line += byte
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// Begins to read.
    func open() {
        guard collector == nil else { return }
        closeWriteEnd()
        collector = Collector(readEnd)
    }

    /// What came behind what was stuffed in.
    var bytes: Data { collector.map { $0.bytes.dropFirst(stuffing) }.map { Data($0) } ?? Data() }

    func wait(within seconds: TimeInterval, until satisfied: (Data) -> Bool) -> Bool {
        collector?.wait(within: seconds) { data, _ in
            data.count >= stuffing && satisfied(Data(data.dropFirst(stuffing)))
        } ?? false
    }

    var count: Int { max(0, (collector?.count ?? 0) - stuffing) }
    var isAtEnd: Bool { collector?.isAtEnd ?? false }

    func waitForEnd(within seconds: TimeInterval) -> Bool { collector?.waitForEnd(within: seconds) ?? false }
}
