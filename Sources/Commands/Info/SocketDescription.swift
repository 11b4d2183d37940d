// What is told of a socket, whether it was found in the kernel's list or is in our hands.

import CommandSpec
import Sockets

/// A socket, described. What does not apply or is not known is nil. An object, because there may be very many, which are
/// sorted and chosen from without being moved.
final class SocketDescription {
    let kind: SocketKind
    /// Nil for a kind of socket that has none.
    let state: TCPState?
    /// Nil for a family that has none of ours.
    let local: SocketAddress?
    /// Nil where it is not connected.
    let peer: SocketAddress?
    /// The addresses of a family that no command but `info` knows.
    let foreign: ForeignAddresses?
    let inode: UInt64
    var cookie: UInt64?
    var owners: Owners
    var receiveQueue: Int?
    var sendQueue: Int?
    var notSent: Int?
    var acceptQueue: Int?
    var backlog: Int?
    var memory: OptionValue?
    var tcpInfo: TCPInfo?

    // From its descriptor.
    var descriptor: Int32?
    var hasPendingError: Bool?
    var options: [OptionReading]?
    var withheld: [WithheldOption] = []

    // From the kernel's list.
    var uid: UInt32?
    var peerInode: UInt64?
    var interface: UInt32 = 0
    var timer: SocketRecord.Timer?
    var congestion: String?
    /// What an MPTCP connection and its TCP connections have in common.
    var mptcpToken: UInt32?
    // From the list of all network namespaces.
    var namespace: SocketNamespace?
    /// The container that an owner is in.
    var container: String?
    /// Why the list is all there is to tell of a socket that was to be looked at.
    var limitation: String?

    enum Owners {
        case known([SocketOwner])
        /// There may be some, but they may not be seen, for this reason.
        case hidden(String)
        /// Nobody looked for them.
        case notSought

        var isSought: Bool { if case .notSought = self { false } else { true } }
    }

    /// Listens, or is bound and takes datagrams from anybody.
    var waitsForPeers: Bool {
        if state == .listen { return true }
        return kind.isDatagram && state == .close && local?.isReachable == true
    }

    /// A socket in the kernel's list.
    /// - Parameter owners: nil where nobody's are asked for.
    init(_ record: SocketRecord, owners: Result<SocketOwners, Errno>?) {
        kind = record.kind
        state = record.state
        local = record.local.map(record.kind.address)
        peer = record.isConnected ? record.peer.map(record.kind.address) : nil
        foreign = record.foreign
        inode = record.inode
        // The tables of /proc/net do not tell it.
        cookie = record.cookie == 0 ? nil : record.cookie
        self.owners = Self.owners(of: record.inode, record.foreign, owners)
        receiveQueue = record.receiveQueue
        sendQueue = record.sendQueue
        acceptQueue = record.acceptQueue
        backlog = record.backlog
        memory = record.memory
        tcpInfo = record.tcpInfo
        uid = record.uid
        peerInode = record.peerInode
        interface = record.interface
        timer = record.timer
        congestion = record.congestion
        mptcpToken = record.mptcpToken
    }

    /// Takes its owners from those of all sockets.
    func take(_ owners: Result<SocketOwners, Errno>) {
        self.owners = Self.owners(of: inode, foreign, owners)
    }

    private static func owners(
        of inode: UInt64, _ foreign: ForeignAddresses?, _ result: Result<SocketOwners, Errno>?
    ) -> Owners {
        guard let result else { return .notSought }
        // Nobody holds a connection in TIME_WAIT, or one that is not accepted yet: they have no inode. And the
        // kernel's own netlink sockets are nobody's.
        if inode == 0 || foreign?.local == .netlink(port: 0) { return .known([]) }
        return owners(of: inode, result)
    }

    private static func owners(
        of inode: UInt64, _ result: Result<SocketOwners, Errno>, but own: Int32? = nil
    ) -> Owners {
        switch result {
        case .success(let all):
            let found = all[inode: inode]
            let others = own == nil ? found : found.filter { $0.pid != own }
            guard others.isEmpty, let obstacle = all.obstacle else {
                return .known(others.isEmpty ? found : others)
            }
            return .hidden(obstacle.reason)
        case .failure(.noSuchFile):
            return .hidden("/proc is not mounted")
        case .failure(let error):
            return .hidden("/proc cannot be read: \(error.message) (\(error.name))")
        }
    }

    /// Of a socket in our hands: the one that it was taken from, or who has it beside us.
    private static func owners(of socket: HeldSocket, inode: UInt64) -> Owners {
        if let owner = socket.owner { return .known([owner]) }
        if socket.isOurs { return .known([]) }
        return owners(of: inode, Result { () throws(Errno) in try SocketOwners() }, but: ProcessHandle.own)
    }

