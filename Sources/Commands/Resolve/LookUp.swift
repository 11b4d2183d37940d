// What every function of `resolve` has in common: it answers one query after the other, each with a document
// or a failure.

import CommandSpec
import Sockets

/// What answers queries, at once or later.
protocol Answering: Sendable {
    associatedtype Answer: Document & Sendable

    /// The name of the function, which is also the operation in a failure.
    static var function: String { get }

    init(_ arguments: Arguments, _ settings: Settings) throws(Failure)

    /// Joins operands that are one query.
    static func queries(in operands: [Word]) -> [Word]

    /// The answer, if it takes no time; otherwise `body` is called with it, once.
    func ask(
        _ query: String, _ context: Context, timeout: Duration,
        _ body: @escaping (Result<Answer, Failure>) -> Void
    ) throws(Failure) -> Result<Answer, Failure>?
}

/// A function that is asked by its name.
protocol LookUp: Answering {
    // Repeated so that it follows from `answer`.
    associatedtype Answer

    /// Whether libc may make it wait for a name service.
    static var blocks: Bool { get }

    func answer(_ query: String) throws(Failure) -> Answer
}

extension Answering {
    static func queries(in operands: [Word]) -> [Word] { operands }

    /// Answers every operand of the command line.
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let inquiry = LookUpSeries(
            context, try Self(arguments, context.settings), Self.queries(in: arguments.operands))
        context.run.begin(inquiry)
        inquiry.proceed()
    }

    /// A query that is not written as it should be.
    func malformed(_ query: String, _ words: String, hint: String? = nil) -> Failure {
        Failure(Self.function, query, words: words, status: .resolution, hint: hint)
    }
}

extension LookUp {
    static var blocks: Bool { true }

    func ask(
        _ query: String, _ context: Context, timeout: Duration,
        _ body: @escaping (Result<Answer, Failure>) -> Void
    ) throws(Failure) -> Result<Answer, Failure>? {
        if let misplaced = misplacedPort(of: query) { return .failure(misplaced) }
        guard Self.blocks else { return result(query) }
        try attempt(Self.function, query) { () throws(Errno) in
            try context.inBackground(timeout: timeout) {
                result(query)
            } body: { result in
                body(result ?? .failure(Failure(Self.function, query, noAnswerWithin: timeout)))
            }
        }
        return nil
    }

    /// A host with its port, where names of hosts are looked up.
    private func misplacedPort(of query: String) -> Failure? {
        let takesHosts = [ResolveCommand.function, GetHostByName.function, GetHostByAddress.function]
        guard takesHosts.contains(Self.function), HostAndPort(query).port.map({ UInt16($0) != nil }) == true
        else { return nil }
        return Failure(
            Self.function, query, words: "a host with a port, of which only the host has an address",
            status: .usage,
            hint: "a port is looked up by getaddrinfo and getnameinfo")
    }

    private func result(_ query: String) -> Result<Answer, Failure> {
        do throws(Failure) { return .success(try answer(query)) } catch { return .failure(error) }
    }
}

extension Failure {
    init(_ function: String, _ query: String, _ error: ResolutionError) {
        self.init(resolving: query, error)
        operation = function
    }

    init(_ function: String, _ query: String, _ error: HostError) {
        self.init(function, query, error.equivalent)
        cause = .host(error)
        // libc converts names for getaddrinfo only.
        hint = Hints.international(query) ?? hint
    }

    init(_ function: String, _ query: String, _ error: DatabaseError) {
        self.init(function, query, words: error.message, status: .resolution)
        if case .system(let error) = error { cause = .errno(error) }
    }

    /// No answer within the time that `--timeout` gives.
    init(_ operation: String, _ operand: String, noAnswerWithin timeout: Duration) {
        let words = "the name service gave no answer within \(Statistics.text(timeout))"
        self.init(operation, operand, words: words, status: .timedOut)
    }
}
