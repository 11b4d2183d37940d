// What a field can hold, and how each type looks in JSON: what the manual and the JSON Schema call it, and how it is
// written.

import Sockets

/// A type of value in JSON.
protocol JSONValue {
    static var kind: FieldSpec.Kind { get }
    func write(to writer: inout JSONWriter)
}

extension String: JSONValue {
    static var kind: FieldSpec.Kind { .string }
    func write(to writer: inout JSONWriter) { writer.string(self) }
}

extension Bool: JSONValue {
    static var kind: FieldSpec.Kind { .boolean }
    func write(to writer: inout JSONWriter) { writer.bool(self) }
}

extension JSONValue where Self: BinaryInteger {
    static var kind: FieldSpec.Kind { .integer }
    func write(to writer: inout JSONWriter) { writer.number(self) }
}

extension Int: JSONValue {}
extension Int32: JSONValue {}
extension UInt8: JSONValue {}
extension UInt16: JSONValue {}
extension UInt32: JSONValue {}

/// A number that identifies something: a string, because not every reader has all 64 bits of a number.
struct Identifier: JSONValue {
    let number: UInt64

    init(_ number: UInt64) { self.number = number }

    static var kind: FieldSpec.Kind { .string }
    func write(to writer: inout JSONWriter) { writer.string(String(number)) }
}

/// A share from 0 to 1, in thousandths.
struct Share: JSONValue {
    let value: Double

    static var kind: FieldSpec.Kind { .number }
    func write(to writer: inout JSONWriter) { writer.share(value) }
}

/// One of some words.
protocol JSONWord: JSONValue, RawRepresentable<String>, CaseIterable, SendableMetatype {}

extension JSONWord {
    static var kind: FieldSpec.Kind { .oneOf(allCases.map(\.rawValue)) }
    func write(to writer: inout JSONWriter) { writer.word(rawValue) }
}

/// In microseconds: the field's name ends in `_us`.
extension Duration: JSONValue {
    static var kind: FieldSpec.Kind { .integer }
    func write(to writer: inout JSONWriter) { writer.microseconds(self) }
}

/// With nanoseconds.
extension Timestamp: JSONValue {
    static var kind: FieldSpec.Kind { .time }
    func write(to writer: inout JSONWriter) { writer.time(self, digits: 9) }
}

extension SocketAddress: JSONValue {
    static var kind: FieldSpec.Kind { AddressReport.kind }
    func write(to writer: inout JSONWriter) { AddressReport(self).write(to: &writer) }
}

extension Array: JSONValue where Element: JSONValue {
    static var kind: FieldSpec.Kind { .array(Element.kind) }
    func write(to writer: inout JSONWriter) { writer.array(self) { $1.write(to: &$0) } }
}

extension Array {
    /// Nil where there is nothing in it: a field that is then absent.
    var nonEmpty: Self? { isEmpty ? nil : self }
}

extension JSONWriter {
    mutating func microseconds(_ duration: Duration) { number(Int(duration.nanoseconds / 1000)) }
}
