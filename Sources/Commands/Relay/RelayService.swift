// Relays each peer to a server: a connection of its own to the endpoint of `--to`.

import CommandSpec
import Framing
import Sockets

final class RelayService: Service {
    private let context: Context
    private let passage: Passage
    private let source: SourceAddress?
    private let faults: Faults?
    /// Those of the server's leg.
    private let settings: Settings

    init(
        _ context: Context, _ arguments: Arguments, to endpoint: Endpoint, clientHasTLS: Bool
    ) throws(Failure) {
        self.context = context
        source = try SourceAddress(arguments)
        settings = context.settings.ofServerLeg
        passage = try Passage(context, to: endpoint, arguments, .server)
        try context.refuseUnusedTLS(arguments, client: clientHasTLS, server: passage.hasTLS)
        faults = try Faults(context, arguments, ofDatagrams: false)
    }

    /// What is connected to, which must not be our own listener.
    var dialed: Endpoint { passage.dialed }

    func serve(_ stream: any Stream, _ identity: ConnectionIdentity, for owner: Connections) {
        let watches = RelayWatch.pair(context)
        let relay = RelayedConnection(
            observed(stream, identity, watches?.client), identity, watches?.client, faults, owner: owner)
        owner.add(relay)
        if let faults, faults.refuses(identity.number) {
            context.reporter.report(Fault(connection: identity.number, kind: .refuse))
            return relay.refuse()
        }
        let dialer = Dialer(
            context, through: passage, from: source, settings: settings, relaying: identity
        ) { [self] result in
            relay.dialed(
                result.map { stream, identity in
                    let stream = observed(stream, identity, watches?.server)
                    return RelaySide(stream, identity, watches?.server)
                })
        }
        relay.start(dialing: dialer)
        context.run.begin(dialer)
        dialer.start()
        relay.waitForServer()
    }

    /// Each leg is seen where it is received from.
    private func observed(
        _ stream: any Stream, _ identity: ConnectionIdentity, _ watch: RelayWatch?
    ) -> any Stream {
        // Whoever sent it has decided what goes together.
        if !context.settings.sets("TCP_NODELAY", on: identity.leg) { stream.sendAtOnce() }
        let observers = context.observers + (watch.map { [$0] } ?? [])
        guard !observers.isEmpty else { return stream }
        return ObservedStream(
            stream, of: identity, by: observers, isRelayed: true, mostAtOnce: watch?.mostAtOnce ?? .max)
    }

    /// Refuses to relay to our own listener, which would go on for ever.
    static func refuse(_ endpoint: Endpoint, listeningAt addresses: [SocketAddress]) throws(Failure) {
        let isLoop =
            switch endpoint.transport {
            case .unix(let name), .seqpacket(let name): addresses.contains(.unix(name))
            case .port(let port): addresses.contains { Self.isOurs($0, "localhost", port) }
            case .host(let host, let port): addresses.contains { Self.isOurs($0, host, port) }
            case .vsock(let cid, let port):
                addresses.contains(.vsock(cid: cid, port: port))
                    || addresses.contains(.vsock(cid: SocketAddress.anyVsock, port: port)) && cid == 1
            case .everyInterface, .inherited, .tls: false
            }
        guard isLoop else { return }
        throw Failure(
            "option", "--to", words: "\(endpoint.text) is where this command listens itself", status: .usage)
    }

    /// As far as that can be told without a look-up.
    private static func isOurs(_ address: SocketAddress, _ host: String, _ port: String) -> Bool {
        guard let own = address.host, address.port.map(String.init) == port else { return false }
        let literal = IPv4Address(host).map(AnyIPAddress.inet) ?? IPv6Address(host).map(AnyIPAddress.inet6)
        let isLoopback = literal?.isLoopback ?? (host == "localhost")
        return own == literal || isLoopback && (own.isUnspecified || literal == nil && own.isLoopback)
    }
}
