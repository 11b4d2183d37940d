// `sockctl schema`: a JSON Schema (draft 2020-12) of every line of the JSON output.

import CommandSpec

package enum Schema {
    package static var text: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.pair("$schema", "https://json-schema.org/draft/2020-12/schema")
            writer.pair("title", "A line of the JSON output of sockctl")
            writer.key(named: "oneOf")
            writer.array(ShapeCatalog.lines) { writer, spec in
                writer.object { $0.reference(to: spec) }
            }
            writer.key(named: "$defs")
            writer.object { writer in
                for spec in ShapeCatalog.lines + ShapeCatalog.parts {
                    writer.key(named: spec.definition)
                    writer.object { $0.definition(of: spec) }
                }
            }
        }
        var text: [UInt8] = []
        writer.drain(into: &text)
        return String(decoding: text, as: UTF8.self) + "\n"
    }
}

extension ObjectSpec {
    /// Its name among the definitions: answers of the same name are told apart by who gives them.
    var definition: String {
        switch role {
        case .part: name
        case .event: "event-" + name
        case .answer(let commands):
            "answer-" + name + "-" + (commands.first?.rawValue ?? "").replacing(" ", with: "-")
        }
    }
}

extension JSONWriter {
    fileprivate mutating func pair(_ name: String, _ value: String) {
        key(named: name)
        string(value)
    }

    fileprivate mutating func reference(to spec: ObjectSpec) { reference(to: spec.definition) }

    private mutating func reference(to definition: String) { pair("$ref", "#/$defs/" + definition) }

    fileprivate mutating func definition(of spec: ObjectSpec) {
        pair("description", spec.meaning)
        pair("type", "object")
        let fields = (spec.isLine ? FieldSpec.common : []) + spec.fields
        key(named: "properties")
        object { writer in
            for field in fields {
                writer.key(named: field.name)
                writer.object { writer in
                    if spec.isLine, field.name == "event" {
                        writer.pair("const", spec.name)
                    } else {
                        writer.type(field.kind)
                    }
                    writer.pair("description", field.meaning)
                }
            }
        }
        key(named: "required")
        array(fields.filter { !$0.isOptional }) { $0.string($1.name) }
        key(named: "additionalProperties")
        bool(false)
    }

    private mutating func type(_ kind: FieldSpec.Kind) {
        switch kind {
        case .string: pair("type", "string")
        case .integer: pair("type", "integer")
        case .number: pair("type", "number")
        case .boolean: pair("type", "boolean")
        case .null: pair("type", "null")
        case .any: break
        case .time:
            pair("type", "string")
            pair("format", "date-time")
        case .array(let element):
            pair("type", "array")
            key(named: "items")
            object { $0.type(element) }
        case .object(let name):
            reference(to: name)
        case .map(let value):
            pair("type", "object")
            key(named: "additionalProperties")
            object { $0.type(value) }
        case .oneOf(let words):
            key(named: "enum")
            array(words) { $0.string($1) }
        case .either(let kinds):
            key(named: "anyOf")
            array(kinds) { writer, kind in writer.object { $0.type(kind) } }
        }
    }
}
