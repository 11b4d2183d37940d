// Many peers at the same time: they come, are served, and go, until the server is interrupted.

import CommandSpec
import Sockets

/// How a server treats its peers.
struct ServerPlan {
    /// Serve many; otherwise one, and then end.
    var keepsOpen: Bool
    var maxConnections: Int
    var halfCloses: Bool
    var endsAtFirstEOF: Bool
    /// Whether what the peers send is of any interest.
    var receives: Bool
}

final class Server: RunTask {
    let context: Context
    let plan: ServerPlan
    private let acceptor: Acceptor
    private(set) var peers: [Int: Peer] = [:]
    private var serviceStorage: (any Service)?
    private let buffer = ByteBuffer(capacity: 256 << 10)
    private var isEnding = false
    var inputIsTerminal = false

    init(_ context: Context, _ acceptor: Acceptor, _ plan: ServerPlan) {
        self.context = context
        self.acceptor = acceptor
        self.plan = plan
    }

    /// What it does with what the peers send.
    var service: any Service {
        guard let serviceStorage else { preconditionFailure("a server is started with its service") }
        return serviceStorage
    }

    func start(at endpoint: Endpoint, _ service: any Service) {
        serviceStorage = service
        acceptor.readsAtOnce = true
        acceptor.onAccept = { [unowned self] in accepted($0, $1) }
        acceptor.onFailure = { [unowned self] in
            end(Interruption(by: .local, how: .error, failure: $0))
        }
        acceptor.start(at: endpoint)
    }

    /// Receives once and lets `body` see it: how many bytes it was, 0 at the end, `EAGAIN` if nothing.
    func receive(from socket: Channel, _ body: (RawSpan) -> Void) throws(Errno) -> Int {
        if discards(from: socket) {
            return try socket.descriptor.receiveDiscarding(count: 16 << 20)
        }
        let count = try buffer.fill { (span) throws(Errno) in try socket.read(into: &span) }
        _ = buffer.drain { span in
            if count > 0 { context.gather { body(span) } }
            return span.byteCount
        }
        return count
    }

    /// Whether what comes from this socket is let go of where it is, and never seen.
    func discards(from socket: Channel) -> Bool {
        service.ignoresPayload && context.settings.framing == nil && socket.canDiscard
    }

    private func accepted(_ socket: Channel, _ connection: ConnectionIdentity) {
        context.observe(socket, connection)
        let peer = Peer(connection, socket, server: self)
        peers[connection.number] = peer
        if !plan.keepsOpen { acceptor.stop() }
        acceptor.isAccepting = peers.count < plan.maxConnections
        service.peerConnected(peer)
        peer.start()
    }

    func peerClosed(_ peer: Peer, _ account: ClosingAccount, _ failure: Failure?) {
        peers[peer.connection.number] = nil
        // One peer's failure is not the server's, unless it serves just that one.
        if let failure, plan.keepsOpen { context.reporter.report(.failed(failure)) }
        context.reporter.report(.closed(peer.connection, account))
        guard !isEnding else { return }
        if !plan.keepsOpen {
            isEnding = true
            return context.finish(failure)
        }
        service.peerClosed(peer)
        acceptor.descriptorWasFreed()
        acceptor.isAccepting = peers.count < plan.maxConnections
    }

    func interrupt(_ interruption: Interruption) { end(interruption) }

    /// Ends all connections and the command.
    func end(_ interruption: Interruption) {
        guard !isEnding else { return }
        isEnding = true
        acceptor.stop()
        for peer in peers.values.sorted(by: { $0.connection.number < $1.connection.number }) {
            peer.close(interruption.by, interruption.how)
        }
        context.finish(interruption.failure)
    }
}
