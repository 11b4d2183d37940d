// One socket that `info --watch` follows: what the kernel said of it last, who holds it, and how much has gone since.

import Sockets

final class WatchedSocket {
    /// What the kernel said last.
    private(set) var record: SocketRecord
    var holder: SocketHolding
    /// The inode for which `holder` was looked up; 0 as long as no process can hold it.
    var heldInode: UInt64 = 0
    let firstSeen: Instant
    /// Whether it was not there when the watch began, so that its age is known.
    let wasSeenOpening: Bool
    /// Whether it is among those that were asked for.
    var isShown = false
    /// Whether something was said of it, so that its end is to be said, too.
    var isKnown = false
    /// The round in which it was listed last.
    private(set) var round: Int
    /// Since when it is missing in the lists although nothing was told of its end.
    var missingSince: Instant?

    /// Bytes of payload since the connection began; nil where the kernel does not count.
    private(set) var bytes: Bytes?
    /// Bytes a second in the last round; nil in the first.
    private(set) var rates: Rates?
    /// Rates of both directions together, the newest last.
    private(set) var history = RateHistory()
    private var lastSample: (at: Instant, info: TCPInfo)?
    /// What held up what it sent in the last round.
    private(set) var limitation: Bottleneck?

    struct Bytes: Equatable {
        var received: Int
        var sent: Int
    }

    struct Rates {
        var received = 0.0
        var sent = 0.0

        var sum: Double { received + sent }
    }

    init(_ record: SocketRecord, round: Int, at now: Instant, isOpening: Bool) {
        self.record = record
        self.round = round
        firstSeen = now
        wasSeenOpening = isOpening
        holder = SocketHolding(owners: .known([]), source: .unknown)
        bytes = record.payload
        lastSample = record.tcpInfo.map { (now, $0) }
    }

    var cookie: UInt64 { record.cookie }

    /// Takes what the list of another round says, and returns whether bytes have moved.
    func update(_ record: SocketRecord, round: Int, at now: Instant) -> Bool {
        self.record = record
        self.round = round
        missingSince = nil
        guard let info = record.tcpInfo, let payload = record.payload else { return false }
        let before = bytes
        bytes = payload
        if let lastSample, let before {
            let time = now - lastSample.at
            let seconds = max(time.seconds, 1e-6)
            let rates = Rates(
                received: Double(max(0, payload.received - before.received)) / seconds,
                sent: Double(max(0, payload.sent - before.sent)) / seconds)
            self.rates = rates
            history.add(rates.sum)
            limitation = before == payload ? nil : Bottleneck(since: lastSample.info, info, in: time)
        }
        lastSample = (now, info)
        return bytes != before
    }

    /// Whether bytes of payload have gone over it.
    var hasCarried: Bool { bytes.map { $0.received + $0.sent > 0 } ?? false }

    /// As the filters and the list know it.
    var description: SocketDescription {
        let description = SocketDescription(record, owners: nil)
        description.owners = holder.owners
        return description
    }
}

/// Who holds a socket, and how that is known.
struct SocketHolding {
    enum Source: String, JSONWord {
        /// A process had it among its descriptors.
        case seen
        /// Nobody was seen with it; a process listens, or listened, at its address.
        case listener
        case unknown
    }

    var owners: SocketDescription.Owners
    var source: Source

    /// Nil where nobody looked for who holds it.
    var sought: SocketHolding? { owners.isSought ? self : nil }

    /// The first one, for a row; what is not seen but known from its listener stands in parentheses.
    var text: String {
        guard case .known(let owners) = owners, let first = owners.first else { return "?" }
        let more = owners.count > 1 ? "+\(owners.count - 1)" : ""
        let name = "\(first.name)[\(first.pid)]\(more)"
        return source == .listener ? "(\(name))" : name
    }

    /// The name of the program.
    var nameBytes: [UInt8] {
        guard case .known(let owners) = owners, let first = owners.first else { return [UInt8(ascii: "?")] }
        return first.nameBytes
    }

    /// The same as text.
    var name: String { String(decoding: nameBytes, as: UTF8.self) }
}

/// The rates of the last rounds.
struct RateHistory {
    private(set) var values: [Float] = []
    static let length = 40

    mutating func add(_ rate: Double) {
        if values.count == Self.length { values.removeFirst() }
        values.append(Float(rate))
    }
}

extension SocketRecord {
    /// The bytes of payload so far.
    var payload: WatchedSocket.Bytes? {
        guard var bytes = tcpInfo?.payload else { return nil }
        if state?.hasReceivedFIN == true, bytes.received > 0 { bytes.received -= 1 }
        return bytes
    }
}

extension TCPInfo {
    /// The bytes that have come, a FIN counted as one, and those that the peer's system has acknowledged; nil where the kernel
    /// does not count them (before Linux 4.1).
    var payload: WatchedSocket.Bytes? {
        guard let received = bytesReceived, let acknowledged = bytesAcknowledged else { return nil }
        // What is acknowledged counts the SYN of who has connected, and the FIN.
        return WatchedSocket.Bytes(
            received: received, sent: min(acknowledged, bytesHandedOver ?? acknowledged))
    }

    /// Whether the handshake was completed: a round trip was measured.
    var isEstablished: Bool {
        guard let least = minimumRoundTripTime else { return true }
        return least < .seconds(4000)
    }
}

extension Bottleneck {
    /// Whom sending waited for in a time, from what TCP said at its beginning and at its end.
    init?(since before: TCPInfo, _ now: TCPInfo, in time: Duration) {
        guard let busy = now.busyTime, let window = now.receiverLimited, let buffer = now.senderLimited,
            let busyBefore = before.busyTime, let windowBefore = before.receiverLimited,
            let bufferBefore = before.senderLimited, let sent = now.bytesSent,
            let sentBefore = before.bytesSent
        else { return nil }
        let busyTime = min(max(.zero, busy - busyBefore), time)
        let windowTime = min(max(.zero, window - windowBefore), busyTime)
        let bufferTime = min(max(.zero, buffer - bufferBefore), busyTime - windowTime)
        self.init(
            sent - sentBefore, in: time,
            [
                (.receiver, windowTime), (.sendBuffer, bufferTime), (.input, time - busyTime),
                (.network, busyTime - windowTime - bufferTime),
            ])
    }
}
