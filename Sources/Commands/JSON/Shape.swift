// The shape of an object of the JSON output, defined once: its fields in order, each with its type, its meaning and the
// value it has. The writer, sockctl-json(7) and the JSON Schema are made from it.

import CommandSpec
import Sockets

/// What is an object in JSON.
protocol Shaped: SendableMetatype {
    static var shape: Shape<Self> { get }
}

extension Shaped {
    /// The fields of the object.
    func write(to writer: inout JSONWriter) {
        for field in Self.shape.fields { field.write(self, &writer) }
    }
}

struct Shape<Value>: Sendable {
    let spec: ObjectSpec
    let fields: [Field<Value>]
    /// What the line of an event begins with, up to the time: `{"event":"closed","time":`
    let opening: [UInt8]

    private init(_ spec: ObjectSpec, _ fields: [Field<Value>]) {
        self.spec = spec
        self.fields = fields
        opening = Array("{\"event\":\"\(spec.name)\",\"time\":".utf8)
    }

    /// An object that is part of others.
    init(_ name: String, _ meaning: String, _ fields: [Field<Value>]) {
        self.init(ObjectSpec(name, .part, meaning, fields.flatMap(\.specs)), fields)
    }

    /// An event: what happens on the way. Its line begins with `event` and `time`.
    /// - Parameter when: when it is written, as a sentence.
    init(event name: String, when: String, _ fields: [Field<Value>]) {
        self.init(ObjectSpec(name, .event, when, fields.flatMap(\.specs)), fields)
    }

    /// What a command was asked for. Its line begins as that of an event.
    init(answer name: String, of commands: [CommandName], _ meaning: String, _ fields: [Field<Value>]) {
        self.init(ObjectSpec(name, .answer(of: commands), meaning, fields.flatMap(\.specs)), fields)
    }
}

/// A field of an object, or several that belong together.
struct Field<Value>: Sendable {
    let specs: [FieldSpec]
    let write: @Sendable (Value, inout JSONWriter) -> Void
}

// MARK: Fields of every type

extension Field {
    /// A field of any type. It is there if `value` has one.
    static func field<Content>(
        _ name: String, _ kind: FieldSpec.Kind, _ meaning: String, optional: Bool,
        _ value: @escaping @Sendable (Value) -> Content?,
        _ write: @escaping @Sendable (Content, inout JSONWriter) -> Void
    ) -> Field {
        let key = JSONKey(name)
        return Field(specs: [FieldSpec(name, kind, meaning, optional: optional)]) { object, writer in
            guard let content = value(object) else { return }
            writer.key(key)
            write(content, &writer)
        }
    }

    static func string(_ name: String, _ meaning: String, _ value: @escaping @Sendable (Value) -> String)
        -> Field
    {
        field(name, .string, meaning, optional: false, value) { $1.string($0) }
    }

    static func string(
        _ name: String, optional meaning: String, _ value: @escaping @Sendable (Value) -> String?
    ) -> Field {
        field(name, .string, meaning, optional: true, value) { $1.string($0) }
    }

    /// A list. One that is optional is absent where there is nothing in it.
    private static func list<Element>(
        _ name: String, of kind: FieldSpec.Kind, _ meaning: String, optional: Bool = false,
        _ elements: @escaping @Sendable (Value) -> [Element],
        _ write: @escaping @Sendable (Element, inout JSONWriter) -> Void
    ) -> Field {
        field(name, .array(kind), meaning, optional: optional) { object -> [Element]? in
            let elements = elements(object)
            return optional && elements.isEmpty ? nil : elements
        } _: { elements, writer in
            writer.array(elements) { write($1, &$0) }
        }
    }

    static func strings(_ name: String, _ meaning: String, _ value: @escaping @Sendable (Value) -> [String])
        -> Field
    {
        list(name, of: .string, meaning, value) { $1.string($0) }
    }

    static func strings(
        _ name: String, optional meaning: String, _ value: @escaping @Sendable (Value) -> [String]
    ) -> Field {
        list(name, of: .string, meaning, optional: true, value) { $1.string($0) }
    }

    static func integer(_ name: String, _ meaning: String, _ value: @escaping @Sendable (Value) -> Int)
        -> Field
    {
        field(name, .integer, meaning, optional: false, value) { $1.number($0) }
    }

    static func integer(
        _ name: String, optional meaning: String, _ value: @escaping @Sendable (Value) -> Int?
    ) -> Field {
        field(name, .integer, meaning, optional: true, value) { $1.number($0) }
    }

    static func boolean(_ name: String, _ meaning: String, _ value: @escaping @Sendable (Value) -> Bool)
        -> Field
    {
        field(name, .boolean, meaning, optional: false, value) { $1.bool($0) }
    }

    static func boolean(
        _ name: String, optional meaning: String, _ value: @escaping @Sendable (Value) -> Bool?
    ) -> Field {
        field(name, .boolean, meaning, optional: true, value) { $1.bool($0) }
    }

