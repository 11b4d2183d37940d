// The rows of the verdict about the way to another host: the route, who reports by ICMP, the link, and silence.

import CommandSpec
import Sockets

extension ConnectVerdict {
    static let routeRows: [Row] = [
        Row(.blackhole, sure: true) {
            guard $0.isRefusedByRoute(.invalidArgument) else { return nil }
            return (
                "a route or rule of this host discards what goes to \($0.host) (blackhole)", $0.routeAdvice
            )
        },
        Row(.prohibited, sure: true) {
            guard $0.isRefusedByRoute(.accessDenied) else { return nil }
            return ("a route or rule of this host prohibits \($0.host)", $0.routeAdvice)
        },
        Row(.unreachableRoute, sure: true) {
            guard $0.isRefusedByRoute(.hostUnreachable) else { return nil }
            return ("a route of this host says that \($0.host) is unreachable", $0.routeAdvice)
        },
        Row(.interfaceDown, sure: true, hint: .wordsAndAdvice) {
            guard $0.isRefusedByRoute(.networkUnreachable), let name = $0.downInterface else { return nil }
            return (
                "the interface \(name), which is in the subnet of \($0.host), is down",
                "'ip link set \(name) up' brings it up"
            )
        },
        Row(.noRoute, sure: true, hint: .wordsAndAdvice) {
            guard $0.isRefusedByRoute(.networkUnreachable) else { return nil }
            return (
                "this host has no route to \($0.host)",
                "'ip \($0.address?.family == .inet6 ? "-6 " : "")route' lists the routes: a default route may be missing"
            )
        },
        Row(.notUnicast, sure: true) {
            guard $0.error == .networkUnreachable || $0.error == .accessDenied,
                let kind = $0.foundRoute?.kind,
                kind == .broadcast || kind == .multicast
            else { return nil }
            let what = kind == .broadcast ? "broadcast" : "multicast"
            return (
                "\($0.host) is a \(what) address, and a connection is to one host",
                kind == .broadcast ? "see 'sockctl broadcast'" : "see 'sockctl udp'"
            )
        },
        Row(.interfaceDown, sure: true, hint: .wordsAndAdvice) {
            guard $0.error == .networkDown || $0.error == .networkUnreachable || $0.isUnanswered,
                let link = $0.link, !link.isUp, !$0.isLocal
            else { return nil }
            return ("the interface \(link.name) is down", "'ip link set \(link.name) up' brings it up")
        },
    ]

    static let icmpRows: [Row] = [
        Row(.icmpProhibited, sure: true) {
            guard let report = $0.decisiveReport, let reporter = report.reporter, report.isProhibition else {
                return nil
            }
            return (
                "\(reporter) forbids it: ICMP \(report.reason ?? "")",
                "ask who runs \(reporter): a filter there has to let port \($0.port) of \($0.host) through"
            )
        },
        Row(.icmpRefused, sure: true) {
            guard let report = $0.decisiveReport, let reporter = report.reporter, report.isPortUnreachable
            else {
                return nil
            }
            return (
                "\(reporter) rejects it by ICMP, port unreachable: that is a firewall, a closed port answers with a reset",
                "a rule there has to let port \($0.port) through"
            )
        },
        Row(.hopLimit, sure: false) {
            guard let report = $0.decisiveReport, let reporter = report.reporter, report.isHopLimit else {
                return nil
            }
            return (
                "the packets ended at \(reporter), ICMP \(report.reason ?? ""): routers may send them round in a circle",
                "'traceroute \($0.host)' shows where"
            )
        },
        Row(.icmpUnreachable, sure: true) {
            guard let report = $0.decisiveReport, let reporter = report.reporter, let reason = report.reason,
                report.isUnreachable
            else { return nil }
            return (
                "\(reporter) cannot reach \($0.host): ICMP \(reason)",
                "the host may be off, or \(reporter) has no route to it"
            )
        },
    ]

