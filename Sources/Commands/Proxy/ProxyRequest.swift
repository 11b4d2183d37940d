// What a proxy is asked for: a connection to a host that is not looked up here, and who asks.

import CommandSpec
import Framing
import Sockets

/// Where a proxy connects to.
struct ProxyTarget: Equatable, Sendable {
    enum Host: Equatable, Sendable {
        case address(AnyIPAddress)
        /// In ASCII, and of at most 255 bytes, as SOCKS5 has it.
        case name(String)
    }

    let host: Host
    let port: UInt16

    var isName: Bool { if case .name = host { true } else { false } }

    /// As an address, where it is one.
    var address: SocketAddress? {
        if case .address(let address) = host { address.with(port: port) } else { nil }
    }

    /// As HTTP writes it: RFC 9110, section 7.2.
    var authority: String {
        switch host {
        case .address(let address): address.with(port: port).description
        case .name(let name): "\(name):\(port)"
        }
    }

    /// - Parameter numeric: whether no name of a service is looked up.
    init(_ endpoint: Endpoint, numeric: Bool) throws(Failure) {
        let port: String
        switch endpoint.transport {
        case .port(let text): (host, port) = (.name("localhost"), text)
        case .host(let name, let text): (host, port) = (try Self.host(name), text)
        case .everyInterface:
            throw .endpoint(
                endpoint.text, "every interface, which is for listening: name a host to connect to")
        case .unix, .seqpacket, .vsock, .inherited:
            throw .endpoint(endpoint.text, "a socket of this host: no proxy leads there")
        case .tls: preconditionFailure("TLS in TLS")
        }
        self.port = try Self.port(port, of: endpoint, numeric)
    }

    private static func host(_ text: String) throws(Failure) -> Host {
        if let address = IPv4Address(text) { return .address(.inet(address)) }
        if let address = IPv6Address(text) {
            guard address.scope == 0 else {
                throw .endpoint(text, "an interface of this host means nothing to a proxy")
            }
            return .address(.inet6(address))
        }
        let name = InternationalName.ascii(text) ?? text
        guard name.utf8.count <= 255, !name.contains(":"), HTTPMessage.isHost(Array(name.utf8)) else {
            throw .endpoint(text, "not the name of a host")
        }
        return .name(name)
    }

    /// The name of a service is of this host, not of the proxy's.
    private static func port(_ text: String, of endpoint: Endpoint, _ numeric: Bool) throws(Failure) -> UInt16
    {
        if let number = PortNumber.read(text) { return number }
        guard !numeric, let service = try? ServiceEntry(named: text, protocolName: "tcp") else {
            throw Failure(
                "resolve", endpoint.text, words: "there is no service '\(text)'", status: .resolution,
                hint: numeric ? "--numeric allows addresses and port numbers only" : Hints.services)
        }
        return service.port
    }
}

/// A user and a password.
struct ProxyCredentials: Equatable, Sendable {
    let user: [UInt8]
    let password: [UInt8]
}

/// What a proxy is asked for, and how a refusal is said. Neither user nor password is ever in it.
struct ProxyRequest: Sendable {
    /// As it is called in messages.
    let proxy: String
    let target: ProxyTarget
    let credentials: ProxyCredentials?

    func failure(_ words: String, _ status: ExitStatus, hint: String? = nil) -> Failure {
        Failure("connect", words: "the proxy \(proxy) \(words)", status: status, hint: hint)
    }

    /// - Parameter error: what the proxy has met.
    func failure(_ words: String, reporting error: Errno, hint: String? = nil) -> Failure {
        Failure("connect", words: "the proxy \(proxy) \(words)", error, hint: hint)
    }

    var needsCredentials: Failure {
        failure(
            "wants a user and a password", .notPermitted,
            hint: "--via-auth @FILE reads them from a file, USER:PASSWORD in its first line")
    }

    var wrongCredentials: Failure { failure("does not accept the user and the password", .notPermitted) }

    /// What may happen on the way to its answer.
    func failure(_ trouble: PreambleTrouble) -> Failure {
        switch trouble {
        case .unsent(let error), .broke(let error):
            failure("broke the connection before it answered: \(error.message)", reporting: error)
        case .ended:
            failure("closed the connection before it answered", .connectionLost)
        case .followed, .foreign: failure("does not speak its protocol", .malformed)
        }
    }
}
