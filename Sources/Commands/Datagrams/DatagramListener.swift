// `udp listen`: receives from anyone, and sends what is read from stdin to whoever has spoken last, or to all who have.

import CommandSpec
import Sockets

final class DatagramListener: DatagramReceiver {
    private struct Place: Hashable {
        let port: ObjectIdentifier
        let address: SocketAddress
    }

    /// One who has spoken, and the way back.
    private struct Speaker {
        unowned let port: DatagramPort
        let address: SocketAddress
        let route: DatagramRoute
    }

    private let source: any DatagramSource
    private let ending: SendPlan.Ending
    /// Nil where just the last one is sent to.
    private var speakers: RecentPeers<Place, Speaker>?
    private var last: Speaker?
    private var hasEnded = false
    private lazy var pause = SendPause(context.loop) { [unowned self] in pump() }
    private var lingering: Timer?

    /// So many who have spoken are sent to; the one that was silent for longest makes room.
    private static let mostSpeakers = 4096
    /// How many are sent before others get their turn.
    private static let turn = 64

    init(
        _ context: Context, _ plan: ReceivePlan, _ bounds: DatagramBounds, _ ports: [DatagramPort],
        sending source: any DatagramSource, toAll: Bool, _ ending: SendPlan.Ending
    ) {
        self.source = source
        self.ending = ending
        speakers = toAll ? RecentPeers(atMost: Self.mostSpeakers) : nil
        super.init(context, plan, bounds, ports)
        source.onReady = { [unowned self] in pump() }
    }

    override func received(
        from peer: SocketAddress, _ payload: RawSpan, _ ancillary: AncillaryData, at port: DatagramPort
    ) {
        guard peer != .unix(.unnamed) else { return hasNoName() }
        let isFirst = last == nil
        let speaker = Speaker(port: port, address: peer, route: route(to: peer, ancillary))
        last = speaker
        speakers?.set(Place(port: ObjectIdentifier(port), address: peer), speaker, at: .now)
        if isFirst { pump() }
    }

    // MARK: Sending

    override func roomToSend(on port: DatagramPort) {
        super.roomToSend(on: port)
        pump()
    }

    private func pump() {
        guard last != nil, !pause.isOn, !hasEnded, !isOver else { return }
        for _ in 0..<Self.turn {
            guard !ports.contains(where: isHeld) else { return }
            if sending.isFull { return pause.wait(for: sending) }
            switch source.peek(atMost: 1) {
            case .block(let block):
                guard send(block) else { return }
                source.advance(by: 1)
            case .later: return
            case .end: return inputHasEnded(nil)
            case .failed(let failure): return inputHasEnded(failure)
            }
        }
        pause.rest(for: .zero)
    }

    /// False if it did not go, and is tried again.
    private func send(_ block: DatagramBlock) -> Bool {
        if let speakers {
            // One who takes nothing holds up no other.
            for speaker in speakers.values { answer(block.bytes, speaker) }
            return true
        }
        guard let last else { return false }
        if let limit = last.address.longestDatagram, block.size > limit {
            end(.tooLong(source.name, "\(block.size) bytes", last.address), by: .local)
            return false
        }
        do throws(Errno) {
            try unsafe send(block.bytes.span.bytes, to: last.address, by: last.route, on: last.port)
            pause.reset()
        } catch .wouldBlock, .noBufferSpace {
            pause.waitForPeer()
            return false
        } catch {
            report(Failure("send", last.address.description, error))
        }
        return true
    }

    private func answer(_ bytes: [UInt8], _ speaker: Speaker) {
        send(Reply(payload: bytes, address: speaker.address, route: speaker.route), speaker.port)
    }

    /// Ends when the input has, or goes on receiving.
    private func inputHasEnded(_ failure: Failure?) {
        hasEnded = true
        if let failure { return end(failure, by: .local) }
        switch ending {
        case .atOnce: end(nil, by: .local)
        case .never: if source.isTyped { end(nil, by: .local) }
        case .after(let time):
            lingering = context.loop.after(time) { [unowned self] in end(nil, by: .timeout) }
        }
    }

    override func close() {
        super.close()
        pause.cancel()
        lingering?.cancel()
        source.onReady = nil
        source.close()
    }
}
