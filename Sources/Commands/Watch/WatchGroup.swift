// Sockets summed up: by program, peer or port.

import Sockets

enum WatchGrouping: String, CaseIterable, JSONWord {
    case connection, process, peer, port
}

struct WatchGroup {
    let by: WatchGrouping
    /// Of any value: a program has named itself.
    let nameBytes: [UInt8]
    var name: String { String(decoding: nameBytes, as: UTF8.self) }
    var count = 0
    var received = 0
    var sent = 0
    var rates = WatchedSocket.Rates()
    var retransmissions = 0
    var history: [Float] = []

    mutating func add(_ socket: WatchedSocket) {
        count += 1
        received += socket.bytes?.received ?? 0
        sent += socket.bytes?.sent ?? 0
        rates.received += socket.rates?.received ?? 0
        rates.sent += socket.rates?.sent ?? 0
        retransmissions += socket.record.tcpInfo?.totalRetransmissions ?? 0
        // The newest are last.
        let values = socket.history.values
        if history.count < values.count {
            history.insert(contentsOf: repeatElement(0, count: values.count - history.count), at: 0)
        }
        for (index, value) in values.enumerated() { history[history.count - values.count + index] += value }
    }

    /// The groups of these sockets, those with the highest rate first.
    static func of(_ sockets: [WatchedSocket], by grouping: WatchGrouping, listening: Set<UInt16>)
        -> [WatchGroup]
    {
        var groups: [[UInt8]: WatchGroup] = [:]
        for socket in sockets {
            let name = name(of: socket, grouping, listening)
            groups[name, default: WatchGroup(by: grouping, nameBytes: name)].add(socket)
        }
        return groups.values.sorted { ($0.rates.sum, $1.name) > ($1.rates.sum, $0.name) }
    }

    private static func name(
        of socket: WatchedSocket, _ grouping: WatchGrouping, _ listening: Set<UInt16>
    ) -> [UInt8] {
        let record = socket.record
        switch grouping {
        case .connection: return Array(String(socket.cookie).utf8)
        case .process: return socket.holder.nameBytes
        case .peer:
            let host = record.isConnected ? record.peer?.host?.description : nil
            return Array((host ?? "-").utf8)
        case .port:
            // That of the service: ours where somebody listens at it, otherwise the peer's.
            guard let local = record.local?.port else { return [UInt8(ascii: "-")] }
            let peer = record.isConnected ? record.peer?.port : nil
            return Array(String(listening.contains(local) ? local : peer ?? local).utf8)
        }
    }
}