    static let linkRows: [Row] = [
        Row(.noCarrier, sure: true) {
            guard $0.isUnanswered, let link = $0.link, link.isUp, !link.hasCarrier, !$0.isLocal else {
                return nil
            }
            return (
                "the interface \(link.name) has no carrier: nothing is at the other end of its link",
                "check the cable, or the other end of the virtual link"
            )
        },
        Row(.neighbourSilent, sure: true) {
            guard $0.isUnanswered, $0.hasNeighbourFailed, let hop = $0.nextHop, !$0.isLocal else {
                return nil
            }
            return $0.silent(hop)
        },
        Row(.neighbourSilent, sure: false) {
            guard $0.isTimedOut, $0.neighbour == .incomplete, let hop = $0.nextHop, !$0.isLocal else {
                return nil
            }
            let words = $0.silent(hop)
            return (
                "\(words.0) so far", "a longer --timeout leaves no doubt: the kernel asks for three seconds"
            )
        },
    ]

    static let networkRows: [Row] = [
        Row(.refused, sure: false) {
            guard $0.error == .connectionRefused else { return nil }
            return (
                "\($0.host) answered with a reset: \(refusedWords)",
                "start the server there, or check the port"
            )
        },
        Row(.reset, sure: false) {
            guard $0.error == .connectionReset else { return nil }
            return (
                "the connection was reset while it was made: a filter on the way, or an overloaded server",
                nil
            )
        },
        Row(.noAnswer, sure: false) {
            guard $0.isTimedOut || $0.error == .timedOut else { return nil }
            let hop = $0.foundRoute?.gateway
            let near =
                $0.neighbour != .known
                ? ""
                : hop.map { " (the gateway \($0) is there)" }
                    ?? " (it is there: it answers \($0.solicitation))"
            let isVsock = $0.address?.family == .vsock
            return (
                "nothing came back from \($0.host)\(near)",
                isVsock
                    ? vsockSilentAdvice
                    : "a firewall may drop the packets, the way back may be missing, or the host is off"
            )
        },
        Row(.unreachable, sure: false) {
            guard let error = $0.error, ExitStatus(error) == .unreachable else { return nil }
            return (
                "the kernel says \(error.message) (\(error.name)), and what was seen does not say why",
                "'ip route get \($0.host)' shows the way"
            )
        },
        Row(.other, sure: false) {
            guard let error = $0.error else { return nil }
            return ("connect: \(error.message) (\(error.name))", nil)
        },
    ]
}

extension Observation {
    /// Whether `connect(2)` has answered what the routes say.
    fileprivate func isRefusedByRoute(_ error: Errno) -> Bool { routeError == error && self.error == error }

    fileprivate var routeAdvice: String { "'ip route get \(host)' and 'ip rule' show it" }

    /// What ICMP reported, where it is the reason: another answer may have come after it.
    fileprivate var decisiveReport: NetworkError? {
        report.flatMap { isTimedOut || error == $0.error ? $0 : nil }
    }

    /// Whether the next hop did not answer for as long as the kernel asks. It may be asking again by now: TCP sends
    /// its SYN once more about then.
    fileprivate var hasNeighbourFailed: Bool {
        guard neighbour == .incomplete else { return neighbour == .failed }
        return error == .hostUnreachable && decisiveReport?.reporter == nil
    }

    /// How neighbours are asked for.
    var solicitation: String { address?.family == .inet6 ? "neighbour discovery" : "ARP" }

    fileprivate func silent(_ hop: AnyIPAddress) -> (String, String?) {
        let interface = link.map { " on \($0.name)" } ?? ""
        let who = foundRoute?.gateway == nil ? "\(hop)" : "the gateway \(hop)"
        return (
            "\(who) does not answer \(solicitation)\(interface)",
            foundRoute?.gateway == nil
                ? "it is off, or has another address, or is not on this link"
                : "it is off, or the route to \(host) has the wrong gateway"
        )
    }
}

extension NetworkError {
    /// Whether a filter says so: RFC 1812, RFC 4443.
    fileprivate var isProhibition: Bool {
        switch origin {
        case .icmp(3, let code): [9, 10, 13].contains(code)
        case .icmp6(1, let code): [1, 5, 6].contains(code)
        default: false
        }
    }

    fileprivate var isPortUnreachable: Bool {
        switch origin {
        case .icmp(3, 3), .icmp6(1, 4): true
        default: false
        }
    }

    /// Destination unreachable, and not that a packet was too long.
    fileprivate var isUnreachable: Bool {
        switch origin {
        case .icmp(3, let code): code != 4
        case .icmp6(1, _): true
        default: false
        }
    }

    fileprivate var isHopLimit: Bool {
        switch origin {
        case .icmp(11, _), .icmp6(3, _): true
        default: false
        }
    }
}
