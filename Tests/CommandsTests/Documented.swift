// Holds a line of JSON against the shapes: every field is defined, in the type and the order that it has, and those that
// must be there are.

import Foundation
import Testing

@testable import Commands

enum Documented {
    struct Unlike: Error, CustomStringConvertible { let description: String }

    /// The line, as an object, and the name of its event.
    @discardableResult
    static func line(_ line: [UInt8]) throws -> [String: Any] {
        #expect(line.last == UInt8(ascii: "\n") && line.count { $0 == UInt8(ascii: "\n") } == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        let name = try #require(object["event"] as? String)
        let specs = ShapeCatalog.lines.filter { $0.name == name }
        try #require(!specs.isEmpty, "\(name) is not documented")
        let time = try #require(object["time"] as? String)
        #expect(line.starts(with: "{\"event\":\"\(name)\",\"time\":\"\(time)\"".utf8))
        var failure: (any Error)?
        for spec in specs {
            do {
                try fields(object, FieldSpec.common + spec.fields, name)
                try inOrder(line, spec)
                return object
            } catch {
                failure = error
            }
        }
        throw failure ?? Unlike(description: name)
    }

    static func object(_ object: [String: Any], as name: String) throws {
        let spec = try #require(ShapeCatalog.parts.first { $0.name == name }, "\(name) is not documented")
        try fields(object, spec.fields, name)
    }

    private static func inOrder(_ line: [UInt8], _ spec: ObjectSpec) throws {
        let text = String(decoding: line, as: UTF8.self)
        var depth = 0
        var keys: [String] = []
        for token in text.matches(of: /"((?:[^"\\]|\\.)*)"(:)?|[{}\[\]]/) {
            switch token.output.0 {
            case "{", "[": depth += 1
            case "}", "]": depth -= 1
            default:
                if depth == 1, token.output.2 != nil, let key = token.output.1 { keys.append(String(key)) }
            }
        }
        let order = (FieldSpec.common + spec.fields).map(\.name)
        let places = keys.compactMap { order.firstIndex(of: $0) }
        if places != places.sorted() { throw Unlike(description: "the order of \(keys)") }
    }

    private static func fields(_ object: [String: Any], _ fields: [FieldSpec], _ path: String) throws {
        for field in fields where !field.isOptional && object[field.name] == nil {
            throw Unlike(description: "\(path): there is no \(field.name)")
        }
        for (name, value) in object {
            guard let field = fields.first(where: { $0.name == name }) else {
                throw Unlike(description: "\(path): \(name) is not documented")
            }
            guard try fits(value, field.kind, "\(path).\(name)") else {
                throw Unlike(description: "\(path): \(name) is \(value)")
            }
        }
    }

    private static func fits(_ value: Any, _ kind: FieldSpec.Kind, _ path: String) throws -> Bool {
        switch kind {
        case .string, .time: return value is String
        case .integer: return (value as? NSNumber)?.stringValue.contains(".") == false
        case .number, .boolean: return value is NSNumber
        case .null: return value is NSNull
        case .any: return true
        case .oneOf(let words): return (value as? String).map(words.contains) ?? false
        case .map(let kind):
            return try (value as? [String: Any])?.allSatisfy { try fits($0.value, kind, path) } ?? false
        case .array(let kind):
            return try (value as? [Any])?.allSatisfy { try fits($0, kind, path) } ?? false
        case .either(let kinds):
            return kinds.contains { (try? fits(value, $0, path)) == true }
        case .object(let name):
            guard let value = value as? [String: Any] else { return false }
            try object(value, as: name)
            return true
        }
    }
}

extension Event {
    /// Its line.
    var line: [UInt8] {
        var lines = JSONLines()
        return lines.line(self)
    }
}

extension Presentable {
    /// Its lines.
    var json: [UInt8] {
        var lines = JSONLines()
        var output: [UInt8] = []
        json(&lines, to: &output)
        return output
    }
}