    /// A number that identifies something: a string, because not every reader has all 64 bits of a number.
    static func identifier(
        _ name: String, optional meaning: String, _ value: @escaping @Sendable (Value) -> UInt64?
    ) -> Field {
        field(name, .string, meaning, optional: true, value) { $1.string(String($0)) }
    }

    /// One of some words.
    static func word<Word: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ name: String, _ meaning: String, _ value: @escaping @Sendable (Value) -> Word
    ) -> Field {
        field(name, .oneOf(Word.allCases.map(\.rawValue)), meaning, optional: false, value) {
            $1.string($0.rawValue)
        }
    }

    static func word<Word: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ name: String, optional meaning: String, _ value: @escaping @Sendable (Value) -> Word?
    ) -> Field {
        field(name, .oneOf(Word.allCases.map(\.rawValue)), meaning, optional: true, value) {
            $1.string($0.rawValue)
        }
    }

    /// A time span. The name ends in `_us`.
    static func microseconds(
        _ name: String, _ meaning: String, _ value: @escaping @Sendable (Value) -> Duration
    ) -> Field {
        field(name, .integer, meaning, optional: false, value) { $1.microseconds($0) }
    }

    static func microseconds(
        _ name: String, optional meaning: String, _ value: @escaping @Sendable (Value) -> Duration?
    ) -> Field {
        field(name, .integer, meaning, optional: true, value) { $1.microseconds($0) }
    }

    static func object<Content: Shaped>(
        _ name: String, _ meaning: String, _ value: @escaping @Sendable (Value) -> Content
    ) -> Field {
        field(name, .object(Content.shape.spec.name), meaning, optional: false, value) { $1.object($0) }
    }

    static func object<Content: Shaped>(
        _ name: String, optional meaning: String, _ value: @escaping @Sendable (Value) -> Content?
    ) -> Field {
        field(name, .object(Content.shape.spec.name), meaning, optional: true, value) { $1.object($0) }
    }

    static func objects<Content: Shaped>(
        _ name: String, _ meaning: String, _ value: @escaping @Sendable (Value) -> [Content]
    ) -> Field {
        list(name, of: .object(Content.shape.spec.name), meaning, value) { $1.object($0) }
    }

    static func objects<Content: Shaped>(
        _ name: String, optional meaning: String, _ value: @escaping @Sendable (Value) -> [Content]
    ) -> Field {
        list(name, of: .object(Content.shape.spec.name), meaning, optional: true, value) { $1.object($0) }
    }

    static func address(
        _ name: String, _ meaning: String, _ value: @escaping @Sendable (Value) -> SocketAddress
    ) -> Field {
        field(name, .address, meaning, optional: false, value) { $1.address($0) }
    }

    static func address(
        _ name: String, optional meaning: String, _ value: @escaping @Sendable (Value) -> SocketAddress?
    ) -> Field {
        field(name, .address, meaning, optional: true, value) { $1.address($0) }
    }

    static func addresses(
        _ name: String, _ meaning: String, _ value: @escaping @Sendable (Value) -> [SocketAddress]
    ) -> Field {
        list(name, of: .address, meaning, value) { $1.address($0) }
    }

    /// Bytes that others have chosen: text where it is valid UTF-8, and base64 under another name where not.
    /// - Parameter thing: what it is, as in "The name, if …".
    static func text(
        _ name: String, base64 other: String? = nil, _ thing: String,
        _ value: @escaping @Sendable (Value) -> [UInt8]?
    ) -> Field {
        let other = other ?? name + "_base64"
        let (key, otherKey) = (JSONKey(name), JSONKey(other))
        return Field(specs: [
            FieldSpec(name, .string, "\(thing), if it is valid UTF-8.", optional: true),
            FieldSpec(other, .string, "\(thing) in base64, if it is not valid UTF-8.", optional: true),
        ]) { object, writer in
            guard let bytes = value(object) else { return }
            let span = unsafe bytes.span.bytes
            if let length = JSONText.length(of: span) {
                writer.key(key)
                writer.string(span, length: length)
            } else {
                writer.key(otherKey)
                writer.base64(span)
            }
        }
    }

    /// The payload of an event, which is the last of its fields, and which the writer is given by itself.
    static func payload(_ thing: String) -> Field {
        Field(specs: [
            FieldSpec("text", .string, "\(thing), if it is valid UTF-8.", optional: true),
            FieldSpec("base64", .string, "\(thing) in base64, if it is not valid UTF-8.", optional: true),
        ]) { _, _ in }
    }

    /// The fields of something that the object has.
    static func fields<Part>(_ fields: [Field<Part>], _ part: @escaping @Sendable (Value) -> Part) -> Field {
        Field(specs: fields.flatMap(\.specs)) { object, writer in
            let part = part(object)
            for field in fields { field.write(part, &writer) }
        }
    }
}

extension FieldSpec.Kind {
    static var address: FieldSpec.Kind { .object(AddressReport.shape.spec.name) }
}

extension JSONWriter {
    mutating func microseconds(_ duration: Duration) { number(Int(duration.nanoseconds / 1000)) }
}
