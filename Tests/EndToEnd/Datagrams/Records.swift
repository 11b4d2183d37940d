// A pair of sockets between the test and a program, in which each write is one read, however long: what the
// program reads and writes is known record by record (SOCK_SEQPACKET).

import Foundation
import Glibc

final class Records {
    /// What the program is given.
    let theirs: Int32
    private let ours: Int32
    private var theirsIsOpen = true

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0 else {
            throw Unexpected.call("socketpair")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (ours, theirs) = (ends[0], ends[1])
    }

    deinit {
        end()
        closeForAll(ours)
    }

    /// To be called when the program has its end.
    func hand() {
        if theirsIsOpen { closeForAll(theirs) }
        theirsIsOpen = false
    }

    func send(_ data: Data) throws {
        let sent = data.withUnsafeBytes { Glibc.send(ours, $0.baseAddress, $0.count, 0) }
        guard sent == data.count else { throw Unexpected.call("send a record of \(data.count) bytes") }
    }

    /// No more records will come.
    func end() {
        hand()
        shutdown(ours, Int32(SHUT_WR))
    }

    /// The next record; an empty one is also what comes after the last.
    func receive() throws -> Data {
        guard try waitReady(ours, POLLIN, Deadline()) else { throw Unexpected("no record came") }
        var bytes = [UInt8](repeating: 0, count: 1 << 17)
        let count = recv(ours, &bytes, bytes.count, 0)
        guard count >= 0 else { throw Unexpected.call("recv") }
        return Data(bytes.prefix(count))
    }
}
