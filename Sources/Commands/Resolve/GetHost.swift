// `gethostbyname`, `gethostbyaddr` and `gethostname`.

import CommandSpec
import Sockets

struct GetHostByName: LookUp {
    static let function = "gethostbyname"

    private let family: AddressFamily

    init(_ arguments: Arguments, _ settings: Settings) { family = settings.family ?? .inet }

    func answer(_ query: String) throws(Failure) -> HostAnswer {
        do {
            let host = try HostEntry(named: query, family: family)
            return HostAnswer(.addresses, function: Self.function, query: query, host)
        } catch {
            throw Failure(Self.function, query, error)
        }
    }
}

struct GetHostByAddress: LookUp {
    static let function = "gethostbyaddr"

    init(_ arguments: Arguments, _ settings: Settings) {}

    func answer(_ query: String) throws(Failure) -> HostAnswer {
        guard let address = AnyIPAddress(query) else { throw malformed(query, "it is not an address") }
        do {
            let host = try HostEntry(address: address)
            return HostAnswer(.name, function: Self.function, query: query, host)
        } catch {
            throw Failure(Self.function, address, query, error)
        }
    }
}

extension Failure {
    /// An address without a name: it still can be said what it is.
    init(_ function: String, _ address: AnyIPAddress, _ query: String, _ error: HostError) {
        self.init(function, query, error)
        guard error == .hostNotFound || error == .noData else { return }
        hint = "as an address it is " + AddressMeaning(address).text(TextStyle(isVerbose: true))
    }
}

enum GetHostName {
    struct Answer: Document {
        let function = "gethostname"
        let name: String

        static let shape = Shape(answer: "answer", of: [.getHostName], "The name of this machine.")

        static func list(_ fields: inout some Fields<Answer>) {
            fields.add("function", "What was asked: the function's name.") { $0.function }
            fields.add("name", "The name.") { $0.name }
        }

        func text(_ style: TextStyle) -> String { AnswerText.lines([name], style) }
    }

    static func start(_ context: Context) throws(Failure) {
        let name = try attempt("gethostname") { () throws(Errno) in try HostName.current() }
        context.reporter.show(Answer(name: name))
        context.finish(nil)
    }
}
