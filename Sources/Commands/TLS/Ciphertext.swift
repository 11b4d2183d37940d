// What lies between a session of TLS and the stream below it: what came is put into the session, what it has to send is sent,
// as far as each goes at once.

import Sockets
import TLS

final class Ciphertext {
    let below: any Stream
    let session: TLSSession
    private let pool: BufferPool
    /// How many bytes went each way.
    private(set) var passed = (received: 0, sent: 0)
    /// Whether the stream below has ended.
    private(set) var hasEnded = false
    /// Why nothing can be sent any more.
    private(set) var writeError: Errno?
    /// How many bytes were encrypted that are never sent.
    private(set) var undelivered = 0

    init(_ below: any Stream, _ session: TLSSession, _ pool: BufferPool) {
        self.below = below
        self.session = session
        self.pool = pool
    }

    /// How much is taken at once, and may wait to be sent.
    var portion: Int { pool.isCrowded ? Self.leastPortion : Self.usualPortion }
    /// How many bytes of payload are encrypted or decrypted at once: of one of many a record, as they are held in three places.
    var mostAtOnce: Int { pool.isCrowded ? 16 << 10 : .max }

    private static let usualPortion = 128 << 10
    /// Room for a record: RFC 8446, section 5.2.
    private static let leastPortion = 17 << 10

    /// Takes what is there, at most a portion: `EAGAIN` if nothing is, zero at the end.
    func fill() throws(Errno) -> Int {
        guard !hasEnded else { return 0 }
        let count = try session.fill(limit: portion) { [below] (span) throws(Errno) in
            try below.read(into: &span)
        }
        if count == 0 { hasEnded = true }
        passed.received += count
        return count
    }

    /// Sends what is to be sent.
    /// - Returns: whether all of it has gone.
    func flush() throws(Errno) -> Bool {
        while session.hasOutput {
            do throws(Errno) {
                try session.drain { [below] (bytes) throws(Errno) in
                    let count = try below.write(bytes)
                    passed.sent += count
                    return count
                }
            } catch .wouldBlock {
                if pool.isCrowded { session.shrink() }
                return false
            } catch {
                writeError = error
                undelivered = session.outputCount
                session.dropOutput()
                throw error
            }
        }
        return true
    }

    /// The session waits: one of many keeps no more than its bytes.
    func settle() { if pool.isCrowded { session.shrink() } }
}
