// What is told of a socket, whether it was found in the kernel's list or is in our hands.

import CommandSpec
import Sockets

/// A socket, described. What does not apply or is not known is nil.
struct SocketDescription {
    let kind: SocketKind
    let state: TCPState
    let local: SocketAddress?
    /// Nil where it is not connected.
    let peer: SocketAddress?
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
    /// Why the list is all there is to tell of a socket that was to be looked at.
    var limitation: String?

    enum Owners {
        case known([SocketOwner])
        /// There may be some, but they may not be seen, for this reason.
        case hidden(String)
    }

    /// Listens, or is bound and takes datagrams from anybody.
    var waitsForPeers: Bool {
        if state == .listen { return true }
        let isDatagram = kind.typeName == "SOCK_DGRAM" && state == .close
        return isDatagram && local?.isReachable == true
    }
}

extension SocketDescription {
    /// A socket in the kernel's list.
    /// - Parameter owners: nil where nobody's are known.
    init(_ record: SocketRecord, owners: SocketOwners?) {
        kind = record.kind
        state = record.state
        local = record.kind.address(record.local)
        peer = record.isConnected ? record.kind.address(record.peer) : nil
        inode = record.inode
        // The tables of /proc/net do not tell it.
        cookie = record.cookie == 0 ? nil : record.cookie
        self.owners = Self.owners(of: record, owners)
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
    }

    private static func owners(of record: SocketRecord, _ owners: SocketOwners?) -> Owners {
        guard let owners else { return .hidden("/proc is not mounted") }
        let found = owners[inode: record.inode]
        // Nobody holds a connection in TIME_WAIT, or one that is not accepted yet: they have no inode.
        guard found.isEmpty, record.inode != 0, let obstacle = owners.obstacle else { return .known(found) }
        return .hidden(obstacle.reason)
    }

    /// A socket in our hands: all there is to know.
    init(of socket: HeldSocket) throws(InspectionError) {
        let facts: SocketFacts
        do throws(Errno) { facts = try SocketFacts(of: socket.descriptor) } catch { throw .system(error) }
        kind = facts.kind
        state = facts.state
        local = facts.local.map(facts.kind.address)
        peer = facts.peer.map(facts.kind.address)
        inode = facts.inode
        owners = .known(socket.owner.map { [$0] } ?? [])
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
        case .protected(1): "1 process may not be looked into, which takes root or CAP_SYS_PTRACE"
        case .protected(let count):
            "\(count) processes may not be looked into, which takes root or CAP_SYS_PTRACE"
        case .hiddenByMount: "/proc hides the processes of others (hidepid), except from root"
        case .otherNamespace: "/proc has only the processes of one PID namespace"
        }
    }
}

extension SocketKind {
    /// The address of such a socket: for raw ones the kernel puts the protocol where others have their port.
    fileprivate func address(_ address: SocketAddress) -> SocketAddress {
        transport == .raw ? address.with(port: 0) : address
    }

    /// The address as text, without a port where there are none.
    func text(_ address: SocketAddress) -> String {
        (transport == .raw ? address.host?.description : nil) ?? address.description
    }
}

extension SocketRecord {
    /// Whether there is a peer to speak of: where there are ports that is one of all zeros if not.
    fileprivate var isConnected: Bool {
        guard kind.transport != .raw, let port = peer.port else { return state == .established }
        return port != 0
    }
}
