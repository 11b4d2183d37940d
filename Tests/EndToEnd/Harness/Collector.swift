// Reads a descriptor to its end on a thread of its own, so that a child never waits for its test, and lets
// the test wait for what has come. It can also just count, where there are gigabytes.

import Foundation
import Glibc

final class Collector: @unchecked Sendable {
    private let condition = NSCondition()
    private let keeping: Bool
    private var data = Data()
    private var total = 0
    private var ended = false

    /// Takes the descriptor over and closes it at the end.
    init(_ descriptor: Int32, keeping: Bool = true) {
        self.keeping = keeping
        Thread.detachNewThread { [self] in
            read(descriptor)
            close(descriptor)
        }
    }

    /// A collector of something that is not collected: empty and at its end.
    init() {
        keeping = false
        ended = true
    }

    private func read(_ descriptor: Int32) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 && errno == EINTR { continue }
            condition.withLock {
                if count > 0 {
                    total += count
                    if keeping { data.append(contentsOf: buffer[..<count]) }
                } else {
                    ended = true  // end of file, or EIO from a terminal that nobody has open any more
                }
                condition.broadcast()
            }
            if count <= 0 { return JSONLog.take(data) }
        }
    }

    var bytes: Data { condition.withLock { data } }
    var count: Int { condition.withLock { total } }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var isAtEnd: Bool { condition.withLock { ended } }

    /// The lines that are complete.
    var lines: [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// Waits until `condition` holds for what has come so far; false if it cannot any more.
    func wait(
        within seconds: TimeInterval = patience, until satisfied: (_ data: Data, _ total: Int) -> Bool
    ) -> Bool {
        let limit = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while !satisfied(data, total) {
            if ended || !condition.wait(until: limit) { return satisfied(data, total) }
        }
        return true
    }

    func wait(forCount wanted: Int, within seconds: TimeInterval = patience) -> Bool {
        wait(within: seconds) { $1 >= wanted }
    }

    /// Waits until this text is in what has come.
    func wait(for text: String, within seconds: TimeInterval = patience) -> Bool {
        let wanted = Data(text.utf8)
        return wait(within: seconds) { data, _ in data.range(of: wanted) != nil }
    }

    /// Waits for the end of the stream: the other side, and everyone who shared it, has closed it.
    func waitForEnd(within seconds: TimeInterval = patience) -> Bool {
        let limit = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while !ended {
            guard condition.wait(until: limit) else { return ended }
        }
        return true
    }
}
