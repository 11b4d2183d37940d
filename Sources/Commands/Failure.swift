// Why something did not work, said so that one who has never seen the code can act on it.

import CommandSpec
import Sockets
import TLS

/// A failure: the operation, what it was done to, the cause, what would help, and the exit status.
struct Failure: Error {
    enum Cause {
        case errno(Errno)
        /// An error number, said in words that fit the case better than its own.
        case explained(String, Errno)
        case resolution(ResolutionError)
        case host(HostError)
        /// Reported after a datagram was sent.
        case network(NetworkError)
        /// Of TLS: the handshake, a certificate, the protocol.
        case tls(TLSError)
        /// Told in words: no error number stands behind it.
        case words(String)

        /// In words.
        var message: String {
            switch self {
            case .errno(let error): error.message
            case .explained(let words, _): words
            case .resolution(let error): error.message
            case .host(let error): error.message
            case .network(let error): error.message
            case .tls(let error): error.message
            case .words(let words): words
            }
        }

        /// The symbol to look the cause up by, `ECONNREFUSED`; nil where there is none.
        var code: String? {
            switch self {
            case .errno(let error), .explained(_, let error): error.name
            case .resolution(let error): error.name
            case .host(let error): error.name
            case .network(let error): error.error.name
            case .tls(let error): error.code
            case .words: nil
            }
        }

        /// The number behind the symbol.
        var number: Int32? {
            switch self {
            case .errno(let error), .explained(_, let error): error.rawValue
            case .resolution(let error): error.code
            case .host(let error): error.code
            case .network(let error): error.error.rawValue
            case .tls, .words: nil
            }
        }

        /// The error of the system, with what the network said of it; nil where it is something else.
        var networkError: NetworkError? {
            switch self {
            case .errno(let error), .explained(_, let error), .resolution(.system(let error)):
                NetworkError(error)
            case .network(let error): error
            case .resolution, .host, .tls, .words: nil
            }
        }
    }

    /// The verb, mostly the call's name: `connect`.
    var operation: String
    /// What it was done to: an address, a file, an option; nil where there is just one.
    var operand: String?
    var cause: Cause
    /// What is to be said before the cause: `gave up after 2 s`.
    var lead: String?
    /// What to do about it.
    var hint: String?
    var status: ExitStatus
    /// Each address that was tried, with its own error.
    var attempts: [Attempt] = []

    /// One address that could not be reached.
    struct Attempt {
        let address: SocketAddress
        let cause: Cause
        /// Since it was tried.
        var time = Duration.zero
        /// What ICMP reported of it.
        var report: NetworkError?

        init(address: SocketAddress, cause: Cause, time: Duration = .zero) {
            self.address = address
            self.cause = cause
            self.time = time
        }

        init(address: SocketAddress, error: Errno) { self.init(address: address, cause: .errno(error)) }
    }

    /// - Parameter type: of the socket that it was done to.
    init(
        _ operation: String, _ operand: String? = nil, _ error: Errno, status: ExitStatus? = nil,
        type: SocketType = .stream, hint: String? = nil
    ) {
        self.init(operation, operand, .errno(error), type: type)
        if let status { self.status = status }
        if let hint { self.hint = hint }
    }

    init(_ operation: String, _ operand: String?, _ cause: Cause, type: SocketType = .stream) {
        self.operation = operation
        self.operand = operand
        self.cause = cause
        let error = cause.networkError?.error
        status = error.map { ExitStatus($0) } ?? .failure
        hint = error.flatMap { Hints.hint(for: $0, operation: operation, operand: operand, type) }
        if case .tls(let error) = cause { (status, hint) = (.tls, error.hint) }
    }

    /// What `--deadline` ended.
    static func deadline(_ limit: Duration, _ operation: String = "run", _ operand: String? = nil) -> Failure
    {
        Failure(operation, operand, words: "deadline of \(Statistics.text(limit)) passed", status: .timedOut)
    }

