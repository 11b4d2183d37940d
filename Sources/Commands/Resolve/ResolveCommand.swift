// `sockctl resolve HOST...`: the addresses of a name, the names of an address.

import CommandSpec
import Sockets

struct ResolveCommand: LookUp {
    static let function = "resolve"

    private let family: AddressFamily?
    private let numeric: Bool
    private let operandWidth: Int

    init(_ arguments: Arguments, _ settings: Settings) {
        let widths = arguments.operands.map(\.text.count)
        operandWidth = widths.count > 1 ? widths.max() ?? 0 : 0
        family = settings.family
        numeric = settings.numeric
    }

    static func begin(_ context: Context, _ arguments: Arguments) throws(Failure) {
        if arguments[Options.sources] {
            try ResolveSources.start(context, arguments)
        } else {
            try start(context, arguments)
        }
    }

    func answer(_ query: String) throws(Failure) -> HostAnswer {
        guard let address = AnyIPAddress(query) else { return try addresses(of: query) }
        guard family == nil || family == address.family else {
            throw malformed(query, "it is not an address of that family")
        }
        return try names(of: address, query)
    }

    private func addresses(of name: String) throws(Failure) -> HostAnswer {
        do {
            // One type of socket, so that each address comes once.
            let answers = try AddressInfo.lookUp(
                host: name, service: nil, family: family, type: .stream,
                flags: numeric ? [.canonicalName, .numericHost] : .canonicalName)
            return HostAnswer(
                .rows(operandWidth: operandWidth), function: Self.function, query: name,
                name: answers.first?.canonicalName, aliases: [],
                addresses: answers.compactMap(\.address.host))
        } catch {
            var failure = Failure(Self.function, name, error)
            if numeric { failure.hint = "--numeric allows addresses only" }
            if let function = CommandSpec.resolveFunction(nearestTo: name) {
                failure.hint = "did you mean 'sockctl resolve \(function)'?"
            }
            throw failure
        }
    }

    private func names(of address: AnyIPAddress, _ query: String) throws(Failure) -> HostAnswer {
        if numeric {
            return HostAnswer(
                .rows(operandWidth: operandWidth), function: Self.function, query: query, name: nil,
                aliases: [], addresses: [address])
        }
        do {
            let host = try HostEntry(address: address)
            return HostAnswer(
                .rows(operandWidth: operandWidth), function: Self.function, query: query, name: host.name,
                aliases: host.aliases,
                addresses: [address])
        } catch {
            throw Failure(Self.function, address, query, error)
        }
    }
}
