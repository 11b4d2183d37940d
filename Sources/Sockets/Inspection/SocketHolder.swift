// Who holds an address that is in use: asked of sock_diag(7), and looked for in /proc, for a failure's message. That is
// worth a few milliseconds and no more: on a large system the answer may be that nobody knows.

import CLinux
import Glibc

/// The process that has bound a socket to an address.
package struct SocketHolder: Hashable, Sendable {
    package let process: SocketOwner
    /// Whether it waits for peers there; otherwise the address is just taken.
    package let isListening: Bool

    /// How much of the processor's time the search in `/proc` may take.
    private static let limit = Duration.milliseconds(5)

    /// The holder of what a socket of this type cannot be bound to. Nil if it is not found in time, or may not be
    /// seen.
    package static func of(_ address: SocketAddress, _ type: SocketType) -> SocketHolder? {
        let records = SocketSurvey.sockets(at: address, type)
        // The one that listens is to blame before one that is only connected there.
        let listening = Set(records.filter(\.waitsForPeers).map(\.inode))
        let inodes = listening.isEmpty ? Set(records.map(\.inode)) : listening
        guard let owner = SocketOwners.owner(ofAny: inodes, within: limit) else { return nil }
        return SocketHolder(process: owner, isListening: !listening.isEmpty)
    }
}

extension SocketSurvey {
    /// The sockets that are bound to an address, or to every address with its port.
    fileprivate static func sockets(at address: SocketAddress, _ type: SocketType) -> [SocketRecord] {
        var query = SocketQuery()
        if case .unix(let name) = address {
            query.transports = [.unix]
            let file = FileIdentity(of: name)
            return SocketSurvey(query).records.filter {
                $0.local == address || file != nil && $0.file == file
            }
        }
        query.transports = [type.keepsBoundaries ? .udp : .tcp]
        // Of TCP what is connected is mostly in nobody's way, and may be much.
        if !type.keepsBoundaries { query.states = [.listen, .boundInactive] }
        query.port = address.port
        return SocketSurvey(query).records.filter {
            $0.local.port == address.port && $0.local.blocks(address)
        }
    }
}

extension SocketRecord {
    /// Whether it listens, or takes datagrams from anybody.
    fileprivate var waitsForPeers: Bool { state == .listen || kind.type == Int32(SOCK_DGRAM.rawValue) }
}

extension SocketAddress {
    /// Whether a socket at this address keeps another, with the same port, from being bound.
    fileprivate func blocks(_ other: SocketAddress) -> Bool {
        host == other.host || [host, other.host].contains { $0?.isUnspecified == true }
    }
}

/// A file, whatever its paths: its device as the kernel numbers it, and its inode.
struct FileIdentity: Hashable, Sendable {
    let device: UInt32
    let inode: UInt32

    init(device: UInt32, inode: UInt32) {
        self.device = device
        self.inode = inode
    }

    /// `stat(2)`; nil for a name that is no file's.
    init?(of name: UnixName) {
        guard case .path(let path) = name else { return nil }
        var status = stat()
        guard unsafe stat(path.map { CChar(bitPattern: $0) } + [0], &status) == 0 else { return nil }
        device = clinux_major(status.st_dev) << 20 | clinux_minor(status.st_dev)
        inode = UInt32(truncatingIfNeeded: status.st_ino)
    }
}

extension SocketOwners {
    /// A process that holds one of these sockets, looked for among the youngest processes first, for so much of the
    /// processor's time.
    static func owner(ofAny inodes: Set<UInt64>, within limit: Duration) -> SocketOwner? {
        let end = Instant.processorTime + limit
        var pids: [Int32] = []
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        guard !inodes.isEmpty,
            (try? NumberedDirectory("/proc").forEachNumber(buffer: &buffer) { pids.append($0) }) != nil
        else { return nil }
        // From our own number downwards, and then from the highest: numbers begin anew.
        let own = getpid()
        for pid in pids.filter({ $0 < own }).reversed() + pids.filter({ $0 > own }).reversed() {
            guard Instant.processorTime < end else { return nil }
            guard let directory = try? NumberedDirectory("/proc/\(pid)/fd") else { continue }
            var found: Int32?
            try? directory.forEachNumber(buffer: &buffer) { (descriptor) throws(Errno) in
                // It ends the scan of this process, which may have very many.
                guard found == nil, Instant.processorTime < end else { throw .cancelled }
                if let inode = try directory.socketInode(descriptor), inodes.contains(inode) {
                    found = descriptor
                }
            }
            if let found {
                return SocketOwner(pid: pid, name: ProcessHandle.name(of: pid) ?? "", descriptor: found)
            }
        }
        return nil
    }
}
