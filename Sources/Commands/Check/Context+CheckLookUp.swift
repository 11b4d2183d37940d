// What the targets of a check stand for: each host is looked up once, however many of its ports are tested.

import CommandSpec
import Sockets

/// A target that was looked up.
final class CheckedHost {
    /// The number of its operand.
    let number: Int
    let target: CheckTarget
    /// Without a port, in the order in which they are tried; at least one.
    let addresses: [SocketAddress]
    /// How long each of the ports may take to answer.
    let timeout: Duration
    /// At least one; of a Unix socket one that means nothing.
    let ports: [UInt16]
    /// How many of the ports were begun, and how many are being tested.
    var position = 0
    var running = 0
    /// The endpoint of port 0 without that; nil where there are no ports.
    private let prefix: String?

    init(
        _ number: Int, _ target: CheckTarget, _ addresses: [SocketAddress], _ ports: [UInt16],
        timeout: Duration
    ) {
        self.number = number
        self.target = target
        self.addresses = addresses
        self.ports = ports
        self.timeout = timeout
        prefix = target.ports == nil ? nil : String(target.endpoint("0").text.dropLast())
    }

    /// The host and the port, as HTTP has them: RFC 9110, section 7.2.
    func authority(_ port: UInt16?) -> String {
        guard let port else { return "localhost" }
        let host = target.hostText
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 80 || port == 443 ? name : "\(name):\(port)"
    }

    /// The endpoint of one of the ports, as it is written.
    func endpoint(of port: UInt16) -> String {
        guard let prefix else { return target.endpoint(String(port)).text }
        return prefix + String(port)
    }
}

extension Context {
    /// Looks up the addresses of the host and the ports of its services.
    func lookUp(
        _ target: CheckTarget, number: Int, _ plan: CheckPlan, timeout: Duration,
        _ body: @escaping (Result<CheckedHost, Failure>) -> Void
    ) {
        // The port does not matter, as long as it needs no look-up.
        let endpoint = target.endpoint("1")
        let limit = TimeLimit(timeout)
        candidates(for: endpoint, plan.type, from: plan.source, timeout: limit.duration) {
            [unowned self] result in
            switch result {
            case .failure(var failure):
                if failure.operand == endpoint.text { failure.operand = target.hostText }
                body(.failure(failure))
            case .success(let candidates):
                let services = (target.ports?.services ?? [])[...]
                lookUp(services: services, of: target, [:], plan, limit) { result in
                    body(
                        result.map { services in
                            CheckedHost(
                                number, target, candidates.addresses, target.ports?.ports(services) ?? [0],
                                timeout: plan.hasOneClock ? limit.remaining() : plan.timeout)
                        })
                }
            }
        }
    }

    /// One after the other: there are not many, and they are mostly in a file.
    private func lookUp(
        services names: ArraySlice<String>, of target: CheckTarget, _ found: [String: UInt16],
        _ plan: CheckPlan, _ limit: TimeLimit,
        _ body: @escaping (Result<[String: UInt16], Failure>) -> Void
    ) {
        guard let name = names.first else { return body(.success(found)) }
        let endpoint = Endpoint.port(name)
        // The loopback address needs no look-up either.
        resolve(endpoint, for: .listening, plan.type, timeout: limit.remaining()) { [unowned self] result in
            switch result {
            case .failure(var failure):
                // The host is there: what stands after it was meant as a service.
                if failure.isNotAService, case .host = target {
                    failure = Failure(resolving: target.endpoint(name).text, .noSuchService)
                    if settings.numeric { failure.hint = Hints.numeric }
                }
                body(.failure(failure))
            case .success(let addresses):
                var found = found
                found[name] = addresses.first?.port
                lookUp(services: names.dropFirst(), of: target, found, plan, limit, body)
            }
        }
    }
}
