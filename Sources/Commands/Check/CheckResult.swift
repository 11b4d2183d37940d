// What came of testing one port, and how it looks in JSON.

import CommandSpec
import Sockets

struct CheckResult {
    enum State: String, CaseIterable {
        /// It accepted, or for UDP it answered.
        case open
        case refused
        /// Nothing came back in time. For UDP that is all there is to know.
        case noAnswer = "no-answer"
        case unreachable
        /// It could not be tested: not permitted, no port left, no such file.
        case failed

        init(_ error: Errno) {
            self =
                switch ExitStatus(error) {
                case .refused: .refused
                case .timedOut: .noAnswer
                case .unreachable: .unreachable
                default: .failed
                }
        }
    }

    /// What one address had to say.
    struct Answer {
        let address: SocketAddress
        /// Nil if it accepted.
        let error: NetworkError?
        /// Since this address was tried.
        let time: Duration

        var state: State { error.map { State($0.error) } ?? .open }

        init(address: SocketAddress, error: NetworkError?, time: Duration) {
            self.address = address
            self.error = error
            self.time = time
        }

        init(_ failure: Failure.Attempt) {
            let error = failure.cause.networkError ?? NetworkError(.protocolError)
            self.init(address: failure.address, error: error, time: failure.time)
        }
    }

    /// Which one of what was asked for: the number of the operand, and of the port in it.
    let position: (target: Int, port: Int)
    let endpoint: Endpoint
    /// The port, nil for a Unix socket.
    let port: UInt16?
    let transport: Transport
    /// The address that accepted, or the most telling of those that did not.
    let answer: Answer
    /// Every address that did not accept.
    let failures: [Answer]
    /// How long it was tried again, if that was in vain.
    var triedFor: Duration?

    enum Transport: String {
        case tcp, udp, unix

        init(_ family: AddressFamily, _ type: SocketType) {
            self =
                switch family {
                case .inet, .inet6: type.keepsBoundaries ? .udp : .tcp
                case .unix: .unix
                }
        }
    }

    var state: State { answer.state }

    /// Every address that did not accept, where there was more than one.
    var attempts: [Answer] { state == .open || failures.count > 1 ? failures : [] }

    /// The exit status that it stands for.
    var status: ExitStatus {
        guard let error = answer.error else { return .success }
        return triedFor == nil ? ExitStatus(error.error) : .timedOut
    }

    /// Why it is not open, in words; nil if it is.
    var message: String? {
        guard let error = answer.error else { return nil }
        guard state != .noAnswer else {
            return transport == .udp ? "open or filtered: nobody can tell" : "no answer"
        }
        return error.message
    }
}

extension [CheckResult.Answer] {
    /// Of several addresses one that is silent says most, because to connect would take until the time is up; then
    /// one that refuses, because the host is there. Nil if there is none.
    var mostTelling: CheckResult.Answer? {
        first { $0.state == .noAnswer } ?? first { $0.state == .refused } ?? first
    }
}

extension CheckResult: Presentable {
    func text(_ style: TextStyle) -> String { CheckTable(rows: [self]).text(style) }

    func json(_ lines: JSONLines) -> [UInt8] {
        var writer = JSONWriter()
        writer.line { write(to: &$0) }
        return writer.bytes
    }

    /// The fields of the object, in alphabetical order.
    private func write(to writer: inout JSONWriter) {
        writer.address("address", answer.address)
        if !attempts.isEmpty {
            writer.key("attempts")
            writer.array(attempts) { writer, failure in
                writer.object { writer in
                    writer.address("address", failure.address)
                    writer.field("code", failure.error?.error.name)
                    writer.field("errno", failure.error?.error.rawValue)
                    writer.field("message", failure.error?.message)
                }
            }
        }
        writer.field("code", answer.error?.error.name)
        writer.field("endpoint", endpoint.text)
        writer.field("errno", answer.error?.error.rawValue)
        writer.field("message", message)
        writer.field("port", port)
        writer.field("protocol", transport.rawValue)
        writer.field("reporter", answer.error?.reporter?.description)
        writer.key("seconds")
        writer.seconds(answer.time)
        writer.field("state", state.rawValue)
        writer.field("status", status.rawValue)
    }
}