    init(resolving name: String, _ error: ResolutionError) {
        operation = "resolve"
        operand = name
        cause = .resolution(error)
        status = .resolution
        hint =
            switch error {
            case .temporaryFailure where NameLists.isService(name),
                .noSuchName where NameLists.isService(name):
                "\(name) is a service: sockctl resolve getservbyname \(name)"
            case .temporaryFailure where HostAndPort(name).host.flatMap(AnyIPAddress.init) != nil:
                "the name of an address comes from DNS: check /etc/resolv.conf"
            case .temporaryFailure: "check /etc/resolv.conf, or give an address instead of a name"
            case .noSuchName: Hints.interface(of: name)
            case .notConverted: Hints.international(name)
            case .noSuchService: Hints.services
            default: nil
            }
    }

    init(
        _ operation: String, _ operand: String? = nil, words: String, status: ExitStatus, hint: String? = nil
    ) {
        self.operation = operation
        self.operand = operand
        cause = .words(words)
        self.status = status
        self.hint = hint
    }

    init(_ operation: String, _ operand: String? = nil, words: String, _ error: Errno, hint: String? = nil) {
        self.operation = operation
        self.operand = operand
        cause = .explained(words, error)
        status = ExitStatus(error)
        self.hint = hint
    }

    /// A command line that was not understood.
    init(_ error: UsageError) {
        self.init("usage", error.command, words: error.words, status: .usage, hint: error.advice)
    }

    /// The same failure; of what was typed wrongly, with the line to type instead, where that is sure. Where `info PORT`
    /// finds nobody, a list was meant.
    func answered(for words: [Word]) -> Failure {
        guard status == .usage || status == .refused && words.first == "info",
            let line = Program.sockctl.line(insteadOf: words)
        else { return self }
        var copy = self
        copy.hint = UsageError.advice(line)
        return copy
    }

    /// Another process could not be looked into.
    init(_ error: InspectionError) {
        self.init("info", words: error.message, error.errno, hint: error.help)
    }

    /// Whether a service was looked up that there is not.
    var isOfUnknownService: Bool {
        switch cause {
        case .resolution(.noSuchService), .resolution(.noSuchName): true
        default: false
        }
    }

    /// Whether what stands alone was taken for a port and is none.
    var isNotAService: Bool { operation == "endpoint" && status == .usage }

    /// Whether what it was done to is an endpoint, or one of its addresses.
    var isOfEndpoint: Bool {
        ["connect", "bind", "listen", "accept", "send", "receive", "relay", "join", "tls", "expect"].contains(
            operation)
    }

    /// The cause in words.
    var message: String { (lead.map { $0 + ": " } ?? "") + cause.message }

    /// The symbol to look the cause up by, `ECONNREFUSED`; nil where there is none.
    var code: String? { cause.code }

    /// The number behind the symbol.
    var number: Int32? { cause.number }

    /// What is printed first: `connect 127.0.0.1:9: connection refused (ECONNREFUSED)`.
    var line: String {
        // Of the run as a whole there is nothing to name. What is not ours begins no line of its own.
        let subject = operation == "run" ? "" : operation + (operand.map { " " + $0 } ?? "") + ": "
        return TerminalEscaper.joined(subject + message) + (code.map { " (\($0))" } ?? "")
    }

    /// As it is printed.
    var text: String {
        var line = line
        if attempts.count > 1 {
            for attempt in attempts {
                line += "\n  \(attempt.address): \(attempt.cause.message)"
                if let code = attempt.cause.code { line += " (\(code))" }
            }
        }
        if let hint { line += "\n  " + TerminalEscaper.joined(hint) }
        return line
    }
}

extension ExitStatus {
    /// The status that stands for an error of the system.
    init(_ error: Errno) {
        self =
            switch error {
            case .connectionRefused: .refused
            case .timedOut: .timedOut
            case .hostUnreachable, .networkUnreachable, .hostDown, .networkDown: .unreachable
            case .connectionReset, .brokenPipe, .connectionAborted: .connectionLost
            case .addressInUse, .addressNotAvailable: .addressUnavailable
            case .notPermitted, .accessDenied: .notPermitted
            default: .failure
            }
    }
}

