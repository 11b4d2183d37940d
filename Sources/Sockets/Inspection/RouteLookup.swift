// Which way a packet would go, asked of the kernel without sending one: rtnetlink(7). Any user may ask. What the kernel
// answers is told apart from that it could not be asked: a filter of system calls, or a kernel without such a request.

import CLinux
import Glibc

/// What the routing tables and rules say of an address.
package enum RouteAnswer: Hashable, Sendable {
    case found(Route)
    /// What `connect(2)` would answer: `ENETUNREACH` without a route, `EHOSTUNREACH` of one that is `unreachable`,
    /// `EACCES` of `prohibit`, `EINVAL` of `blackhole`.
    case refused(Errno)
}

/// A route to one address.
package struct Route: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case unicast
        /// The address is one of this host's own.
        case local
        case broadcast
        case multicast
        case anycast
        case other(UInt8)
    }

    package let kind: Kind
    /// The index of the interface it leaves by.
    package let interface: UInt32
    /// The next hop; nil where the destination is on the link.
    package let gateway: AnyIPAddress?
    /// The address that would be sent from.
    package let source: AnyIPAddress?
    /// The MTU of this route; nil for that of its interface.
    package let mtu: Int?
    /// Whether that MTU was learned from ICMP, and will be forgotten.
    package let mtuIsLearned: Bool

    package init(
        kind: Kind, interface: UInt32, gateway: AnyIPAddress? = nil, source: AnyIPAddress? = nil,
        mtu: Int? = nil, mtuIsLearned: Bool = false
    ) {
        self.kind = kind
        self.interface = interface
        self.gateway = gateway
        self.source = source
        self.mtu = mtu
        self.mtuIsLearned = mtuIsLearned
    }
}

/// What is known of the link-layer address of a neighbour: the states `NUD_*`.
package enum NeighbourState: Hashable, Sendable {
    /// It has not answered yet.
    case incomplete
    /// It did not answer.
    case failed
    /// It is known: it answers, has answered, or was entered.
    case known
    /// The link has no such addresses.
    case unneeded

    init(bits: UInt16) {
        // NUD_INCOMPLETE, NUD_FAILED, NUD_NOARP; the others have an address.
        self =
            switch bits {
            case 0x01: .incomplete
            case 0x20: .failed
            case 0x40, 0: .unneeded
            default: .known
            }
    }
}

/// An interface as the kernel has it.
package struct Link: Hashable, Sendable {
    package let name: String
    /// `IFF_UP`: it is switched on.
    package let isUp: Bool
    /// `IFF_LOWER_UP`: there is a carrier, a cable for example.
    package let hasCarrier: Bool
    package let mtu: Int?

    package init(name: String, isUp: Bool, hasCarrier: Bool, mtu: Int?) {
        self.name = name
        self.isUp = isUp
        self.hasCarrier = hasCarrier
        self.mtu = mtu
    }
}

