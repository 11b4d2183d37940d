// How many bytes of payload a connection has carried, from what TCP counts. It counts a FIN as a byte that was received,
// and its last word does not say whether there was one.

import Sockets

struct PayloadCount: ~Copyable {
    /// What two ends of this machine are asked by, 3 µs for each.
    private var diagnostics: SocketDiagnostics
    /// What each of the connections that closed last has sent.
    private var sent: [Pair: Int] = [:]
    private var order: [Pair] = []
    private var next = 0
    private static let remembered = 4096

    private struct Pair: Hashable {
        let local: SocketAddress
        let peer: SocketAddress
    }

    init() throws(Errno) { diagnostics = try SocketDiagnostics() }

    /// The bytes of a connection that has closed.
    /// - Parameter state: in which it was listed last, if it was.
    mutating func bytes(of record: SocketRecord, after state: TCPState?) -> WatchedSocket.Bytes? {
        guard let info = record.tcpInfo, var bytes = info.payload, let local = record.local,
            let peer = record.peer
        else { return nil }
        remember(Pair(local: local, peer: peer), info.bytesHandedOver ?? bytes.sent)
        guard bytes.received > 0 else { return bytes }
        if let sent = sentByPeer(local, peer) {
            // Both ends are here: it can have received no more.
            bytes.received = min(bytes.received, sent)
        } else if state?.hasReceivedFIN == true || wasClosedByPeer(info, bytes, local, peer) {
            bytes.received -= 1
        }
        return bytes
    }

    /// What the other end has sent, where that is a socket of this machine.
    private mutating func sentByPeer(_ local: SocketAddress, _ peer: SocketAddress) -> Int? {
        guard local.host == peer.host || local.host?.isLoopback == true else { return nil }
        if let sent = sent[Pair(local: peer, peer: local)] { return sent }
        // A listener at that address is found as well.
        let record = try? diagnostics.socket(.tcp, local: peer, peer: local, details: .tcpInfo)
        return record?.peer == local ? record?.tcpInfo?.bytesHandedOver : nil
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
        if order.count < Self.remembered {
            order.append(pair)
        } else {
            sent[order[next]] = nil
            order[next] = pair
            next = (next + 1) % Self.remembered
        }
        sent[pair] = count
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
