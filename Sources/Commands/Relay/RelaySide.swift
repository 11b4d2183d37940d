// One leg of a relayed connection, and the way of what comes from it: a pump to the other side, or with `--fault` a line between
// two.

import CommandSpec
import Sockets

final class RelaySide: StreamOwner {
    let stream: any Stream
    let identity: ConnectionIdentity
    let watch: RelayWatch?
    unowned var relay: RelayedConnection?
    /// What comes from here goes to the other side.
    private(set) var pump: Pump?
    /// What is done to it on the way, and the pump that fills that; nil where nothing is.
    private(set) var line: FaultLine?
    private(set) var filler: Pump?
    /// Why it broke, to be passed on after what it had sent.
    var breach: [Failure] = []
    var acknowledgement: Acknowledgement?
    /// Whether there is no connection any more.
    var isBroken = false

    init(_ stream: any Stream, _ identity: ConnectionIdentity, _ watch: RelayWatch?) {
        self.stream = stream
        self.identity = identity
        self.watch = watch
    }

    func streamHungUp(isGone: Bool) { relay?.hungUp(self, isGone: isGone) }

    /// The pump that takes what comes.
    var taker: Pump? { filler ?? pump }

    /// Has what comes go to another side.
    /// - Parameter line: what is done to it on the way; nil for nothing.
    /// - Returns: the pump that takes it.
    func join(
        _ other: RelaySide, through line: FaultLine?, _ began: Instant, _ owner: any ConnectionOwner,
        _ pumpOwner: any PumpOwner
    ) -> Pump {
        func pump(_ source: any ByteSource, _ sink: any ByteSink, _ terms: PumpTerms) -> Pump {
            Pump(from: source, to: sink, terms, started: began, owner: pumpOwner)
        }
        guard let line else {
            let direct = pump(StreamSource(stream), StreamSink(other.stream), owner.receiving)
            self.pump = direct
            return direct
        }
        let filler = pump(StreamSource(stream), line.inlet, owner.receiving)
        (self.line, self.filler) = (line, filler)
        self.pump = pump(line.outlet, StreamSink(other.stream), owner.sending)
        return filler
    }

    /// Passes on what has come, and nothing more.
    func drain() {
        guard let pump else { return }
        guard let line, let filler else { return pump.drain(limit: pump.untaken) }
        filler.drain(limit: filler.untaken)
        line.hurry()
        pump.drain()
    }

    func abandon() {
        pump?.abandon()
        filler?.abandon()
    }

    /// How many bytes have come from here and not gone to the other side.
    var lost: Int {
        guard let pump, !pump.isFinished else { return 0 }
        return pump.pending + (line?.waiting ?? 0) + (taker?.lost ?? 0)
    }

    /// What has come from here.
    func traffic(at now: Instant, isFramed: Bool) -> ClosingAccount.Traffic {
        .init(
            bytes: taker?.bytes ?? 0, messages: isFramed ? watch?.messages ?? 0 : nil,
            timing: pump?.timing(at: now))
    }

    /// That so many bytes of it are lost, in words.
    func undelivered(_ count: Int) -> String {
        "\(Statistics.bytes(count)) from the \(identity.leg?.rawValue ?? "peer") could not be passed on"
    }
}
