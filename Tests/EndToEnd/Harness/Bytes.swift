// Bytes in and out of descriptors with a deadline, bytes to send, and bytes shown in a message.

import Foundation
import Glibc

/// Waits until the descriptor is ready for one of the events.
func waitReady(_ descriptor: Int32, _ events: Int32, _ deadline: Deadline) throws -> Bool {
    while true {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        let count = Glibc.poll(&entry, 1, deadline.milliseconds)
        if count > 0 { return true }
        if count == 0 { return false }
        guard errno == EINTR else { throw Unexpected.call("poll") }
    }
}

/// What an attempt to read or to write came to.
enum Carried {
    /// So many bytes went; when reading, none is the end.
    case moved(Int)
    /// It has to be waited for.
    case notNow
    /// With `errno`.
    case failed(Int32)
}

/// What bytes go through without ever waiting: a descriptor, or TLS over one.
protocol Carrier {
    func read(_ buffer: UnsafeMutableRawBufferPointer) -> Carried
    func write(_ bytes: UnsafeRawBufferPointer) -> Carried
    /// Waits until reading (`POLLIN`) or writing (`POLLOUT`) is worth trying.
    func waitReady(_ events: Int32, _ deadline: Deadline) throws -> Bool
}

struct BareCarrier: Carrier {
    let descriptor: Int32

    func read(_ buffer: UnsafeMutableRawBufferPointer) -> Carried {
        carried { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Carried {
        carried { Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
    }

    func waitReady(_ events: Int32, _ deadline: Deadline) throws -> Bool {
        try EndToEnd.waitReady(descriptor, events, deadline)
    }
}

/// What a call that reads or writes came to.
func carried(_ call: () -> Int) -> Carried {
    while true {
        let count = call()
        if count >= 0 { return .moved(count) }
        if errno == EAGAIN { return .notNow }
        if errno != EINTR { return .failed(errno) }
    }
}

/// Writes all of it to a non-blocking descriptor.
func writeAll(_ data: Data, to descriptor: Int32, within seconds: TimeInterval = patience) throws {
    try writeAll(data, to: BareCarrier(descriptor: descriptor), within: seconds)
}

func writeAll(_ data: Data, to carrier: some Carrier, within seconds: TimeInterval = patience) throws {
    var rest = data[...]
    while !rest.isEmpty {
        switch rest.withUnsafeBytes({ carrier.write($0) }) {
        case .moved(let count): rest = rest.dropFirst(count)
        case .notNow:
            guard try carrier.waitReady(POLLOUT, Deadline(in: seconds)) else {
                throw Unexpected("nothing more was taken for \(seconds) s, \(rest.count) bytes are left")
            }
        case .failed(let number): throw Unexpected.call("write", number)
        }
    }
}

/// Reads exactly `count` bytes; fewer only at the end of the stream.
func readExactly(_ count: Int, from descriptor: Int32) throws -> Data {
    try readExactly(count, from: BareCarrier(descriptor: descriptor))
}

func readExactly(_ count: Int, from carrier: some Carrier) throws -> Data {
    var data = Data()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    while data.count < count {
        guard try carrier.waitReady(POLLIN, Deadline()) else {
            throw Unexpected("\(data.count) of \(count) bytes came, then nothing for \(patience) s")
        }
        switch carrier.read(.init(rebasing: buffer.prefix(count - data.count))) {
        case .moved(0): return data
        case .moved(let taken): data.append(contentsOf: buffer[..<taken])
        case .notNow: break
        case .failed(let number): throw Unexpected.call("read", number)
        }
    }
    return data
}

/// Writes to a non-blocking descriptor until the other side takes no more. That it takes no more shows only
/// in time; a machine that is too slow makes a weaker test, never a failing one.
func fill(_ descriptor: Int32, lineFeeds: Bool = true) throws -> Data {
    try fill(BareCarrier(descriptor: descriptor), lineFeeds: lineFeeds)
}

func fill(_ carrier: some Carrier, lineFeeds: Bool = true) throws -> Data {
    var written = Data()
    var next = 0
    var block = Payload.bytes(1 << 16, seed: 7)
    if !lineFeeds { block = Data(block.map { $0 == 10 ? 11 : $0 }) }
    while written.count < 256 << 20 {
        switch block[next...].withUnsafeBytes({ carrier.write($0) }) {
        case .moved(let count):
            written.append(block[next..<(next + count)])
            next = (next + count) % block.count
        case .notNow:
            guard try carrier.waitReady(POLLOUT, Deadline(in: 0.4)) else { return written }
        case .failed(let number): throw Unexpected.call("write", number)
        }
    }
    throw Unexpected("256 MiB were taken and there is still no backpressure")
}

enum Payload {
    /// Bytes that look random and are the same for the same seed.
    static func bytes(_ count: Int, seed: UInt64 = 1) -> Data {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        let words = (0..<(count + 7) / 8).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
        return words.withUnsafeBytes { Data($0.prefix(count)) }
    }

    /// Really random ones, where there are many.
    static func random(_ count: Int) throws -> Data {
        let source = try openFile("/dev/urandom", O_RDONLY)
        defer { close(source) }
        return try readExactly(count, from: source)
    }
}

/// What distinguishes two pieces of data, in a few words; nil if nothing does.
func difference(_ actual: Data, from expected: Data) -> String? {
    if actual == expected { return nil }
    var common = 0
    let block = 1 << 12
    while actual.dropFirst(common).prefix(block) == expected.dropFirst(common).prefix(block) {
        common += block
    }
    common += zip(actual.dropFirst(common), expected.dropFirst(common)).prefix { $0 == $1 }.count
    return "\(actual.count) bytes where \(expected.count) were expected, the same up to byte \(common)"
}

/// Data as readable lines, shortened; whatever is not plain text in hexadecimal.
func printable(_ data: Data, limit: Int = 1000) -> String {
    let text = data.prefix(limit).map { byte in
        switch byte {
        case 10: "\n    "
        case 32..<127: String(UnicodeScalar(byte))
        default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
    let isText = data.prefix(limit).filter { (32..<127).contains($0) || $0 == 10 }.count * 2 > text.count
    return (isText ? text : Array(text.prefix(100))).joined() + (data.count > limit ? "…" : "")
}
