// Lines over a socket that keeps boundaries, each a record of its own: for who speaks and hears it is a stream. With its
// line feed, or, where the other side has lines for records and records for lines, without.

import Foundation
import Glibc

/// Used from several threads: each call has it for itself, and none of them waits.
final class RecordCarrier: Carrier, @unchecked Sendable {
    /// What went one way.
    struct Account {
        var bytes = 0
        var records = 0

        mutating func add(_ count: Int) {
            bytes += count
            records += 1
        }
    }

    private let descriptor: Int32
    private let omitsLineFeed: Bool
    private let lock = NSLock()
    /// What was said of a line whose end was not.
    private var begun: [UInt8] = []
    /// What is left of a record that has come.
    private var rest: ArraySlice<UInt8> = []
    private var traffic = (sent: Account(), received: Account())

    init(_ descriptor: Int32, omitsLineFeed: Bool) {
        self.descriptor = descriptor
        self.omitsLineFeed = omitsLineFeed
        // Short records take several times their length; as much as anybody may have.
        var size: Int32 = 212_992
        setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    var sent: Account { lock.withLock { traffic.sent } }
    var received: Account { lock.withLock { traffic.received } }

    /// At most a line.
    func write(_ bytes: UnsafeRawBufferPointer) -> Carried {
        lock.withLock {
            guard let end = bytes.firstIndex(of: 10) else {
                begun += bytes
                return .moved(bytes.count)
            }
            let line = begun + bytes[..<(omitsLineFeed ? end : end + 1)]
            switch carried({ send(descriptor, line, line.count, Int32(MSG_NOSIGNAL)) }) {
            case .moved(let count):
                traffic.sent.add(count)
                begun = []
                return .moved(end + 1)
            case let other: return other
            }
        }
    }

    func read(_ buffer: UnsafeMutableRawBufferPointer) -> Carried {
        lock.withLock {
            if rest.isEmpty {
                switch carried({ recv(descriptor, nil, 0, Int32(MSG_PEEK | MSG_TRUNC)) }) {
                // No record is empty.
                case .moved(let length) where length > 0:
                    var record = [UInt8](repeating: 0, count: length)
                    guard case .moved(let count) = carried({ recv(descriptor, &record, length, 0) }) else {
                        return .failed(EIO)
                    }
                    traffic.received.add(count)
                    if omitsLineFeed { record.append(10) }
                    rest = record[...]
                case let other: return other
                }
            }
            let count = min(buffer.count, rest.count)
            buffer.copyBytes(from: rest.prefix(count))
            rest = rest.dropFirst(count)
            return .moved(count)
        }
    }

    func waitReady(_ events: Int32, _ deadline: Deadline) throws -> Bool {
        if events == POLLIN, lock.withLock({ !rest.isEmpty }) { return true }
        return try EndToEnd.waitReady(descriptor, events, deadline)
    }
}
