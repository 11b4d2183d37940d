// From which address a datagram goes that is sent by a socket bound to none: the kernel's choice, asked of its routing tables.
// Those that go to one address after the other ask once.

import Sockets

struct RouteSource {
    private var latest: (destination: AnyIPAddress, source: AnyIPAddress?)?

    /// The local address with the host that is sent from, if it has none and that can be found out.
    mutating func complete(_ local: SocketAddress, towards peer: SocketAddress) -> SocketAddress {
        guard local.host?.isUnspecified == true, let port = local.port, let destination = peer.host else {
            return local
        }
        if latest?.destination != destination { latest = (destination, Self.source(towards: destination)) }
        return switch latest?.source {
        case .inet(let address)?: .inet(address, port: port)
        case .inet6(let address)?: .inet6(address, port: port)
        case nil: local
        }
    }

    private static func source(towards destination: AnyIPAddress) -> AnyIPAddress? {
        guard var lookup = try? RouteLookup(), case .found(let route)? = try? lookup.route(to: destination)
        else { return nil }
        return route.source
    }
}
