// JSON byte by byte, into a buffer that is kept: the one way in which objects are written. An encoder would take ten
// microseconds for an event that comes a million times a second.

import Glibc
import Sockets

/// Writes objects in the order in which their fields are given.
@safe struct JSONWriter: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0
    private var needsComma = false
    private var clock = JSONClock()
    /// IPv6 addresses as text, each with its interface, kept because the same few come again and again, and each takes
    /// three system calls.
    private var hosts: [IPv6Address: (text: String, interface: String)] = [:]
    private static let mostHosts = 4096
    /// What is kept of a buffer that had to grow.
    private static let kept = 1 << 20

    init() {
        capacity = 4096
        unsafe start = .allocate(capacity: capacity)
    }

    deinit { unsafe start.deallocate() }

    /// What was written since the last time goes to the end of `output`.
    mutating func drain(into output: inout [UInt8]) {
        unsafe output.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
        count = 0
        guard capacity > Self.kept else { return }
        unsafe start.deallocate()
        capacity = 4096
        unsafe start = .allocate(capacity: capacity)
    }

    /// Where the next so many bytes go.
    @inline(__always) private mutating func advance(_ length: Int) -> UnsafeMutablePointer<UInt8> {
        if capacity - count < length { grow(length) }
        defer { count += length }
        return unsafe start + count
    }

    @inline(never) private mutating func grow(_ length: Int) {
        let larger = max(2 * capacity, count + length)
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe copy.update(from: start, count: count)
        unsafe start.deallocate()
        unsafe start = copy
        capacity = larger
    }

    // MARK: Bytes

    @inline(__always) mutating func byte(_ byte: UInt8) { unsafe advance(1).pointee = byte }

    @inline(__always) mutating func put(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        unsafe memcpy(advance(count), text.utf8Start, count)
    }

    @inline(__always) mutating func put(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { source in
            if let base = source.baseAddress { unsafe memcpy(advance(source.count), base, source.count) }
        }
    }

    // MARK: Structure

    @inline(__always) private mutating func separate() {
        if needsComma { byte(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// A field's name; its value follows.
    @inline(__always) mutating func key(_ name: StaticString) {
        let (count, comma) = (name.utf8CodeUnitCount, needsComma ? 1 : 0)
        let target = unsafe advance(comma + count + 3)
        unsafe target.pointee = UInt8(ascii: ",")
        unsafe target[comma] = 0x22
        unsafe memcpy(target + comma + 1, name.utf8Start, count)
        unsafe target[comma + count + 1] = 0x22
        unsafe target[comma + count + 2] = UInt8(ascii: ":")
        needsComma = false
    }

    /// A name that is not known beforehand.
    mutating func key(named name: String) {
        string(name)
        byte(UInt8(ascii: ":"))
        needsComma = false
    }

    /// One in which nothing has to be escaped.
    mutating func key(word name: String) {
        word(name)
        byte(UInt8(ascii: ":"))
        needsComma = false
    }

    @inline(__always) mutating func object(_ body: (inout JSONWriter) -> Void) {
        enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    mutating func array<Elements: Sequence>(
        _ elements: Elements, _ body: (inout JSONWriter, Elements.Element) -> Void
    ) {
        enclose(UInt8(ascii: "["), UInt8(ascii: "]")) { writer in
            for element in elements { body(&writer, element) }
        }
    }

    @inline(__always)
    private mutating func enclose(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
        separate()
        byte(open)
        needsComma = false
        body(&self)
        byte(close)
        needsComma = true
    }

    // MARK: Values

    mutating func string(_ text: String) {
        separate()
        var text = text
        text.withUTF8 { bytes in
            let bytes = unsafe bytes.span.bytes
            quoted(bytes, length: JSONText.length(of: bytes) ?? 0)
        }
    }

    /// A string in which nothing has to be escaped.
    @inline(__always) mutating func word(_ text: String) {
        separate()
        byte(0x22)
        var text = text
        text.withUTF8 { unsafe put($0.span.bytes) }
        byte(0x22)
    }

    /// UTF-8, a string that takes so many bytes without its quotes, see `JSONText`.
    mutating func string(_ bytes: RawSpan, length: Int) {
        separate()
        quoted(bytes, length: length)
    }

    @inline(__always) private mutating func quoted(_ bytes: RawSpan, length: Int) {
        let target = unsafe advance(length + 2)
        unsafe target.pointee = 0x22
        if length == bytes.byteCount {
            unsafe bytes.withUnsafeBytes { source in
                if let base = source.baseAddress { unsafe memcpy(target + 1, base, length) }
            }
        } else {
            unsafe JSONText.escape(bytes, to: target + 1)
        }
        unsafe target[length + 1] = 0x22
    }

    /// Bytes in base64 (RFC 4648), a string.
    mutating func base64(_ bytes: RawSpan) {
        separate()
        byte(0x22)
        unsafe JSONText.base64(bytes, to: advance(JSONText.base64Length(of: bytes.byteCount)))
        byte(0x22)
    }

    @inline(__always) mutating func number(_ value: some BinaryInteger) {
        guard let value = Int(exactly: value), value >= 0 else { return literal(String(value)) }
        separate()
        digits(value)
    }

    private mutating func digits(_ value: Int) {
        if value < 10 { return byte(UInt8(truncatingIfNeeded: 0x30 + value)) }
        var length = 2
        var bound: UInt64 = 100
        while length < 19, value >= bound {
            length += 1
            bound &*= 10
        }
        let target = unsafe advance(length)
        var (rest, place) = (UInt64(truncatingIfNeeded: value), length)
        while rest >= 10 {
            place -= 2
            unsafe DecimalPairs.write(rest % 100, to: target + place)
            rest /= 100
        }
        if place > 0 { unsafe target.pointee = UInt8(truncatingIfNeeded: 0x30 + rest) }
    }

    mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }
    mutating func null() { literal("null") }

    /// A share from 0 to 1, in thousandths.
    mutating func share(_ value: Double) {
        let thousandths = Int((value * 1000).rounded())
        literal(thousandths == 1000 ? "1" : "0.\(String(1000 + thousandths).dropFirst())")
    }

    private mutating func literal(_ text: String) {
        separate()
        var text = text
        text.withUTF8 { unsafe put($0.span.bytes) }
    }

    /// RFC 3339 in UTC, a string.
    mutating func time(_ time: Timestamp, digits: Int = 6) {
        separate()
        byte(0x22)
        let length = JSONClock.length + digits
        unsafe clock.write(time, digits: digits, to: advance(length))
        byte(0x22)
    }

    /// Four decimal parts, a string.
    mutating func address(_ address: IPv4Address) {
        let number = address.number
        separate()
        byte(0x22)
        for shift in [24, 16, 8] as [UInt32] {
            digits(Int(number >> shift & 0xff))
            byte(UInt8(ascii: "."))
        }
        digits(Int(number & 0xff))
        byte(0x22)
    }

    /// As `inet_ntop(3)` has it, without the scope.
    mutating func address(_ address: IPv6Address) { word(host(address).text) }

    /// The interface on which the address is valid.
    mutating func scope(of address: IPv6Address) { string(host(address).interface) }

    private mutating func host(_ address: IPv6Address) -> (text: String, interface: String) {
        if let host = hosts[address] { return host }
        let host = (address.text, address.scopeName ?? String(address.scope))
        if hosts.count >= Self.mostHosts { hosts = [:] }
        hosts[address] = host
        return host
    }

    // MARK: Objects

    /// An event on a line of its own.
    @inline(__always)
    mutating func line<Value: Shaped>(_ value: Value, at time: Timestamp, payload: RawSpan?) {
        put(#"{"event":""#)
        put(Value.shape.name)
        put(#"","time":"#)
        needsComma = false
        self.time(time)
        value.writeFields(to: &self)
        if let payload { text(payload, key: "text", base64: "base64") }
        put("}\n")
    }

    /// Text where it is valid UTF-8, base64 under another name where not.
    mutating func text(_ bytes: RawSpan, key name: StaticString, base64 other: StaticString) {
        if let length = JSONText.length(of: bytes) {
            key(name)
            string(bytes, length: length)
        } else {
            key(other)
            base64(bytes)
        }
    }
}

/// Numbers below a hundred as two digits.
private enum DecimalPairs {
    @inline(__always) static func write(_ number: UInt64, to target: UnsafeMutablePointer<UInt8>) {
        // 205/2048 is a tenth, as far as these numbers go.
        let tens = (number &* 205) >> 11
        unsafe target.pointee = UInt8(truncatingIfNeeded: 0x30 &+ tens)
        unsafe target[1] = UInt8(truncatingIfNeeded: 0x30 &+ number &- tens &* 10)
    }
}

/// Timestamps as text, of which only the fraction changes within a second.
struct JSONClock {
    private var second = Int.min
    /// `2026-11-21T09:07:40.`, as it lies in memory.
    private var text: (UInt64, UInt64, UInt32) = (0, 0, 0)
    /// Without the digits of the fraction.
    static let length = 21

    /// RFC 3339 in UTC, to the microsecond.
    mutating func text(_ time: Timestamp) -> String {
        var bytes = [UInt8](repeating: 0x30, count: Self.length + 6)
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { unsafe write(time, digits: 6, to: base) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 3339 in UTC, without quotes.
    @inline(__always)
    mutating func write(_ time: Timestamp, digits: Int, to target: UnsafeMutablePointer<UInt8>) {
        if time.seconds != second { begin(time) }
        let raw = UnsafeMutableRawPointer(target)
        unsafe raw.storeBytes(of: text.0, as: UInt64.self)
        unsafe raw.storeBytes(of: text.1, toByteOffset: 8, as: UInt64.self)
        unsafe raw.storeBytes(of: text.2, toByteOffset: 16, as: UInt32.self)
        var rest = UInt64(truncatingIfNeeded: time.nanoseconds)
        if digits == 6 {
            rest /= 1000
        } else {
            unsafe DecimalPairs.write(rest % 100, to: target + 27)
            rest /= 100
            unsafe target[26] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
            rest /= 10
        }
        unsafe DecimalPairs.write(rest / 10_000, to: target + 20)
        unsafe DecimalPairs.write(rest / 100 % 100, to: target + 22)
        unsafe DecimalPairs.write(rest % 100, to: target + 24)
        unsafe target[20 + digits] = UInt8(ascii: "Z")
    }

    @inline(never) private mutating func begin(_ time: Timestamp) {
        second = time.seconds
        // A year beyond 9999 has no place.
        let bytes = Array(time.description.utf8.dropLast(7).prefix(20))
        unsafe withUnsafeMutableBytes(of: &text) { unsafe $0.copyBytes(from: bytes) }
    }
}
