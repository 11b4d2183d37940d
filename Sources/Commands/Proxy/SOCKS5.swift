// SOCKS5: how a proxy is asked for a connection (RFC 1928), with a user and a password where it wants them (RFC 1929).

import CommandSpec
import Sockets

struct SOCKS5: Preamble {
    private enum Stage { case method, credentials, reply, over }

    private let request: ProxyRequest
    private var stage = Stage.method
    private var taken: [UInt8] = []
    /// Where the proxy connects from, once it has: `BND.ADDR` and `BND.PORT`.
    private(set) var bound: String?

    init(_ request: ProxyRequest) { self.request = request }

    private enum Method {
        static let none: UInt8 = 0
        static let password: UInt8 = 2
        static let noneAcceptable: UInt8 = 0xff
    }
    private static let version: UInt8 = 5

    /// The greeting: what this side can do to say who it is.
    var opening: [UInt8] {
        let methods = [Method.none] + (request.credentials == nil ? [] : [Method.password])
        return [Self.version, UInt8(methods.count)] + methods
    }

    var wanted: Int {
        switch stage {
        case .method, .credentials: 2 - taken.count
        case .reply: replyLength - taken.count
        case .over: 0
        }
    }

    /// How long the reply is, as far as that is known: at least up to the first byte of the address.
    private var replyLength: Int {
        guard taken.count >= 5 else { return 5 }
        return switch taken[3] {
        case AddressType.inet: 4 + 4 + 2
        case AddressType.inet6: 4 + 16 + 2
        default: 4 + 1 + Int(taken[4]) + 2
        }
    }

    private enum AddressType {
        static let inet: UInt8 = 1
        static let name: UInt8 = 3
        static let inet6: UInt8 = 4
    }

    mutating func take(_ bytes: [UInt8]) -> PreambleStep {
        taken += bytes
        switch stage {
        case .method: return method()
        case .credentials: return verdict()
        case .reply: return reply()
        case .over: return .done
        }
    }

    private mutating func method() -> PreambleStep {
        guard taken[0] == Self.version else { return .foreign }
        guard taken.count == 2 else { return .wait }
        let method = taken[1]
        taken = []
        switch (method, request.credentials) {
        case (Method.none, _): return connect()
        case (Method.password, let credentials?):
            stage = .credentials
            let (user, password) = (credentials.user, credentials.password)
            return .send([1, UInt8(user.count)] + user + [UInt8(password.count)] + password)
        case (Method.noneAcceptable, nil): return .failed(request.needsCredentials)
        case (Method.noneAcceptable, _):
            return .failed(
                request.failure("accepts no user and password", .notPermitted))
        default:
            return .failed(
                request.failure(
                    "chose the authentication method \(method), which was not offered", .malformed))
        }
    }

    /// The answer to user and password: anything but 0 is no. Its version is not what RFC 1929 says everywhere.
    private mutating func verdict() -> PreambleStep {
        guard taken.count == 2 else { return .wait }
        guard taken[1] == 0 else { return .failed(request.wrongCredentials) }
        taken = []
        return connect()
    }

    /// `CONNECT`, with the name as it is: it is looked up there.
    private mutating func connect() -> PreambleStep {
        stage = .reply
        let address: [UInt8] =
            switch request.target.host {
            case .address(.inet(let address)): [AddressType.inet] + address.bytes
            case .address(.inet6(let address)): [AddressType.inet6] + address.bytes
            case .name(let name): [AddressType.name, UInt8(name.utf8.count)] + name.utf8
            }
        let port = request.target.port
        return .send([Self.version, 1, 0] + address + [UInt8(port >> 8), UInt8(port & 0xff)])
    }

    private mutating func reply() -> PreambleStep {
        guard taken[0] == Self.version else { return .foreign }
        // Some say no more than that.
        if taken.count >= 2, taken[1] != 0 { return .failed(refusal(taken[1])) }
        guard taken.count >= 4 else { return .wait }
        guard [AddressType.inet, AddressType.name, AddressType.inet6].contains(taken[3]) else {
            return .failed(request.failure("answered with an address of type \(taken[3])", .malformed))
        }
        guard taken.count >= 5, taken.count == replyLength else { return .wait }
        let address = Array(taken[4...].dropLast(2))
        let port = UInt16(taken[taken.count - 2]) << 8 | UInt16(taken[taken.count - 1])
        bound =
            AnyIPAddress(bytes: address).flatMap { taken[3] == AddressType.name ? nil : $0 }
            .map { $0.with(port: port).description }
        stage = .over
        return .done
    }

    /// What the reply says: RFC 1928, section 6.
    private func refusal(_ code: UInt8) -> Failure {
        switch code {
        case 1: request.failure("reports a general failure", .failure)
        case 2: request.failure("does not allow this connection", .notPermitted)
        case 3: request.failure("reports: network unreachable", reporting: .networkUnreachable)
        case 4:
            request.failure(
                "reports: host unreachable", reporting: .hostUnreachable,
                hint: request.target.isName ? "a name that it could not look up may be reported so, too" : nil
            )
        case 5: request.failure("reports: connection refused", reporting: .connectionRefused)
        case 6: request.failure("reports: TTL expired on the way", .unreachable)
        case 7: request.failure("does not support CONNECT", .failure)
        case 8:
            request.failure(
                "does not support this type of address", .failure,
                hint: request.target.isName ? "give the host as an address" : "give the host by its name")
        default: request.failure("refuses with the code \(code), which RFC 1928 does not have", .failure)
        }
    }

    func failure(_ trouble: PreambleTrouble) -> Failure {
        guard case .foreign(let rest) = trouble else { return request.failure(trouble) }
        let said = taken + rest
        // The reply of version 4 begins with a zero.
        let words = said.first == 0 && said.count > 1 && (90...93).contains(said[1]) ? "SOCKS4" : nil
        return request.failure(
            words.map { "speaks \($0), not SOCKS5" }
                ?? "does not speak SOCKS5: it said \(Utterance.quoted(said))",
            .malformed,
            hint: said.starts(with: "HTTP/".utf8) ? "an HTTP proxy is written http://HOST:PORT" : nil)
    }
}
