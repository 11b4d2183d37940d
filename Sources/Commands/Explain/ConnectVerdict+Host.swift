// The rows of the verdict that need no network: what was made, the name, and what this host lacks before it sends.

import CommandSpec
import Sockets

extension ConnectVerdict {
    static let madeRows: [Row] = [
        Row(.tlsExpected, sure: true) {
            guard case .connected = $0.outcome, case .tlsAlert? = $0.greeting else { return nil }
            return ("\($0.target) accepts, and has answered with an alert of TLS", "connect with --tls")
        },
        Row(.connected, sure: true) {
            guard case .connected = $0.outcome else { return nil }
            let how: String
            switch $0.greeting {
            case .closed?: how = "closes"
            case .reset?: how = "resets"
            case .words?, .tlsAlert?, nil: how = ""
            }
            if !how.isEmpty {
                return (
                    "\($0.address?.description ?? $0.target) accepts connections and \(how) them at once",
                    "its log may say why: a proxy without its server does so, and a list of clients that are let in"
                )
            }
            return ("\($0.address?.description ?? $0.target) accepts connections", nil)
        },
        Row(.pathMTU, sure: false) {
            guard case .rejected(let rejection) = $0.outcome, rejection.isSilence, rejection.isUnacknowledged
            else { return nil }
            return (
                "it accepted, and our first data was sent again and never acknowledged: packets that are too long for the path may vanish",
                "try 'ping -M do -s 1472 \($0.host)' and shorter ones, or a route with a smaller mtu"
            )
        },
        Row(.tls, sure: false) {
            guard case .rejected(let rejection) = $0.outcome, rejection.isSilence else { return nil }
            return (
                "it accepted, and did not answer the handshake of TLS", "it may speak no TLS: leave it out"
            )
        },
        Row(.tls, sure: true) {
            guard case .rejected(let rejection) = $0.outcome else { return nil }
            return ("it accepted, and TLS failed: \(rejection.message)", rejection.hint)
        },
    ]

    static let nameRows: [Row] = [
        Row(.nameUnknown, sure: true) {
            guard case .resolution(.noSuchName)? = $0.unresolved, $0.isNumeric else { return nil }
            return ("'\($0.target)' is not an address, and --numeric looks nothing up", "leave out --numeric")
        },
        // Some sources say that there is no such name where it has no address of the family.
        Row(.noAddress, sure: true) {
            guard case .resolution(.noSuchName)? = $0.unresolved, let family = $0.family else { return nil }
            let kind = family == .inet6 ? "IPv6" : "IPv4"
            return ("no source of names has an \(kind) address for '\($0.target)'", "try it without -4 or -6")
        },
        Row(.nameUnknown, sure: true) {
            guard case .resolution(.noSuchName)? = $0.unresolved else { return nil }
            return (
                "no source of names knows '\($0.target)'",
                "check the spelling; 'sockctl resolve NAME' looks it up alone"
            )
        },
        Row(.noAddress, sure: true) {
            switch $0.unresolved {
            case .resolution(.noAddressOfFamily)?, .resolution(.addressOfOtherFamily)?:
                return ("'\($0.target)' has no address of that family", "try it without -4 or -6")
            default: return nil
            }
        },
        Row(.serviceUnknown, sure: true) {
            guard case .resolution(.noSuchService)? = $0.unresolved else { return nil }
            return ("'\($0.target)' names no service that is known here", Hints.services)
        },
        Row(.nameService, sure: false) {
            guard case .resolution(.temporaryFailure)? = $0.unresolved else { return nil }
            return (
                "the name was not looked up: a name server did not answer, or failed",
                "check /etc/resolv.conf, or give an address instead of a name"
            )
        },
        Row(.nameService, sure: false) {
            guard let cause = $0.unresolved, cause.code == "ETIMEDOUT" else { return nil }
            return (
                "looking up the name was not done in time",
                "check /etc/resolv.conf, or give a longer --timeout"
            )
        },
        Row(.other, sure: false) {
            guard let cause = $0.unresolved else { return nil }
            return ("the name has not become an address: \(cause.message)", nil)
        },
    ]

