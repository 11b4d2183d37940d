// JSON without an encoder: for answers whose fields depend on what is found, and for lists of ten thousand
// sockets, each of which would take JSONEncoder 8 µs, more than all the rest.

import Sockets

/// Writes objects in the order in which their fields are given; that is the alphabetical one everywhere.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An object on a line of its own.
    mutating func line(_ body: (inout JSONWriter) -> Void) {
        object(body)
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    mutating func object(_ body: (inout JSONWriter) -> Void) {
        enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    mutating func array<Element>(_ elements: [Element], _ body: (inout JSONWriter, Element) -> Void) {
        enclose(UInt8(ascii: "["), UInt8(ascii: "]")) { writer in
            for element in elements { body(&writer, element) }
        }
    }

    /// A field's name; its value follows.
    mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func string(_ text: String) {
        separate()
        let text = unsafe text.utf8Span.span.bytes
        let length = JSONText.length(of: text) ?? 0
        bytes.append(atMost: length + 2) { $0.string(text, length: length) }
        needsComma = true
    }

    mutating func number(_ value: some BinaryInteger) { literal(String(value)) }
    /// A number of seconds.
    mutating func seconds(_ duration: Duration) {
        let (whole, rest) = duration.components
        literal(rest == 0 ? "\(whole)" : "\(duration.seconds)")
    }
    mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }
    mutating func null() { literal("null") }

    // MARK: Fields that are left out where there is no value

    mutating func field(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    mutating func field(_ name: String, _ value: (some BinaryInteger)?) {
        guard let value else { return }
        key(name)
        number(value)
    }

    mutating func field(_ name: String, _ value: Bool?) {
        guard let value else { return }
        key(name)
        bool(value)
    }

    // MARK: Parts

    private mutating func enclose(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(open)
        needsComma = false
        body(&self)
        bytes.append(close)
        needsComma = true
    }

    private mutating func literal(_ text: String) {
        separate()
        bytes += text.utf8
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }
}
