// `getaddrinfo`: every answer with its type of socket, protocol and address.

import CommandSpec
import Sockets

struct GetAddressInfo: LookUp {
    static let function = "getaddrinfo"

    private let family: AddressFamily?
    private let type: SocketType?
    private let flags: AddressInfo.Flags

    init(_ arguments: Arguments, _ settings: Settings) throws(Failure) {
        let name = arguments[Options.family]
        family = settings.family ?? [.inet, .inet6].first { $0.symbol == name }
        let symbol = arguments[Options.type]
        type = [SocketType.stream, .datagram, .raw].first { $0.symbol == symbol }
        flags = try FlagNames.read(
            arguments.all(Options.addressFlags), prefix: "AI_", AddressInfo.Flags.named
        )
        .union(settings.numeric ? [.numericHost, .numericService] : [])
    }

    func answer(_ query: String) throws(Failure) -> AddressInfoAnswer {
        let operand = HostAndPort(query)
        if let port = operand.port, !PortNumber.isValid(port) {
            throw malformed(query, "the port is neither a number from 0 to 65535 nor the name of a service")
        }
        do {
            let answers = try AddressInfo.lookUp(
                host: operand.host, service: operand.port, family: family, type: type, flags: flags)
            return AddressInfoAnswer(
                hasPort: operand.port != nil, query: query, name: answers.first?.canonicalName,
                answers: answers.map(AddressInfoAnswer.Element.init))
        } catch {
            throw Failure(Self.function, query, error)
        }
    }
}

struct AddressInfoAnswer: QueryAnswer {
    /// One `struct addrinfo`.
    struct Element: Shaped {
        let info: AddressInfo
        let meaning: AddressMeaning?

        init(_ info: AddressInfo) {
            self.info = info
            meaning = info.address.host.map(AddressMeaning.init)
        }

        /// Nil for a raw socket, which has any.
        var protocolName: String? { info.kind.protocol == 0 ? nil : info.kind.protocolName }

        static let shape = Shape("addrinfo", "One `struct addrinfo`.")

        static func list(_ fields: inout some Fields<Element>) {
            fields.add("type", "The type of socket, such as `SOCK_STREAM`.") { $0.info.kind.typeName }
            fields.add("protocol", optional: "The protocol, such as `IPPROTO_TCP`; absent if any will do.") {
                $0.protocolName
            }
            fields.add("address", "The address, and what kind of address it is.") {
                AddressReport($0.info.address, meaning: $0.info.address.host.map(AddressForms.init))
            }
        }
    }

    static let shape = Shape(
        answer: "answer", of: [.getAddressInfo], "The addresses of a host, in the order in which to try them."
    )

    static func list(_ fields: inout some Fields<AddressInfoAnswer>) {
        fields.function()
        fields.query()
        fields.add("name", optional: "The canonical name; with `AI_CANONNAME`.") { $0.name }
        fields.add("answers", "The list of `struct addrinfo`.") { $0.answers }
    }

    let hasPort: Bool
    let function = GetAddressInfo.function
    let query: String
    let name: String?
    let answers: [Element]

    func text(_ style: TextStyle) -> String {
        guard style.isVerbose else {
            // Once for each type of socket is not what a script wants to know.
            var addresses: [String] = []
            for address in answers.map(address) where !addresses.contains(address) {
                addresses.append(address)
            }
            return AnswerText.lines(addresses, style)
        }
        let rows = answers.map { answer in
            [
                address(of: answer), answer.info.kind.typeName, answer.protocolName ?? "",
                answer.meaning?.text(style) ?? "",
            ]
        }
        return AnswerText.rows(rows, style) + AnswerText.fields([("name", name ?? "")], style)
    }

    private func address(of answer: Element) -> String {
        let host = hasPort ? nil : answer.info.address.host
        return host?.description ?? answer.info.address.description
    }
}
