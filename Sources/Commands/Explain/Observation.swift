// What was seen when one address was tried, as values: a verdict is made from these and from nothing else.

import CommandSpec
import Sockets

struct Observation {
    enum Outcome {
        case connected
        /// What `connect(2)` answered.
        case failed(Errno)
        case timedOut
        /// Before an address was tried: `socket`, `bind`, `setsockopt …`.
        case impossible(operation: String, Errno)
        /// The name did not become addresses.
        case unresolved(Failure.Cause)
        /// It accepted, and what had to follow failed: the handshake of TLS.
        case rejected(Rejection)
    }

    /// Why the connection that was made could not be used.
    struct Rejection {
        let message: String
        let code: String?
        var hint: String?
        /// Whether the peer did not answer in time.
        var isSilence = false
        /// Whether what we sent is not acknowledged, and was sent again.
        var isUnacknowledged = false
    }

    /// The ports to connect from: the one that the user names, or the ephemeral ones.
    struct Ports {
        /// How many there are.
        let count: Int
        /// How many of them have a connection to the address.
        let used: Int
    }

    /// The endpoint as it is written.
    let target: String
    /// Nil where there is none.
    var address: SocketAddress?
    var outcome: Outcome
    /// The only family that was looked for; nil for any.
    var family: AddressFamily?
    /// Whether names are not looked up at all.
    var isNumeric = false
    /// How long it was tried.
    var duration: Duration?
    /// What ICMP reported, of other hosts than this one, the last of it.
    var report: NetworkError?
    /// Nil where the kernel could not be asked.
    var route: RouteAnswer?
    /// Whether a socket option that the user sets may choose another route, so that it was not asked for.
    var optionChoosesRoute = false
    /// How many leading bits of the address the route is for.
    var prefix: Int?
    /// The interface of the route.
    var link: Link?
    /// An interface that is down and has an address of the same subnet.
    var downInterface: String?
    /// The state of the next hop, as far as it has a link-layer address.
    var neighbour: NeighbourState?
    /// Who holds the port, where the address is one of this host's.
    var survey: PortSurvey?
    /// The same in other network namespaces.
    var elsewhere: [PortHolder] = []
    /// The address or port that the user wants to connect from.
    var source: String?
    var sourceHasPort = false
    /// Whether an interface has the source address.
    var sourceIsHere = false
    /// Who has the source address, in words, where that is taken.
    var sourceHolder: String?
    var ports: Ports?
    var descriptorLimit: Int?
    /// Of the connection that was made.
    var localAddress: SocketAddress?
    var pathMTU: Int?
    var greeting: Greeting?
    /// What a handshake of TLS that was done came to, and how long it took.
    var handshake: (words: String, time: Duration)?
    /// The file of a Unix socket.
    var path: UnixSocketPath?
    /// Who has a Unix socket of that name.
    var unixHolder: SocketHolder?
    /// Whether the loopback interface is down.
    var loopbackIsDown = false
    /// Whether /etc/hosts has the name with the address.
    var isFromHosts = false

    init(_ target: String, _ address: SocketAddress?, _ outcome: Outcome) {
        self.target = target
        self.address = address
        self.outcome = outcome
    }
}

extension Observation {
    /// The error of `connect(2)`.
    var error: Errno? {
        if case .failed(let error) = outcome { error } else { nil }
    }

    var isTimedOut: Bool { if case .timedOut = outcome { true } else { false } }

    /// Whether it may be the wrong address, from /etc/hosts, that is tried.
    var doubtsHosts: Bool { isFromHosts && address?.host?.isLoopback == false }

    /// Whether it failed, and not just because nothing came.
    var isDecided: Bool {
        switch outcome {
        case .failed, .impossible, .rejected: true
        case .connected, .timedOut, .unresolved: false
        }
    }

    /// Whether nothing came back, or this host gave up asking for the neighbour.
    var isUnanswered: Bool { isTimedOut || error == .hostUnreachable || error == .timedOut }

    /// The route where there is one.
    var foundRoute: Route? {
        if case .found(let route)? = route { route } else { nil }
    }

    /// Why there is no route.
    var routeError: Errno? {
        if case .refused(let error)? = route { error } else { nil }
    }

    /// Whether the address is one of this host.
    var isLocal: Bool {
        guard let route else { return address?.host?.isLoopback ?? false }
        if case .found(let route) = route { return route.kind == .local }
        return address?.host?.isLoopback ?? false
    }

    /// The address without its port.
    var host: String { address?.host?.description ?? address?.description ?? target }
    var port: UInt16 { address?.port ?? 0 }
    var isUnix: Bool { address?.family == .unix }

    /// Where a packet goes next: the gateway, or the host itself.
    var nextHop: AnyIPAddress? { foundRoute?.gateway ?? address?.host }
}

extension PortHolder {
    /// The process, as it is named in a message.
    var holder: String { process.map { $0.inWords } ?? "another process" }
    /// The address, with the interface that it is bound to.
    var place: String { address.description + (interface.map { " on \($0)" } ?? "") }
}

extension SocketHolder {
    /// The process, as it is named in a message: on a large system, or of another user, it may not be found out.
    var inWords: String { process.map { $0.inWords } ?? "another process" }
    /// Of one that is bound.
    var notListening: String { "\(inWords) has bound it and does not listen yet" }
}

extension SocketOwner {
    var inWords: String { "\(TerminalEscaper.joined(name)) (pid \(pid))" }
}
