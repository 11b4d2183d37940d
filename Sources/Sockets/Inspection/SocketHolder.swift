// Who holds an address that is in use: asked of sock_diag(7), and looked for in /proc, for a failure's message. That is
// worth a few milliseconds and no more: on a large system the answer may be that nobody knows.

import CLinux
import Glibc

/// What has an address already, and the process that it belongs to.
package struct SocketHolder: Hashable, Sendable {
    package let use: Use
    /// Nil if it is not found in time, may not be seen, or is none any more.
    package let process: SocketOwner?

    /// What the address is used for.
    package enum Use: Hashable, Sendable {
        /// It waits for peers there.
        case listening
        case bound
        case connected
        /// Nobody's: a connection that has ended holds it for a minute.
        case timeWait
    }

    /// How much of the processor's time the search in `/proc` may take for a message.
    package static let patience = Duration.milliseconds(5)

    /// The holder of what a socket of this type cannot be bound to. Nil if the kernel lists none.
    /// - Parameter limit: how much of the processor's time the search may take.
    package static func of(
        _ address: SocketAddress, _ type: SocketType, within limit: Duration = patience
    ) -> SocketHolder? {
        // Of TCP what is connected is mostly in nobody's way, and may be much: it is asked for last.
        let steps: [Set<TCPState>?] =
            address.family.hasPorts && !type.keepsBoundaries ? [[.listen, .boundInactive], nil] : [nil]
        for states in steps {
            let records = SocketSurvey.sockets(at: address, type, states)
            // The one that listens is to blame before one that is only bound or connected there.
            for use in [Use.listening, .bound, .connected, .timeWait] {
                let inodes = Set(records.filter { $0.use == use }.map(\.inode))
                if inodes.isEmpty { continue }
                return SocketHolder(
                    use: use, process: SocketOwners.owner(ofAny: inodes.subtracting([0]), within: limit))
            }
        }
        return nil
    }
}

extension SocketSurvey {
    /// The sockets that are bound to an address, or to every address with its port.
    fileprivate static func sockets(
        at address: SocketAddress, _ type: SocketType, _ states: Set<TCPState>?
    ) -> [SocketRecord] {
        var query = SocketQuery()
        if case .unix(let name) = address {
            query.transports = [.unix]
            let file = FileIdentity(of: name)
            return SocketSurvey(query).records.filter {
                $0.local == address || file != nil && $0.file == file
            }
        }
        query.transports = [type.keepsBoundaries ? .udp : .tcp]
        query.states = states
        query.condition = address.port.map { .port($0) }
        return SocketSurvey(query).records.filter {
            $0.local?.port == address.port && $0.local?.blocks(address) == true
        }
    }
}

extension SocketRecord {
    /// What it does at its address; a datagram socket takes from anybody.
    fileprivate var use: SocketHolder.Use {
        if state == .listen || kind.type == Int32(SOCK_DGRAM.rawValue) { return .listening }
        return switch state {
        case nil, .close, .boundInactive: .bound
        case .timeWait: .timeWait
        default: .connected
        }
    }
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
    package static func owner(ofAny inodes: Set<UInt64>, within limit: Duration) -> SocketOwner? {
        var found: SocketOwner?
        search(inodes, within: limit) { _, owner in
            found = owner
            return false
        }
        return found
    }

    /// A process of each of these sockets, as far as they are found in so much of the processor's time.
    static func owners(of inodes: Set<UInt64>, within limit: Duration) -> [UInt64: SocketOwner] {
        var owners: [UInt64: SocketOwner] = [:]
        search(inodes, within: limit) { inode, owner in
            if owners[inode] == nil { owners[inode] = owner }
            return owners.count < inodes.count
        }
        return owners
    }

    /// Tells of each process that holds one of the sockets, youngest first, until `found` has enough or the time is over.
    private static func search(
        _ inodes: Set<UInt64>, within limit: Duration, found: (UInt64, SocketOwner) -> Bool
    ) {
        let end = Instant.processorTime + limit
        var pids: [Int32] = []
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        guard !inodes.isEmpty,
            (try? NumberedDirectory("/proc").forEachNumber(buffer: &buffer) { pids.append($0) }) != nil
        else { return }
        // From our own number downwards, and then from the highest: numbers begin anew.
        let own = getpid()
        for pid in pids.filter({ $0 < own }).reversed() + pids.filter({ $0 > own }).reversed() {
            var isEnough = false
            var name: [UInt8]?
            try? OpenSocket.forEachDescriptor(of: pid, buffer: &buffer) { (descriptor, inode) throws(Errno) in
                // It ends the scan of this process, which may have very many.
                guard !isEnough, Instant.processorTime < end else { throw .cancelled }
                guard let inode, inodes.contains(inode) else { return }
                let known = name ?? ProcessHandle.name(of: pid) ?? []
                name = known
                isEnough = !found(inode, SocketOwner(pid: pid, nameBytes: known, descriptor: descriptor))
            }
            guard !isEnough, Instant.processorTime < end else { return }
        }
    }
}
