// The shape of an object in words: what the manual and the JSON Schema say of it.

import CommandSpec

package struct ObjectSpec: Sendable {
    enum Role: Sendable {
        /// Part of other objects.
        case part
        /// Happens on the way.
        case event
        /// What these commands were asked for.
        case answer(of: [CommandName])
    }

    let name: String
    let role: Role
    /// What it is, or when it is written, as a sentence.
    let meaning: String
    /// Its own fields in the order of the output, after the common `event` and `time`.
    let fields: [FieldSpec]

    init(_ name: String, _ role: Role, _ meaning: String, _ fields: [FieldSpec]) {
        self.name = name
        self.role = role
        self.meaning = meaning
        self.fields = fields
    }

    /// Whether it is a line by itself.
    var isLine: Bool { if case .part = role { false } else { true } }
}

struct FieldSpec: Sendable, Equatable {
    indirect enum Kind: Sendable, Equatable {
        case string, integer, number, boolean
        /// A boolean, a number, a string, an object, an array of numbers or null.
        case any
        /// RFC 3339.
        case time
        case array(Kind)
        /// An object described under a heading of its own.
        case object(String)
        /// An object whose fields are named by what was found.
        case map(of: Kind)
        /// One of these strings.
        case oneOf([String])
        /// One of these types.
        case either([Kind])
        case null
    }

    let name: String
    let kind: Kind
    let meaning: String
    /// Whether the field is left out where it does not apply.
    let isOptional: Bool

    init(_ name: String, _ kind: Kind, _ meaning: String, optional: Bool = false) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
        isOptional = optional
    }

    /// The fields with which every line begins.
    static let common = [
        FieldSpec("event", .string, "The name of the event."),
        FieldSpec("time", .time, "When it happened: RFC 3339, UTC, with microseconds."),
    ]
}

extension FieldSpec.Kind {
    /// In words, for the manual.
    var text: String {
        switch self {
        case .string, .oneOf, .time: "string"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .any: "any"
        case .array(let element): "array of \(element.plural)"
        case .object(let name): "\(name) object"
        case .map(let value): "object of \(value.plural) by name"
        case .either(let kinds): kinds.map(\.text).joined(separator: " or ")
        case .null: "null"
        }
    }

    private var plural: String { self == .any ? "values" : text + "s" }
}
