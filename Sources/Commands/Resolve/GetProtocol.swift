// `getprotobyname`: the number of a protocol.

import CommandSpec
import Sockets

struct GetProtocolByName: LookUp {
    static let function = "getprotobyname"

    init(_ arguments: Arguments, _ settings: Settings) {}

    func answer(_ query: String) throws(Failure) -> ProtocolAnswer {
        do {
            let entry = try ProtocolEntry(named: query)
            return ProtocolAnswer(
                query: query, name: entry.name, aliases: entry.aliases, number: entry.number)
        } catch {
            throw Failure(Self.function, query, error)
        }
    }
}

struct ProtocolAnswer: QueryAnswer {
    let function = GetProtocolByName.function
    let query: String
    let name: String
    let aliases: [String]
    let number: Int32

    static let shape = Shape(answer: "answer", of: [.getProtocolByName], "A protocol.")

    static func list(_ fields: inout some Fields<ProtocolAnswer>) {
        fields.function()
        fields.query()
        fields.add("name", "The official name.") { $0.name }
        fields.add("aliases", "Other names.") { $0.aliases }
        fields.add("number", "The protocol's number.") { $0.number }
    }

    func text(_ style: TextStyle) -> String {
        let value = AnswerText.lines([String(number)], style)
        guard style.isVerbose else { return value }
        return value
            + AnswerText.fields([("name", name), ("aliases", aliases.joined(separator: " "))], style)
    }
}
