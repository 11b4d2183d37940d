// The process at the other end of a connection, where that is on this host, and how much time of processors it has used.

import Glibc

/// Found by sock_diag(7) and `/proc`, as far as it may be seen.
package struct PeerProcess: Hashable, Sendable {
    package let pid: Int32
    package let nameBytes: [UInt8]

    /// How much of the processor's time the search may take.
    private static let limit = Duration.milliseconds(5)

    /// Nil if the peer is not on this host, in this network namespace, or is not found in time.
    package init?(local: SocketAddress, peer: SocketAddress) {
        guard let port = peer.port else { return nil }
        var query = SocketQuery()
        query.transports = [.tcp]
        query.condition = .port(port)
        let inodes = SocketSurvey(query).records.filter { $0.local == peer && $0.peer == local }.map(\.inode)
        guard
            let owner = SocketOwners.owner(ofAny: Set(inodes).subtracting([0]), within: Self.limit),
            owner.pid != getpid()
        else { return nil }
        (pid, nameBytes) = (owner.pid, owner.nameBytes)
    }

    /// Of all its threads, in user mode and in the kernel: `utime` and `stime` of `/proc/PID/stat`, in ticks. Nil once it is gone.
    package var processorTime: Duration? {
        guard let stat = try? OwnedDescriptor.contents(of: "/proc/\(pid)/stat") else { return nil }
        return Self.processorTime(parsing: stat, ticks: sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The name, in parentheses, may hold anything.
    static func processorTime(parsing stat: [UInt8], ticks: Int) -> Duration? {
        guard ticks > 0, let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = String(decoding: stat[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return nil }
        return .nanoseconds(Int64((user + system) * (1_000_000_000 / ticks)))
    }
}
