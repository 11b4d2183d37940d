// A proxy with an echo behind it, over TLS if need be: what a relay connects to through a proxy.

import Foundation
import Glibc

final class ProxiedEcho {
    private let listener: Listener
    var place: Place { listener.place }

    init(_ kind: ProxyKind, isSecure: Bool) throws {
        let listener = try Listener()
        self.listener = listener
        Thread.detachNewThread {
            while let peer = try? listener.accept() {
                Thread.detachNewThread { try? Self.serve(peer, kind, isSecure) }
            }
        }
    }

    /// Ends the wait for the next one.
    deinit { Glibc.shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

    private static func serve(_ peer: Peer, _ kind: ProxyKind, _ isSecure: Bool) throws {
        defer { peer.close() }
        _ = try peer.hearRequest(kind)
        try peer.send(kind.consent)
        if isSecure, try !peer.secure(as: .server, within: patience) { return }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while try peer.carrier.waitReady(POLLIN, Deadline()) {
            switch buffer.withUnsafeMutableBytes({ peer.carrier.read($0) }) {
            case .moved(0):
                peer.shutdown()
                // It is over when the other side is, too.
                return
            case .moved(let count): try peer.send(Data(buffer[..<count]))
            case .notNow: break
            case .failed: return
            }
        }
    }
}
