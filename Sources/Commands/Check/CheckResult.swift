// What came of testing one port, and how it looks in JSON.

import CommandSpec
import Sockets
import TLS

struct CheckResult {
    enum State: String, JSONWord {
        /// It accepted, or for UDP it answered.
        case open
        case refused
        /// Nothing came back in time. For UDP that is all there is to know.
        case noAnswer = "no-answer"
        case unreachable
        /// It accepted, and TLS failed or the certificate is not valid.
        case tls
        /// It accepted, and what it said is not what was expected.
        case unexpected
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
        /// What happened, where the error does not say it.
        var explanation: String?

        var state: State { error.map { State($0.error) } ?? .open }

        init(address: SocketAddress, error: NetworkError?, time: Duration) {
            self.address = address
            self.error = error
            self.time = time
        }

        init(_ failure: Failure.Attempt) {
            let error = failure.cause.networkError ?? NetworkError(.protocolError)
            self.init(address: failure.address, error: error, time: failure.time)
            if failure.hasAccepted { explanation = failure.cause.message }
        }
    }

    /// Which one of what was asked for: the number of the operand, and of the port in it.
    let position: (target: Int, port: Int)
    /// As it is written.
    let endpoint: String
    /// The port, nil for a Unix socket.
    let port: UInt16?
    let transport: Transport
    /// The address that accepted, or the most telling of those that did not.
    let answer: Answer
    /// Every address that did not accept.
    let failures: [Answer]
    /// The service of the port, as far as it was looked up.
    var service: String?
    /// How long it was tried again, if that was in vain.
    var triedFor: Duration?
    /// What most ports do not have, and what makes a result large: one, or none.
    private var extras: [Extra] = []

    private struct Extra {
        var tls: TLSOutcome?
        var interview: InterviewResult?
        var roundTrip: Duration?
        var turn: (number: Int, late: Duration)?
    }

    private var extra: Extra {
        get { extras.first ?? Extra() }
        set { extras = [newValue] }
    }

    /// What TLS came to; nil where it was not spoken.
    var tls: TLSOutcome? {
        get { extras.first?.tls }
        set { if newValue != nil || !extras.isEmpty { extra.tls = newValue } }
    }
    /// What it did then; nil where that was not looked at.
    var interview: InterviewResult? {
        get { extras.first?.interview }
        set { if newValue != nil || !extras.isEmpty { extra.interview = newValue } }
    }
    /// The kernel's round-trip time of the handshake; nil where there was none, or nobody asks.
    var roundTrip: Duration? {
        get { extras.first?.roundTrip }
        set { if newValue != nil || !extras.isEmpty { extra.roundTrip = newValue } }
    }
    /// Which of a series it is, and how much later than planned it began; nil for a test by itself.
    var turn: (number: Int, late: Duration)? {
        get { extras.first?.turn }
        set { if newValue != nil || !extras.isEmpty { extra.turn = newValue } }
    }

    /// Whether a port that does not accept is what is waited for.
    var isToBeClosed = false

    init(
        position: (target: Int, port: Int), endpoint: String, port: UInt16?, transport: Transport,
        answer: Answer,
        failures: [Answer], service: String? = nil, triedFor: Duration? = nil
    ) {
        self.position = position
        self.endpoint = endpoint
        self.port = port
        self.transport = transport
        self.answer = answer
        self.failures = failures
        (self.service, self.triedFor) = (service, triedFor)
    }

    enum Transport: String, JSONWord {
        case tcp, udp, unix, vsock

        init(_ family: AddressFamily, _ type: SocketType) {
            self =
                switch family {
                case .inet, .inet6: type.keepsBoundaries ? .udp : .tcp
                case .unix: .unix
                case .vsock: .vsock
                }
        }
    }

    var state: State {
        if tls?.problem != nil { return .tls }
        return interview?.problem == nil ? answer.state : .unexpected
    }

    /// Whether it surely does not accept: what is silent may only be slow.
    var isClosed: Bool {
        switch state {
        case .refused, .unreachable: true
        case .failed: answer.error?.error == .noSuchFile
        case .open, .noAnswer, .tls, .unexpected: false
        }
    }

    /// Whether it is as it is wanted.
    var isWell: Bool { status == .success }

