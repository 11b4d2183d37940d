// What a server does with what its peers send: one small class for each way of serving.

import CommandSpec
import Sockets

/// A way of serving.
protocol Service: AnyObject {
    /// Whether nobody looks at what the peers send, so that the kernel may let go of it.
    var ignoresPayload: Bool { get }
    /// Takes what one `recv(2)` returned, or, where messages are cut, one message.
    func take(_ bytes: RawSpan, _ message: MessageReport?, of peer: Peer) throws(FramingError)
    /// Takes what was left where messages are cut: bytes that belong to no whole message.
    func takeRemainder(_ bytes: RawSpan, of peer: Peer)
    /// What the peer sends could not be cut into messages: the last that it can be told.
    func complain(_ error: FramingError, to peer: Peer)
    /// The peer waits to be told to send the rest of an HTTP request.
    func continueIsExpected(by peer: Peer)
    /// Whether what the peer sends cannot be taken for now; `isPaused` is to be cleared when it can.
    func pausesReceiving(of peer: Peer) -> Bool
    func peerConnected(_ peer: Peer)
    func peerHasSentAll(_ peer: Peer)
    /// Some of what waited to be sent to the peer was sent.
    func peerHasRoom(_ peer: Peer)
    func peerClosed(_ peer: Peer)
}

extension Service {
    var ignoresPayload: Bool { false }
    func takeRemainder(_ bytes: RawSpan, of peer: Peer) {}
    func complain(_ error: FramingError, to peer: Peer) {}
    func continueIsExpected(by peer: Peer) {}
    func pausesReceiving(of peer: Peer) -> Bool { false }
    func peerConnected(_ peer: Peer) {}
    func peerHasSentAll(_ peer: Peer) { peer.endSending() }
    func peerHasRoom(_ peer: Peer) {}
    func peerClosed(_ peer: Peer) {}
}

/// Sends back what each peer sends. A peer that does not read is not read from.
final class EchoService: Service {
    private unowned let context: Context

    init(_ context: Context) { self.context = context }

    func take(_ bytes: RawSpan, _ message: MessageReport?, of peer: Peer) throws(FramingError) {
        context.reportEvents(bytes, message, of: peer)
        if message == nil { peer.send(bytes) } else { try peer.send(message: bytes) }
    }

    func takeRemainder(_ bytes: RawSpan, of peer: Peer) { context.reportEvents(bytes, nil, of: peer) }
    func pausesReceiving(of peer: Peer) -> Bool { peer.backlog > 0 }
    func peerHasRoom(_ peer: Peer) { if peer.backlog == 0 { peer.isPaused = false } }
}

/// Takes everything and keeps nothing.
final class DiscardService: Service {
    var ignoresPayload: Bool { true }
    func take(_ bytes: RawSpan, _ message: MessageReport?, of peer: Peer) {}
}

/// Passes what one peer says to all others.
final class ChatService: Service {
    private unowned let server: Server
    private let fanOut: FanOut
    private var pausedPeers: [Peer] = []

    init(_ server: Server) {
        self.server = server
        fanOut = FanOut(server)
    }

    func take(_ bytes: RawSpan, _ message: MessageReport?, of peer: Peer) throws(FramingError) {
        server.context.reportEvents(bytes, message, of: peer)
        var chunk: [UInt8] = []
        if message != nil, let framing = server.context.settings.framing {
            // Whole messages only: what two peers say is never mixed.
            var joiner = framing.echoJoiner()
            try joiner.encode(bytes, into: &chunk)
        } else {
            chunk = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
        }
        fanOut.send(chunk, to: server.peers.values.filter { $0 !== peer })
    }

    func takeRemainder(_ bytes: RawSpan, of peer: Peer) { server.context.reportEvents(bytes, nil, of: peer) }

    func pausesReceiving(of peer: Peer) -> Bool {
        // What nobody is there to hear is let go of: who spoke and left would otherwise never be seen to leave.
        let others = server.peers.values.filter { $0 !== peer && $0.acceptsData }
        guard !others.isEmpty, fanOut.isBlocked(others) else { return false }
        pausedPeers.append(peer)
        return true
    }

    // Whoever is new has room.
    func peerConnected(_ peer: Peer) { resume() }
    func peerHasRoom(_ peer: Peer) { resume() }
    func peerClosed(_ peer: Peer) { resume() }

    private func resume() {
        let paused = pausedPeers
        pausedPeers = []
        for peer in paused { peer.isPaused = false }
    }
}

/// Relays: stdin goes to every peer, what the peers send goes to stdout.
final class RelayService: Service {
    private unowned let server: Server
    private let payload: PayloadOutput
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

    var ignoresPayload: Bool { !server.plan.receives }

    func take(_ bytes: RawSpan, _ message: MessageReport?, of peer: Peer) throws(FramingError) {
        guard server.plan.receives else { return }
        try payload.write(bytes, message, of: peer)
    }

    func takeRemainder(_ bytes: RawSpan, of peer: Peer) { payload.write(bytes, of: peer.connection) }

    func pausesReceiving(of peer: Peer) -> Bool { server.plan.receives && payload.pauses(peer) }

    func peerConnected(_ peer: Peer) {
        if inputEnded { peer.endSending() } else { input?.wantsReady = true }
    }

    func peerHasSentAll(_ peer: Peer) {
        payload.end(of: peer.connection)
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
            let failure = input.failure ?? Failure("read", input.name, error, status: .inputOutput)
            return server.end(Interruption(by: .local, how: .error, failure: failure))
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
