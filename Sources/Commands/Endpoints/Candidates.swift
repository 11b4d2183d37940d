// The addresses of an endpoint in the order in which they are tried, and why those that were tried failed: one list
// for connecting, checking, waiting and sending datagrams.

import CommandSpec
import Sockets

struct Candidates {
    /// As the endpoint is written in messages.
    let name: String
    /// The families take turns.
    let addresses: [SocketAddress]
    /// In place of that of the addresses: they are the same for all ports of a host.
    private let port: UInt16?
    private var position = 0
    /// In the order in which they failed.
    private(set) var failures: [Failure.Attempt] = []

    /// - Parameter addresses: in the order of RFC 6724; the families take turns.
    init(_ addresses: [SocketAddress], of name: String) {
        self.init(interleaved: Self.interleaved(addresses), port: nil, of: name)
    }

    /// - Parameters:
    ///   - addresses: those of another list.
    ///   - port: that of all; nil for what the addresses say.
    init(interleaved addresses: [SocketAddress], port: UInt16?, of name: String) {
        self.name = name
        self.addresses = addresses
        self.port = port
    }

    /// Whether there is an address that was not tried.
    var hasMore: Bool { position < addresses.count }

    /// The next address that was not tried, nil if all were.
    mutating func next() -> SocketAddress? {
        guard hasMore else { return nil }
        defer { position += 1 }
        return port.map { addresses[position].with(port: $0) } ?? addresses[position]
    }

    mutating func failed(
        _ address: SocketAddress, _ cause: Failure.Cause, after time: Duration = .zero,
        report: NetworkError? = nil
    ) {
        var attempt = Failure.Attempt(address: address, cause: cause, time: time)
        attempt.report = report
        failures.append(attempt)
    }

    /// The failure that says most: that this host has no IPv6 says less than what the other address answered.
    var telling: Failure.Attempt? { failures.first { !$0.cause.isMissingFamily } ?? failures.first }

    /// Why none of them could be reached: what the first said, and each by itself.
    func failure(_ operation: String) -> Failure {
        let name = failures.count == 1 ? failures.first?.address.description ?? name : name
        var failure = Failure(operation, name, telling?.cause ?? .errno(.addressNotAvailable))
        failure.attempts = failures
        failure.hint = failure.loopbackHint ?? failure.hint
        return failure
    }

    /// The families take turns, the first of them first: RFC 8305, section 4.
    static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let first = addresses.first?.family else { return [] }
        let preferred = addresses.filter { $0.family == first }
        let others = addresses.filter { $0.family != first }
        var result: [SocketAddress] = []
        for index in 0..<max(preferred.count, others.count) {
            if index < preferred.count { result.append(preferred[index]) }
            if index < others.count { result.append(others[index]) }
        }
        return result
    }
}

extension Context {
    /// The addresses by which an endpoint may be reached from a local address, at least one.
    func candidates(
        for endpoint: Endpoint, _ type: SocketType, from source: SourceAddress?, of leg: Settings? = nil,
        timeout: Duration,
        _ body: @escaping (Result<Candidates, Failure>) -> Void
    ) {
        do throws(Failure) { try source?.check(endpoint) } catch { return body(.failure(error)) }
        resolve(endpoint, for: .connecting, type, of: leg, timeout: timeout) { result in
            body(
                result.flatMap { found in
                    let usable = found.filter { source?.family == nil || source?.family == $0.family }
                    guard usable.isEmpty else { return .success(Candidates(usable, of: endpoint.text)) }
                    let words = "it has no address of the family of the source address"
                    return .failure(Failure("resolve", endpoint.text, words: words, status: .resolution))
                })
        }
    }
}

extension Failure.Attempt {
    /// Whether the connection was made, and what had to follow was not.
    var hasAccepted: Bool { if case .explained = cause { true } else { false } }
}

extension Failure {
    /// What to do if it is this host that could not be reached, for want of its loopback interface.
    var loopbackHint: String? {
        guard cause.isUnanswered, attempts.contains(where: { $0.address.host?.isLoopback == true }),
            NetworkInterface.loopbackIsDown
        else { return nil }
        return "the loopback interface is down: 'ip link set lo up' brings it up"
    }
}

extension Failure.Cause {
    private var error: Errno? {
        switch self {
        case .errno(let error), .explained(_, let error): error
        case .network(let error): error.error
        case .resolution, .host, .tls, .words: nil
        }
    }

    /// Whether nothing came back.
    fileprivate var isUnanswered: Bool {
        [.timedOut, .networkUnreachable, .addressNotAvailable].contains(error)
    }

    /// A host without IPv6, or without IPv4.
    var isMissingFamily: Bool { [.addressNotAvailable, .familyNotSupported].contains(error) }
}