/// A conversation with the kernel about routes, neighbours and links.
package struct RouteLookup: ~Copyable {
    private let netlink: NetlinkSocket
    private var sequence: UInt32 = 0
    private var buffer = [UInt8](repeating: 0, count: 32 << 10)

    /// `socket(2)` with `NETLINK_ROUTE`.
    package init() throws(Errno) { netlink = try NetlinkSocket(family: NETLINK_ROUTE) }

    /// The route to an address: `RTM_GETROUTE`. Throws where the kernel could not be asked.
    /// - Parameters:
    ///   - source: the address to send from, where that is not the kernel's choice.
    ///   - interface: the one to leave by, 0 for any.
    ///   - port: the TCP port, since a rule may be for it alone; nil for any packet.
    package mutating func route(
        to destination: AnyIPAddress, from source: AnyIPAddress? = nil, interface: UInt32 = 0,
        port: UInt16? = nil
    ) throws(Errno) -> RouteAnswer {
        let request = Self.routeRequest(destination, source, interface, port, flags: 0)
        switch try answer(request, clinux_get_route) {
        case .message(let message):
            return Route(parsing: message).map { .found($0) } ?? .refused(.protocolError)
        case .refused(let error): return .refused(error)
        }
    }

    /// How many leading bits of the address the route is for, 0 for a default route: `RTM_GETROUTE` with
    /// `RTM_F_FIB_MATCH`. Nil where that is not told.
    package mutating func matchedPrefix(
        of destination: AnyIPAddress, from source: AnyIPAddress? = nil, interface: UInt32 = 0,
        port: UInt16? = nil
    ) throws(Errno) -> Int? {
        let request = Self.routeRequest(destination, source, interface, port, flags: clinux_route_fib_match)
        guard case .message(let message) = try answer(request, clinux_get_route) else { return nil }
        return unsafe message.span.bytes.value(UInt8.self, at: 1).map { Int($0) }
    }

    /// The neighbour that has this address on a link: `RTM_GETNEIGH`, since Linux 5.0. Nil if it was not asked
    /// for lately.
    package mutating func neighbour(
        _ address: AnyIPAddress, on interface: UInt32
    ) throws(Errno) -> NeighbourState? {
        var head = ndmsg()
        head.ndm_family = UInt8(address.family.kernelValue)
        head.ndm_ifindex = Int32(bitPattern: interface)
        let request =
            Netlink.bytes(of: head) + Netlink.attribute(clinux_neighbour_destination, address.bytes)
        switch try answer(request, clinux_get_neighbour) {
        case .message(let message):
            return unsafe message.span.bytes.value(UInt16.self, at: 8).map { NeighbourState(bits: $0) }
        case .refused(.noSuchFile): return nil
        case .refused(let error): throw error
        }
    }

    /// An interface: `RTM_GETLINK`. Nil if it is gone.
    package mutating func link(_ interface: UInt32) throws(Errno) -> Link? {
        var head = ifinfomsg()
        head.ifi_index = Int32(bitPattern: interface)
        // RTEXT_FILTER_SKIP_STATS: nobody reads the counters.
        let filter = Netlink.attribute(clinux_link_filter, UInt32(8).kernelBytes)
        switch try answer(Netlink.bytes(of: head) + filter, clinux_get_link) {
        case .message(let message): return Link(parsing: message)
        case .refused(.noSuchDevice): return nil
        case .refused(let error): throw error
        }
    }

    // MARK: -

    private enum Answer {
        case message([UInt8])
        case refused(Errno)
    }

    private static func routeRequest(
        _ destination: AnyIPAddress, _ source: AnyIPAddress?, _ interface: UInt32, _ port: UInt16?,
        flags: UInt32
    ) -> [UInt8] {
        var head = rtmsg()
        head.rtm_family = UInt8(destination.family.kernelValue)
        head.rtm_dst_len = UInt8(destination.bytes.count * 8)
        head.rtm_flags = flags
        var attributes = Netlink.attribute(clinux_route_destination, destination.bytes)
        if let source, source.family == destination.family, !source.isUnspecified {
            head.rtm_src_len = UInt8(source.bytes.count * 8)
            attributes += Netlink.attribute(clinux_route_source, source.bytes)
        }
        var interface = interface
        if case .inet6(let address) = destination, address.scope != 0 { interface = address.scope }
        if interface != 0 {
            attributes += Netlink.attribute(clinux_route_interface, interface.kernelBytes)
        }
        if let port {
            attributes += Netlink.attribute(clinux_route_protocol, [UInt8(IPPROTO_TCP)])
            attributes += Netlink.attribute(clinux_route_destination_port, port.bigEndian.kernelBytes)
        }
        return Netlink.bytes(of: head) + attributes
    }

    private mutating func answer(_ request: [UInt8], _ type: UInt16) throws(Errno) -> Answer {
        sequence += 1
        try netlink.send(
            Netlink.message(type: type, flags: NLM_F_REQUEST, sequence: sequence, payload: request))
        while true {
            let count = try netlink.receive(into: &buffer)
            let datagram = unsafe buffer.span.bytes.extracting(0..<count)
            var answer: Answer?
            try Netlink.forEachMessage(in: datagram) { (header, payload) throws(Errno) in
                guard header.nlmsg_seq == sequence else { return true }
                if Int32(header.nlmsg_type) == NLMSG_ERROR {
                    guard let code = payload.value(Int32.self, at: 0), code < 0, code != .min else {
                        throw .protocolError
                    }
                    // These say that the request is not understood, or not allowed.
                    let error = Errno(rawValue: -code)
                    if [.notPermitted, .notSupported, .notImplemented].contains(error) { throw error }
                    answer = .refused(error)
                } else {
                    answer = .message(payload.array)
                }
                return false
            }
            if let answer { return answer }
        }
    }
}

extension Route {
    /// Parses a `struct rtmsg` and its attributes.
    init?(parsing message: [UInt8]) {
        let bytes = unsafe message.span.bytes
        guard let head = bytes.value(rtmsg.self, at: 0) else { return nil }
        var (interface, gateway, source) = (UInt32(0), AnyIPAddress?.none, AnyIPAddress?.none)
        var (mtu, isLearned) = (Int?.none, false)
        Netlink.forEachAttribute(in: bytes, from: MemoryLayout<rtmsg>.size) { type, value in
            switch type {
            case clinux_route_interface: interface = value.value(UInt32.self, at: 0) ?? 0
            case clinux_route_gateway: gateway = AnyIPAddress(bytes: value.array)
            // The family, then the address: a gateway of the other family.
            case clinux_route_via: gateway = AnyIPAddress(bytes: Array(value.array.dropFirst(2)))
            case clinux_route_preferred_source: source = AnyIPAddress(bytes: value.array)
            case clinux_route_metrics:
                Netlink.forEachAttribute(in: value, from: 0) { metric, value in
                    if metric == clinux_metric_mtu { mtu = value.value(UInt32.self, at: 0).map { Int($0) } }
                }
            // rta_expires
            case clinux_route_cache: isLearned = (value.value(Int32.self, at: 8) ?? 0) > 0
            default: break
            }
        }
        let kind: Kind =
            switch head.rtm_type {
            case clinux_route_unicast: .unicast
            case clinux_route_local: .local
            case clinux_route_broadcast: .broadcast
            case clinux_route_multicast: .multicast
            case clinux_route_anycast: .anycast
            case let other: .other(other)
            }
        self.init(
            kind: kind, interface: interface, gateway: gateway, source: source, mtu: mtu,
            mtuIsLearned: isLearned && mtu != nil)
    }
}

extension Link {
    /// Parses a `struct ifinfomsg` and its attributes.
    init?(parsing message: [UInt8]) {
        let bytes = unsafe message.span.bytes
        guard let head = bytes.value(ifinfomsg.self, at: 0) else { return nil }
        var (name, mtu) = ("", Int?.none)
        Netlink.forEachAttribute(in: bytes, from: MemoryLayout<ifinfomsg>.size) { type, value in
            switch type {
            case clinux_link_name: name = String(decoding: value.array.prefix { $0 != 0 }, as: UTF8.self)
            case clinux_link_mtu: mtu = value.value(UInt32.self, at: 0).map { Int($0) }
            default: break
            }
        }
        self.init(
            name: name, isUp: head.ifi_flags & 1 != 0, hasCarrier: head.ifi_flags & 0x10000 != 0, mtu: mtu)
    }
}
