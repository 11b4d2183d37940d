// How many bytes of payload a connection has carried, from what TCP counts. It counts a FIN as a byte that was received,
// and its last word does not say whether there was one.

import Sockets

struct PayloadCount: ~Copyable {
    /// What two ends of this machine are asked by, 3 µs for each.
    private var diagnostics: SocketDiagnostics
    /// What each of the connections that closed last has sent.
    private var sent: [Pair: Sent] = [:]
    /// When those were heard of that are told now, which may take a while.
    var now = Instant.now
    /// After this the next connection may have the same ports.
    private static let validity = Duration.seconds(2)
    private var order: [Pair] = []
    private var next = 0
    private static let most = 32_768

    private struct Sent {
        let count: Int
        let at: Instant
        /// Whether the end that has sent it was told.
        var isTold = false
    }

    private struct Pair: Hashable {
        let local: SocketAddress
        let peer: SocketAddress
    }

    init() throws(Errno) { diagnostics = try SocketDiagnostics() }

    /// Takes what one that has closed has sent, before its other end is asked about.
    mutating func note(_ record: SocketRecord) {
        guard let sent = record.tcpInfo?.bytesHandedOver, let local = record.local, let peer = record.peer
        else {
            return
        }
        remember(Pair(local: local, peer: peer), sent)
    }

    /// The bytes of a connection that has closed.
    /// - Parameter state: in which it was listed last, if it was.
    mutating func bytes(of record: SocketRecord, after state: TCPState?) -> WatchedSocket.Bytes? {
        guard let info = record.tcpInfo, var bytes = info.payload, let local = record.local,
            let peer = record.peer
        else { return nil }
        defer { told(Pair(local: local, peer: peer)) }
        guard bytes.received > 0 else { return bytes }
        if let sent = sentByPeer(local, peer, bytes.received) {
            // Both ends are here: it can have received no more.
            bytes.received = min(bytes.received, sent)
        } else if state?.hasReceivedFIN == true || wasClosedByPeer(info, bytes, local, peer) {
            bytes.received -= 1
        }
        return bytes
    }

    /// One end is told. When both are, nothing is kept: the next connection may have the same ports.
    private mutating func told(_ pair: Pair) {
        let other = Pair(local: pair.peer, peer: pair.local)
        if sent[other]?.isTold == true {
            sent[other] = nil
            sent[pair] = nil
        } else {
            sent[pair]?.isTold = true
        }
    }

    /// Whether both ends are here, and what the other one has sent is not to be had: its end has not been told yet.
    /// - Parameter isFirst: whether the kernel is asked for it; what it does not have now it will not have later.
    mutating func lacksPeer(_ record: SocketRecord, isFirst: Bool) -> Bool {
        guard let local = record.local, let peer = record.peer, let received = record.tcpInfo?.bytesReceived,
            received > 0, Self.isLocal(local, peer)
        else { return false }
        return (isFirst ? sentByPeer(local, peer, received) : remembered(local, peer, received)) == nil
    }

    /// What the other end has sent, where its end was told.
    private func remembered(_ local: SocketAddress, _ peer: SocketAddress, _ received: Int) -> Int? {
        guard let sent = sent[Pair(local: peer, peer: local)], now - sent.at < Self.validity else {
            return nil
        }
        return Self.explains(sent.count, received) ? sent.count : nil
    }

    /// Whether so many bytes, and a FIN, can be what was received; otherwise they were those of an earlier connection with
    /// the same ports.
    private static func explains(_ sent: Int, _ received: Int) -> Bool { sent >= received - 1 }

    private static func isLocal(_ local: SocketAddress, _ peer: SocketAddress) -> Bool {
        local.host == peer.host || local.host?.isLoopback == true
    }

    /// What the other end has sent, where that is a socket of this machine.
    private mutating func sentByPeer(
        _ local: SocketAddress, _ peer: SocketAddress, _ received: Int
    ) -> Int? {
        guard Self.isLocal(local, peer) else { return nil }
        if let sent = remembered(local, peer, received) { return sent }
        // A listener at that address is found as well.
        let record = try? diagnostics.socket(.tcp, local: peer, peer: local, details: .tcpInfo)
        guard record?.peer == local, let sent = record?.tcpInfo?.bytesHandedOver else { return nil }
        // A later connection with the same ports is found as well, which will hardly have sent just that.
        return sent == received || sent == received - 1 ? sent : nil
    }

    /// Whether its FIN was acknowledged, and no TIME_WAIT is left of it: then the peer has closed first.
    private mutating func wasClosedByPeer(
        _ info: TCPInfo, _ bytes: WatchedSocket.Bytes, _ local: SocketAddress, _ peer: SocketAddress
    ) -> Bool {
        guard let acknowledged = info.bytesAcknowledged, acknowledged > bytes.sent else { return false }
        let left = try? diagnostics.socket(.tcp, local: local, peer: peer, details: [])
        return left?.peer != peer
    }

    private mutating func remember(_ pair: Pair, _ count: Int) {
        if order.count < Self.most {
            order.append(pair)
        } else {
            sent[order[next]] = nil
            order[next] = pair
            next = (next + 1) % Self.most
        }
        sent[pair] = Sent(count: count, at: now)
    }
}

extension TCPInfo {
    /// The bytes of payload that were sent, acknowledged or not; nil before Linux 4.19.
    var bytesHandedOver: Int? {
        guard let sent = bytesSent, let again = bytesRetransmitted else { return nil }
        return max(0, sent - again)
    }
}

extension TCPState {
    /// Whether the peer has closed its direction.
    var hasReceivedFIN: Bool {
        switch self {
        case .closeWait, .lastAck, .closing: true
        default: false
        }
    }
}
