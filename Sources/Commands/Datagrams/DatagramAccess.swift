// From whom datagrams are taken: `--allow`, `--deny` and `--max-connections`. Whoever is refused is told of once, and of so
// many only, as anybody can send from any address.

import CommandSpec
import Sockets

final class DatagramAccess {
    private let list: AccessList
    private let most: Int?
    private var peers: RecentPeers<SocketAddress, Void>
    private var told: Set<Refusal> = []

    private struct Refusal: Hashable {
        let host: AnyIPAddress?
        let reason: String
    }

    /// A peer that was silent for so long makes room for another.
    private static let patience = Duration.seconds(60)
    /// So many are told of.
    private static let mostTold = 1024

    /// Nil where everybody may send.
    init?(_ context: Context, _ arguments: Arguments, at endpoint: Endpoint) throws(Failure) {
        guard
            arguments.has(Options.allow) || arguments.has(Options.deny)
                || arguments.has(Options.maxConnections)
        else { return nil }
        list = try AccessList(context, arguments, at: endpoint)
        most = arguments[Options.maxConnections]
        peers = RecentPeers(atMost: most ?? 0)
    }

    /// Whether what this peer has sent is taken; if not, that is reported, the first time.
    func accepts(_ peer: SocketAddress, _ reporter: any Reporter) -> Bool {
        if let reason = list.refusal(of: peer) {
            refuse(peer, reason, reporter)
            return false
        }
        guard let most else { return true }
        let now = Instant.now
        if peers.touch(peer, at: now) { return true }
        guard !peers.isFull || peers.makeRoom(silentFor: Self.patience, at: now) else {
            refuse(peer, "\(most) \(most == 1 ? "peer is" : "peers are") there already", reporter)
            return false
        }
        peers.set(peer, (), at: now)
        return true
    }

    private func refuse(_ peer: SocketAddress, _ reason: String, _ reporter: any Reporter) {
        guard told.count < Self.mostTold, told.insert(Refusal(host: peer.host, reason: reason)).inserted
        else {
            return
        }
        reporter.report(Refused(peer: peer, reason: reason))
        if told.count == Self.mostTold { reporter.notice("further peers that are refused are not reported") }
    }
}
