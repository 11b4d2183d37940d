// Who has spoken lately: so many at most, and no look at them takes longer because there are many.

import Sockets

struct RecentPeers<Peer: Hashable, Value> {
    private var known: [Peer: (value: Value, used: Instant)] = [:]
    /// In the order in which they were used last, as far as that was looked at.
    private var order: ArraySlice<(peer: Peer, used: Instant)> = []
    private let most: Int

    init(atMost most: Int) { self.most = most }

    var isFull: Bool { known.count >= most }
    var isEmpty: Bool { known.isEmpty }
    var values: some Sequence<Value> { known.values.lazy.map(\.value) }

    /// The peer has spoken. False if it is not known.
    mutating func touch(_ peer: Peer, at now: Instant) -> Bool {
        guard let index = known.index(forKey: peer) else { return false }
        known.values[index].used = now
        return true
    }

    /// Has a peer that was not known, or what is known of it anew. One that was silent for longest goes, if there is
    /// no room.
    mutating func set(_ peer: Peer, _ value: Value, at now: Instant) {
        if known.updateValue((value, now), forKey: peer) != nil { return }
        if known.count > most { _ = makeRoom(silentFor: .zero, at: now) }
        order.append((peer, now))
    }

    /// Lets go of the one that was silent for longest, as far as that was looked at. False if none was for so long.
    mutating func makeRoom(silentFor patience: Duration, at now: Instant) -> Bool {
        while let first = order.first, now - first.used >= patience {
            order.removeFirst()
            guard let used = known[first.peer]?.used else { continue }
            guard used == first.used else {
                // It has spoken since: it is looked at again when that was long enough ago.
                order.append((first.peer, used))
                continue
            }
            known[first.peer] = nil
            return true
        }
        return false
    }
}