/// What to do about an error, where there is something.
enum Hints {
    static let numeric = "--numeric allows addresses and port numbers only"
    static let services = "services are listed in /etc/services; a number always works"

    static func hint(
        for error: Errno, operation: String, operand: String?, _ type: SocketType
    ) -> String? {
        if let operand, operand.hasPrefix("unix:"),
            let hint = hint(for: error, operation: operation, unixSocket: operand.dropFirst(5))
        {
            return hint
        }
        let isVsock = operand?.hasPrefix("vsock:") == true
        return switch (operation, error) {
        case ("connect", .connectionReset) where isVsock:
            ConnectVerdict.vsockRefusedWords
        case ("bind", .addressNotAvailable) where isVsock:
            ConnectVerdict.vsockAddressAdvice
        case ("connect", .connectionRefused):
            ConnectVerdict.refusedWords
        case ("bind", .addressInUse), ("listen", .addressInUse):
            operand.flatMap { occupant(of: $0, type) }
        case ("bind", .addressNotAvailable):
            ConnectVerdict.addressAdvice
        case ("bind", .accessDenied) where operand?.hasPrefix("unix:") == false:
            ConnectVerdict.lowPortAdvice
        case ("write", .badDescriptor):
            "it is closed, or open for reading only: '> /dev/null' discards the output"
        case ("read", .badDescriptor):
            "it is closed, or open for writing only: '< /dev/null' gives an empty input"
        case ("open", .badDescriptor):
            "that descriptor is closed, or open for the other direction only"
        case ("send", .messageTooLong) where operand?.hasPrefix("unix") == true:
            "a record goes in one piece: -o SO_SNDBUF=SIZE makes room for a longer one"
        case (_, .fileTooLarge):
            "a file may be no larger here: 'ulimit -f' shows the limit"
        case (_, .tooManyDescriptors):
            ConnectVerdict.descriptorsAdvice
        case ("send", .accessDenied):
            "if that is a broadcast address: 'sockctl broadcast send --to ADDRESS PORT' may send there"
        case ("setsockopt SO_BINDTODEVICE", .noSuchDevice):
            "there is no such interface: 'ip link' lists those that are there"
        case (_, .invalidArgument) where operand.map(lacksScope) == true,
            (_, .networkUnreachable) where operand.map(lacksScope) == true:
            ConnectVerdict.scopeAdvice
        default:
            nil
        }
    }

    /// The interface of a scoped address that is not there.
    static func interface(of address: String) -> String? {
        IPv6Address.missingInterface(of: address).map {
            "there is no interface '\(TerminalEscaper.joined($0))': 'ip link' lists those that are there"
        }
    }

    /// What to type for a name with letters beyond ASCII.
    static func international(_ name: String) -> String? {
        InternationalName.ascii(name).map {
            "type the name as it is in the DNS: \(TerminalEscaper.joined($0))"
        }
    }

    /// Whether an address, with its port, needs an interface.
    private static func lacksScope(_ operand: String) -> Bool {
        guard operand.hasPrefix("["), let end = operand.lastIndex(of: "]") else { return false }
        return IPv6Address(String(operand[..<end].dropFirst()))?.lacksScope == true
    }
}

/// Does something that answers with an error number, and adds what was being done.
func attempt<Result: ~Copyable>(
    _ operation: String, _ operand: String? = nil, status: ExitStatus? = nil, type: SocketType = .stream,
    _ body: () throws(Errno) -> Result
) throws(Failure) -> Result {
    do {
        return try body()
    } catch .interrupted where StartLimit.hasPassed {
        throw .deadline(StartLimit.end().limit, operation, operand)
    } catch {
        throw Failure(operation, operand, error, status: status, type: type)
    }
}
