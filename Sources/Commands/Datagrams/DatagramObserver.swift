// Who looks at datagrams as they pass: the hex dump, the recording. Each sees every datagram that is counted, once.

import Sockets

protocol DatagramObserver: TrafficObserver {
    /// A datagram was received or sent; its payload is as it was on the wire.
    func observe(_ datagram: DatagramReport, _ payload: RawSpan)
}

extension HexDump: DatagramObserver {
    func observe(_ datagram: DatagramReport, _ payload: RawSpan) {
        show(payload, datagram.direction, datagram.relayed?.leg, datagram.peer)
    }
}

extension Context {
    var datagramObservers: [any DatagramObserver] {
        let all: [(any DatagramObserver)?] = [hexDump, recorder]
        return all.compactMap(\.self)
    }
}
