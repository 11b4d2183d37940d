// `getservbyname` and `getservbyport`: services, each with its protocol or of any.

import CommandSpec
import Sockets

/// `http`, `http/tcp` or `http tcp`: what is asked about, and the protocol if there is one.
struct ServiceQuery: Equatable {
    let subject: String
    let protocolName: String?

    init(_ text: String) {
        let parts = text.split(maxSplits: 1) { $0 == "/" || $0.isWhitespace }
        subject = parts.first.map(String.init) ?? ""
        protocolName = parts.count == 2 ? parts[1].trimmingPrefix(while: \.isWhitespace).lowercased() : nil
    }

    /// An operand that is a protocol belongs to the one before it.
    static func group(_ operands: [Word]) -> [Word] {
        operands.reduce(into: []) { queries, operand in
            let isProtocol = CommandSpec.serviceProtocols.contains { Word($0) == operand }
            if isProtocol, let last = queries.last, last != "-", !last.bytes.contains(UInt8(ascii: "/")) {
                queries[queries.count - 1] = Word(bytes: last.bytes + [UInt8(ascii: "/")] + operand.bytes)
            } else {
                queries.append(operand)
            }
        }
    }
}

struct GetServiceByName: LookUp {
    static let function = "getservbyname"

    init(_ arguments: Arguments, _ settings: Settings) {}

    static func queries(in operands: [Word]) -> [Word] { ServiceQuery.group(operands) }

    func answer(_ query: String) throws(Failure) -> ServiceAnswer {
        let asked = ServiceQuery(query)
        do {
            let service = try ServiceEntry(named: asked.subject, protocolName: asked.protocolName)
            return ServiceAnswer(.port, function: Self.function, query: query, service)
        } catch {
            throw Failure(Self.function, query, error)
        }
    }
}

struct GetServiceByPort: LookUp {
    static let function = "getservbyport"

    init(_ arguments: Arguments, _ settings: Settings) {}

    static func queries(in operands: [Word]) -> [Word] { ServiceQuery.group(operands) }

    func answer(_ query: String) throws(Failure) -> ServiceAnswer {
        let asked = ServiceQuery(query)
        guard let port = PortNumber.read(asked.subject) else {
            throw malformed(query, "the port is not a number from 0 to 65535")
        }
        do {
            let service = try ServiceEntry(port: port, protocolName: asked.protocolName)
            return ServiceAnswer(.name, function: Self.function, query: query, service)
        } catch {
            throw Failure(Self.function, query, error)
        }
    }
}

struct ServiceAnswer: QueryAnswer {
    /// The bare value.
    enum Shown { case name, port }

    let shown: Shown
    let function: String
    let query: String
    let name: String
    let aliases: [String]
    let port: UInt16
    let `protocol`: String

    static let shape = Shape(answer: "answer", of: [.getServiceByName, .getServiceByPort], "A service.")

    static func list(_ fields: inout some Fields<ServiceAnswer>) {
        fields.function()
        fields.query()
        fields.add("name", "The official name.") { $0.name }
        fields.add("aliases", "Other names.") { $0.aliases }
        fields.add("port", "The port.") { $0.port }
        fields.add("protocol", "The protocol, such as `tcp`.") { $0.protocol }
    }

    init(_ shown: Shown, function: String, query: String, _ service: ServiceEntry) {
        self.shown = shown
        self.function = function
        self.query = query
        name = service.name
        aliases = service.aliases
        port = service.port
        `protocol` = service.protocolName
    }

    func text(_ style: TextStyle) -> String {
        let (value, other) =
            switch shown {
            case .name: (name, ("port", String(port)))
            case .port: (String(port), ("name", name))
            }
        guard style.isVerbose else { return AnswerText.lines([value], style) }
        return AnswerText.lines([value], style)
            + AnswerText.fields(
                [
                    other, ("aliases", aliases.joined(separator: " ")), ("protocol", `protocol`),
                ], style)
    }
}
