// The same bytes to many peers, without one slow peer holding up the others.

import CommandSpec
import Sockets

/// The fastest peer sets the pace: more is taken while one of them has room. A peer that falls too far
/// behind the others is cut off, and that is said.
struct FanOut {
    private unowned let server: Server

    /// A peer with so much waiting has no room.
    private static let full = 1 << 20
    /// A peer with so much waiting, while another has room, is cut off.
    private static let tooFarBehind = 16 << 20

    init(_ server: Server) { self.server = server }

    /// Whether none of them has room: also if there is none.
    func isBlocked(_ peers: some Sequence<Peer>) -> Bool {
        !peers.contains { $0.acceptsData && $0.backlog < Self.full }
    }

    func send(_ chunk: [UInt8], to peers: some Sequence<Peer>) {
        for peer in Array(peers) where peer.acceptsData {
            peer.send(shared: chunk)
            if peer.backlog > Self.tooFarBehind {
                let words = "the peer reads too slowly: \(Statistics.bytes(peer.backlog)) could not be sent"
                peer.close(
                    .local, .error,
                    Failure("send", peer.connection.name, words: words, status: .connectionLost))
            }
        }
    }
}

extension Context {
    /// Shows payload that goes elsewhere: as an event, where there are events.
    func reportEvents(_ bytes: RawSpan, _ message: MessageReport?, of peer: Peer) {
        guard settings.json else { return }
        output.append { output in
            if let message {
                reporter.render(message, bytes, into: &output)
            } else {
                reporter.render(bytes, of: peer.connection, into: &output)
            }
        }
    }
}
