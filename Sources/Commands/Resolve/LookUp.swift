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

    private func result(_ query: String) -> Result<Answer, Failure> {
        do throws(Failure) { return .success(try answer(query)) } catch { return .failure(error) }
    }
}

extension Hints {
    /// Who takes a host with a port.
    static func misplacedPort(of query: String, _ function: String) -> String? {
        let takesPorts = [GetAddressInfo.function, GetNameInfo.function].contains(function)
        guard !takesPorts, HostAndPort(query).port != nil else { return nil }
        return "a host with a port: 'sockctl resolve getaddrinfo \(TerminalEscaper.joined(query))'"
    }
}

extension Failure {
    init(_ function: String, _ query: String, _ error: ResolutionError) {
        self.init(resolving: query, error)
        operation = function
        hint = Hints.misplacedPort(of: query, function) ?? hint
    }

    init(_ function: String, _ query: String, _ error: HostError) {
        self.init(function, query, error.equivalent)
        cause = .host(error)
        // libc converts names for getaddrinfo only.
        hint = Hints.international(query) ?? Hints.misplacedPort(of: query, function) ?? hint
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
