// The ports and addresses that sockets of this network namespace have now, for whoever completes a command line:
// sock_diag(7). It is worth a few milliseconds: of very many sockets only those that wait for peers are looked at.

import CLinux
import Glibc

package struct PortsInUse: Sendable {
    /// A port, and what it is used for.
    package struct Use: Sendable {
        /// Whether a socket waits there for peers, or for datagrams of anybody.
        package var isListening = false
        /// How many connections have it.
        package var connections = 0
        /// Of those that wait.
        fileprivate var inodes: Set<UInt64> = []
        /// A process that waits there; nil if it is not found in time, or may not be seen.
        package fileprivate(set) var owner: SocketOwner?
    }

    package private(set) var local: [UInt16: Use] = [:]
    package private(set) var peers: [UInt16: Use] = [:]
    package private(set) var localAddresses: Set<AnyIPAddress> = []
    package private(set) var peerAddresses: Set<AnyIPAddress> = []

    /// With more connections than this the list of them takes too long.
    private static let most = 4000

    /// - Parameters:
    ///   - transports: of which sockets.
    ///   - connections: whether connections count, too, if there are not too many.
    ///   - limit: how much of the processor's time looking for the processes may take.
    package init(_ transports: Set<Transport>, connections: Bool, ownersWithin limit: Duration) {
        var query = SocketQuery()
        query.transports = transports
        if !connections || TCPCount.inUse ?? .max > Self.most { query.states = [.listen, .close] }
        for record in SocketSurvey(query).records { add(record) }
        findOwners(within: limit)
    }

    private mutating func add(_ record: SocketRecord) {
        guard let host = record.local?.host, let port = record.local?.port, port != 0,
            record.state != .boundInactive
        else { return }
        if let peer = record.peer, let peerPort = peer.port, peerPort != 0 {
            local[port, default: Use()].connections += 1
            peers[peerPort, default: Use()].connections += 1
            if let address = peer.host { peerAddresses.insert(address) }
        } else {
            local[port, default: Use()].isListening = true
            local[port, default: Use()].inodes.insert(record.inode)
        }
        if !host.isUnspecified { localAddresses.insert(host) }
    }

    private mutating func findOwners(within limit: Duration) {
        let inodes = local.values.reduce(into: Set<UInt64>()) { $0.formUnion($1.inodes) }
        let owners = SocketOwners.owners(of: inodes, within: limit)
        for (port, use) in local {
            local[port]?.owner = use.inodes.lazy.compactMap { owners[$0] }.first
        }
    }

    /// The names at which Unix sockets wait for peers, or for datagrams.
    package static func unixNames(keepingBoundaries: Bool) -> [UnixName] {
        var query = SocketQuery()
        query.transports = [.unix]
        query.states = keepingBoundaries ? [.listen] : [.listen, .close]
        let type = Int32((keepingBoundaries ? SOCK_SEQPACKET : SOCK_STREAM).rawValue)
        let datagram = Int32(SOCK_DGRAM.rawValue)
        return SocketSurvey(query).records.compactMap { record in
            guard record.kind.type == type || !keepingBoundaries && record.kind.type == datagram,
                case .unix(let name)? = record.local, name != .unnamed
            else { return nil }
            return name
        }
    }
}

extension OpenSocket {
    /// The descriptors of a process that are sockets, none where it may not be looked into.
    package static func all(of pid: Int32) -> [OpenSocket] {
        var sockets: [OpenSocket] = []
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        try? forEachDescriptor(of: pid, buffer: &buffer) { descriptor, inode in
            if let inode { sockets.append(OpenSocket(descriptor: descriptor, inode: inode)) }
        }
        return sockets
    }
}

/// The processes that there are, by their numbers.
package enum ProcessList {
    /// All but this one, each with its name (`comm`) as long as the processor's time for that lasts. Those that are
    /// threads of the kernel are left out, because they have no sockets, as far as they are known by then.
    package static func all(namesWithin limit: Duration) -> [(pid: Int32, name: [UInt8]?)] {
        let end = Instant.processorTime + limit
        var pids: [Int32] = []
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        try? NumberedDirectory("/proc").forEachNumber(buffer: &buffer) { pids.append($0) }
        return pids.filter { $0 != getpid() }.sorted().compactMap { pid in
            guard Instant.processorTime < end else { return (pid, nil) }
            guard let text = try? OwnedDescriptor.contents(of: "/proc/\(pid)/stat") else { return nil }
            let entry = parse(text)
            return entry?.isKernelThread == true ? nil : (pid, entry?.name)
        }
    }

    /// `PID (NAME) STATE PPID PGRP SESSION TTY TPGID FLAGS ...`, where the name may hold anything: proc_pid_stat(5).
    static func parse(_ text: [UInt8]) -> (name: [UInt8], isKernelThread: Bool)? {
        guard let start = text.firstIndex(of: UInt8(ascii: "(")),
            let end = text.lastIndex(of: UInt8(ascii: ")")),
            start < end
        else { return nil }
        let fields = text[(end + 1)...].split(separator: UInt8(ascii: " "))
        let flags = fields.count > 6 ? UInt32(String(decoding: fields[6], as: UTF8.self)) ?? 0 : 0
        return (Array(text[(start + 1)..<end]), flags & kernelThread != 0)
    }

    /// PF_KTHREAD of linux/sched.h.
    private static let kernelThread: UInt32 = 0x0020_0000
}
