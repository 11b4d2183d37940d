// Decisions by chance that are the same for the same seed: they depend on the connection, the direction and the place
// in the stream, not on time or on what one read returned.

import Glibc

/// A sequence of numbers for one purpose on one direction of one connection.
struct FaultDice {
    private var state: UInt64

    enum Purpose: UInt64 {
        case refuse = 1, share, jitter, corrupt, loss, duplicate, reorder
    }

    init(seed: UInt64, connection: Int, _ leg: Leg? = nil, _ purpose: Purpose, _ place: Int = 0) {
        let direction: UInt64 = leg == nil ? 0 : leg == .client ? 1 : 2
        state = Self.mixed(seed)
        for part in [UInt64(connection), direction, purpose.rawValue, UInt64(place)] {
            state = Self.mixed(state ^ part)
        }
    }

    /// The next number: SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// From 0 to 1, without 1.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func happens(_ chance: Double) -> Bool { fraction() < chance }

    /// How many are spared until the next one is hit, where each is hit with this chance; nil for none at all.
    mutating func gap(_ chance: Double) -> Int? {
        guard chance > 0 else { return nil }
        guard chance < 1 else { return 0 }
        let gap = log(1 - fraction()) / log1p(-chance)
        return gap < 1e18 ? Int(gap) : nil
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
