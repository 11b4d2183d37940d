// What a socket has received and its owner has not read, looked at without taking it from the owner: recvmsg(2) with
// MSG_PEEK. An empty queue is never looked into, because that takes a pending error away, and descriptors that were
// passed over a Unix socket are never installed here.

import CLinux
import Glibc

/// What waits to be read from a socket.
package struct SocketPeek: Hashable, Sendable {
    package enum Finding: Hashable, Sendable {
        /// There are bytes, or a datagram, which may have none.
        case data
        case empty
        /// The peer has closed its sending side, or nobody receives here any more.
        case endOfFile
        /// An error is pending, which looking might take away.
        case pendingError
        case listening
        case notConnected
        /// Fewer bytes wait than `SO_RCVLOWAT` makes the owner wait for.
        case belowLowWaterMark(Int)
        /// With `SO_PEEK_OFF` set looking moves the place at which the owner looks next.
        case peekOffset(Int)
        /// Of this kind of socket it is not known that looking leaves it as it is.
        case unsupported
    }

    package let finding: Finding
    package let facts: SocketFacts
    /// What was looked at: the first bytes of a stream, or of the first datagram.
    package internal(set) var bytes: [UInt8] = []
    /// How many bytes wait: of a stream all, of datagrams those of the first. Nil where that is not known.
    package internal(set) var waiting: Int?
    /// The memory that the receive queue takes, its overhead included: `SO_MEMINFO`. Nil for a Unix socket.
    package internal(set) var memory: Int?
    /// Descriptors or credentials come with it, which were left where they are (`MSG_CTRUNC`).
    package internal(set) var hasAncillaryData = false

    /// `poll(2)`, then `recvmsg(2)` with `MSG_PEEK` and `MSG_DONTWAIT`. Between the two the owner may empty the queue,
    /// and an error that comes just then is thrown here, and gone for the owner.
    package init(at socket: borrowing some Descriptor & ~Copyable, atMost limit: Int) throws(Errno) {
        let facts = try SocketFacts(of: socket)
        self.facts = facts
        waiting = facts.receiveQueue
        // What waits at a Unix socket is counted at its sender.
        if facts.kind.transport != .unix, case .record(let fields)? = try? socket.get(.memoryInfo) {
            memory = fields.first { $0.name == "rmem_alloc" }.map { Int($0.value) }
        }
        if let obstacle = try Self.obstacle(to: facts, socket) {
            finding = obstacle
            return
        }
        let readiness = try socket.waitUntilReady(for: .read, timeout: 0)
        if readiness.hasError {
            finding = .pendingError
        } else if !readiness.isReadable {
            finding = try Self.unreadable(facts, socket)
        } else {
            let keepsBoundaries = facts.kind.keepsBoundaries
            let room = min(limit, max(waiting ?? 0, Self.leastRoom))
            do throws(Errno) {
                let peeked = try socket.peek(atMost: room, wholeLength: keepsBoundaries)
                bytes = peeked.bytes
                hasAncillaryData = facts.kind.transport == .unix && peeked.hasCutControl
                if keepsBoundaries { waiting = peeked.length }
                // Of datagrams one may be empty; a sequence of packets ends with one, as a stream does.
                let ends = !keepsBoundaries || facts.kind.typeName == "SOCK_SEQPACKET"
                finding = peeked.length == 0 && ends && !hasAncillaryData ? .endOfFile : .data
            } catch .wouldBlock {
                finding = .empty
            } catch .notConnected {
                finding = .notConnected
            }
        }
    }

    /// A datagram may be as long, whatever the queue says.
    private static let leastRoom = 64 << 10

    /// Why it may not be looked at, as far as that is known without asking what there is to read.
    private static func obstacle(
        to facts: SocketFacts, _ socket: borrowing some Descriptor & ~Copyable
    ) throws(Errno) -> Finding? {
        if facts.isListening { return .listening }
        switch facts.kind.transport {
        case .tcp, .mptcp, .udp, .udpLite, .unix, .raw, .packet: break
        case .netlink, .vsock, nil: return .unsupported
        }
        do throws(Errno) {
            if case .int(let offset) = try socket.get(.peekOffset), offset != -1 {
                return .peekOffset(offset)
            }
        } catch .notSupported {
            // This kind of socket has none.
        }
        return facts.hasPendingError ? .pendingError : nil
    }

    /// Why nothing is there to be read.
    private static func unreadable(
        _ facts: SocketFacts, _ socket: borrowing some Descriptor & ~Copyable
    ) throws(Errno) -> Finding {
        if let count = facts.receiveQueue, count > 0,
            case .int(let mark) = try socket.get(.receiveLowWaterMark), mark > count
        {
            return .belowLowWaterMark(mark)
        }
        let isUnconnected =
            switch facts.state {
            case .close, .boundInactive, .synSent: true
            default: false
            }
        return isUnconnected && facts.kind.needsConnection ? .notConnected : .empty
    }
}

extension SocketKind {
    /// Whether one read takes one message.
    fileprivate var keepsBoundaries: Bool { typeName != "SOCK_STREAM" }

    /// Whether nothing can come before it is connected.
    fileprivate var needsConnection: Bool { ["SOCK_STREAM", "SOCK_SEQPACKET"].contains(typeName) }
}

extension Descriptor where Self: ~Copyable {
    /// Looks at what is to be read next: `recvmsg(2)` with `MSG_PEEK` and `MSG_DONTWAIT`, and without room for
    /// ancillary data. `EAGAIN` if there is nothing.
    /// - Parameter wholeLength: ask for a datagram's own length (`MSG_TRUNC`); of a TCP stream that would take bytes.
    fileprivate func peek(
        atMost limit: Int, wholeLength: Bool
    ) throws(Errno) -> (bytes: [UInt8], length: Int, hasCutControl: Bool) {
        var bytes = [UInt8](repeating: 0, count: limit)
        var flags: Int32 = 0
        let length = try call {
            unsafe bytes.withUnsafeMutableBytes { buffer in
                var vector = unsafe iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
                return unsafe withUnsafeMutablePointer(to: &vector) { vector in
                    var message = unsafe msghdr()
                    unsafe message.msg_iov = vector
                    unsafe message.msg_iovlen = 1
                    let options = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
                    let result = unsafe recvmsg(
                        number, &message, wholeLength ? options | Int32(MSG_TRUNC) : options)
                    flags = unsafe message.msg_flags
                    return result
                }
            }
        }
        bytes.removeLast(max(0, bytes.count - length))
        return (bytes, length, flags & Int32(MSG_CTRUNC) != 0)
    }
}
