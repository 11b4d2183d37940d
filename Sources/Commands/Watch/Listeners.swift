// Who listens where: of a connection that was accepted and closed before anybody could see who held it, the process that
// listens at its address is told, as what it is.

import Sockets

struct Listeners {
    private struct Listener {
        let record: SocketRecord
        var owners: SocketDescription.Owners?
    }

    /// By port.
    private var now: [UInt16: [Listener]] = [:]
    /// Owners that were found before, by cookie.
    private var found: [UInt64: SocketDescription.Owners] = [:]
    /// The inodes of those of which it is not known who holds them.
    private(set) var strangers: Set<UInt64> = []

    var ports: Set<UInt16> { Set(now.keys) }

    /// A new list begins.
    mutating func begin() {
        now.removeAll(keepingCapacity: true)
        strangers.removeAll(keepingCapacity: true)
    }

    mutating func add(_ record: SocketRecord) {
        guard let port = record.local?.port, record.kind.transport == .tcp,
            now[port]?.contains(where: { $0.record.cookie == record.cookie }) != true
        else { return }
        let owners = found[record.cookie]
        if owners == nil { strangers.insert(record.inode) }
        now[port, default: []].append(Listener(record: record, owners: owners))
    }

    mutating func find(_ owners: Result<SocketOwners, Errno>) {
        var all: [UInt64: SocketDescription.Owners] = [:]
        for port in now.keys {
            for index in now[port, default: []].indices {
                guard let listener = now[port]?[index] else { continue }
                let owners = listener.owners ?? SocketDescription(listener.record, owners: owners).owners
                now[port]?[index].owners = owners
                all[listener.record.cookie] = owners
            }
        }
        found = all
        strangers.removeAll(keepingCapacity: true)
    }

    /// Whose connection it probably is, by the address that it was accepted at.
    func holding(of record: SocketRecord) -> SocketHolding {
        let unknown = SocketHolding(owners: .known([]), source: .unknown)
        guard record.kind.transport == .tcp, record.state != .listen, let local = record.local,
            let port = local.port, let candidates = now[port]
        else { return unknown }
        let exact = candidates.first { $0.record.local?.host == local.host }
        let listener = exact ?? candidates.first { $0.record.local?.host?.isUnspecified == true }
        guard let owners = listener?.owners, case .known(let list) = owners, !list.isEmpty else {
            return unknown
        }
        return SocketHolding(owners: owners, source: .listener)
    }
}
