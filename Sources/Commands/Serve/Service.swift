// What a server does with what its peers send: one small class for each way of serving.

import CommandSpec
import Sockets

/// A way of serving.
protocol Service: AnyObject {
    /// Takes what the peer sent from its socket; how many bytes it was, 0 at the end, `EAGAIN` if nothing.
    func receive(from socket: Channel, of peer: Peer) throws(Errno) -> Int
    /// Whether what the peer sends cannot be taken for now; `isPaused` is to be cleared when it can.
    func pausesReceiving(of peer: Peer) -> Bool
    func peerConnected(_ peer: Peer)
    func peerHasSentAll(_ peer: Peer)
    /// Some of what waited to be sent to the peer was sent.
    func peerHasRoom(_ peer: Peer)
    func peerClosed(_ peer: Peer)
}

extension Service {
    func pausesReceiving(of peer: Peer) -> Bool { false }
    func peerConnected(_ peer: Peer) {}
    func peerHasSentAll(_ peer: Peer) { peer.endSending() }
    func peerHasRoom(_ peer: Peer) {}
    func peerClosed(_ peer: Peer) {}
}

/// Memory that what one peer sends passes through on its way, one call at a time.
final class ReceiveBuffer {
    private let buffer = ByteBuffer(capacity: 256 << 10)

    /// Receives once and lets `body` see it.
    func receive(from socket: Channel, _ body: (RawSpan) -> Void) throws(Errno) -> Int {
        let count = try buffer.fill { (span) throws(Errno) in try socket.read(into: &span) }
        _ = buffer.drain { span in
            if count > 0 { body(span) }
            return span.byteCount
        }
        return count
    }
}

/// Sends back what each peer sends. A peer that does not read is not read from.
final class EchoService: Service {
    private unowned let context: Context
    private let buffer = ReceiveBuffer()

    init(_ context: Context) { self.context = context }

    func receive(from socket: Channel, of peer: Peer) throws(Errno) -> Int {
        try buffer.receive(from: socket) { bytes in
            context.reportEvents(bytes, of: peer.connection)
            peer.send(bytes)
        }
    }

    func pausesReceiving(of peer: Peer) -> Bool { peer.backlog > 0 }
    func peerHasRoom(_ peer: Peer) { if peer.backlog == 0 { peer.isPaused = false } }
}

/// Takes everything and keeps nothing.
final class DiscardService: Service {
    private let buffer = ReceiveBuffer()

    func receive(from socket: Channel, of peer: Peer) throws(Errno) -> Int {
        if peer.connection.peer.family != .unix {
            return try socket.descriptor.receiveDiscarding(count: 16 << 20)
        }
        return try buffer.receive(from: socket) { _ in }
    }
}

/// Answers each peer with the same bytes, when it has said something or has said all it has to say, and
/// then half-closes. What it goes on to say is received and shown.
final class ReplyService: Service {
    private let reply: [UInt8]
    private let payload: PayloadOutput
    private let buffer = ReceiveBuffer()

    init(_ context: Context, reply: [UInt8]) {
        self.reply = reply
        payload = PayloadOutput(context)
    }

    func receive(from socket: Channel, of peer: Peer) throws(Errno) -> Int {
        let count = try buffer.receive(from: socket) { bytes in payload.write(bytes, of: peer) }
        if count > 0 { answer(peer) }
        return count
    }

    func pausesReceiving(of peer: Peer) -> Bool { payload.pauses(peer) }

    func peerHasSentAll(_ peer: Peer) {
        payload.end(of: peer)
        answer(peer)
    }

    private func answer(_ peer: Peer) {
        guard peer.acceptsData else { return }
        peer.send(shared: reply)
        peer.endSending()
    }
}

/// Passes what one peer says to all others.
final class ChatService: Service {
    private unowned let server: Server
    private let buffer = ReceiveBuffer()
    private let fanOut: FanOut
    private var pausedPeers: [Peer] = []

    init(_ server: Server) {
        self.server = server
        fanOut = FanOut(server)
    }

    func receive(from socket: Channel, of peer: Peer) throws(Errno) -> Int {
        try buffer.receive(from: socket) { bytes in
            server.context.reportEvents(bytes, of: peer.connection)
            let chunk = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
            fanOut.send(chunk, to: server.peers.values.filter { $0 !== peer })
        }
    }

    func pausesReceiving(of peer: Peer) -> Bool {
        guard fanOut.isBlocked(server.peers.values.filter { $0 !== peer }) else { return false }
        pausedPeers.append(peer)
        return true
    }

    func peerHasRoom(_ peer: Peer) {
        let paused = pausedPeers
        pausedPeers = []
        for peer in paused { peer.isPaused = false }
    }

    func peerClosed(_ peer: Peer) { peerHasRoom(peer) }
}

/// Relays: stdin goes to every peer, what the peers send goes to stdout.
final class RelayService: Service {
    private unowned let server: Server
    private let payload: PayloadOutput
    private let buffer = ReceiveBuffer()
    private let fanOut: FanOut
    private let input: (any ByteSource)?
    private let inputBuffer = ByteBuffer(capacity: 64 << 10)
    private var inputEnded: Bool

    /// - Parameter input: nil if nothing is sent.
    init(_ server: Server, input: (any ByteSource)?) {
        self.server = server
        self.input = input
        payload = PayloadOutput(server.context)
        fanOut = FanOut(server)
        inputEnded = input == nil
        input?.onReady = { [unowned self] in readInput() }
    }

    func receive(from socket: Channel, of peer: Peer) throws(Errno) -> Int {
        try buffer.receive(from: socket) { bytes in
            if server.plan.receives { payload.write(bytes, of: peer) }
        }
    }

    func pausesReceiving(of peer: Peer) -> Bool { server.plan.receives && payload.pauses(peer) }

    func peerConnected(_ peer: Peer) {
        if inputEnded { peer.endSending() } else { input?.wantsReady = true }
    }

    func peerHasSentAll(_ peer: Peer) {
        payload.end(of: peer)
        if server.inputIsTerminal { peer.endSending() }
    }

    func peerHasRoom(_ peer: Peer) { resumeInput() }
    func peerClosed(_ peer: Peer) { resumeInput() }

    private func resumeInput() {
        guard !inputEnded else { return }
        input?.wantsReady = !fanOut.isBlocked(server.peers.values)
    }

    private func readInput() {
        guard let input, !inputEnded else { return }
        do throws(Errno) {
            let count = try inputBuffer.fill { (span) throws(Errno) in try input.read(into: &span) }
            guard count > 0 else { return endInput() }
            var chunk: [UInt8] = []
            _ = inputBuffer.drain { span in
                chunk = unsafe span.withUnsafeBytes { unsafe Array($0) }
                return span.byteCount
            }
            fanOut.send(chunk, to: server.peers.values)
        } catch .wouldBlock {
            return
        } catch {
            server.end(
                Context.Interruption(
                    by: .local, how: .error,
                    failure: Failure("read", input.name, error, status: .inputOutput)))
            return
        }
        resumeInput()
    }

    /// What stdin's EOF means to each peer: we have sent all.
    private func endInput() {
        inputEnded = true
        input?.wantsReady = false
        for peer in server.peers.values { peer.endSending() }
    }
}
