// `info --summary`: how many sockets there are, of what kind, in which states and whose, and what is worth looking at,
// each with the command that shows it.

import CommandSpec
import Sockets

struct SystemSummary {
    /// The sockets of a kind.
    struct Kind {
        let name: String
        var count = 0
        var states: [String: Int] = [:]
    }

    /// The processes of one name.
    struct Processes {
        let nameBytes: [UInt8]
        var pids: Set<Int32> = []
        var count = 0

        var name: String { String(decoding: nameBytes, as: UTF8.self) }
    }

    let count: Int
    let protocols: [Kind]
    /// Those with the most sockets first.
    let processes: [Processes]
    /// Sockets whose owners may not be seen, and why not.
    private(set) var hidden = 0
    private(set) var hiddenReason: String?
    /// Sockets that no process has: connections that their process has closed, or not accepted yet.
    private(set) var unowned = 0
    let findings: [Finding]
    /// What the kernel has counted; nil where only some sockets were asked for.
    let network: NetworkFigures?

    /// - Parameter isWhole: whether the sockets are all there are, or all of some kinds.
    /// - Parameter namespace: the words that name the network namespace they are of.
    init(_ sockets: [SocketDescription], isWhole: Bool, in namespace: [String] = []) {
        count = sockets.count
        protocols = Self.protocols(sockets)
        processes = Processes.all(of: sockets)
        for socket in sockets {
            switch socket.owners {
            case .known(let owners): unowned += owners.isEmpty ? 1 : 0
            case .hidden(let reason): (hidden, hiddenReason) = (hidden + 1, reason)
            case .notSought: break
            }
        }
        findings = Finding.all(in: sockets).map { finding in
            var finding = finding
            finding.command += namespace
            return finding
        }
        network = isWhole ? NetworkFigures() : nil
    }

    private static func protocols(_ sockets: [SocketDescription]) -> [Kind] {
        var protocols: [Kind] = []
        for socket in sockets {
            let name = socket.kind.protocolWord
            let index = protocols.firstIndex { $0.name == name } ?? protocols.count
            if index == protocols.count { protocols.append(Kind(name: name)) }
            protocols[index].count += 1
            if let state = socket.state { protocols[index].states[state.name, default: 0] += 1 }
        }
        let order = Transport.allCases.map(\.rawValue)
        return protocols.sorted {
            (order.firstIndex(of: $0.name) ?? 99) < (order.firstIndex(of: $1.name) ?? 99)
        }
    }
}

extension SystemSummary.Processes {
    /// The most sockets first.
    static func all(of sockets: [SocketDescription]) -> [SystemSummary.Processes] {
        var processes: [[UInt8]: SystemSummary.Processes] = [:]
        for case .known(let owners) in sockets.lazy.map(\.owners) {
            // Processes that share a socket have one.
            for name in Set(owners.map(\.nameBytes)) {
                processes[name, default: SystemSummary.Processes(nameBytes: name)].count += 1
                processes[name]?.pids.formUnion(owners.filter { $0.nameBytes == name }.map(\.pid))
            }
        }
        return processes.values.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    /// `3 sockets, pid 4711`
    var text: String {
        let holders = pids.count == 1 ? "pid \(pids.first ?? 0)" : "\(pids.count) processes"
        return "\(count) \(count == 1 ? "socket" : "sockets"), \(holders)"
    }
}

/// What the kernel has counted in this network namespace.
struct NetworkFigures {
    let segmentsSent: Int?
    let segmentsRetransmitted: Int?
    let listenOverflows: Int?
    let listenDrops: Int?
    let receiveBufferErrors: Int?
    let ports: ClosedRange<UInt16>?

    init?() {
        ports = EphemeralPorts.range
        let counters = NetworkCounters()
        if counters == nil, ports == nil { return nil }
        segmentsSent = counters?["Tcp.OutSegs"]
        segmentsRetransmitted = counters?["Tcp.RetransSegs"]
        listenOverflows = counters?["TcpExt.ListenOverflows"]
        listenDrops = counters?["TcpExt.ListenDrops"]
        receiveBufferErrors = counters?["Udp.RcvbufErrors"]
    }
}

extension InfoCommand {
    static func summary(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let filter = try SocketFilter(arguments)
        let listing = try SocketListing(filter, isVerbose: true)
        var rest = filter
        rest.transports = nil
        let namespace = arguments[Options.netns].map { ["--netns", $0.text] } ?? []
        context.reporter.show(SystemSummary(listing.sockets, isWhole: rest.choosesAll, in: namespace))
        for failure in listing.failures { context.reporter.report(Failed(failure: failure)) }
        finish(context, found: !listing.sockets.isEmpty || filter.choosesAll)
    }
}
