// What of this host listens on a TCP port, or has bound it: sock_diag(7), with the processes, for whoever wants to
// know why nobody answers at one of its addresses.

import CLinux
import Glibc

/// A socket that listens on a port, or is bound to it.
package struct PortHolder: Hashable, Sendable {
    package let address: SocketAddress
    package let isListening: Bool
    /// Connections that wait to be accepted, and how many may; nil where it does not listen.
    package let waiting: Int?
    package let backlog: Int?
    /// Whether one that listens on `[::]` is of IPv6 alone.
    package let isV6Only: Bool
    /// The interface it is bound to; nil for any.
    package let interface: String?
    /// Nil if it is not found, or may not be seen.
    package internal(set) var process: SocketOwner?
    /// What `--netns` takes for its network namespace; nil for that of this process.
    package let namespace: String?

    package init(
        address: SocketAddress, isListening: Bool = true, waiting: Int? = 0, backlog: Int? = 128,
        isV6Only: Bool = false, interface: String? = nil, process: SocketOwner? = nil,
        namespace: String? = nil
    ) {
        self.address = address
        self.isListening = isListening
        self.waiting = waiting
        self.backlog = backlog
        self.isV6Only = isV6Only
        self.interface = interface
        self.process = process
        self.namespace = namespace
    }

    /// Whether a connection to an address of this host, with this port, comes to this socket.
    package func has(_ destination: SocketAddress) -> Bool {
        guard let own = address.host, let wanted = destination.host else { return false }
        if own == wanted { return true }
        switch (own, wanted) {
        case (.inet(.any), .inet): return true
        case (.inet6(let own), .inet(let wanted)):
            return own.number == 0 ? !isV6Only : own.mapped == wanted
        case (.inet6(let own), .inet6(let wanted)): return own.number == 0 || own.number == wanted.number
        case (.inet, _): return false
        }
    }

    /// Whether its queue has no room: the next connection is not answered.
    package var isFull: Bool {
        guard let waiting, let backlog else { return false }
        return waiting > backlog
    }
}

/// Who holds a port of TCP here.
package struct PortSurvey: Hashable, Sendable {
    /// Those that listen first.
    package private(set) var holders: [PortHolder] = []
    /// Whether the kernel has told of all: with a gap nobody knows that there is none.
    package private(set) var isComplete = true

    package init(holders: [PortHolder], isComplete: Bool = true) {
        self.holders = holders
        self.isComplete = isComplete
    }

    /// How much may be looked at.
    package enum Effort: Hashable, Sendable {
        case full
        /// So little that it takes a millisecond or two, however many sockets there are.
        case brief
    }

    /// Of this network namespace.
    /// - Parameter limit: how much of the processor's time looking for the processes may take.
    package init(port: UInt16, _ effort: Effort, ownersWithin limit: Duration) {
        // Those that listen are in a small table of their own; of those that are only bound the kernel looks at all.
        var survey = SocketSurvey(Self.query(port, [.listen]))
        if effort == .full || survey.records.isEmpty && TCPCount.inUse ?? .max <= Self.mostBrief {
            survey = SocketSurvey(Self.query(port, [.listen, .boundInactive]))
        }
        isComplete = survey.gaps.isEmpty
        add(survey.records, namespace: nil) { NetworkInterface.name(of: $0) }
        findOwners(survey.records, within: limit)
    }

    /// With more sockets of TCP than this, looking for one that is only bound takes too long to be brief.
    private static let mostBrief = 1000

    /// Of the other network namespaces, as far as this user may look into them.
    /// - Parameter most: how many are looked into.
    package static func elsewhere(port: UInt16, atMost most: Int, ownersWithin limit: Duration) -> PortSurvey
    {
        var all = PortSurvey(holders: [])
        guard let census = try? NamespaceCensus() else { return all }
        for namespace in census.namespaces.filter({ !$0.isOwn }).prefix(most) {
            guard let found = try? NamespaceSurvey(query(port, [.listen, .boundInactive]), of: namespace)
            else { continue }
            var survey = PortSurvey(holders: [])
            let word = String(decoding: namespace.word, as: UTF8.self)
            survey.add(found.sockets.records, namespace: word) { found.interfaceNames[$0] }
            survey.findOwners(found.sockets.records, within: limit)
            all.holders += survey.holders
        }
        return all
    }

    private static func query(_ port: UInt16, _ states: Set<TCPState>) -> SocketQuery {
        var query = SocketQuery()
        query.transports = [.tcp]
        query.states = states
        query.condition = .localPort(port...port)
        return query
    }

    /// The inodes of the holders, in their order.
    private var inodes: [UInt64] = []

    private mutating func add(
        _ records: [SocketRecord], namespace: String?, _ interfaceName: (UInt32) -> String?
    ) {
        let listening = records.filter { $0.state == .listen }
        for record in listening + records.filter({ $0.state == .boundInactive }) {
            guard let local = record.local else { continue }
            inodes.append(record.inode)
            holders.append(
                PortHolder(
                    address: local, isListening: record.state == .listen, waiting: record.acceptQueue,
                    backlog: record.backlog, isV6Only: record.v6Only ?? false,
                    interface: record.interface == 0 ? nil : interfaceName(record.interface),
                    namespace: namespace))
        }
    }

    /// One process of each, for all together within the time.
    private mutating func findOwners(_ records: [SocketRecord], within limit: Duration) {
        let end = Instant.processorTime + limit
        for index in holders.indices.prefix(Self.mostOwners) {
            let left = end - Instant.processorTime
            guard left > .zero else { return }
            holders[index].process = SocketOwners.owner(ofAny: [inodes[index]], within: left)
        }
    }

    private static let mostOwners = 8
}

/// How the local ports of this host are used.
package enum PortUse {
    /// How many of these ports have a connection to an address: `connect(2)` may take none of them again.
    /// - Parameter source: the address that it would be from; nil for any.
    package static func connections(
        to peer: SocketAddress, from source: AnyIPAddress?, ports: ClosedRange<UInt16>
    ) -> Int {
        var query = SocketQuery()
        query.transports = [.tcp]
        guard let port = peer.port else { return 0 }
        query.condition = .all([.peerPort(port...port), .localPort(ports)])
        let records = SocketSurvey(query).records.filter {
            $0.peer == peer && (source == nil || $0.local?.host == source)
        }
        return Set(records.compactMap { $0.local?.port }).count
    }
}

/// How many sockets of TCP there are: `/proc/net/sockstat` (proc(5)).
enum TCPCount {
    /// Those in use and those in TIME_WAIT; nil where it cannot be read.
    static var inUse: Int? {
        guard let text = try? OwnedDescriptor.contents(of: "/proc/thread-self/net/sockstat") else {
            return nil
        }
        return inUse(parsing: text)
    }

    static func inUse(parsing text: [UInt8]) -> Int? {
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") where line.hasPrefix("TCP:")
        {
            let words = line.split(separator: " ")
            let counts = zip(words, words.dropFirst()).filter { ["inuse", "tw"].contains($0.0) }.map {
                Int($0.1)
            }
            return counts.isEmpty ? nil : counts.reduce(0) { $0 + ($1 ?? 0) }
        }
        return nil
    }
}
