// One socket of the system, as the kernel lists it.

/// What the kernel tells of a socket without its descriptor.
package struct SocketRecord: Hashable, Sendable {
    package let kind: SocketKind
    /// Nil for a kind of socket that has none.
    package let state: TCPState?
    /// The socket's own address; of a Unix socket, the name it is bound to. Nil for a family that has none of ours.
    package internal(set) var local: SocketAddress?
    /// The address it is connected to; of a Unix socket, the name of its peer where that has one.
    package internal(set) var peer: SocketAddress?
    /// The addresses of a family that is only told of.
    package internal(set) var foreign: ForeignAddresses?
    /// 0 for a connection that no process holds: TIME_WAIT, or not accepted yet.
    package let inode: UInt64
    /// A number that no other socket will have; tells the socket from a later one with the same addresses.
    package let cookie: UInt64
    package internal(set) var uid: UInt32?
    /// The index of the interface it is bound to, 0 for any.
    package let interface: UInt32
    package let timer: Timer?
    /// Bytes received and not read; of a listener, connections not accepted. Nil where it is not told.
    var receiveLength: UInt32? = 0
    /// Bytes sent and not acknowledged; of a listener, the backlog. Nil where it is not told.
    var sendLength: UInt32? = 0

    package internal(set) var memory: OptionValue?
    package internal(set) var tcpInfo: TCPInfo?
    /// Congestion control algorithm.
    package internal(set) var congestion: String?
    /// Which directions are shut down.
    package internal(set) var shutdown: Shutdown = []
    package internal(set) var v6Only: Bool?
    /// `SO_MARK`: told with CAP_NET_ADMIN only.
    package internal(set) var mark: UInt32?
    package internal(set) var typeOfService: UInt8?
    package internal(set) var trafficClass: UInt8?
    /// What an MPTCP connection and the TCP connections that it is made of have in common.
    package internal(set) var mptcpToken: UInt32?
    /// The inode of a Unix socket's peer.
    package internal(set) var peerInode: UInt64?
    /// The file that a Unix socket is bound to, however that is named.
    var file: FileIdentity?

    /// Directions of a connection that have been ended: `SHUT_RD`, `SHUT_WR`.
    package struct Shutdown: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let receiving = Shutdown(rawValue: 1)
        package static let sending = Shutdown(rawValue: 2)
    }

    /// What the connection waits for.
    package struct Timer: Hashable, Sendable {
        package enum Purpose: UInt8, Hashable, Sendable {
            case retransmission = 1
            case keepAlive
            case timeWait
            case windowProbe
        }
        package let purpose: Purpose
        /// Until it goes off.
        package let remaining: Duration
        /// How often it went off in a row.
        package let repetitions: Int
    }

    /// Bytes received and not read; nil for a listener.
    package var receiveQueue: Int? { state == .listen ? nil : receiveLength.map { Int($0) } }
    /// Bytes sent and not acknowledged (TCP) or not read (Unix); nil for a listener.
    package var sendQueue: Int? { state == .listen ? nil : sendLength.map { Int($0) } }
    /// Connections not accepted yet; nil but for a listener.
    package var acceptQueue: Int? { state == .listen ? receiveLength.map { Int($0) } : nil }
    /// How many connections may wait; nil but for a listener.
    package var backlog: Int? { state == .listen ? sendLength.map { Int($0) } : nil }
}

/// Which sockets are asked for, and what of them.
package struct SocketQuery: Hashable, Sendable {
    package var transports: Set<Transport> = [.tcp, .udp, .unix]
    /// Nil for IPv4 and IPv6.
    package var family: AddressFamily?
    /// Nil for all.
    package var states: Set<TCPState>?
    /// What its addresses have to be; nil for anything.
    package var condition: SocketCondition?
    package var details: Details = []

    package init() {}

    /// What costs the kernel more than a look at the socket.
    package struct Details: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let tcpInfo = Details(rawValue: 1)
        package static let memory = Details(rawValue: 2)
        package static let congestion = Details(rawValue: 4)
        package static let trafficClass = Details(rawValue: 8)
        /// Which TCP connections an MPTCP connection is made of: told with `tcpInfo`.
        package static let subflows = Details(rawValue: 16)
        package static let all: Details = [.tcpInfo, .memory, .congestion, .trafficClass, .subflows]
    }

    /// Those of the transports whose sockets may be among those asked for: no other socket meets a condition.
    package var listed: Set<Transport> {
        condition == nil ? transports : transports.filter(\.isInternet)
    }

    /// The kernel's bits for the states.
    var stateBits: UInt32 {
        (states ?? Set(TCPState.allCases)).reduce(0) { $0 | 1 << UInt32($1.rawValue) }
    }

    func matches(_ record: SocketRecord) -> Bool {
        if let condition, !condition.matches(local: record.local, peer: record.peer) { return false }
        // The kernel picks them by their states, but for those kinds that have none.
        return states == nil || record.state != nil
    }
}
