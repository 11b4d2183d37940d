// sockctl's JSON lines: each parsed, its order seen, its fields reached by a path.

import Foundation
import Testing

struct Event: CustomStringConvertible {
    let line: String
    private let fields: [String: Any]

    init(_ line: String) throws {
        self.line = line
        guard let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
            throw Unexpected("not a JSON object: \(line)")
        }
        self.fields = fields
    }

    var name: String { self["event"] ?? "" }

    /// A field, found by the keys that lead to it: `event["received.bytes"]`.
    subscript<Value>(_ path: String) -> Value? {
        var value: Any = fields
        for key in path.split(separator: ".") {
            guard let next = (value as? [String: Any])?[String(key)] else { return nil }
            value = next
        }
        return value as? Value
    }

    func has(_ path: String) -> Bool { (self[path] as Any?) != nil }

    /// Whether the line begins as every line does, and ends with the payload.
    var isOrdered: Bool {
        var keys: [String] = []
        var depth = 0
        for token in line.matches(of: /"((?:[^"\\]|\\.)*)"(:)?|[{}\[\]]/) {
            switch token.output.0 {
            case "{", "[": depth += 1
            case "}", "]": depth -= 1
            default:
                if depth == 1, token.output.2 != nil, let key = token.output.1 { keys.append(String(key)) }
            }
        }
        let first = ["event", "time", "connection", "leg", "direction", "number", "size"].filter(
            keys.contains)
        let hasPayload = keys.contains("text") || keys.contains("base64")
        return ["option", "answer"].contains(name)
            || Array(keys.prefix(first.count)) == first
                && (!hasPayload || keys.last == "text" || keys.last == "base64")
    }

    /// The payload of a `data` event.
    var payload: Data? {
        if let text: String = self["text"] { return Data(text.utf8) }
        return (self["base64"] as String?).flatMap { Data(base64Encoded: $0) }
    }

    var description: String { line }
}

extension Collector {
    /// Every complete line as an event.
    func events() throws -> [Event] { try lines.map(Event.init) }

    /// Waits for an event of this name.
    func event(_ name: String) throws -> Event {
        var found: Event?
        var failure: (any Error)?
        _ = wait { data, _ in
            let lines = String(decoding: data, as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            do {
                found = try lines.map { try Event(String($0)) }.first { $0.name == name }
            } catch {
                failure = error
            }
            return found != nil || failure != nil
        }
        if let failure { throw failure }
        guard let found else { throw Unexpected("no event \(name) among: \(text)") }
        return found
    }
}