    static let localRows: [Row] = [
        Row(.descriptors, sure: true) {
            guard case .impossible(_, let error) = $0.outcome, error == .tooManyDescriptors else {
                return nil
            }
            let limit = $0.descriptorLimit.map { ", and \($0) are allowed" } ?? ""
            return ("this process has no descriptor left for a socket\(limit)", descriptorsAdvice)
        },
        Row(.sourceNotLocal, sure: true) {
            guard $0.refuses("bind", .addressNotAvailable), !$0.sourceIsHere, let source = $0.source else {
                return nil
            }
            return ("the source address \(source) is not one of this host's", addressAdvice)
        },
        Row(.sourceInUse, sure: true) {
            guard $0.refuses("bind", .addressInUse), let source = $0.source else { return nil }
            let holder = $0.sourceHolder.map { ": \($0)" } ?? ""
            return ("the source address \(source) is taken\(holder)", "leave out the port, or take another")
        },
        Row(.portNotPermitted, sure: true) {
            guard $0.refuses("bind", .accessDenied), let source = $0.source else { return nil }
            return ("this user may not connect from \(source)", lowPortAdvice)
        },
        Row(.familyMissing, sure: true) {
            guard case .impossible(let operation, let error) = $0.outcome, operation == "socket",
                error == .familyNotSupported
            else { return nil }
            return ("this host has no sockets of \($0.address?.family.symbol ?? "that family")", nil)
        },
        Row(.localSetting, sure: true) {
            guard case .impossible(let operation, let error) = $0.outcome else { return nil }
            return (
                "it is this host that refuses, before anything is sent: \(operation): \(error.message) (\(error.name))",
                nil
            )
        },
        Row(.portsExhausted, sure: true) {
            guard $0.error == .addressNotAvailable, !$0.sourceHasPort, let ports = $0.ports,
                ports.used >= ports.count
            else { return nil }
            let all = ports.count == 1 ? "the only ephemeral port" : "all \(ports.count) ephemeral ports"
            return (
                "\(all) of this host \(ports.count == 1 ? "has" : "have") a connection to \($0.address?.description ?? $0.target) already",
                "wait for some to end, or widen net.ipv4.ip_local_port_range"
            )
        },
        Row(.sourceInUse, sure: true) {
            guard $0.error == .addressNotAvailable, $0.sourceHasPort, let source = $0.source,
                $0.ports?.used ?? 0 > 0
            else { return nil }
            return (
                "there is a connection from \(source) to \($0.address?.description ?? $0.target) already",
                "leave out the source port, or wait until it has ended (TIME_WAIT: a minute)"
            )
        },
        Row(.loopbackDown, sure: true, hint: .wordsAndAdvice) {
            guard $0.loopbackIsDown, $0.address?.host?.isLoopback == true,
                $0.isTimedOut || $0.error == .networkUnreachable || $0.error == .addressNotAvailable
            else { return nil }
            return ("the loopback interface is down", "'ip link set lo up' brings it up")
        },
        Row(.familyMissing, sure: true) {
            guard $0.error == .addressNotAvailable, $0.address?.family == .inet6, $0.source == nil,
                $0.foundRoute?.source == nil, $0.ports.map({ $0.used < $0.count }) == true
            else { return nil }
            return ("this host has no IPv6 address to connect from", "use IPv4 (-4), or give it one")
        },
        Row(.needsInterface, sure: true, hint: .nothing) {
            guard $0.error == .invalidArgument, case .inet6(let address, _)? = $0.address, address.lacksScope
            else { return nil }
            return ("\($0.host) is an address of each link: it does not say of which", scopeAdvice)
        },
        Row(.localFilter, sure: false) {
            guard $0.error == .notPermitted else { return nil }
            return (
                "this host does not let the connection out: a firewall rule or a policy of its own",
                "look at the rules for output: 'nft list ruleset' or 'iptables -S OUTPUT'"
            )
        },
    ]
}

extension Observation {
    fileprivate var unresolved: Failure.Cause? {
        if case .unresolved(let cause) = outcome { cause } else { nil }
    }

    fileprivate func refuses(_ operation: String, _ error: Errno) -> Bool {
        if case .impossible(operation, error) = outcome { true } else { false }
    }
}
