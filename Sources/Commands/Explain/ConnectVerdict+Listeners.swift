// The rows of the verdict about this host's own addresses: what listens on the port, where, and whether it has room.

import CommandSpec
import Sockets

extension ConnectVerdict {
    static let listenerRows: [Row] = [
        Row(.backlogFull, sure: true) {
            guard $0.isTimedOut, let holder = $0.listener, holder.isFull else { return nil }
            return (
                "\(holder.holder) listens on \(holder.place) and does not accept: \(holder.waiting ?? 0) connections wait, its backlog is \(holder.backlog ?? 0)",
                "look at why it does not accept; a longer backlog only delays it"
            )
        },
        Row(.listenerSilent, sure: false) {
            guard $0.isTimedOut, let holder = $0.listener else { return nil }
            return (
                "\(holder.holder) listens on \(holder.place), and nothing came back: a firewall of this host may drop the packets",
                "look at the rules for input: 'nft list ruleset' or 'iptables -S INPUT'"
            )
        },
        Row(.refused, sure: false) {
            guard $0.isRefusedHere, let holder = $0.listener else { return nil }
            return (
                "\(holder.holder) listens on \(holder.place), and yet it was refused: it may have begun just now, or a firewall of this host refuses",
                "try again"
            )
        },
        Row(.notListening, sure: true) {
            guard $0.isRefusedHere, let address = $0.address,
                let holder = $0.survey?.holders.first(where: { !$0.isListening && $0.has(address) })
            else { return nil }
            return (
                "\(holder.holder) has bound \(holder.place) and does not listen",
                "it has to call listen(2): is it still starting?"
            )
        },
        Row(.otherInterface, sure: true) {
            guard $0.isRefusedHere, let address = $0.address,
                let holder = $0.otherListeners.first(where: { $0.has(address) && $0.interface != nil })
            else { return nil }
            return (
                "\(holder.holder) listens on \(holder.place) only, an interface through which this host does not reach itself",
                "connect from a host behind it, or bind the server to no interface"
            )
        },
        Row(.otherAddress, sure: true) {
            guard $0.isRefusedHere, let family = $0.address?.family,
                let holder = $0.otherListeners.first(where: { $0.address.family == family })
            else { return nil }
            return (
                "\(holder.holder) listens only on \(holder.place), not on \($0.host)",
                "connect to \(holder.address), or let it listen on every address"
            )
        },
        Row(.otherFamily, sure: true) {
            guard $0.isRefusedHere, let holder = $0.otherListeners.first else { return nil }
            let family = holder.address.family == .inet6 ? "IPv6" : "IPv4"
            return (
                "\(holder.holder) listens only on \(holder.place): \(family) only",
                "connect to \(holder.address.connectable), or let it listen on \($0.host) as well"
            )
        },
        Row(.otherNamespace, sure: true) {
            guard $0.isRefusedHere, let holder = $0.elsewhere.first(where: \.isListening),
                let namespace = holder.namespace
            else { return nil }
            let word = TerminalEscaper.joined(namespace)
            return (
                "nothing listens on port \($0.port) in this network namespace; \(holder.holder) listens on \(holder.place) in another: \(word)",
                "'sockctl connect --netns \(word) …' connects there"
            )
        },
        Row(.nothingListens, sure: true) {
            guard $0.isRefusedHere else { return nil }
            return ("nothing listens on port \($0.port) of this host", "start the server, or check the port")
        },
    ]
}

extension Observation {
    /// Whether one of this host's own addresses has refused, and who holds the port is wholly known.
    fileprivate var isRefusedHere: Bool {
        error == .connectionRefused && isLocal && survey?.isComplete == true
    }

    /// Who should have answered.
    fileprivate var listener: PortHolder? {
        guard let address, isLocal else { return nil }
        return survey?.holders.first {
            $0.isListening && $0.has(address) && ($0.interface == nil || $0.interface == link?.name)
        }
    }

    /// Those that listen on the port and are not reached by this address.
    fileprivate var otherListeners: [PortHolder] { survey?.holders.filter(\.isListening) ?? [] }
}

extension SocketAddress {
    /// An address to type for one at which is listened: for every address the loopback one.
    fileprivate var connectable: SocketAddress {
        switch self {
        case .inet(.any, let port): .inet(.loopback, port: port)
        case .inet6(let address, let port) where address.number == 0: .inet6(.loopback, port: port)
        default: self
        }
    }
}
