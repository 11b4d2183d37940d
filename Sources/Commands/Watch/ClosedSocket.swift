// The end of a socket that is watched: what was its last word, or what is known where that was missed.

import Sockets

struct ClosedSocket {
    let socket: WatchedSocket
    /// What TCP said at the end; nil where the end was not told, or not of TCP.
    let last: TCPInfo?
    /// Nil where the opening was not seen.
    let duration: Duration?
    /// Whether what is known of it is from its end.
    let isTold: Bool

    let bytes: WatchedSocket.Bytes?

    /// - Parameters:
    ///   - last: what TCP said at the end.
    ///   - bytes: how much it has carried, where it is known better than by the last list.
    init(
        _ socket: WatchedSocket, at now: Instant, last: TCPInfo? = nil, bytes: WatchedSocket.Bytes? = nil,
        isTold: Bool = true
    ) {
        self.socket = socket
        // A listener has carried nothing.
        let isListener = socket.record.state == .listen
        self.last = isListener ? nil : last ?? (isTold ? nil : socket.record.tcpInfo)
        self.bytes = isListener ? nil : bytes ?? socket.bytes
        duration = socket.wasSeenOpening ? now - socket.firstSeen : nil
        self.isTold = isTold
    }
}
