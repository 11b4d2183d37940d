// In which order a table has its sockets: those that wait for peers by port, the others by peer; the Internet's first,
// then Unix sockets, then all others. A key is a few numbers, because there may be very many.

import Sockets

struct SocketOrder: Comparable {
    /// Where the socket is in the list.
    let place: Int
    /// Whether it belongs to the socket before it.
    var isSubflow = false
    /// The group, and of a socket that waits its port and kind.
    private let group: UInt64
    /// The peer, of a socket that waits its own address.
    private let first: Host
    /// Its own address.
    private let second: Host
    /// The names of a socket that has no numbers.
    private let name: [UInt8]

    init(of socket: SocketDescription, at place: Int) {
        self.place = place
        let isInternet = socket.local?.host != nil
        let waits = socket.waitsForPeers
        let family: UInt64 = isInternet ? 0 : socket.kind.transport == .unix ? 2 : 4
        let local = Host(socket.local)
        if waits {
            let kind = socket.kind.shortName.utf8.prefix(5).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            group = family << 56 | UInt64(local.port) << 40 | kind
            (first, second) = (local, local)
        } else {
            group = (family + 1) << 56
            (first, second) = (Host(socket.peer), local)
        }
        if isInternet {
            name = []
        } else {
            let peer = if !waits, case .unix(let name)? = socket.peer { name.bytes ?? [] } else { [UInt8]() }
            name = peer + [0] + socket.localColumn.utf8
        }
    }

    static func < (left: SocketOrder, right: SocketOrder) -> Bool {
        if left.group != right.group { return left.group < right.group }
        if left.first != right.first { return left.first < right.first }
        if left.second != right.second { return left.second < right.second }
        if left.name != right.name { return left.name.lexicographicallyPrecedes(right.name) }
        return left.place < right.place
    }

    static func == (left: SocketOrder, right: SocketOrder) -> Bool { left.place == right.place }

    /// An address as numbers.
    private struct Host: Comparable {
        /// How long it is: those of IPv4 come before those of IPv6, one that there is not comes last.
        private let rank: UInt16
        let port: UInt16
        private let high: UInt64
        private let low: UInt64

        init(_ address: SocketAddress?) {
            port = address?.port ?? 0
            switch address {
            case .inet(let host, _): (rank, high, low) = (4, 0, UInt64(host.number))
            case .inet6(let host, _):
                rank = 16
                high = UInt64(truncatingIfNeeded: host.number >> 64)
                low = UInt64(truncatingIfNeeded: host.number)
            // A Unix socket that has a name before one that has none.
            case .unix(let name): (rank, high, low) = (name == .unnamed ? 0xff : 0, 0, 0)
            case .vsock(let cid, let port): (rank, high, low) = (32, UInt64(cid), UInt64(port))
            case nil: (rank, high, low) = (0xff, 0, 0)
            }
        }

        static func < (left: Host, right: Host) -> Bool {
            if left.rank != right.rank { return left.rank < right.rank }
            if left.high != right.high { return left.high < right.high }
            if left.low != right.low { return left.low < right.low }
            return left.port < right.port
        }
    }
}
