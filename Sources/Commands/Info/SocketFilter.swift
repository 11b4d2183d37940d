// Which of many sockets are shown: by kind, family, state, addresses, user, owner and number.

import CommandSpec
import Sockets

struct SocketFilter {
    /// Nil for the usual ones of the system, and for all of a process.
    var transports: Set<Transport>?
    /// Whether all kinds are asked for that the system has.
    var hasAllKinds = false
    var family: AddressFamily?
    var states: Set<TCPState>?
    /// Of ports and addresses; nil for any.
    var condition: SocketCondition?
    var user: UInt32?
    var inode: UInt64?
    var cookie: UInt64?
    /// As the kernel has it, at most 15 bytes.
    var process: [UInt8]?
    /// The number of the only process that matters, where it is no target of its own: of a list that is watched.
    var pid: Int32?
    var waitsForPeers = false
    /// Whether it is looked for who holds the sockets.
    var wantsOwners = true
    /// Whether those of every network namespace are listed.
    var allNamespaces = false

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
        for names in arguments.all(Options.state) {
            for name in names.split(separator: ",", omittingEmptySubsequences: false) {
                states = (states ?? []).union(try Self.states(String(name)))
            }
        }
        // Those that have none are in the list, too.
        if states == Set(TCPState.allCases) { states = nil }
        condition = try SocketCondition(arguments)
        user = try arguments[Options.user].map { (name) throws(Failure) in
            try Self.user(name, isNumeric: arguments[Options.numeric])
        }
        inode = arguments[Options.inode]
        cookie = arguments[Options.cookie]
        process = arguments[Options.process].map { Array($0.bytes.prefix(15)) }
        waitsForPeers = arguments[Options.listening]
        wantsOwners = !arguments[Options.noOwners]
        allNamespaces = arguments[Options.allNetns]
    }

    /// Whether nothing is left out but what nobody asked for.
    var choosesAll: Bool {
        transports == nil && family == nil && states == nil && condition == nil && user == nil && inode == nil
            && cookie == nil && process == nil && pid == nil && !waitsForPeers
    }

    /// What the kernel is asked for; it knows nothing of users, numbers and processes.
    var query: SocketQuery {
        var query = SocketQuery()
        query.transports = transports ?? (hasAllKinds ? Set(Transport.allCases) : Transport.usual)
        query.family = family
        query.states = states ?? (waitsForPeers ? [.listen, .close] : nil)
        query.condition = condition
        return query
    }

    func matches(_ socket: SocketDescription) -> Bool {
        guard matchesItself(socket) else { return false }
        guard asksForOwner else { return true }
        guard case .known(let owners) = socket.owners else { return false }
        return owners.contains {
            (process == nil || $0.nameBytes == process) && (pid == nil || $0.pid == pid)
        }
    }

    private var asksForOwner: Bool { process != nil || pid != nil }

    /// Whether it would match if its owner, who is not seen, were the one that was asked for.
    func mayMatch(_ socket: SocketDescription) -> Bool {
        guard asksForOwner, case .hidden = socket.owners else { return false }
        return matchesItself(socket)
    }

    /// Whether it matches, whoever its owner is.
    func matchesItself(_ socket: SocketDescription) -> Bool {
        if let transports, !(socket.kind.transport.map(transports.contains) ?? false) { return false }
        if let family, socket.local?.family != family { return false }
        if let states, !states.contains(listed: socket.state) { return false }
        if let condition, !condition.matches(local: socket.local, peer: socket.peer) { return false }
        if waitsForPeers, !socket.waitsForPeers { return false }
        if let user, socket.uid != user { return false }
        if let inode, socket.inode != inode { return false }
        if let cookie, socket.cookie != cookie { return false }
        return true
    }

    private static func states(_ name: String) throws(Failure) -> Set<TCPState> {
        if let states = Set<TCPState>(named: name) { return states }
        let names = TCPState.allCases.map(\.name).joined(separator: ", ")
        let groups = Set<TCPState>.groups.map(\.key).joined(separator: ", ")
        throw Failure(
            "option", "--state", words: "'\(name)' is not a valid state", status: .usage,
            hint: "the states are \(names); the groups of states are \(groups)")
    }

    private static func user(_ name: String, isNumeric: Bool) throws(Failure) -> UInt32 {
        if name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            if let number = UInt32(name), number != .max { return number }
            throw Failure(
                "option", "--user", words: "\(name) is not a valid user ID", status: .usage,
                hint: "user IDs go from 0 to \(UInt32.max - 1)")
        }
        if isNumeric { throw .notNumeric("--user", name) }
        let number = try attempt("getpwnam", name) { () throws(Errno) in try UserEntry.number(of: name) }
        guard let number else {
            throw Failure(
                "option", "--user", words: "no user '\(name)'", status: .resolution,
                hint: "give the number, or see 'getent passwd'")
        }
        return number
    }
}

extension Failure {
    /// A name, where `--numeric` keeps names from being looked up.
    static func notNumeric(_ option: String, _ name: String) -> Failure {
        Failure(
            "option", option, words: "'\(name)' is a name, and --numeric looks up none", status: .usage,
            hint: "give the number, or leave out --numeric")
    }
}
