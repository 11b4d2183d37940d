// Asking the kernel what it knows of an address that was tried: routes, neighbours, links, who holds a port. Nothing is sent
// for it. A hint asks as much as a few milliseconds allow; an explanation asks for all.

import CommandSpec
import Sockets

extension Observation {
    /// How thoroughly is asked.
    enum Depth {
        /// For one line below a failure: nothing is begun after this time.
        case hint
        case full

        /// How much of the processor's time looking for a process may take.
        fileprivate var owners: Duration { self == .hint ? .microseconds(1500) : .milliseconds(200) }
    }

    /// Options that may choose another route.
    private static let routingOptions = [
        "SO_MARK", "SO_BINDTODEVICE", "SO_BINDTOIFINDEX", "IP_TOS", "SO_DONTROUTE", "IP_UNICAST_IF",
        "IPV6_UNICAST_IF",
        "IP_TRANSPARENT", "IPV6_TRANSPARENT", "IP_FREEBIND", "IPV6_FREEBIND",
    ]
    /// How long the questions for a hint may take.
    static let hintLimit = Duration.milliseconds(5)
    /// How many other network namespaces are looked into.
    private static let mostNamespaces = 64
    /// With more ephemeral ports than this, counting those in use takes too long for a hint.
    private static let mostPorts = 1000

    /// - Parameters:
    ///   - source: where the user connects from.
    ///   - settings: which interface the user names, and options that choose a route.
    mutating func ask(_ depth: Depth, from source: SourceAddress?, _ settings: Settings) {
        (self.source, sourceHasPort) = (source?.text, source?.hasPort == true)
        switch outcome {
        case .unresolved: break
        case .impossible(let operation, let error): ask(whyNot: operation, error, source)
        case .failed(let error): ask(depth, error, false, from: source, settings)
        case .timedOut: ask(depth, nil, true, from: source, settings)
        case .connected, .rejected: ask(depth, nil, false, from: source, settings)
        }
    }

    /// Before an address was tried.
    private mutating func ask(whyNot operation: String, _ error: Errno, _ source: SourceAddress?) {
        if error == .tooManyDescriptors { descriptorLimit = DescriptorLimit.current }
        guard operation == "bind", let source else { return }
        if error == .addressNotAvailable, let host = source.host {
            let interfaces = (try? NetworkInterface.all()) ?? []
            sourceIsHere = interfaces.contains { $0.addresses.contains { $0.address == host } }
        }
        if error == .addressInUse { sourceHolder = Hints.occupant(of: source.text, .stream) }
    }

    /// After an address was tried: `error` is what `connect(2)` answered.
    private mutating func ask(
        _ depth: Depth, _ error: Errno?, _ isTimedOut: Bool, from source: SourceAddress?, _ settings: Settings
    ) {
        guard let address else { return }
        if case .unix(let name) = address {
            // A server that takes one connection has removed its file by now.
            let isConnected = error == nil && !isTimedOut
            if case .path(let path) = name {
                let found = UnixSocketPath(path)
                if case .missing = found, isConnected { return }
                self.path = found
            }
            if error == .connectionRefused || isTimedOut {
                unixHolder = SocketHolder.of(
                    address, .stream, within: max(SocketHolder.patience, depth.owners))
            }
            return
        }
        let end = Instant.now + Self.hintLimit
        // What the kernel is not asked with would be answered wrongly.
        optionChoosesRoute = Self.routingOptions.contains { settings.sets($0) }
        if !optionChoosesRoute {
            askForRoute(depth, from: source?.host, interface: settings.interface)
        }
        if address.host?.isLoopback == true,
            isTimedOut || error == .addressNotAvailable || error == .networkUnreachable
        {
            loopbackIsDown = NetworkInterface.loopbackIsDown
        }
        if routeError == .networkUnreachable { downInterface = Self.downInterface(near: address) }
        guard depth == .full || Instant.now < end else { return }
        if isLocal, depth == .full || isTimedOut || error == .connectionRefused {
            survey = PortSurvey(port: port, depth == .full ? .full : .brief, ownersWithin: depth.owners)
            if depth == .full, error == .connectionRefused, survey?.holders.isEmpty == true {
                elsewhere =
                    PortSurvey.elsewhere(
                        port: port, atMost: Self.mostNamespaces, ownersWithin: .milliseconds(50)
                    ).holders
            }
        }
        if error == .addressNotAvailable { askForPorts(depth, to: address, from: source) }
    }

    private mutating func askForPorts(_ depth: Depth, to address: SocketAddress, from source: SourceAddress?)
    {
        let named = source.flatMap { $0.hasPort ? $0.port...$0.port : nil }
        guard let range = named ?? EphemeralPorts.range, depth == .full || range.count <= Self.mostPorts
        else { return }
        let from = source?.host ?? foundRoute?.source
        ports = Ports(count: range.count, used: PortUse.connections(to: address, from: from, ports: range))
    }

    private mutating func askForRoute(_ depth: Depth, from source: AnyIPAddress?, interface: String?) {
        guard let host = address?.host, var lookup = try? RouteLookup() else { return }
        let index = interface.flatMap { NetworkInterface.index(of: $0) } ?? 0
        route = try? lookup.route(to: host, from: source, interface: index, port: port)
        guard let found = foundRoute else { return }
        if depth == .full {
            prefix = (try? lookup.matchedPrefix(of: host, from: source, interface: index, port: port)) ?? nil
        }
        link = (try? lookup.link(found.interface)) ?? nil
        if found.kind == .unicast, let hop = nextHop {
            neighbour = (try? lookup.neighbour(hop, on: found.interface)) ?? nil
        }
        // What this host has said to itself, because the neighbour is silent, is no report.
        if let reporter = report?.reporter,
            case .found(let way)? = try? lookup.route(to: reporter), way.kind == .local
        {
            report = nil
        }
    }

    /// An interface that is down, of whose subnet the address is.
    private static func downInterface(near address: SocketAddress) -> String? {
        let interfaces = (try? NetworkInterface.all()) ?? []
        return interfaces.first { interface in
            !interface.flags.contains(.up)
                && interface.addresses.contains { own in
                    AddressBlock("\(own.address)/\(own.prefix)")?.contains(address) == true
                }
        }?.name
    }
}
