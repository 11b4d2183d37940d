// Which of many sockets are shown: by protocol, family, state, port, address and process.

import CommandSpec
import Sockets

struct SocketFilter {
    /// Nil for the usual ones of the system, and for all of a process.
    var transports: Set<Transport>?
    /// Whether all kinds are asked for that the system has.
    var hasAllKinds = false
    var family: AddressFamily?
    var states: Set<TCPState>?
    var port: UInt16?
    var network: AddressBlock?
    /// As the kernel has it, at most 15 bytes.
    var process: [UInt8]?
    var waitsForPeers = false

    init() {}

    init(_ arguments: Arguments) throws(Failure) {
        let chosen: [(Option<Bool>, Transport)] = [
            (Options.tcp, .tcp), (Options.udp, .udp), (Options.unix, .unix), (Options.rawIP, .raw),
            (Options.mptcp, .mptcp), (Options.packet, .packet), (Options.netlink, .netlink),
            (Options.vsock, .vsock),
        ]
        hasAllKinds = arguments[Options.allKinds]
        let transports = chosen.filter { arguments[$0.0] }.map(\.1)
        if !transports.isEmpty { self.transports = Set(transports) }
        family = arguments[Options.ipv4] ? .inet : arguments[Options.ipv6] ? .inet6 : nil
        for name in arguments.all(Options.state) { states = (states ?? []).union([try Self.state(name)]) }
        port = arguments[Options.port]
        network = try arguments[Options.address].map { (text) throws(Failure) in try Self.network(text) }
        process = arguments[Options.process].map { Array($0.bytes.prefix(15)) }
        waitsForPeers = arguments[Options.listening]
    }

    /// Whether nothing is left out but what nobody asked for.
    var choosesAll: Bool {
        transports == nil && family == nil && states == nil && port == nil && network == nil && process == nil
            && !waitsForPeers
    }

    /// What the kernel is asked for; it knows nothing of networks and processes.
    var query: SocketQuery {
        var query = SocketQuery()
        query.transports = transports ?? (hasAllKinds ? Set(Transport.allCases) : Transport.usual)
        query.family = family
        query.states = states ?? (waitsForPeers ? [.listen, .close] : nil)
        query.port = port
        return query
    }

    func matches(_ socket: SocketDescription) -> Bool {
        guard matchesItself(socket) else { return false }
        guard let process else { return true }
        guard case .known(let owners) = socket.owners else { return false }
        return owners.contains { $0.nameBytes == process }
    }

    /// Whether it would match if its owner, who is not seen, were the one that was asked for.
    func mayMatch(_ socket: SocketDescription) -> Bool {
        guard process != nil, case .hidden = socket.owners else { return false }
        return matchesItself(socket)
    }

    private func matchesItself(_ socket: SocketDescription) -> Bool {
        if let transports, !(socket.kind.transport.map(transports.contains) ?? false) { return false }
        if let family, socket.local?.family != family { return false }
        if let states, !states.contains(listed: socket.state) { return false }
        if let port, socket.local?.port != port, socket.peer?.port != port { return false }
        if waitsForPeers, !socket.waitsForPeers { return false }
        if let network, ![socket.local, socket.peer].contains(where: { $0.map(network.contains) ?? false }) {
            return false
        }
        return true
    }

    private static func state(_ name: String) throws(Failure) -> TCPState {
        if let state = TCPState(named: name) { return state }
        let names = TCPState.allCases.map(\.name).joined(separator: ", ")
        throw Failure(
            "option", "--state", words: "'\(name)' is not a valid state", status: .usage,
            hint: "the states are \(names)")
    }

    private static func network(_ text: String) throws(Failure) -> AddressBlock {
        if let network = AddressBlock(text) { return network }
        throw Failure(
            "option", "--address", words: "'\(text)' is not an address or a network such as 192.0.2.0/24",
            status: .usage)
    }
}
