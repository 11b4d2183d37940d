// Several connections, or a measurement, are over: what all of them came to.

import Sockets

struct Total: Event {
    var connections = 0
    /// How many of them did not end well.
    var failed = 0
    var received = 0
    var sent = 0
    /// From the beginning of the first to the end of the last.
    var duration = Duration.zero
    /// Of this process, over that time.
    var processor = Duration.zero
    /// Of the processes at the other end, where they are on this host.
    var peers: [PeerUse] = []

    struct PeerUse {
        let process: PeerProcess
        let processor: Duration
    }

    static let shape = Shape(
        event: "total",
        when: "All connections are over; with `--zero`, `--for`, `--interval`, or `-k` and `--stats`.")

    static func list(_ fields: inout some Fields<Total>) {
        fields.add("connections", "How many there were.") { $0.connections }
        fields.add("failed", "How many of them did not end well.") { $0.failed }
        fields.add("received", "What all of them have received.") {
            TrafficReport(bytes: $0.received, rate: $0.rate($0.received))
        }
        fields.add("sent", "What all of them have sent.") {
            TrafficReport(bytes: $0.sent, rate: $0.rate($0.sent))
        }
        fields.add("duration_us", "From the beginning of the first to the end of the last.") { $0.duration }
        fields.add("processor_us", "How much time of processors this process has used meanwhile.") {
            $0.processor
        }
        fields.add(
            "peer_processes",
            optional:
                "Those at the other end that are on this host and were seen, with the time of processors that they have used."
        ) { $0.peers.nonEmpty }
    }

    private func rate(_ bytes: Int) -> Double { Double(bytes) / max(duration.seconds, 1e-9) }

    func say(in text: TextReporter) { text.say(line, from: text.showsStatistics ? .quiet : .normal) }

    private var line: String {
        func words(_ bytes: Int) -> String {
            bytes == 0 ? "nothing" : "\(Statistics.bytes(bytes)) (\(Statistics.rate(bytes, in: duration)))"
        }
        let count =
            "\(connections) \(connections == 1 ? "connection" : "connections")"
            + (failed > 0 ? ", of which \(failed) failed," : "")
        let share = Statistics.percent(processor.seconds / max(duration.seconds, 1e-9))
        return
            "total of \(count) in \(Statistics.text(duration)): received \(words(received)), sent \(words(sent)); "
            + "processor time \(Statistics.text(processor)) (\(share) of one)"
            + peers.map { use in
                let name = TerminalEscaper.joined(String(decoding: use.process.nameBytes, as: UTF8.self))
                return
                    ", of \(name) (pid \(use.process.pid)) at the other end \(Statistics.text(use.processor))"
            }.joined()
    }
}

extension Total.PeerUse: Shaped {
    static let shape = Shape("peer_process", "A process at the other end of a connection, on this host.")

    static func list(_ fields: inout some Fields<Total.PeerUse>) {
        fields.add("pid", "Its number.") { $0.process.pid }
        fields.add("process", "Its name.") { String(decoding: $0.process.nameBytes, as: UTF8.self) }
        fields.add("processor_us", "How much time of processors it has used meanwhile.") { $0.processor }
    }
}

/// Adds up the connections of a command.
struct Totals {
    private var total = Total()
    private var began: (time: Instant, processor: Instant)?
    /// What those at the other end had used when they were found.
    private var peers: [PeerProcess: Duration] = [:]

    private static let mostPeers = 16

    mutating func begin() {
        if began == nil { began = (.now, .processorTime) }
    }

    mutating func add(_ account: ClosingAccount, failed: Bool) {
        total.connections += 1
        if failed { total.failed += 1 }
        total.received += account.received.bytes
        total.sent += account.sent.bytes
        guard let began else { return }
        total.duration = .now - began.time
        total.processor = .processorTime - began.processor
    }

    /// Takes note of whoever is at the other end of a connection, unless something stands in between.
    mutating func find(_ connection: ConnectionIdentity) {
        guard connection.detour == nil, peers.count < Self.mostPeers, let local = connection.local,
            let process = PeerProcess(local: local, peer: connection.peer), peers[process] == nil
        else { return }
        peers[process] = process.processorTime
    }

    /// Nil where there was none.
    var sum: Total? {
        guard total.connections > 0 else { return nil }
        var total = total
        total.peers = peers.compactMap { process, before in
            process.processorTime.map { Total.PeerUse(process: process, processor: $0 - before) }
        }.sorted { $0.process.pid < $1.process.pid }
        return total
    }
}