    /// A socket in our hands: all there is to know.
    init(of socket: HeldSocket) throws(InspectionError) {
        let facts: SocketFacts
        do throws(Errno) { facts = try SocketFacts(of: socket.descriptor) } catch { throw .system(error) }
        kind = facts.kind
        state = facts.state
        local = facts.local.map(facts.kind.address)
        peer = facts.peer.map(facts.kind.address)
        foreign = facts.foreign
        interface = facts.interface
        inode = facts.inode
        uid = facts.uid
        owners = Self.owners(of: socket, inode: facts.inode)
        receiveQueue = facts.receiveQueue
        sendQueue = facts.sendQueue
        notSent = facts.notSent
        acceptQueue = facts.acceptQueue
        backlog = facts.backlog
        descriptor = socket.number
        hasPendingError = facts.hasPendingError
        let (values, withheld) = socket.readOptions(facts.kind)
        self.withheld = withheld
        // These two are tables of their own.
        options = values.filter { $0.option != .tcpInformation && $0.option != .memoryInfo }
        for reading in values {
            switch reading.value {
            case .tcpInfo(let info): tcpInfo = info
            case .record where reading.option == .memoryInfo: memory = reading.value
            case .unsigned(let number) where reading.option == .cookie: cookie = number
            default: break
            }
        }
    }
}

extension SocketOwners.Obstacle {
    fileprivate var reason: String {
        switch self {
        case .protected(1): "1 process is not readable (needs root or CAP_SYS_PTRACE)"
        case .protected(let count):
            "\(count) processes are not readable (needs root or CAP_SYS_PTRACE)"
        case .hiddenByMount: "/proc hides the processes of others (hidepid), except from root"
        case .otherNamespace: "/proc has only the processes of one PID namespace"
        case .failed(let error): "not all processes are readable: \(error.message) (\(error.name))"
        }
    }
}

extension SocketDescription {
    /// Whether one more connection would find no room.
    var hasFullAcceptQueue: Bool {
        guard let acceptQueue, let backlog else { return false }
        return acceptQueue > backlog
    }

    /// Packets, or of a listener connection attempts, that were dropped: the last figure of `SO_MEMINFO`.
    var drops: Int {
        guard case .record(let fields) = memory else { return 0 }
        return fields.first { $0.name == "drops" }.map { Int($0.value) } ?? 0
    }

    /// The interface that it is bound to.
    var interfaceName: String? { interfaceName(interface) }

    /// The name of an interface where the socket is.
    func interfaceName(_ index: UInt32) -> String? {
        guard let names = namespace?.interfaceNames else { return ForeignAddress.interfaceName(index) }
        return index == 0 ? nil : names[index] ?? "\(index)"
    }

    /// Its own address with the interface that it is bound to, `127.0.0.53%lo:53`; nil where that is not ours.
    var localText: String? { local.map { kind.text($0, boundTo: interfaceName) } }

    /// The address it is connected to.
    var peerText: String? {
        peer.map { peer in
            // In another namespace the address does not name it itself.
            let needsInterface = if case .inet6(let host, _) = peer { host.lacksScope } else { false }
            return kind.text(peer, boundTo: needsInterface ? interfaceName : nil)
        }
    }
}

extension SocketKind {
    /// The address of such a socket: for raw ones the kernel puts the protocol where others have their port.
    fileprivate func address(_ address: SocketAddress) -> SocketAddress {
        transport == .raw ? address.with(port: 0) : address
    }

    /// The address as text, without a port where there are none.
    /// - Parameter interface: shown where the address does not name one itself.
    fileprivate func text(_ address: SocketAddress, boundTo interface: String?) -> String {
        let host: String
        let isLong: Bool
        switch address {
        // Of very many, most are such.
        case .inet(let address, let port) where transport != .raw && interface == nil:
            return address.text(port: port)
        case .inet(let address, _): (host, isLong) = (address.description, false)
        case .inet6(let address, _): (host, isLong) = (address.description, true)
        case .unix, .vsock: return address.description
        }
        let whole = host.contains("%") ? host : host + (interface.map { "%" + $0 } ?? "")
        guard transport != .raw, let port = address.port else { return whole }
        return isLong ? "[\(whole)]:\(port)" : "\(whole):\(port)"
    }
}

extension SocketRecord {
    /// Whether there is a peer to speak of: where there are ports that is one of all zeros if not.
    var isConnected: Bool {
        guard kind.transport != .raw, let port = peer?.port else { return state == .established }
        return port != 0
    }
}
