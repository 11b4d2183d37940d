// How the connection to an endpoint comes about: through which proxy, and what is said before its payload.

import CommandSpec
import Sockets

struct Passage {
    private let context: Context
    let endpoint: Endpoint
    private let proxy: (proxy: Proxy, request: ProxyRequest)?
    private let header: ProxyHeader.Version?
    private let tls: TLSClient?

    /// - Parameter leg: of a relay, whose server is connected to.
    init(
        _ context: Context, to endpoint: Endpoint, _ arguments: Arguments, _ leg: Leg? = nil
    ) throws(Failure) {
        self.context = context
        self.endpoint = endpoint
        tls = try context.tlsClient(to: endpoint, arguments, leg)
        header = arguments[Options.proxyProtocol].flatMap { ProxyHeader.Version(rawValue: $0) }
        guard let word = arguments[Options.via] else {
            proxy = nil
            return
        }
        let proxy = try Proxy(word)
        let request = ProxyRequest(
            proxy: proxy.text, target: try ProxyTarget(endpoint, numeric: context.settings.numeric),
            credentials: try context.credentials(for: proxy, arguments))
        self.proxy = (proxy, request)
    }

    var hasTLS: Bool { tls != nil }

    /// What is connected to.
    var dialed: Endpoint { proxy?.proxy.endpoint ?? endpoint }

    /// What stands between, for the events of a connection; nil for nothing.
    var detour: Detour? {
        proxy.map { Detour(endpoint: endpoint.transport.text, via: $0.request.proxy) }
    }

    /// What has to happen before the connection counts as made, in its order.
    /// - Parameter client: whose connection is relayed.
    func steps(for client: ConnectionIdentity? = nil) -> [EstablishStep] {
        var steps: [EstablishStep] = []
        if let proxy { steps.append(proxy.request.step(proxy.proxy.kind, context)) }
        if let header {
            steps.append(ProxyHeader.step(header, context, for: client, beyond: proxy?.request.target))
        }
        return steps + (tls?.steps ?? [])
    }
}