    /// Every address that did not accept, where there was more than one.
    var attempts: [Answer] { state == .open || failures.count > 1 ? failures : [] }

    /// The exit status that it stands for.
    var status: ExitStatus {
        if isToBeClosed {
            if isClosed { return .success }
            return state == .failed ? answer.error.map { ExitStatus($0.error) } ?? .failure : .timedOut
        }
        if state == .open { return .success }
        if triedFor != nil { return .timedOut }
        switch state {
        case .tls: return .tls
        case .unexpected: return .malformed
        default: return answer.error.map { ExitStatus($0.error) } ?? .failure
        }
    }

    /// Why it is not open, in words; nil if it is.
    var message: String? {
        if isToBeClosed, !isClosed, state != .failed {
            return state == .noAnswer
                ? "it does not answer, which does not say that it is closed" : "still open"
        }
        if let problem = tls?.problem { return problem.message }
        if let problem = interview?.problem { return problem }
        guard let error = answer.error else { return nil }
        if let explanation = answer.explanation { return explanation }
        guard state != .noAnswer else {
            return transport == .udp ? "open or filtered: UDP cannot tell" : "no answer"
        }
        return error.reason == nil ? Self.message(of: error.error) : error.message
    }

    /// Many ports have the same errors.
    private static func message(of error: Errno) -> String {
        let number = Int(error.rawValue)
        return messages.indices.contains(number) ? messages[number] : error.message
    }

    private static let messages = (0..<134).map { Errno(rawValue: $0).message }
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

    func json(_ lines: inout JSONLines, to output: inout [UInt8]) { lines.append(self, to: &output) }
}

extension CheckResult: Shaped {
    static let shape = Shape(
        answer: "check", of: [.connect], "With `--check`: a port that was tested, as soon as it is decided.")

    static func list(_ fields: inout some Fields<CheckResult>) {
        fields.add(
            "number", optional: "Which one of the target's probes it is, counted from 1; with `--repeat`."
        ) {
            $0.turn?.number
        }
        fields.add("endpoint", "The port of the host, as it was asked for.") { $0.endpoint }
        fields.add("transport", "How it was tested.") { $0.transport }
        fields.add("port", optional: "The port; absent for a Unix socket.") { $0.port }
        fields.add("service", optional: "The service of that port, if it has a name; unless `--numeric`.") {
            $0.service
        }
        fields.add("state", "What came of it. For UDP no answer means open or filtered.") { $0.state }
        fields.add(
            "address", "The address that accepted, or of those that did not the one that the state is of."
        ) { $0.answer.address }
        fields.add(
            "connect_us",
            "How long that address took to accept, by our clock, or was waited for; without TLS."
        ) {
            $0.answer.time
        }
        fields.add("status", "The exit status that the state stands for.") { $0.status.rawValue }
        fields.add(
            "late_us",
            optional:
                "How much later than planned it began; with `--repeat`. A probe waits for the one before it."
        ) { $0.turn?.late }
        fields.add(
            "rtt_us",
            optional: "The round-trip time of TCP's handshake, as the kernel has it; with `--repeat`."
        ) {
            $0.roundTrip
        }
        fields.text("banner", base64: "banner_base64", "The first line of what it said") {
            $0.interview?.banner
        }
        fields.add("closed_after_us", optional: "How soon after accepting it closed, if it did so at once.") {
            $0.interview?.closedAfter
        }
        fields.add("code", optional: "The name of the error, such as `ECONNREFUSED`; unless it is open.") {
            $0.tls?.problem?.code ?? $0.answer.error?.error.name
        }
        fields.add("errno", optional: "Its number.") { $0.answer.error?.error.rawValue }
        fields.add("message", optional: "Why it is not open, in words.") { $0.message }
        fields.add("reporter", optional: "The host that said so by ICMP; for UDP.") {
            $0.answer.error?.reporter?.description
        }
        fields.add("tls", optional: "With `--tls`: the session, and the certificates.") { $0.tls?.facts }
        fields.add("attempts", optional: "Each address that did not accept, if there were several.") {
            $0.attempts.map(\.attempt).nonEmpty
        }
    }
}

extension CheckResult.Answer {
    fileprivate var attempt: Failure.Attempt {
        Failure.Attempt(address: address, cause: .network(error ?? NetworkError(.protocolError)), time: time)
    }
}
