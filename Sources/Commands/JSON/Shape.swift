// The shape of an object of the JSON output, defined once: its fields in order, each with its type, its meaning and the
// value it has. The writer, sockctl-json(7) and the JSON Schema are made from it. The fields are listed by a function
// and not kept in a table, so that the compiler makes of each list the code that writes just that object.

import CommandSpec

/// What is an object in JSON.
protocol Shaped: JSONValue, SendableMetatype {
    static var shape: Shape { get }
    /// Lists its fields in their order.
    static func list(_ fields: inout some Fields<Self>)
    /// Writes its fields. A requirement, so that it is compiled for each type.
    func writeFields(to writer: inout JSONWriter)
}

extension Shaped {
    static var kind: FieldSpec.Kind { .object("\(shape.name)") }

    /// Its shape in words.
    static var spec: ObjectSpec {
        var list = SpecList<Self>()
        self.list(&list)
        return ObjectSpec("\(shape.name)", shape.role, shape.meaning, list.specs)
    }

    func write(to writer: inout JSONWriter) { writer.object { writeFields(to: &$0) } }

    func writeFields(to writer: inout JSONWriter) {
        unsafe withUnsafePointer(to: self) { value in
            unsafe withUnsafeMutablePointer(to: &writer) { writer in
                var fields = unsafe FieldWriter(value: value, writer: writer)
                Self.list(&fields)
            }
        }
    }
}

/// What an object is, apart from its fields.
struct Shape: Sendable {
    let name: StaticString
    let role: ObjectSpec.Role
    let meaning: String

    /// An object that is part of others.
    init(_ name: StaticString, _ meaning: String) { (self.name, role, self.meaning) = (name, .part, meaning) }

    /// An event: what happens on the way. Its line begins with `event` and `time`.
    /// - Parameter when: when it is written, as a sentence.
    init(event name: StaticString, when: String) { (self.name, role, meaning) = (name, .event, when) }

    /// What a command was asked for. Its line begins as that of an event.
    init(answer name: StaticString, of commands: [CommandName], _ meaning: String) {
        (self.name, role, self.meaning) = (name, .answer(of: commands), meaning)
    }
}

/// Whom the fields of a type are listed for.
protocol Fields<Value> {
    associatedtype Value

    /// A field, which is absent where there is no content.
    mutating func field<Content: JSONValue>(
        _ name: StaticString, _ meaning: @autoclosure () -> String, optional: Bool,
        _ content: (Value) -> Content?)

    /// Fields whose names or types are not known to the compiler.
    mutating func fields(
        _ specs: @autoclosure () -> [FieldSpec], _ write: (Value, inout JSONWriter) -> Void)
}

extension Fields {
    @inline(__always)
    mutating func add(
        _ name: StaticString, _ meaning: @autoclosure () -> String, _ content: (Value) -> some JSONValue
    ) {
        field(name, meaning(), optional: false) { content($0) }
    }

    /// - Parameter meaning: and when it is absent.
    @inline(__always)
    mutating func add<Content: JSONValue>(
        _ name: StaticString, optional meaning: @autoclosure () -> String, _ content: (Value) -> Content?
    ) {
        field(name, meaning(), optional: true, content)
    }

    /// Bytes that others have chosen: text where it is valid UTF-8, and base64 under another name where not.
    /// - Parameter thing: what it is, as in "The name, if …".
    @inline(__always)
    mutating func text(
        _ name: StaticString, base64 other: StaticString, _ thing: String, _ value: (Value) -> [UInt8]?
    ) {
        fields(FieldSpec.text(name, base64: other, thing)) { object, writer in
            guard let bytes = value(object) else { return }
            writer.text(unsafe bytes.span.bytes, key: name, base64: other)
        }
    }

    /// The payload of an event, which is the last of its fields, and which the writer is given by itself.
    mutating func payload(_ thing: String) {
        fields(FieldSpec.text("text", base64: "base64", thing)) { _, _ in }
    }
}

extension FieldSpec {
    fileprivate static func text(
        _ name: StaticString, base64 other: StaticString, _ thing: String
    ) -> [FieldSpec] {
        [
            FieldSpec("\(name)", .string, "\(thing), if it is valid UTF-8.", optional: true),
            FieldSpec("\(other)", .string, "\(thing) in base64, if it is not valid UTF-8.", optional: true),
        ]
    }
}

/// Collects what there is to say of the fields.
private struct SpecList<Value>: Fields {
    var specs: [FieldSpec] = []

    mutating func field<Content: JSONValue>(
        _ name: StaticString, _ meaning: @autoclosure () -> String, optional: Bool,
        _ content: (Value) -> Content?
    ) {
        specs.append(FieldSpec("\(name)", Content.kind, meaning(), optional: optional))
    }

    mutating func fields(
        _ specs: @autoclosure () -> [FieldSpec], _ write: (Value, inout JSONWriter) -> Void
    ) {
        self.specs += specs()
    }
}

/// Writes the fields of a value. Both are borrowed for as long as they are listed: to copy a value takes longer than
/// to write it.
@safe private struct FieldWriter<Value>: Fields {
    let value: UnsafePointer<Value>
    let writer: UnsafeMutablePointer<JSONWriter>

    init(value: UnsafePointer<Value>, writer: UnsafeMutablePointer<JSONWriter>) {
        unsafe self.value = value
        unsafe self.writer = writer
    }

    @inline(__always)
    mutating func field<Content: JSONValue>(
        _ name: StaticString, _ meaning: @autoclosure () -> String, optional: Bool,
        _ content: (Value) -> Content?
    ) {
        guard let content = unsafe content(value.pointee) else { return }
        unsafe writer.pointee.key(name)
        unsafe content.write(to: &writer.pointee)
    }

    @inline(__always)
    mutating func fields(
        _ specs: @autoclosure () -> [FieldSpec], _ write: (Value, inout JSONWriter) -> Void
    ) {
        unsafe write(value.pointee, &writer.pointee)
    }
}
