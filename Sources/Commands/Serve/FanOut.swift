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

/// Payload of many peers on its way to stdout, with backpressure to all of them.
struct PayloadOutput {
    private unowned let context: Context

    init(_ context: Context) {
        self.context = context
        context.payloadOutput.noticeHangUp()
    }

    func write(_ bytes: RawSpan, of peer: Peer) {
        if context.writesPayloadUnchanged {
            context.payloadOutput.append { output in
                unsafe bytes.withUnsafeBytes { unsafe output.append(contentsOf: $0) }
            }
        } else {
            context.output.append { context.reporter.render(bytes, of: peer.connection, into: &$0) }
        }
    }

    func end(of peer: Peer) {
        guard !context.writesPayloadUnchanged else { return }
        context.output.append { context.reporter.renderEnd(of: peer.connection, into: &$0) }
    }

    /// Whether stdout is too slow for more; then the peer goes on when there is room.
    func pauses(_ peer: Peer) -> Bool {
        guard context.payloadOutput.isFull else { return false }
        context.payloadOutput.whenRoom { [weak peer] in peer?.isPaused = false }
        return true
    }
}

extension Context {
    /// Shows payload that goes elsewhere: as an event, where there are events.
    func reportEvents(_ bytes: RawSpan, of connection: ConnectionIdentity) {
        guard settings.json else { return }
        output.append { reporter.render(bytes, of: connection, into: &$0) }
    }
}
