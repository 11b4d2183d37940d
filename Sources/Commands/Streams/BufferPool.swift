// Buffers that belong to the loop and are lent: a connection that has nothing under way holds none.

import Sockets
import TLS

final class BufferPool: BufferLender {
    private var spare: [ByteBuffer] = []
    /// How many connections there are.
    var users = 0

    private static let capacity = 256 << 10
    /// From so many connections on each gets less at a time, so that what all of them hold stays bounded.
    private static let crowd = 16
    /// What one of a crowd may hold, in bytes.
    static let share = 64 << 10
    /// How many bytes may pass before others get their turn, alone and in company.
    private static let turn = 8 << 20
    private static let sharedTurn = 512 << 10

    var isCrowded: Bool { users > Self.crowd }
    /// How many bytes may be asked for at once.
    var limit: Int { isCrowded ? Self.share : Self.capacity }
    /// How many bytes one direction may move before others get their turn.
    var turn: Int { users > 1 ? Self.sharedTurn : Self.turn }

    /// An empty buffer.
    func take() -> ByteBuffer {
        while let buffer = spare.popLast() {
            if buffer.capacity == limit { return buffer }
        }
        return ByteBuffer(capacity: limit)
    }

    /// Takes back a buffer that is empty.
    func give(_ buffer: ByteBuffer) {
        // Those of another size were made for a smaller crowd, or for what was left.
        if spare.count < 2, buffer.capacity == limit { spare.append(buffer) }
    }
}
