// What the kernel has dropped on a socket because its receive buffer was full.

import Sockets

/// How many datagrams the kernel dropped on a socket, and how many of them were told.
struct DropCounter {
    /// How many were told.
    private(set) var total = 0
    private var seen = 0

    /// How many are new of those that the socket has dropped since it was made.
    mutating func update(_ drops: Int) -> Int {
        defer { total = max(total, drops) }
        return max(0, drops - total)
    }

    /// How many were dropped between the datagram before and this one; nil for none.
    mutating func before(_ ancillary: AncillaryData) -> Int? {
        guard let drops = ancillary.drops.map(Int.init), drops > seen else { return nil }
        defer { seen = drops }
        return drops - seen
    }
}
