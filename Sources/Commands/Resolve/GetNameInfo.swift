// `getnameinfo`: the names of an address and of its port.

import CommandSpec
import Sockets

struct GetNameInfo: LookUp {
    static let function = "getnameinfo"

    private let flags: NameInfo.Flags

    init(_ arguments: Arguments, _ settings: Settings) throws(Failure) {
        flags = try FlagNames.read(arguments.all(Options.nameFlags), prefix: "NI_", NameInfo.Flags.named)
            .union(settings.numeric ? [.numericHost, .numericService] : [])
    }

    func answer(_ query: String) throws(Failure) -> NameInfoAnswer {
        let operand = HostAndPort(query)
        guard let host = operand.host.flatMap(AnyIPAddress.init) else {
            throw malformed(query, "it is not an address", hint: "written ADDRESS, ADDRESS:PORT or [V6]:PORT")
        }
        guard let port = PortNumber.read(operand.port ?? "0") else {
            throw malformed(query, "the port is not a number from 0 to 65535")
        }
        let address = host.with(port: port)
        do {
            let names = try NameInfo(of: address, flags: flags)
            return NameInfoAnswer(
                query: query, host: names.host, service: operand.port == nil ? nil : names.service,
                address: address)
        } catch {
            throw Failure(Self.function, query, error)
        }
    }
}

struct NameInfoAnswer: QueryAnswer {
    let function = GetNameInfo.function
    let query: String
    let host: String
    let service: String?
    let address: SocketAddress

    static let shape = Shape(answer: "answer", of: [.getNameInfo], "The names of an address.")

    static func list(_ fields: inout some Fields<NameInfoAnswer>) {
        fields.function()
        fields.query()
        fields.add("host", "The name of the host, or its address.") { $0.host }
        fields.add("service", optional: "The service, if there was a port.") { $0.service }
        fields.add("address", "The address that was asked about.") { $0.address }
    }

    func text(_ style: TextStyle) -> String {
        let values = AnswerText.lines([host, service].compactMap(\.self), style)
        guard style.isVerbose, let asked = address.host else { return values }
        return values
            + AnswerText.fields(
                [
                    ("address", asked.description),
                    ("port", service == nil ? "" : String(address.port ?? 0)),
                    ("class", AddressMeaning(asked).text(style)),
                ], style)
    }
}
