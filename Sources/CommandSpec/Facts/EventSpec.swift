// The form of an event of the JSON output: its name, when it comes and what its fields are. The page
// sockctl-json(7) is made from it, and the encoder is tested against it.

package struct EventSpec: Sendable {
    package let name: String
    /// When the event is written, as a sentence.
    package let when: String
    /// The event's own fields, after the common `event` and `time`.
    package let ownFields: [FieldSpec]

    /// Every field, in the order of the output.
    package var fields: [FieldSpec] { FieldSpec.common + ownFields }

    init(_ name: String, when: String, _ fields: [FieldSpec]) {
        self.name = name
        self.when = when
        ownFields = fields
    }

    package static func named(_ name: String) -> EventSpec? { all.first { $0.name == name } }
}

package struct FieldSpec: Sendable {
    package enum Kind: Sendable, Equatable {
        case string, integer, number, boolean
        case array(of: String)
        /// An object described under a heading of its own.
        case object(String)
        /// An object whose fields are named by what was found.
        case map(of: String)
        /// One of these strings.
        case oneOf([String])
    }

    package let name: String
    package let kind: Kind
    package let meaning: String
    /// Whether the field is left out where it does not apply.
    package let isOptional: Bool

    init(_ name: String, _ kind: Kind, _ meaning: String, optional: Bool = false) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
        isOptional = optional
    }

    /// The kind in words, for the manual.
    package var kindText: String {
        switch kind {
        case .string, .oneOf: "string"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .array(let element): "array of \(element)"
        case .object(let name): "\(name) object"
        case .map(let element): "object of \(element) by name"
        }
    }
}

/// An object that events share, such as an address.
package struct ObjectSpec: Sendable {
    package let name: String
    package let meaning: String
    package let fields: [FieldSpec]

    init(_ name: String, _ meaning: String, _ fields: [FieldSpec]) {
        self.name = name
        self.meaning = meaning
        self.fields = fields
    }

    package static func named(_ name: String) -> ObjectSpec? { all.first { $0.name == name } }
}
