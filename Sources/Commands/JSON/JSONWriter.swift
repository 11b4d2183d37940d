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
    /// Addresses as JSON, kept because the same few come again and again.
    private var addresses: [SocketAddress: [UInt8]] = [:]
    private static let mostAddresses = 4096
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

    mutating func byte(_ byte: UInt8) { unsafe advance(1).pointee = byte }

    mutating func put(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        unsafe memcpy(advance(count), text.utf8Start, count)
    }

    mutating func put(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { unsafe memcpy(advance(source.count), base, source.count) }
        }
    }

    mutating func put(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { source in
            if let base = source.baseAddress { unsafe memcpy(advance(source.count), base, source.count) }
        }
    }

    // MARK: Structure

    private mutating func separate() {
        if needsComma { byte(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// A field's name; its value follows.
    mutating func key(_ key: JSONKey) {
        separate()
        put(key.bytes)
        needsComma = false
    }

    /// A name that is not known beforehand.
    mutating func key(named name: String) {
        string(name)
        byte(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func object(_ body: (inout JSONWriter) -> Void) {
        enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    mutating func array<Elements: Sequence>(
        _ elements: Elements, _ body: (inout JSONWriter, Elements.Element) -> Void
    ) {
        enclose(UInt8(ascii: "["), UInt8(ascii: "]")) { writer in
            for element in elements { body(&writer, element) }
        }
    }

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

    /// UTF-8, a string that takes so many bytes without its quotes, see `JSONText`.
    mutating func string(_ bytes: RawSpan, length: Int) {
        separate()
        quoted(bytes, length: length)
    }

    private mutating func quoted(_ bytes: RawSpan, length: Int) {
        byte(0x22)
        if length == bytes.byteCount {
            put(bytes)
        } else {
            unsafe JSONText.escape(bytes, to: advance(length))
        }
        byte(0x22)
    }

    /// Bytes in base64 (RFC 4648), a string.
    mutating func base64(_ bytes: RawSpan) {
        separate()
        byte(0x22)
        unsafe JSONText.base64(bytes, to: advance(JSONText.base64Length(of: bytes.byteCount)))
        byte(0x22)
    }

    mutating func number(_ value: some BinaryInteger) {
        guard let value = Int(exactly: value), value >= 0 else { return literal(String(value)) }
        separate()
        if value < 10 { return byte(UInt8(truncatingIfNeeded: 0x30 + value)) }
        var length = 2
        var bound = 100
        while length < 19, value >= bound {
            length += 1
            bound = bound.multipliedReportingOverflow(by: 10).partialValue
        }
        let digits = unsafe advance(length)
        var rest = value
        for place in stride(from: length - 1, through: 0, by: -1) {
            unsafe digits[place] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
            rest /= 10
        }
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

    mutating func address(_ address: SocketAddress) {
        separate()
        if let text = addresses[address] { return put(text) }
        let from = count
        needsComma = false
        object { AddressReport(address).write(to: &$0) }
        if addresses.count >= Self.mostAddresses { addresses = [:] }
        addresses[address] = unsafe Array(UnsafeBufferPointer(start: start + from, count: count - from))
    }

    // MARK: Objects

    /// An object with the fields of its shape.
    mutating func object<Value: Shaped>(_ value: Value) {
        object { value.write(to: &$0) }
    }

    /// An event on a line of its own.
    mutating func line<Value: Shaped>(_ value: Value, at time: Timestamp, payload: RawSpan?) {
        let shape = Value.shape
        put(shape.opening)
        needsComma = false
        self.time(time)
        for field in shape.fields { field.write(value, &self) }
        if let payload { self.payload(payload) }
        put("}\n")
    }

    /// Payload: text where it is valid UTF-8, base64 where not.
    mutating func payload(_ payload: RawSpan) {
        if let length = JSONText.length(of: payload) {
            put(#","text":"#)
            quoted(payload, length: length)
        } else {
            put(#","base64":"#)
            needsComma = false
            base64(payload)
        }
    }
}

/// A field's name with its quotes and its colon.
struct JSONKey: Sendable {
    let bytes: [UInt8]

    init(_ name: String) { bytes = Array("\"\(name)\":".utf8) }
}

/// Timestamps as text, of which only the fraction changes within a second.
struct JSONClock {
    private var second = Int.min
    /// `2026-11-21T09:07:40.`
    private var text: [UInt8] = []
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
    mutating func write(_ time: Timestamp, digits: Int, to target: UnsafeMutablePointer<UInt8>) {
        if time.seconds != second {
            second = time.seconds
            text = Array(time.description.utf8.dropLast(7))
        }
        // A year beyond 9999 has no place.
        let count = min(text.count, Self.length - 1)
        unsafe text.withUnsafeBufferPointer {
            unsafe target.update(from: $0.baseAddress ?? UnsafePointer(target), count: count)
        }
        // Six or nine of them; what is divided by is a constant.
        var rest = digits == 6 ? time.nanoseconds / 1000 : time.nanoseconds
        for place in stride(from: count + digits - 1, through: count, by: -1) {
            unsafe target[place] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
            rest /= 10
        }
        unsafe target[count + digits] = UInt8(ascii: "Z")
    }
}
