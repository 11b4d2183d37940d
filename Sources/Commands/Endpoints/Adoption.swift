// A connection that was made before this process began, `connect fd:N`: what has still to happen on it is as with one
// that is made here.

import CommandSpec
import Sockets

final class Adoption: RunTask {
    private let context: Context
    private let connection: ConnectionIdentity
    private let endpoint: Endpoint
    private var stream: any Stream
    private var steps: ArraySlice<EstablishStep>
    /// What happens now, and what it keeps.
    private var current: EstablishStep?
    private var step: AnyObject?
    private var timer: Timer?
    private var isOver = false
    private let completion: (Result<any Stream, Failure>) -> Void

    init(
        _ context: Context, _ stream: any Stream, _ connection: ConnectionIdentity, _ endpoint: Endpoint,
        _ steps: [EstablishStep], _ completion: @escaping (Result<any Stream, Failure>) -> Void
    ) {
        self.context = context
        self.stream = stream
        self.connection = connection
        self.endpoint = endpoint
        self.steps = steps[...]
        self.completion = completion
    }

    func start() {
        let limit = context.settings.timeout ?? Defaults.connectTimeout
        timer = context.loop.after(limit) { [unowned self] in
            var failure = Failure("connect", endpoint.text, .timedOut)
            failure.hint = "no answer within \(Statistics.text(limit)): \(current?.advice ?? "")"
            finish(.failure(failure))
        }
        next()
    }

    func interrupt(_ interruption: Interruption) {
        isOver = true
        timer?.cancel()
        stream.close()
        context.run.end(self)
    }

    private func next() {
        guard let first = steps.popFirst() else { return finish(.success(stream)) }
        current = first
        step = first(stream, connection.peer) { [self] result in
            guard !isOver else { return }
            switch result {
            case .success(let established):
                stream = established
                next()
            case .failure(var failure):
                failure.operand = failure.operand ?? endpoint.text
                finish(.failure(failure))
            }
        }
    }

    private func finish(_ result: Result<any Stream, Failure>) {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        if case .failure = result { stream.close() }
        completion(result)
        context.run.end(self)
    }
}

extension Context {
    /// Goes on with a connection that was inherited; a failure ends the command.
    func adopt(
        _ numbers: [Int32], _ passage: Passage, _ begin: @escaping (any Stream, ConnectionIdentity) -> Void
    ) throws(Failure) {
        let text = passage.dialed.transport.text
        let steps = passage.steps()
        guard let number = numbers.first, numbers.count == 1 else {
            throw Failure(
                "connect", text, words: "there are \(numbers.count) sockets of that name", status: .failure)
        }
        let socket = try InheritedSocket(number, for: "connect", text)
        guard !socket.isListening else {
            throw Failure(
                "connect", text, words: "descriptor \(number) listens", status: .failure,
                hint: "sockctl listen \(text)")
        }
        try socket.descriptor.apply(settings)
        let (local, peer, mayWait) = (socket.local, socket.peer, socket.descriptor.isBlocking)
        let stream: any Stream
        do throws(Errno) {
            stream = try self.stream(
                socket.release(), to: peer, nil, mayMeetTLS: steps.isEmpty, mayWait: mayWait)
        } catch {
            throw Failure("connect", text, error)
        }
        let connection = identify(local: local, peer: peer)
        let adoption = Adoption(self, stream, connection, passage.dialed, steps) { [unowned self] result in
            switch result {
            case .failure(let failure): finish(failure)
            case .success(let stream):
                reporter.report(Connected(connection: connection))
                if let facts = stream.tls { reporter.report(TLSReport(connection: connection, facts: facts)) }
                begin(stream, connection)
            }
        }
        run.begin(adoption)
        adoption.start()
    }
}
